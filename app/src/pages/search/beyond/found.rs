//! What was found beyond this phone, row by row; what the phone holds is among its own results already.

use std::sync::Arc;

use leptos::prelude::*;
use tournee_core::search::Query;
use tournee_core::time::Instant;
use tournee_core::wire::{FoundThread, FoundTicket, LookedUp, LookedUpMails};

use super::super::Opened;
use super::super::pieces::marks;
use super::super::rows::link;
use crate::ago::relative;
use crate::components::{StatusBadge, chip_of, level_words, ticket_number, use_now};
use crate::contexts::Tournee;
use crate::pages::mails::subject_words;
use crate::text::{Plural, Texts, fill, plural, t};

/// Tickets of a GLPI.
pub fn tickets(tournee: Tournee, name: &str, found: LookedUp, query: &Arc<Query>) -> AnyView {
    let is_held = |ticket: &FoundTicket| {
        tournee.with_untracked(|phone| phone.rows().get(&ticket.key).is_some())
    };
    let all = found.tickets.len();
    let beyond: Vec<_> = found.tickets.into_iter().filter(|t| !is_held(t)).collect();
    let words = said(name, all, beyond.len(), found.more, |t| {
        &t.search_source_found
    });
    let now = use_now().get_untracked();
    let rows = beyond.into_iter().map(|found| ticket(found, query, now));
    listed(words, rows.collect())
}

/// Threads of a mailbox.
pub fn mails(tournee: Tournee, name: &str, found: LookedUpMails, query: &Arc<Query>) -> AnyView {
    let is_held = |thread: &FoundThread| {
        tournee.with_untracked(|phone| phone.threads().get(&thread.key).is_some())
    };
    let all = found.threads.len();
    let beyond: Vec<_> = found.threads.into_iter().filter(|t| !is_held(t)).collect();
    let words = said(name, all, beyond.len(), found.more, |t| {
        &t.search_mailbox_found
    });
    let now = use_now().get_untracked();
    let rows = beyond.into_iter().map(|found| thread(found, query, now));
    listed(words, rows.collect())
}

fn said(
    name: &str,
    all: usize,
    beyond: usize,
    more: bool,
    found: impl Fn(&'static Texts) -> &'static Plural,
) -> String {
    let mut words = match (all, beyond) {
        (0, _) => fill(t(|t| t.search_source_none), &[("name", name)]),
        (_, 0) => fill(t(|t| t.search_source_held), &[("name", name)]),
        (_, n) => plural(n, found),
    };
    if more {
        words.push(' ');
        words.push_str(t(|t| t.search_source_more));
    }
    words
}

fn listed(words: String, rows: Vec<AnyView>) -> AnyView {
    view! {
        <span class="small muted">{words}</span>
        <div role="list">{rows}</div>
    }
    .into_any()
}

fn ticket(ticket: FoundTicket, query: &Arc<Query>, now: Instant) -> AnyView {
    let opened = Opened::Unheld(ticket.key.clone());
    let level = ticket.priority.map(|level| level.number());
    view! {
        <div class="hit" role="listitem" data-test="search-unheld" data-key=ticket.key.to_string() data-p=level>
            <div class="t-line">
                <span class="t-num">{marks(&ticket_number(ticket.key.id), query)}</span>
                {chip_of(&ticket.key.source)}
                {ticket.status.map(|status| view! { <StatusBadge status short=true/> })}
                <span class="push">{ticket.opened_at.map(|at| relative(at, now))}</span>
            </div>
            {link(&opened, marks(&ticket.title, query))}
            <div class="t-line">
                <span class="t-prio">{level.map(level_words)}</span>
                <span class="t-cut">{marks(&ticket.location, query)}</span>
                <span class="t-cut muted">{marks(&ticket.category, query)}</span>
            </div>
        </div>
    }
    .into_any()
}

fn thread(thread: FoundThread, query: &Arc<Query>, now: Instant) -> AnyView {
    let opened = Opened::UnheldThread(thread.key.clone());
    let number = thread.ticket.map(|key| {
        let number = ticket_number(key.id);
        view! { <span class="t-num push">{marks(&number, query)}</span> {chip_of(&key.source)} }
            .into_any()
    });
    view! {
        <div class="hit" role="listitem" data-test="search-unheld-mail" data-key=thread.key.to_string()>
            <div class="t-line">
                <span class="m-from t-cut">{marks(&thread.from, query)}</span>
                <span class="push">{relative(thread.at, now)}</span>
            </div>
            {link(&opened, marks(&subject_words(&thread.subject), query))}
            <p class="excerpt">{marks(&thread.snippet, query)}</p>
            <div class="t-line">{number}</div>
        </div>
    }
    .into_any()
}

//! Rows of results: as in the lists, with what was looked for marked.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::{MailBox, ThreadRow, TicketRow};
use tournee_core::search::{Hit, Of, Piece, Place, Query};
use tournee_core::time::Instant;

use super::pieces::{marks, pieces};
use super::results::Context;
use super::{Opened, memory};
use crate::ago::relative;
use crate::components::{
    DueWords, StatusBadge, chip_of, level_words, part, status_name, ticket_number,
};
use crate::contexts::Tournee;
use crate::pages::{mails, tickets};
use crate::text::{number, t};

/// Letters of an excerpt: two lines of a phone.
const LETTERS: usize = 110;

/// A ticket.
pub fn ticket_row(
    context: Context,
    hit: Hit<TicketRow>,
    query: Arc<Query>,
    now: Signal<Instant>,
) -> AnyView {
    let Hit {
        row, deep, across, ..
    } = hit;
    let DueWords { words: when, late } = Tournee::expect()
        .with_untracked(|phone| tickets::when(&row, phone.goals(), now.get_untracked()));
    let opened = Opened::Ticket(row.key.clone());
    view! {
        <div
            class="hit" role="listitem" data-test="search-ticket" data-key=row.key.to_string()
            data-p=row.priority.number() data-status=status_name(row.status) aria-current=current(context, opened.clone())
        >
            <div class="t-line">
                <span class="t-num">{marks(&ticket_number(row.key.id), &query)}</span>
                {chip_of(&row.key.source)}
                <StatusBadge status=row.status short=true/>
                <span class="push" class:late=late>{when}</span>
            </div>
            {link(&opened, marks(&row.title, &query))}
            {deep.then(|| excerpt(opened.clone(), across, &query))}
            <div class="t-line">
                <span class="t-prio">{level_words(row.priority.number())}</span>
                <span class="t-cut">{marks(&row.location, &query)}</span>
                <span class="t-cut muted">{marks(&row.requester, &query)}</span>
            </div>
        </div>
    }
    .into_any()
}

/// A thread of mails.
pub fn mail_row(
    context: Context,
    hit: Hit<ThreadRow>,
    query: Arc<Query>,
    now: Signal<Instant>,
) -> AnyView {
    let Hit {
        row, deep, across, ..
    } = hit;
    let opened = Opened::Thread(row.key.clone());
    let urgent = row.is_in(MailBox::Urgent);
    let tags = row
        .boxes
        .iter()
        .map(|of| view! { <span class="tag">{mails::box_name(*of)}</span> }.into_any());
    view! {
        <div
            class="hit" role="listitem" data-test="search-mail" data-key=row.key.to_string()
            data-p=urgent.then_some("6") aria-current=current(context, opened.clone())
        >
            <div class="t-line">
                <span class="m-from t-cut">{marks(&row.from, &query)}</span>
                {(row.mails > 1).then(|| view! { <span class="m-many">{number(row.mails as usize)}</span> }.into_any())}
                <span class="push">{relative(row.at, now.get_untracked())}</span>
            </div>
            {link(&opened, marks(&mails::subject(&row), &query))}
            {deep.then(|| excerpt(opened.clone(), across, &query))}
            <div class="t-line">{tags.collect_view()}{mails::ticket_of(&row)}</div>
        </div>
    }
    .into_any()
}

/// Whether it is the one that is open. The row itself is not drawn anew for that.
fn current(context: Context, opened: Opened) -> impl Fn() -> Option<&'static str> {
    move || {
        let is_it = context.opened.with(|open| open.as_ref() == Some(&opened));
        is_it.then_some("true")
    }
}

/// The link that covers a row. Whoever follows it has found something: his words are kept.
pub fn link(opened: &Opened, title: AnyView) -> AnyView {
    let keep = |_| {
        memory::keep_recent(&memory::words());
    };
    view! { <a href=opened.address() on:click=keep><span class="t-title">{title}</span></a> }
        .into_any()
}

/// Where in the text it was found. The text is read from storage once the row is drawn; its place is kept free.
fn excerpt(own: Opened, across: Option<Of>, query: &Arc<Query>) -> AnyView {
    let tournee = Tournee::expect();
    let query = query.clone();
    let found = RwSignal::new(None::<(Place, Vec<Piece>)>);
    let linked = match across {
        Some(Of::Ticket(_)) => Some(t(|t| t.search_in_its_ticket)),
        Some(Of::Thread(_)) => Some(t(|t| t.search_in_its_mail)),
        None => None,
    };
    let of = match across {
        Some(Of::Ticket(key)) => Opened::Ticket(key),
        Some(Of::Thread(key)) => Opened::Thread(key),
        None => own,
    };
    spawn_local(async move {
        let excerpt = match of {
            Opened::Thread(key) | Opened::UnheldThread(key) => tournee
                .mail_excerpt(key, &query, LETTERS)
                .await
                .map(|pieces| (Place::Mail, pieces)),
            Opened::Ticket(key) | Opened::Unheld(key) => {
                tournee.excerpt(key, &query, LETTERS).await
            }
        };
        found.try_set(excerpt);
    });
    let words = part(move || {
        let (place, text) = found.get()?;
        let place = linked.or_else(|| place_words(place));
        Some(
            view! { {place.map(|place| view! { <b>{place}</b> " " }.into_any())} {pieces(text)} }
                .into_any(),
        )
    });
    view! { <p class="excerpt" data-test="search-excerpt">{words}</p> }.into_any()
}

fn place_words(place: Place) -> Option<&'static str> {
    Some(match place {
        Place::Description => t(|t| t.search_in_description),
        Place::Followup => t(|t| t.search_in_followup),
        Place::Task => t(|t| t.search_in_task),
        Place::Solution => t(|t| t.search_in_solution),
        Place::Document => t(|t| t.search_in_document),
        Place::Mail => return None,
    })
}

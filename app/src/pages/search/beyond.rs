//! What the GLPIs hold beyond this phone: asked when the typing pauses, given up when it goes on.

use std::sync::Arc;

use futures::future::{AbortHandle, abortable};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::ids::SourceId;
use tournee_core::search::Query;
use tournee_core::time::Instant;
use tournee_core::wire::{FoundTicket, LookedUp, SourceState};

use super::Opened;
use super::pieces::marks;
use super::results::{Context, Results, Shown};
use super::rows::link;
use crate::ago::relative;
use crate::components::{
    StatusBadge, chip_of, each, kept, level_words, part, tap, ticket_number, use_now,
};
use crate::contexts::Tournee;
use crate::sync::{ApiFailure, failure_words};
use crate::text::{fill, plural, t};

/// The next letter often comes at once.
const PAUSE_MS: u32 = 500;
/// Fewer letters mean too much.
const LETTERS: usize = 2;

/// What one GLPI says.
#[derive(Clone, Debug, PartialEq)]
enum Answer {
    /// Nothing yet.
    Asking,
    /// This.
    Found(LookedUp),
    /// Why it says nothing.
    Failed(ApiFailure),
}

/// The words that were asked, and what each GLPI says.
type Answers = Vec<(SourceState, Answer)>;

/// What is found beyond the phone, for as long as the results are shown.
pub fn beyond(context: Context, words: RwSignal<String>) -> AnyView {
    let tournee = Tournee::expect();
    let answers = RwSignal::new(Answers::new());
    let under_way = StoredValue::new(None::<AbortHandle>);
    let give_up = move || {
        if let Some(handle) = under_way.try_update_value(Option::take).flatten() {
            handle.abort();
        }
    };
    let again = RwSignal::new(0);
    let asked =
        kept(move || words.with(|words| words.split_whitespace().collect::<Vec<_>>().join(" ")));
    Effect::new(move |_| {
        again.track();
        let online = tournee.online().get();
        let words = asked.get();
        give_up();
        answers.set(Answers::new());
        if !online || words.chars().count() < LETTERS {
            return;
        }
        let (asking, handle) = abortable(ask(tournee, words, answers));
        under_way.set_value(Some(handle));
        spawn_local(async move {
            // Given up: somebody asks anew.
            let _ = asking.await;
        });
    });
    on_cleanup(give_up);
    let ids = kept(move || {
        let ids = |(source, _): &(SourceState, Answer)| source.source.0.clone();
        answers.with(|answers| answers.iter().map(ids).collect::<Vec<_>>())
    });
    let one = move |source: &str| section(context, answers, source.to_owned(), again);
    let offline = part(move || {
        (!tournee.online().get()).then(|| {
            view! { <p class="muted" data-test="search-offline">{t(|t| t.search_offline)}</p> }
                .into_any()
        })
    });
    let is_shown = kept(move || context.shown.get() != Shown::Mails);
    view! {
        <section class="hits beyond" data-test="search-beyond" hidden=move || !is_shown.get()>
            <h2>{t(|t| t.search_beyond)}</h2>
            {offline}
            {each(move || ids.get(), one)}
        </section>
    }
    .into_any()
}

/// Asks all GLPIs at the same time; each answers when it can.
async fn ask(tournee: Tournee, words: String, answers: RwSignal<Answers>) {
    let sources = tournee.with_untracked(|phone| phone.meta().sources.clone());
    TimeoutFuture::new(PAUSE_MS).await;
    let asking = sources
        .iter()
        .map(|source| (source.clone(), Answer::Asking));
    answers.try_set(asking.collect());
    let each = sources.into_iter().map(|source| {
        let words = words.clone();
        async move {
            let answer = match tournee.look_up(&source, &words).await {
                Ok(found) => Answer::Found(found),
                Err(failure) => Answer::Failed(failure),
            };
            answers.try_update(|answers| {
                let mut all = answers.iter_mut();
                if let Some((_, old)) = all.find(|(other, _)| other.source == source.source) {
                    *old = answer;
                }
            });
        }
    });
    futures::future::join_all(each).await;
}

fn section(
    context: Context,
    answers: RwSignal<Answers>,
    source: String,
    again: RwSignal<u32>,
) -> AnyView {
    let tournee = Tournee::expect();
    let name = source.clone();
    let answer = kept(move || {
        answers.with(|answers| {
            let mut all = answers.iter();
            all.find(|(state, _)| state.source.0 == name).cloned()
        })
    });
    let body = part(move || {
        let (source, answer) = answer.get()?;
        let results = context.results.get_untracked();
        Some(match answer {
            Answer::Asking => view! {
                <p class="muted">{fill(t(|t| t.search_asking), &[("name", &source.name)])}</p>
            }
            .into_any(),
            Answer::Failed(failure) => view! {
                <p class="error" role="alert" data-test="search-failed">{failure_words(&failure)}</p>
                <button type="button" class="btn" on:click=tap(move || again.update(|n| *n += 1))>{t(|t| t.search_retry)}</button>
            }
            .into_any(),
            Answer::Found(found) => found_in(tournee, &source, found, &results),
        })
    });
    let chip = chip_of(&SourceId(source.clone()));
    view! {
        <div class="beyond-source" data-test="search-source" data-source=source aria-live="polite">
            {chip}
            {body}
        </div>
    }
    .into_any()
}

fn found_in(tournee: Tournee, source: &SourceState, found: LookedUp, results: &Results) -> AnyView {
    let held = |ticket: &FoundTicket| {
        tournee.with_untracked(|phone| phone.rows().get(&ticket.key).is_some())
    };
    let all = found.tickets.len();
    let beyond: Vec<FoundTicket> = found.tickets.into_iter().filter(|t| !held(t)).collect();
    let mut words = match (all, beyond.len()) {
        (0, _) => fill(t(|t| t.search_source_none), &[("name", &source.name)]),
        (_, 0) => fill(t(|t| t.search_source_held), &[("name", &source.name)]),
        (_, n) => plural(n, |t| &t.search_source_found),
    };
    if found.more {
        words.push(' ');
        words.push_str(t(|t| t.search_source_more));
    }
    let now = use_now();
    let rows = beyond
        .into_iter()
        .map(|ticket| row(ticket, &results.query, now.get_untracked()));
    view! {
        <span class="small muted">{words}</span>
        <div role="list">{rows.collect_view()}</div>
    }
    .into_any()
}

fn row(ticket: FoundTicket, query: &Arc<Query>, now: Instant) -> AnyView {
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

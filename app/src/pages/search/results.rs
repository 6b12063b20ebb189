//! What was found on this phone: tickets and mails, each a group, the one with the best hit first.

use std::sync::Arc;

use leptos::prelude::*;
use tournee_core::domain::{ThreadRow, TicketRow};
use tournee_core::ids::{ThreadKey, TicketKey};
use tournee_core::search::{Found, Hit, Query};

use super::rows::{mail_row, ticket_row};
use super::Opened;
use crate::components::{each, part, tap, use_now};
use crate::text::{number, plural, t};

/// Of each group, beside the other.
const BEST: usize = 6;
/// Of one group alone, at first and with each *more*.
const PAGE: usize = 40;

/// Which results are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// The best of both groups.
    #[default]
    Best,
    /// All tickets.
    Tickets,
    /// All mails.
    Mails,
}

/// What a query has found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results {
    /// What was typed.
    pub typed: Arc<str>,
    /// The query.
    pub query: Arc<Query>,
    /// What it has found.
    pub found: Arc<Found>,
}

/// What the rows need besides themselves.
#[derive(Clone, Copy)]
pub struct Context {
    /// The results.
    pub results: Memo<Results>,
    /// Which of them.
    pub shown: RwSignal<Shown>,
    /// What is open beside them.
    pub opened: Memo<Option<Opened>>,
}

/// The groups.
pub fn results(context: Context) -> AnyView {
    let Context { results, shown, .. } = context;
    let more = RwSignal::new(0);
    // Another query begins at the first page.
    Effect::watch(
        move || results.with(|results| results.query.clone()),
        move |_, _, _| more.set(0),
        false,
    );
    let limit = Memo::new(move |_| match shown.get() {
        Shown::Best => BEST,
        _ => PAGE * (more.get() + 1),
    });
    let order = Memo::new(move |_| {
        let mails_first = results.with(|results| results.found.mails_first());
        match (shown.get(), mails_first) {
            (Shown::Tickets, _) => vec!["tickets".to_owned()],
            (Shown::Mails, _) => vec!["mails".to_owned()],
            (Shown::Best, true) => vec!["mails".to_owned(), "tickets".to_owned()],
            (Shown::Best, false) => vec!["tickets".to_owned(), "mails".to_owned()],
        }
    });
    let group = move |name: &str| match name {
        "mails" => mails(context, limit, more),
        _ => tickets(context, limit, more),
    };
    each(move || order.get(), group)
}

fn tickets(context: Context, limit: Memo<usize>, more: RwSignal<usize>) -> AnyView {
    let Context { results, shown, .. } = context;
    let now = use_now();
    let hits = Memo::new(move |_| {
        let all = results.with(|results| results.found.clone());
        let hits = all.tickets.iter().take(limit.get());
        hits.cloned().collect::<Vec<Hit<TicketRow>>>()
    });
    let keys = move || hits.with(|hits| hits.iter().map(|hit| hit.row.key.to_string()).collect());
    let row = move |key: &str| {
        let Some(key) = TicketKey::parse(key) else {
            return ().into_any();
        };
        let hit = Memo::new(move |last: Option<&Option<Hit<TicketRow>>>| {
            let here = |hits: &Vec<Hit<_>>| hits.iter().find(|hit| hit.row.key == key).cloned();
            hits.with(here).or_else(|| last.cloned().flatten())
        });
        let query = move || results.with(|results| results.query.clone());
        (move || hit.get().map(|hit| ticket_row(context, hit, query(), now))).into_any()
    };
    let count = Memo::new(move |_| results.with(|results| results.found.tickets.len()));
    let title = move || plural(count.get(), |t| &t.search_tickets);
    group(title, count, each(keys, row), limit, more, move || shown.set(Shown::Tickets), shown)
}

fn mails(context: Context, limit: Memo<usize>, more: RwSignal<usize>) -> AnyView {
    let Context { results, shown, .. } = context;
    let now = use_now();
    let hits = Memo::new(move |_| {
        let all = results.with(|results| results.found.clone());
        let hits = all.threads.iter().take(limit.get());
        hits.cloned().collect::<Vec<Hit<ThreadRow>>>()
    });
    let keys = move || hits.with(|hits| hits.iter().map(|hit| hit.row.key.to_string()).collect());
    let row = move |key: &str| {
        let Some(key) = ThreadKey::parse(key) else {
            return ().into_any();
        };
        let hit = Memo::new(move |last: Option<&Option<Hit<ThreadRow>>>| {
            let here = |hits: &Vec<Hit<_>>| hits.iter().find(|hit| hit.row.key == key).cloned();
            hits.with(here).or_else(|| last.cloned().flatten())
        });
        let query = move || results.with(|results| results.query.clone());
        (move || hit.get().map(|hit| mail_row(context, hit, query(), now))).into_any()
    };
    let count = Memo::new(move |_| results.with(|results| results.found.threads.len()));
    let title = move || plural(count.get(), |t| &t.search_mails);
    group(title, count, each(keys, row), limit, more, move || shown.set(Shown::Mails), shown)
}

/// A group with its heading, and the way to the rest of it.
fn group(
    title: impl Fn() -> String + Send + 'static,
    count: Memo<usize>,
    rows: AnyView,
    limit: Memo<usize>,
    more: RwSignal<usize>,
    alone: impl Fn() + Copy + Send + Sync + 'static,
    shown: RwSignal<Shown>,
) -> AnyView {
    let rest = part(move || {
        let (count, limit) = (count.get(), limit.get());
        (count > limit).then(|| match shown.get() {
            Shown::Best => {
                let words = crate::text::fill(t(|t| t.search_all), &[("n", &number(count))]);
                view! { <button type="button" class="btn quiet wide" data-test="search-all" on:click=tap(alone)>{words}</button> }
                    .into_any()
            }
            _ => view! {
                <button type="button" class="btn quiet wide" data-test="search-more" on:click=tap(move || more.update(|n| *n += 1))>
                    {t(|t| t.search_more)}
                </button>
            }
            .into_any(),
        })
    });
    view! {
        <section class="hits" hidden=move || count.get() == 0>
            <h2>{title}</h2>
            <div role="list">{rows}</div>
            {rest}
        </section>
    }
    .into_any()
}

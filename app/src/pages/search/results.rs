//! What was found on this phone: tickets and mails, each a group, the one with the best hit first.

use std::sync::Arc;

use leptos::prelude::*;
use tournee_core::phone::Row;
use tournee_core::search::{Found, Hit, Query};
use tournee_core::time::Instant;

use super::Opened;
use super::rows::{mail_row, ticket_row};
use crate::components::{each, kept, part, tap, use_now, words};
use crate::text::{number, plural, t};

/// Of each group, beside the other: so many that a phone shows the beginning of both.
const BEST: usize = 4;
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
    let rows = rows(context, limit, |found| &found.tickets, ticket_row);
    let count = kept(move || context.results.with(|r| r.found.tickets.len()));
    let title = words(move || plural(count.get(), |t| &t.search_tickets));
    group(
        context.shown,
        Shown::Tickets,
        title,
        count,
        rows,
        limit,
        more,
    )
}

fn mails(context: Context, limit: Memo<usize>, more: RwSignal<usize>) -> AnyView {
    let rows = rows(context, limit, |found| &found.threads, mail_row);
    let count = kept(move || context.results.with(|r| r.found.threads.len()));
    let title = words(move || plural(count.get(), |t| &t.search_mails));
    group(context.shown, Shown::Mails, title, count, rows, limit, more)
}

/// Draws a hit.
type Draw<R> = fn(Context, Hit<R>, Arc<Query>, Signal<Instant>) -> AnyView;

/// Rows by their places. With each letter most of them show something else: what stands there already is altered, which a slow
/// phone does in half the time that it takes to make it.
fn rows<R>(
    context: Context,
    limit: Memo<usize>,
    pick: fn(&Found) -> &Vec<Hit<R>>,
    draw: Draw<R>,
) -> AnyView
where
    R: Row<Key: ToString> + PartialEq + Send + Sync + 'static,
{
    let (results, now) = (context.results, use_now());
    let hits = Memo::new(move |_| {
        let found = results.with(|results| results.found.clone());
        let hits = pick(&found).iter().take(limit.get());
        hits.cloned().collect::<Vec<_>>()
    });
    let count = kept(move || hits.with(Vec::len));
    let places = move || (0..count.get()).map(|place| place.to_string()).collect();
    let row = move |place: &str| {
        let place = place.parse::<usize>().unwrap_or_default();
        let hit = Memo::new(move |_| hits.with(|hits| hits.get(place).cloned()));
        let query = move || results.with_untracked(|results| results.query.clone());
        // Another query marks other words, also where the hit is the same.
        let asked = kept(move || results.with(|results| results.query.clone()));
        part(move || {
            asked.track();
            hit.get().map(|hit| draw(context, hit, query(), now))
        })
        .into_any()
    };
    each(places, row)
}

/// A group with its heading, and the way to the rest of it.
fn group(
    shown: RwSignal<Shown>,
    alone: Shown,
    title: Box<dyn FnMut() -> String + Send>,
    count: Memo<usize>,
    rows: AnyView,
    limit: Memo<usize>,
    more: RwSignal<usize>,
) -> AnyView {
    let rest = part(move || {
        let (count, limit) = (count.get(), limit.get());
        (count > limit).then(|| match shown.get() {
            Shown::Best => {
                let words = crate::text::fill(t(|t| t.search_all), &[("n", &number(count))]);
                view! { <button type="button" class="btn quiet wide" data-test="search-all" on:click=tap(move || shown.set(alone))>{words}</button> }
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

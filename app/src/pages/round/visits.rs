//! Visits: the one that is under way, and those whose time nobody has decided about.

use leptos::prelude::*;
use tournee_core::domain::StoreId;
use tournee_core::round::Visit;

use super::words::{minutes, span};
use super::{Round, address};
use crate::components::{Icon, each, icons, kept, part, tap, whether, words};
use crate::text::{fill, t};

/// The visit that is under way: where, since when, and its end.
#[component]
pub fn VisitBar(
    /// What the page shows.
    round: Round,
) -> impl IntoView {
    let running = running(round);
    part(move || running.get().map(|visit| bar(round, &visit)))
}

fn running(round: Round) -> Memo<Option<Visit>> {
    let tournee = round.tournee;
    kept(move || tournee.with(|phone| phone.book().running().cloned()))
}

fn bar(round: Round, visit: &Visit) -> AnyView {
    let timed = visit.clone();
    let since = words(move || {
        let now = round.now.get();
        let (began, length) = (span(timed.from, None, now), minutes(timed.length(now)));
        fill(
            t(|t| t.visit_since),
            &[("time", &began), ("length", &length)],
        )
    });
    view! {
        <div class="banner visit" data-test="visit">
            <Icon of=icons::ROUND/>
            <span class="grow">
                <a href=address(&visit.store)>{visit.name.clone()}</a>
                <span class="small">" " {since}</span>
            </span>
            {end_button(round)}
        </div>
    }
    .into_any()
}

fn end_button(round: Round) -> AnyView {
    let end = move || {
        let now = round.tournee.now();
        round.tournee.write_book(move |book| book.end(now));
    };
    view! { <button type="button" class="btn" data-test="visit-end" on:click=tap(end)>{t(|t| t.visit_end)}</button> }
        .into_any()
}

/// Begins a visit to a store; the one that is under way there is in the bar.
#[component]
pub fn VisitButton(
    /// What the page shows.
    round: Round,
    /// Where.
    store: StoreId,
) -> impl IntoView {
    let running = running(round);
    let at = store.clone();
    let here = kept(move || running.with(|visit| visit.as_ref().is_some_and(|v| v.store == at)));
    let start = move || {
        let (now, store) = (round.tournee.now(), store.clone());
        let name = untrack(|| round.name(&store));
        round
            .tournee
            .write_book(move |book| book.start(&store, &name, now));
    };
    view! {
        <button
            type="button" class="btn primary" data-test="visit-start"
            hidden=whether(move || here.get()) on:click=tap(start)
        >
            {t(|t| t.visit_start)}
        </button>
    }
    .into_any()
}

/// Visits that ended, each with what may become of its time.
#[component]
pub fn Undecided(
    /// What the page shows.
    round: Round,
) -> impl IntoView {
    let tournee = round.tournee;
    let visits =
        kept(move || tournee.with(|phone| phone.book().undecided().cloned().collect::<Vec<_>>()));
    let keys = move || visits.with(|all| all.iter().map(|v| v.from.0.to_string()).collect());
    let one = move |key: &str| {
        let from: i64 = key.parse().unwrap_or_default();
        let visit = visits.with_untracked(|all| all.iter().find(|v| v.from.0 == from).cloned());
        visit.map_or_else(|| ().into_any(), |visit| undecided(round, &visit))
    };
    view! { <div class="stack undecided" hidden=move || visits.with(Vec::is_empty)>{each(keys, one)}</div> }
        .into_any()
}

fn undecided(round: Round, visit: &Visit) -> AnyView {
    let (tournee, from) = (round.tournee, visit.from);
    let now = round.now.get_untracked();
    let told = fill(
        t(|t| t.visit_was),
        &[
            ("store", &visit.name),
            ("time", &span(visit.from, visit.to, now)),
            ("length", &minutes(visit.length(now))),
        ],
    );
    view! {
        <div class="banner" data-test="visit-undecided">
            <span class="grow">{told}</span>
            <button
                type="button" class="btn" data-test="visit-settle"
                on:click=tap(move || tournee.write_book(move |book| book.settle(from)))
            >
                {t(|t| t.visit_settle)}
            </button>
        </div>
    }
    .into_any()
}

//! Visits: the one that is under way, and those whose time nobody has decided about.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::StoreId;
use tournee_core::round::Visit;
use tournee_core::time::Instant;

use super::give::give_sheet;
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
    let (given, giving) = (StoredValue::new(None), RwSignal::new(false));
    let ended = move |visit: Visit| {
        // Where he did nothing, nothing is to be proposed: the round still asks.
        let worked = round
            .tournee
            .with_untracked(|phone| phone.worked_on(&visit));
        if !worked.is_empty() {
            given.try_set_value(Some(visit));
            giving.try_set(true);
        }
    };
    view! {
        {part(move || running.get().map(|visit| bar(round, &visit, ended)))}
        {give_sheet(round, given, giving)}
    }
    .into_any()
}

fn running(round: Round) -> Memo<Option<Visit>> {
    let tournee = round.tournee;
    kept(move || tournee.with(|phone| phone.book().running().cloned()))
}

fn bar(round: Round, visit: &Visit, ended: impl Fn(Visit) + Copy + 'static) -> AnyView {
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
            {end_button(round, visit.from, ended)}
        </div>
    }
    .into_any()
}

fn end_button(round: Round, from: Instant, ended: impl Fn(Visit) + Copy + 'static) -> AnyView {
    let end = move || {
        let (tournee, now) = (round.tournee, round.tournee.now());
        spawn_local(async move {
            if tournee.written(&move |book| book.end(now)).await.is_err() {
                return;
            }
            let visit = tournee.with_untracked(|phone| {
                let mut undecided = phone.book().undecided();
                undecided.find(|visit| visit.from == from).cloned()
            });
            visit.into_iter().for_each(ended);
        });
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
    let (given, giving) = (StoredValue::new(None), RwSignal::new(false));
    let give = move |visit: Visit| {
        given.set_value(Some(visit));
        giving.set(true);
    };
    let keys = move || visits.with(|all| all.iter().map(|v| v.from.0.to_string()).collect());
    let one = move |key: &str| {
        let from: i64 = key.parse().unwrap_or_default();
        let visit = visits.with_untracked(|all| all.iter().find(|v| v.from.0 == from).cloned());
        visit.map_or_else(|| ().into_any(), |visit| undecided(round, &visit, give))
    };
    view! {
        <div class="stack undecided" hidden=move || visits.with(Vec::is_empty)>{each(keys, one)}</div>
        {give_sheet(round, given, giving)}
    }
    .into_any()
}

fn undecided(round: Round, visit: &Visit, give: impl Fn(Visit) + Copy + 'static) -> AnyView {
    let (tournee, from, given) = (round.tournee, visit.from, visit.clone());
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
            <button type="button" class="btn" data-test="visit-give" on:click=tap(move || give(given.clone()))>
                {t(|t| t.visit_give)}
            </button>
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

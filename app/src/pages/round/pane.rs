//! The round as a list.

use leptos::prelude::*;
use tournee_core::domain::StoreId;

use super::add::add_store;
use super::stops::{left_out, stop};
use super::visits::{Undecided, VisitBar};
use super::{Order, Round, ToTake};
use crate::components::{Empty, each, icons, kept, part, tap, words};
use crate::text::{plural, t};

/// The stores in the order of the visits, with what is to be taken along.
#[component]
pub fn RoundPane(
    /// What it shows.
    round: Round,
    /// The store that is open.
    opened: Signal<Option<StoreId>>,
) -> impl IntoView {
    let order = kept(move || round.order());
    let stops = move || order.with(Order::ids);
    let title = part(move || {
        let alone = opened.with(Option::is_none);
        alone.then(|| view! { <h1 tabindex="-1">{t(|t| t.nav_round)}</h1> }.into_any())
    });
    view! {
        <section class="list-pane round-pane" data-test="round">
            <div class="round-scroll">
                <div class="line round-head">
                    {title}
                    <span class="muted small" role="status">{words(move || order.with(summary))}</span>
                    {part(move || order.with(|order| order.his).then(|| unpin(round)))}
                </div>
                <VisitBar round/>
                <Undecided round/>
                {part(move || order.with(nothing))}
                <ol class="plain stops">
                    {each(stops, move |id| stop(round, order, opened, id))}
                </ol>
                {add_store(round)}
                {left_out(round, order)}
                {part(move || nowhere(round))}
                <ToTake round store=None/>
            </div>
        </section>
    }
    .into_any()
}

fn summary(order: &Order) -> String {
    plural(order.stops.len(), |t| &t.round_count)
}

fn nothing(order: &Order) -> Option<AnyView> {
    (order.stops.is_empty() && order.out.is_empty()).then(|| {
        view! { <Empty icon=icons::ROUND title=t(|t| t.round_none)><p>{t(|t| t.round_none_hint)}</p></Empty> }
            .into_any()
    })
}

fn unpin(round: Round) -> AnyView {
    let tournee = round.tournee;
    view! {
        <button
            type="button" class="btn quiet small push" data-test="unpin"
            on:click=tap(move || tournee.write_book(|book| book.unpin()))
        >
            {t(|t| t.round_unpin)}
        </button>
    }
    .into_any()
}

/// Tickets of no store are in no stop: it is said where they are.
fn nowhere(round: Round) -> Option<AnyView> {
    let n = round.waits.with(|waits| waits.nowhere);
    (n > 0).then(|| {
        view! {
            <p class="muted small round-nowhere">
                {plural(n, |t| &t.round_nowhere)} " " <a href="/tickets">{t(|t| t.round_nowhere_link)}</a>
            </p>
        }
        .into_any()
    })
}

//! One stop of the round: the store, what waits there, and its place in the order.

use leptos::prelude::*;
use tournee_core::domain::StoreId;
use tournee_core::round::{Pressing, Stop, Waiting, Why};
use tournee_core::time::Instant;

use super::to_take::to_take_words;
use super::words::{due_in_store, moment, why_words};
use super::{Order, Round, address};
use crate::components::{Icon, Priority, icons, kept, part, tap, words};
use crate::platform::device::{after_drawing, focus};
use crate::text::{fill, number, plural, t};

/// A stop, with its number.
#[derive(Clone, PartialEq)]
struct Placed {
    number: usize,
    last: bool,
    stop: Stop,
    waiting: Waiting,
    to_take: Option<String>,
}

/// One stop.
pub fn stop(
    round: Round,
    order: Memo<Order>,
    opened: Signal<Option<StoreId>>,
    id: &str,
) -> AnyView {
    let Some(id) = StoreId::parse(id) else {
        return ().into_any();
    };
    let wanted = id.clone();
    let placed = kept(move || {
        let (number, stop, last) = order.with(|order| {
            let at = order.stops.iter().position(|stop| stop.id == wanted)?;
            Some((
                at + 1,
                order.stops.get(at)?.clone(),
                at + 1 == order.stops.len(),
            ))
        })?;
        let waiting = round.waiting(&wanted)?;
        Some(Placed {
            number,
            last,
            to_take: round
                .tournee
                .with(|phone| to_take_words(phone.book(), &wanted)),
            stop,
            waiting,
        })
    });
    let pressing = move || {
        placed.with(|placed| {
            placed
                .as_ref()
                .map(|placed| pressing_name(placed.stop.pressing))
        })
    };
    let (here, hook) = (id.clone(), id.to_string());
    let current = move || {
        opened
            .with(|opened| opened.as_ref() == Some(&here))
            .then_some("true")
    };
    view! {
        <li class="stop" data-test="stop" data-store=hook data-pressing=pressing aria-current=current>
            {part(move || placed.get().map(|placed| body(&placed, round.now.get())))}
            {acts(round, order, placed, id)}
        </li>
    }
    .into_any()
}

fn pressing_name(pressing: Pressing) -> &'static str {
    match pressing {
        Pressing::Now => "now",
        Pressing::Today => "today",
        Pressing::Later => "later",
    }
}

fn body(placed: &Placed, now: Instant) -> AnyView {
    let Placed {
        number: place,
        stop,
        waiting,
        to_take,
        ..
    } = placed;
    let why = why_words(stop.why, now);
    view! {
        <a class="stop-link" href=address(&stop.id)>
            <span class="stop-number" aria-hidden="true">{number(*place)}</span>
            <span class="stop-words">
                <strong class="stop-name">{waiting.name.clone()}</strong>
                <span class="line small">
                    {(!why.is_empty()).then(|| view! { <span class="stop-why" data-test="why">{why}</span> })}
                    {waiting.urgent.map(|level| view! { <Priority level/> })}
                </span>
                <span class="small muted" data-test="stop-counts">{counts(waiting, stop.why, now)}</span>
                {to_take.clone().map(|words| view! { <span class="small">{words}</span> })}
            </span>
        </a>
    }
    .into_any()
}

/// "12 ouverts · 3 à moi · 2 en retard · planifié à 14:00".
fn counts(waiting: &Waiting, why: Why, now: Instant) -> String {
    if waiting.open == 0 {
        return t(|t| t.round_added).to_owned();
    }
    let mut parts = vec![plural(waiting.open, |t| &t.round_open)];
    if waiting.mine > 0 {
        parts.push(plural(waiting.mine, |t| &t.round_mine));
    }
    // What put it here is said above.
    if waiting.late > 0 && !matches!(why, Why::Late(_)) {
        parts.push(plural(waiting.late, |t| &t.round_late));
    }
    if let Some(planned) = waiting.planned.filter(|_| !matches!(why, Why::Planned(_))) {
        parts.push(fill(
            t(|t| t.round_planned),
            &[("when", &moment(planned, now))],
        ));
    }
    if waiting.late == 0
        && !matches!(why, Why::Due(_))
        && let Some(due) = waiting.due
    {
        parts.push(due_in_store(&due, now));
    }
    parts.join(" · ")
}

/// Up, down, not today. By button as by keyboard: nothing has to be dragged.
fn acts(round: Round, order: Memo<Order>, placed: Memo<Option<Placed>>, id: StoreId) -> AnyView {
    let first = kept(move || placed.with(|placed| placed.as_ref().is_none_or(|p| p.number == 1)));
    let last = kept(move || placed.with(|placed| placed.as_ref().is_none_or(|p| p.last)));
    let name = kept(move || placed.with(|p| p.as_ref().map(|p| p.waiting.name.clone())));
    let labelled = move |pattern: &'static str| {
        words(move || fill(pattern, &[("store", &name.get().unwrap_or_default())]))
    };
    let (up, down) = (id.clone(), id.clone());
    view! {
        <div class="stop-acts">
            <button
                type="button" class="icon-btn" data-test="stop-up" aria-label=labelled(t(|t| t.round_up))
                prop:disabled=move || first.get() on:click=tap(move || shift(round, order, &up, true))
            >
                <Icon of=icons::UP/>
            </button>
            <button
                type="button" class="icon-btn" data-test="stop-down" aria-label=labelled(t(|t| t.round_down))
                prop:disabled=move || last.get() on:click=tap(move || shift(round, order, &down, false))
            >
                <Icon of=icons::DOWN/>
            </button>
            <button
                type="button" class="icon-btn" data-test="stop-out" aria-label=labelled(t(|t| t.round_leave_out))
                on:click=tap(move || set_out(round, &id, true))
            >
                <Icon of=icons::CLOSE/>
            </button>
        </div>
    }
    .into_any()
}

fn shift(round: Round, order: Memo<Order>, id: &StoreId, up: bool) {
    let shown = order.with_untracked(|order| order.stops.clone());
    let (tournee, id) = (round.tournee, id.clone());
    leptos::task::spawn_local(async move {
        let moved = tournee.written(&|book| book.shift(&shown, &id, up)).await;
        if moved.is_ok() {
            // The stop is elsewhere now, and the keyboard with it; at an end it is the other button's turn.
            let hook = if up { "stop-up" } else { "stop-down" };
            let at = format!(".stop[data-store=\"{id}\"]");
            after_drawing(move || {
                focus(&format!(
                    "{at} [data-test=stop-down]:enabled, {at} [data-test=stop-up]:enabled"
                ));
                focus(&format!("{at} [data-test={hook}]:enabled"));
            });
        }
    });
}

fn set_out(round: Round, id: &StoreId, out: bool) {
    let (id, day) = (id.clone(), untrack(|| round.day()));
    if out && untrack(|| round.waiting(&id)).is_some_and(|waiting| waiting.open == 0) {
        // Nothing waits there: there is no reason to keep it in sight.
        return round.tournee.write_book(move |book| book.drop_store(&id));
    }
    round
        .tournee
        .write_book(move |book| book.set_out(&id, day, out));
}

/// Stores that wait for another day: they are seen all the same, and are taken in again by one tap.
pub fn left_out(round: Round, order: Memo<Order>) -> AnyView {
    let out = kept(move || order.with(|order| order.out.clone()));
    let one = move |id: &StoreId| {
        let (name, id) = (round.name(id), id.clone());
        let words = fill(t(|t| t.round_take_in), &[("store", &name)]);
        view! {
            <li class="line">
                <a class="grow" href=address(&id)>{name}</a>
                <button
                    type="button" class="btn small" data-test="stop-in" aria-label=words
                    on:click=tap(move || set_out(round, &id, false))
                >
                    {t(|t| t.round_take_in_short)}
                </button>
            </li>
        }
        .into_any()
    };
    let list = move || {
        let out = out.get();
        (!out.is_empty()).then(|| {
            view! {
                <section class="round-out" data-test="left-out">
                    <h2>{t(|t| t.round_left_out)}</h2>
                    <ul class="plain">{out.iter().map(one).collect::<Vec<_>>()}</ul>
                </section>
            }
            .into_any()
        })
    };
    part(list).into_any()
}

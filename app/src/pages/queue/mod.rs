//! *File d'attente*: every change, and where it stands.

mod copy;
mod editor;
mod item;
mod problem;
mod words;

use leptos::prelude::*;
use tournee_core::ids::ChangeId;
use tournee_core::phone::Phone;

pub use self::item::QueuedItem;
pub use self::words::change_words;

use crate::components::{Empty, icons, tap};
use crate::contexts::Tournee;
use crate::text::t;

/// Settled changes that are drawn at once; the others when asked for.
const DRAWN: usize = 50;

/// Changes by what becomes of them, newest first.
#[derive(Clone, Debug, Default, PartialEq)]
struct Groups {
    needs_you: Vec<ChangeId>,
    moving: Vec<ChangeId>,
    settled: Vec<ChangeId>,
}

fn groups(phone: &Phone) -> Groups {
    let mut groups = Groups::default();
    for queued in phone.outbox().iter().rev() {
        let group = if queued.needs_you() {
            &mut groups.needs_you
        } else if queued.is_unsettled() {
            &mut groups.moving
        } else {
            &mut groups.settled
        };
        group.push(queued.change.id);
    }
    groups
}

/// The page.
#[component]
pub fn QueuePage() -> impl IntoView {
    let tournee = Tournee::expect();
    let groups = Memo::new(move |_| tournee.with(groups));
    let all = RwSignal::new(false);
    let needs_you = Signal::derive(move || groups.with(|groups| groups.needs_you.clone()));
    let moving = Signal::derive(move || groups.with(|groups| groups.moving.clone()));
    let settled = Signal::derive(move || {
        let drawn = if all.get() { usize::MAX } else { DRAWN };
        groups.with(|groups| {
            groups
                .settled
                .iter()
                .take(drawn)
                .copied()
                .collect::<Vec<_>>()
        })
    });
    let none = Memo::new(move |_| groups.with(|groups| *groups == Groups::default()));
    let more = Memo::new(move |_| !all.get() && groups.with(|groups| groups.settled.len() > DRAWN));
    view! {
        <section class="page queue" data-test="queue">
            <h1>{t(|t| t.queue_title)}</h1>
            {move || none.get().then(|| view! {
                <Empty icon=icons::QUEUE title=t(|t| t.queue_none)><p>{t(|t| t.queue_none_hint)}</p></Empty>
            }.into_any())}
            <Group title=t(|t| t.queue_needs_you) changes=needs_you/>
            <Group title=t(|t| t.queue_moving) changes=moving/>
            <Group title=t(|t| t.queue_settled) changes=settled/>
            {move || more.get().then(|| view! {
                <button type="button" class="btn wide" on:click=tap(move || all.set(true))>{t(|t| t.queue_more)}</button>
            }.into_any())}
        </section>
    }
    .into_any()
}

#[component]
fn Group(title: &'static str, changes: Signal<Vec<ChangeId>>) -> impl IntoView {
    let empty = Memo::new(move |_| changes.with(Vec::is_empty));
    view! {
        <section hidden=move || empty.get()>
            <h2>{title}</h2>
            <For each=move || changes.get() key=|id| *id let(id)>
                <QueuedItem id/>
            </For>
        </section>
    }
    .into_any()
}

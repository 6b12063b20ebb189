//! *File d'attente*: every change, and where it stands.

mod copy;
mod discard;
mod editor;
mod hands;
mod item;
mod problem;
mod waiting;
mod words;

use leptos::prelude::*;
use tournee_core::phone::Phone;

pub use self::problem::problem_view;
pub use self::waiting::Waiting;
pub use self::words::change_words;

use self::item::queued_item;

use crate::components::{Empty, each, icons, kept, tap};
use crate::contexts::Tournee;
use crate::text::t;

/// Settled changes that are drawn at once; the others when asked for.
const DRAWN: usize = 50;

/// Changes by what becomes of them, newest first.
#[derive(Clone, Debug, Default, PartialEq)]
struct Groups {
    needs_you: Vec<String>,
    moving: Vec<String>,
    settled: Vec<String>,
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
        group.push(queued.change.id.to_string());
    }
    groups
}

/// The page.
#[component]
pub fn QueuePage() -> impl IntoView {
    let tournee = Tournee::expect();
    let groups = kept(move || tournee.with(groups));
    let all = RwSignal::new(false);
    let drawn = move || if all.get() { usize::MAX } else { DRAWN };
    let settled =
        move || groups.with(|groups| groups.settled.iter().take(drawn()).cloned().collect());
    let none = move || groups.with(|groups| *groups == Groups::default());
    let more = move || groups.with(|groups| groups.settled.len() > drawn());
    view! {
        <section class="page queue" data-test="queue">
            <h1 tabindex="-1">{t(|t| t.queue_title)}</h1>
            {move || none().then(|| view! {
                <Empty icon=icons::QUEUE title=t(|t| t.queue_none)><p>{t(|t| t.queue_none_hint)}</p></Empty>
            }.into_any())}
            {group(t(|t| t.queue_needs_you), kept(move || groups.with(|groups| groups.needs_you.clone())))}
            {group(t(|t| t.queue_moving), kept(move || groups.with(|groups| groups.moving.clone())))}
            {group(t(|t| t.queue_settled), kept(settled))}
            {move || more().then(|| view! {
                <button type="button" class="btn wide" on:click=tap(move || all.set(true))>{t(|t| t.queue_more)}</button>
            }.into_any())}
        </section>
    }
    .into_any()
}

fn group(title: &'static str, changes: Memo<Vec<String>>) -> AnyView {
    view! {
        <section hidden=move || changes.with(Vec::is_empty)>
            <h2>{title}</h2>
            {each(move || changes.get(), |id| queued_item(id, false))}
        </section>
    }
    .into_any()
}

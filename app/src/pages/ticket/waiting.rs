//! Changes on this ticket that are not in GLPI yet: where each stands, and what stands in the way of it.

use leptos::prelude::*;
use tournee_core::changes::ChangeKind;
use tournee_core::ids::ChangeId;
use tournee_core::outbox::Queued;

use super::Open;
use crate::components::{Standing, Ticks};
use crate::contexts::Tournee;
use crate::pages::queue::{QueuedItem, change_words};
use crate::text::t;

/// The changes that wait.
#[component]
pub fn Waiting(
    /// The ticket.
    open: Open,
) -> impl IntoView {
    let tournee = Tournee::expect();
    let key = open.key();
    let unsettled = Memo::new(move |_| {
        tournee.with(|phone| {
            let queued = phone.outbox().of_ticket(&key);
            queued
                .filter(|q| q.is_unsettled())
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let stuck = Memo::new(move |_| {
        unsettled.with(|all| {
            let stuck = all.iter().filter(|q| q.needs_you());
            stuck.map(|queued| queued.change.id).collect::<Vec<_>>()
        })
    });
    let on_their_way = move || {
        unsettled.with(|all| {
            // What leaves an entry in the timeline has its ticks there.
            let moving = all.iter().filter(|queued| !queued.needs_you());
            let moving = moving.filter(|queued| queued.change.body.entry().is_none());
            moving.map(line).collect_view()
        })
    };
    let any = Memo::new(move |_| {
        let shown = |queued: &Queued| queued.needs_you() || queued.change.body.entry().is_none();
        unsettled.with(|all| all.iter().any(shown))
    });
    view! {
        <section class="section" data-test="waiting" hidden=move || !any.get() aria-label=t(|t| t.ticket_waiting)>
            <For each=move || stuck.get() key=|id: &ChangeId| *id let(id)>
                <QueuedItem id on_ticket=true/>
            </For>
            <ul class="plain">{on_their_way}</ul>
        </section>
    }
    .into_any()
}

fn line(queued: &Queued) -> AnyView {
    let words = change_words(&queued.change.body);
    let standing = Standing::of(queued);
    view! { <li class="line small"><span>{words}</span><Ticks standing/></li> }.into_any()
}

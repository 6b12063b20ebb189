//! Changes on this ticket that are not in GLPI yet: where each stands, and what stands in the way of it.

use leptos::prelude::*;
use tournee_core::changes::ChangeKind;
use tournee_core::outbox::Queued;

use super::Open;
use crate::components::{Standing, Ticks, each, kept};
use crate::pages::queue::{change_words, queued_item};
use crate::text::t;

/// The changes that wait.
#[component]
pub fn Waiting(
    /// The ticket.
    open: Open,
) -> impl IntoView {
    let key = open.key();
    let unsettled = kept(move || {
        open.tournee.with(|phone| {
            let queued = phone.outbox().of_ticket(&key);
            // What leaves an entry in the timeline has its ticks there.
            let shown = |q: &&Queued| q.needs_you() || q.change.body.entry().is_none();
            let queued = queued.filter(|q| q.is_unsettled()).filter(shown);
            queued.cloned().collect::<Vec<_>>()
        })
    });
    let stuck = move || {
        unsettled.with(|all| {
            let stuck = all.iter().filter(|queued| queued.needs_you());
            stuck.map(|queued| queued.change.id.to_string()).collect()
        })
    };
    let lines = move || {
        unsettled.with(|all| {
            let moving = all.iter().filter(|queued| !queued.needs_you());
            moving.map(line).collect::<Vec<_>>()
        })
    };
    view! {
        <section
            class="section" data-test="waiting" aria-label=t(|t| t.ticket_waiting)
            hidden=move || unsettled.with(Vec::is_empty)
        >
            {each(stuck, |id| queued_item(id, true))}
            <ul class="plain">{lines}</ul>
        </section>
    }
    .into_any()
}

fn line(queued: &Queued) -> AnyView {
    let words = change_words(&queued.change.body);
    let standing = Standing::of(queued);
    view! { <li class="line small"><span>{words}</span><Ticks standing/></li> }.into_any()
}

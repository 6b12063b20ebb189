//! Changes on a ticket or a thread that are not in GLPI or Gmail yet: where each stands, and what stands in the way of it.

use leptos::prelude::*;
use tournee_core::changes::{ChangeBody, ChangeKind, Target};
use tournee_core::outbox::Queued;

use super::item::queued_item;
use super::words::change_words;
use crate::components::{Standing, Ticks, each, kept};
use crate::contexts::Tournee;
use crate::text::t;

/// The changes that wait.
#[component]
pub fn Waiting(
    /// On what.
    #[prop(into)]
    target: Target,
) -> impl IntoView {
    let tournee = Tournee::expect();
    let unsettled = kept(move || {
        tournee.with(|phone| {
            let queued = phone.outbox().of_target(&target);
            // What leaves an entry in the timeline has its ticks there.
            let shown = |q: &&Queued| q.needs_you() || !leaves_a_trace(&q.change.body);
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

/// Whether its words stand among what happened, with its ticks.
fn leaves_a_trace(body: &ChangeBody) -> bool {
    body.entry().is_some() || matches!(body, ChangeBody::Reply(_))
}

fn line(queued: &Queued) -> AnyView {
    let words = change_words(&queued.change.body);
    let standing = Standing::of(queued);
    view! { <li class="line small"><span>{words}</span><Ticks standing/></li> }.into_any()
}

//! What was asked, and what happened since, in time order.

use leptos::prelude::*;
use tournee_core::domain::Ticket;

use super::Open;
use super::entry::entry_view;
use crate::components::Html;
use crate::text::t;

/// Description and timeline.
#[component]
pub fn Timeline(
    /// The ticket.
    open: Open,
) -> impl IntoView {
    view! {
        <section class="section">
            <h2>{t(|t| t.ticket_description)}</h2>
            <div class="entry" data-test="ticket-content">
                {move || view! { <Html of=open.ticket.with(|ticket| ticket.content.clone())/> }.into_any()}
            </div>
        </section>
        <section class="section">
            <h2>{t(|t| t.ticket_timeline)}</h2>
            {move || open.ticket.with(|ticket| entries(open, ticket))}
        </section>
        <div class="ticket-end"></div>
    }
    .into_any()
}

/// Entries that did not change keep their elements: only what differs is written.
fn entries(open: Open, ticket: &Ticket) -> Vec<AnyView> {
    let words = match &ticket.timeline {
        None => t(|t| t.ticket_timeline_wait),
        Some(entries) if entries.is_empty() => t(|t| t.ticket_timeline_none),
        Some(entries) => {
            return entries
                .iter()
                .map(|entry| entry_view(open, entry))
                .collect();
        }
    };
    vec![view! { <p class="muted">{words}</p> }.into_any()]
}

//! What was asked, and what happened since, in time order.

use leptos::prelude::*;
use tournee_core::domain::{Entry, Status};

use super::Open;
use super::posted::{Posted, merged, posted};
use super::report::ReportButton;
use super::sign::Sign;
use crate::components::{Html, kept};
use crate::text::t;

/// Description and timeline.
#[component]
pub fn Timeline(
    /// The ticket.
    open: Open,
) -> impl IntoView {
    // Most changes move neither: what was drawn once is left alone.
    let content = kept(move || open.ticket.with(|ticket| ticket.content.clone()));
    let is_closed = kept(move || open.ticket.with(|ticket| ticket.status == Status::Closed));
    let mails = posted(open);
    let timeline = kept(move || open.ticket.with(|ticket| ticket.timeline.clone()));
    view! {
        <section class="section">
            <h2>{t(|t| t.ticket_description)}</h2>
            <div class="entry" data-test="ticket-content">
                {move || view! { <Html of=content.get()/> }.into_any()}
            </div>
        </section>
        <section class="section">
            <h2>{t(|t| t.ticket_timeline)}</h2>
            {move || timeline.with(|timeline| mails.with(|mails| entries(open, timeline.as_deref(), mails)))}
        </section>
        <div class="line ticket-paper">
            {move || (!is_closed.get() && !open.read_only).then(|| view! { <Sign open/> })}
            <ReportButton open/>
        </div>
        <div class="ticket-end"></div>
    }
    .into_any()
}

/// Entries that did not change keep their elements: only what differs is written.
fn entries(open: Open, timeline: Option<&[Entry]>, mails: &[Posted]) -> Vec<AnyView> {
    let words = match timeline {
        None => t(|t| t.ticket_timeline_wait),
        Some([]) if mails.is_empty() => t(|t| t.ticket_timeline_none),
        Some(entries) => return merged(open, entries, mails),
    };
    vec![view! { <p class="muted">{words}</p> }.into_any()]
}

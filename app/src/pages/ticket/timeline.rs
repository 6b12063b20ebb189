//! What was asked, and what happened since, in time order.

use leptos::prelude::*;
use tournee_core::domain::{Entry, EntryKind};
use tournee_core::ids::ChangeId;

use super::Open;
use super::entry::EntryView;
use crate::components::Html;
use crate::text::t;

/// What an entry is known by while it goes from the outbox to GLPI.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum EntryKey {
    Ours(ChangeId),
    Glpi(u8, u64),
}

fn key(entry: &Entry) -> EntryKey {
    let kind = match entry.what {
        EntryKind::Followup { .. } => 0,
        EntryKind::Task { .. } => 1,
        EntryKind::Solution { .. } => 2,
        EntryKind::Document(_) => 3,
    };
    match entry.change {
        Some(change) => EntryKey::Ours(change),
        None => EntryKey::Glpi(kind, entry.id),
    }
}

/// Description and timeline.
#[component]
pub fn Timeline(
    /// The ticket.
    open: Open,
) -> impl IntoView {
    let content = open.part(|ticket| ticket.content.clone());
    let entries = open.part(|ticket| ticket.timeline.clone());
    let read = Memo::new(move |_| entries.with(Option::is_some));
    let each = move || entries.with(|entries| entries.clone().unwrap_or_default());
    let one = move |first: Entry| {
        let known = key(&first);
        let entry = Memo::new(move |last: Option<&Entry>| {
            let find = |entries: &Option<Vec<Entry>>| {
                entries
                    .iter()
                    .flatten()
                    .find(|entry| key(entry) == known)
                    .cloned()
            };
            let found = entries.with(find);
            found.unwrap_or_else(|| last.unwrap_or(&first).clone())
        });
        view! { <EntryView open entry/> }
    };
    view! {
        <section class="section">
            <h2>{t(|t| t.ticket_description)}</h2>
            <div class="entry" data-test="ticket-content"><Html of=content/></div>
        </section>
        <section class="section">
            <h2>{t(|t| t.ticket_timeline)}</h2>
            <For each key=key children=one/>
            {move || match (read.get(), entries.with(|e| e.as_ref().is_none_or(Vec::is_empty))) {
                (false, _) => view! { <p class="muted">{t(|t| t.ticket_timeline_wait)}</p> }.into_any(),
                (true, true) => view! { <p class="muted">{t(|t| t.ticket_timeline_none)}</p> }.into_any(),
                _ => ().into_any(),
            }}
        </section>
        <div class="ticket-end"></div>
    }
    .into_any()
}

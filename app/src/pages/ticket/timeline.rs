//! What was asked, and what happened since, in time order.

use leptos::prelude::*;
use tournee_core::changes::Field;
use tournee_core::domain::{Act, Entry, Status};

use super::Open;
use super::dossier::DossierButton;
use super::edit::{Editing, hook};
use super::entry::entry_view;
use super::history::{Past, act_view};
use super::report::ReportButton;
use super::sign::Sign;
use crate::components::{Html, Icon, icons, kept, part, tap};
use crate::text::t;

/// Description and timeline.
#[component]
pub fn Timeline(
    /// The ticket.
    open: Open,
    /// What is being corrected.
    editing: Editing,
) -> impl IntoView {
    // Most changes move neither: what was drawn once is left alone.
    let content = kept(move || open.ticket.with(|ticket| ticket.content.clone()));
    let is_closed = kept(move || open.ticket.with(|ticket| ticket.status == Status::Closed));
    let timeline = kept(move || open.ticket.with(|ticket| ticket.timeline.clone()));
    let past = Past::of(open);
    let acts = past.acts();
    view! {
        <section class="section">
            <div class="line">
                <h2>{t(|t| t.ticket_description)}</h2>
                {pen(open, editing)}
            </div>
            <div class="entry" data-test="ticket-content">
                {move || view! { <Html of=content.get()/> }.into_any()}
            </div>
        </section>
        <section class="section">
            <div class="line">
                <h2>{t(|t| t.ticket_timeline)}</h2>
                {past.switch()}
            </div>
            {past.note()}
            {move || timeline.with(|timeline| acts.with(|acts| items(open, timeline.as_deref(), acts)))}
        </section>
        <div class="line ticket-paper">
            {move || (!is_closed.get() && !open.read_only).then(|| view! { <Sign open/> })}
            <ReportButton open/>
            <DossierButton open past/>
        </div>
        <div class="ticket-end"></div>
    }
    .into_any()
}

/// Corrects the description, where it can be corrected.
fn pen(open: Open, editing: Editing) -> AnyView {
    let correctable = kept(move || open.is_correctable());
    let button = move || {
        correctable.get().then(|| {
            view! {
                <button
                    type="button" class="icon-btn push" data-test=hook(Field::Description) aria-haspopup="dialog"
                    aria-label=t(|t| t.description_edit) on:click=tap(move || editing.set(Some(Field::Description)))
                >
                    <Icon of=icons::PEN/>
                </button>
            }
            .into_any()
        })
    };
    part(button).into_any()
}

/// Entries that did not change keep their elements: only what differs is written.
fn items(open: Open, timeline: Option<&[Entry]>, acts: &[Act]) -> Vec<AnyView> {
    let words = match timeline {
        None => t(|t| t.ticket_timeline_wait),
        Some([]) => t(|t| t.ticket_timeline_none),
        Some(_) => "",
    };
    let mut items: Vec<AnyView> = Vec::new();
    if !words.is_empty() {
        items.push(view! { <p class="muted">{words}</p> }.into_any());
    }
    let entries = timeline.unwrap_or_default();
    items.extend(together(entries, acts).into_iter().map(|item| match item {
        Item::Entry(entry) => entry_view(open, entry),
        Item::Act(act) => act_view(open, act),
    }));
    items
}

/// What stands in the timeline.
#[derive(Debug, PartialEq)]
pub enum Item<'a> {
    /// Something that was said or attached.
    Entry(&'a Entry),
    /// Something that was done.
    Act(&'a Act),
}

/// Both in time order. The order of the entries stays as it is: what belongs together stands together.
pub fn together<'a>(entries: &'a [Entry], acts: &'a [Act]) -> Vec<Item<'a>> {
    let mut items = Vec::with_capacity(entries.len() + acts.len());
    let mut acts = acts.iter().peekable();
    for entry in entries {
        while let Some(act) = acts.next_if(|act| act.at <= entry.at) {
            items.push(Item::Act(act));
        }
        items.push(Item::Entry(entry));
    }
    items.extend(acts.map(Item::Act));
    items
}

#[cfg(test)]
mod tests {
    use tournee_core::domain::{Deed, EntryKind};
    use tournee_core::time::Instant;

    use super::*;

    fn entry(id: u64, at: i64) -> Entry {
        Entry {
            id,
            at: Instant(at),
            author: None,
            what: EntryKind::Followup {
                content: String::new(),
                private: false,
            },
            change: None,
        }
    }

    fn act(at: i64) -> Act {
        Act {
            at: Instant(at),
            who: String::new(),
            what: Deed::Created,
            change: None,
        }
    }

    #[test]
    fn what_was_done_stands_between_what_was_said() {
        // The second one was typed with no network: it stands at the end, whatever its time.
        let entries = [entry(1, 10), entry(2, 30), entry(0, 20)];
        let acts = [act(5), act(10), act(25), act(40)];
        let places: Vec<i64> = together(&entries, &acts)
            .iter()
            .map(|item| match item {
                Item::Entry(entry) => entry.at.0,
                Item::Act(act) => -act.at.0,
            })
            .collect();
        assert_eq!(places, [-5, -10, 10, -25, 30, 20, -40]);
    }
}

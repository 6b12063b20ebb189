//! What was asked, and what happened since, in time order.

use leptos::prelude::*;
use tournee_core::changes::Field;
use tournee_core::domain::{Act, Entry, Status};
use tournee_core::time::Instant;

use super::Open;
use super::dossier::DossierButton;
use super::edit::{Editing, hook};
use super::entry::entry_view;
use super::history::{Past, act_view};
use super::posted::{Posted, posted, untold};
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
    let mails = posted(open);
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
            {move || timeline.with(|timeline| acts.with(|acts| mails.with(|mails| {
                items(open, timeline.as_deref(), acts, mails)
            })))}
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
fn items(open: Open, timeline: Option<&[Entry]>, acts: &[Act], mails: &[Posted]) -> Vec<AnyView> {
    let words = match timeline {
        None => t(|t| t.ticket_timeline_wait),
        Some([]) if mails.is_empty() && acts.is_empty() => t(|t| t.ticket_timeline_none),
        Some(_) => "",
    };
    let mut items: Vec<AnyView> = Vec::new();
    if !words.is_empty() {
        items.push(view! { <p class="muted">{words}</p> }.into_any());
    }
    let beside = acts.iter().map(Item::Act);
    let mails = untold(mails, timeline.unwrap_or_default());
    let beside = beside.chain(mails.into_iter().map(Item::Mail)).collect();
    let all = together(timeline.unwrap_or_default(), beside).into_iter();
    items.extend(all.map(|item| match item {
        Item::Entry(entry) => entry_view(open, entry),
        Item::Act(act) => act_view(open, act),
        Item::Mail(mail) => mail.view(),
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
    /// A mail of one of its threads.
    Mail(&'a Posted),
}

impl Item<'_> {
    fn at(&self) -> Instant {
        match self {
            Self::Entry(entry) => entry.at,
            Self::Act(act) => act.at,
            Self::Mail(mail) => mail.at,
        }
    }
}

/// All in time order. The order of the entries stays as it is: what belongs together stands together.
pub fn together<'a>(entries: &'a [Entry], mut beside: Vec<Item<'a>>) -> Vec<Item<'a>> {
    beside.sort_by_key(Item::at);
    let mut items = Vec::with_capacity(entries.len() + beside.len());
    let mut beside = beside.into_iter().peekable();
    for entry in entries {
        while let Some(item) = beside.next_if(|item| item.at() <= entry.at) {
            items.push(item);
        }
        items.push(Item::Entry(entry));
    }
    items.extend(beside);
    items
}

#[cfg(test)]
mod tests {
    use tournee_core::domain::{Deed, EntryKind};

    use super::*;
    use crate::pages::ticket::posted::posted_at;

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
        let mails = [posted_at(7), posted_at(26)];
        let beside = acts.iter().map(Item::Act);
        let beside = beside.chain(mails.iter().map(Item::Mail)).collect();
        let places: Vec<(char, i64)> = together(&entries, beside)
            .iter()
            .map(|item| match item {
                Item::Entry(entry) => ('e', entry.at.0),
                Item::Act(act) => ('a', act.at.0),
                Item::Mail(mail) => ('m', mail.at.0),
            })
            .collect();
        let expected = [
            ('a', 5),
            ('m', 7),
            ('a', 10),
            ('e', 10),
            ('a', 25),
            ('m', 26),
            ('e', 30),
            ('e', 20),
            ('a', 40),
        ];
        assert_eq!(places, expected);
    }
}

//! A fact of the ticket, or who is on it, corrected in a sheet of its own.

mod chooser;
mod people;
mod seats;
mod values;

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::changes::{ChangeBody, Fact, Field, SetFact};
use tournee_core::domain::{Level, Reference};

pub use self::chooser::chooser;

use super::Open;
use super::act::act;
use crate::components::{Sheet, Toasts, fact_words, field_words};
use crate::platform::device::{after_drawing, focus};
use crate::text::{fill, t};

/// Letters of a corrected text that are told.
const LETTERS_TOLD: usize = 80;

/// What is being corrected, if anything is.
pub type Editing = RwSignal<Option<Field>>;

/// A field's hook, for tests and for the keyboard that comes back to it.
pub fn hook(field: Field) -> &'static str {
    match field {
        Field::Assignees | Field::Groups => "fact-assignees",
        Field::Requesters => "fact-requesters",
        Field::Observers => "fact-observers",
        Field::Title => "fact-title",
        Field::Description => "fact-description",
        Field::Kind => "fact-kind",
        Field::Category => "fact-category",
        Field::Location => "fact-location",
        Field::Urgency => "fact-urgency",
        Field::Impact => "fact-impact",
        Field::Due => "fact-due",
        Field::Status
        | Field::Solution
        | Field::TaskState
        | Field::TaskLength
        | Field::TaskText
        | Field::TaskPlan
        | Field::Assets
        | Field::Boxes
        | Field::Mails => "fact",
    }
}

/// What a sheet needs. Copy it into closures freely.
#[derive(Clone, Copy)]
struct Sheeted {
    open: Open,
    toasts: Toasts,
    /// That GLPI's lists, once storage has told them.
    lists: RwSignal<Option<Arc<Reference>>>,
    /// Whether the sheet is there.
    shown: RwSignal<bool>,
}

impl Sheeted {
    /// Queues a corrected fact and closes the sheet; a fact as it was closes it alone.
    fn correct(self, to: Fact) {
        self.correct_then(to, |_| {});
    }

    /// The same, and calls back with whether it lasts.
    fn correct_then(self, to: Fact, then: impl FnOnce(bool) + 'static) {
        let from = self.open.ticket.with_untracked(|ticket| to.on(ticket));
        if from.is_same(&to) {
            self.shown.set(false);
            then(true);
            return;
        }
        let what = field_words(to.field());
        let words = fill(
            t(|t| t.fact_corrected),
            &[("what", what), ("value", &short(&fact_words(&to)))],
        );
        let priority = self.priority(&to);
        let body = ChangeBody::Fact(Box::new(SetFact { from, to, priority }));
        self.queue(body, words, move |lasts| {
            self.shown.try_set(false);
            then(lasts);
        });
    }

    /// Queues a change and says so.
    fn queue(self, body: ChangeBody, words: String, then: impl FnOnce(bool) + 'static) {
        let (tournee, key) = (self.open.tournee, self.open.key());
        act(tournee, self.toasts, key.into(), body, words, then);
    }

    /// What that GLPI will make of a new urgency or impact, as far as the phone knows.
    fn priority(self, to: &Fact) -> Option<Level> {
        let (urgency, impact) = self.open.ticket.with_untracked(|ticket| match to {
            Fact::Urgency(urgency) => Some((*urgency, ticket.impact)),
            Fact::Impact(impact) => Some((ticket.urgency, *impact)),
            _ => None,
        })?;
        let lists = self.lists.get_untracked()?;
        lists.priority_matrix.as_ref()?.priority(urgency, impact)
    }
}

/// As much of a text as a toast holds.
fn short(words: &str) -> String {
    let mut first: String = words.chars().take(LETTERS_TOLD).collect();
    if first.len() < words.len() {
        first.push('…');
    }
    first
}

/// The sheet of what is being corrected.
#[component]
pub fn EditSheet(
    /// The ticket.
    open: Open,
    /// What of it.
    editing: Editing,
) -> impl IntoView {
    move || editing.get().map(|field| sheet(open, editing, field))
}

fn sheet(open: Open, editing: Editing, field: Field) -> AnyView {
    let sheeted = Sheeted {
        open,
        toasts: Toasts::expect(),
        lists: RwSignal::new(None),
        shown: RwSignal::new(true),
    };
    let source = open.key().source;
    spawn_local(async move {
        let lists = open.tournee.reference(&source).await;
        sheeted.lists.try_set(lists.map(Arc::new));
    });
    Effect::new(move |_| {
        if !sheeted.shown.get() {
            // The dialog closes first; what had the focus was drawn anew meanwhile.
            after_drawing(move || {
                editing.try_set(None);
                focus(&format!("[data-test={}]", hook(field)));
            });
        }
    });
    let content = move || match field {
        Field::Assignees | Field::Groups | Field::Requesters | Field::Observers => {
            people::people(sheeted, field)
        }
        _ => values::value(sheeted, field),
    };
    view! { <Sheet title=field_words(field) open=sheeted.shown>{content()}</Sheet> }.into_any()
}

//! The ticket's facts.

use leptos::prelude::*;
use tournee_core::changes::Field;
use tournee_core::domain::{Actor, Level, Named, Ticket};
use tournee_core::time::{Instant, Seconds};

use super::Open;
use super::edit::{Editing, hook};
use crate::components::{
    DueWords, Icon, due_words, field_words, icons, kept, kind_words, length_words, level_words,
    part, tap,
};
use crate::platform::intl::{Form, instant};
use crate::text::t;

/// The facts.
#[component]
pub fn Facts(
    /// The ticket.
    open: Open,
    /// What is being corrected.
    editing: Editing,
) -> impl IntoView {
    // Most changes move one of them, or none.
    let due = kept(move || open.ticket.with(|ticket| ticket.due_at));
    let goals = kept(move || open.tournee.with(|phone| phone.goals().clone()));
    let timing = kept(move || open.ticket.with(|ticket| ticket.timing()));
    let correctable = kept(move || open.is_correctable());
    let facts = kept(move || {
        let correctable = correctable.get();
        open.ticket.with(|ticket| facts(ticket, correctable))
    });
    let now = open.now;
    let due = move || {
        let left = goals.with(|goals| due_words(timing.get(), goals, now.get()));
        let words = match (due.get(), left) {
            (None, None) if correctable.get() => unset(),
            (None, None) => return None,
            (due, left) => due_view(due, left),
        };
        let field = correctable.get().then_some(Field::Due);
        Some(row(t(|t| t.tickets_column_due), words, field, editing))
    };
    let fact = move |fact: &Fact| {
        let words = match fact.value.words() {
            words if words.is_empty() => unset(),
            words => words.into_any(),
        };
        row(fact.name, words, fact.field, editing)
    };
    view! {
        <section class="section">
            <h2 class="sr-only">{t(|t| t.ticket_facts)}</h2>
            <dl class="facts">
                {part(due)}
                {move || facts.with(|facts| facts.iter().map(fact).collect::<Vec<_>>())}
            </dl>
        </section>
    }
    .into_any()
}

/// GLPI's date, and what is left until it or until the objective.
fn due_view(due: Option<Instant>, left: Option<DueWords>) -> AnyView {
    let late = left.as_ref().is_some_and(|left| left.late);
    let date = due.map(|due| instant(due, Form::Full));
    let left = left.map(|left| left.words);
    let words = match (date, left) {
        (Some(date), Some(left)) => format!("{date} ({left})"),
        (date, left) => date.or(left).unwrap_or_default(),
    };
    view! { <span class:late=late data-test="due-left">{words}</span> }.into_any()
}

fn unset() -> AnyView {
    view! { <span class="muted">{t(|t| t.fact_unset)}</span> }.into_any()
}

/// A name and a value; where it can be corrected, the value is the button.
fn row(name: &'static str, value: AnyView, field: Option<Field>, editing: Editing) -> AnyView {
    let edits = field.is_some();
    let value = match field {
        None => value,
        Some(field) => view! {
            <button
                type="button" class="fact" data-test=hook(field) aria-haspopup="dialog"
                on:click=tap(move || editing.set(Some(field)))
            >
                <span>{value}<span class="sr-only">", "{t(|t| t.fact_edit)}</span></span>
                <Icon of=icons::PEN/>
            </button>
        }
        .into_any(),
    };
    view! { <div class:edits=edits><dt>{name}</dt><dd>{value}</dd></div> }.into_any()
}

/// A fact as it is shown.
#[derive(Clone, PartialEq)]
pub struct Fact {
    /// What it is called.
    pub name: &'static str,
    value: Value,
    /// What a tap on it corrects.
    field: Option<Field>,
}

/// What a fact says; a date is put into words only where it is drawn, for that is dear.
#[derive(Clone, PartialEq)]
enum Value {
    Words(String),
    At(Option<Instant>),
}

impl Value {
    fn is_empty(&self) -> bool {
        match self {
            Self::Words(words) => words.is_empty(),
            Self::At(at) => at.is_none(),
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Words(words) => words.clone(),
            Self::At(at) => at.map(|at| instant(at, Form::Full)).unwrap_or_default(),
        }
    }
}

impl Fact {
    /// What it says.
    pub fn words(&self) -> String {
        self.value.words()
    }
}

/// What there is to say; where it can be corrected, also what can be set and is not.
pub fn facts(ticket: &Ticket, correctable: bool) -> Vec<Fact> {
    let name = |named: &Option<Named>| {
        Value::Words(named.as_ref().map(|n| n.name.clone()).unwrap_or_default())
    };
    let level = |level: Level| Value::Words(level_words(level.number()).to_owned());
    let technicians = ticket.assignees.iter().map(Actor::label);
    let groups = ticket.groups.iter().map(|group| group.name.as_str());
    let assigned = technicians.chain(groups).collect::<Vec<_>>().join(", ");
    let corrected = [
        (Field::Location, name(&ticket.location)),
        (Field::Requesters, Value::Words(people(&ticket.requesters))),
        (Field::Assignees, Value::Words(assigned)),
        (Field::Observers, Value::Words(people(&ticket.observers))),
        (Field::Category, name(&ticket.category)),
        (
            Field::Kind,
            Value::Words(kind_words(ticket.kind).to_owned()),
        ),
        (Field::Urgency, level(ticket.urgency)),
        (Field::Impact, level(ticket.impact)),
    ];
    let corrected = corrected.into_iter().map(|(field, value)| Fact {
        name: field_words(field),
        value,
        field: correctable.then_some(field),
    });
    // Nothing for no time at all.
    let spent = match ticket.actiontime {
        Seconds(..60) => String::new(),
        length => length_words(length),
    };
    let told = [
        (
            t(|t| t.tickets_column_entity),
            Value::Words(ticket.entity.name.clone()),
        ),
        (
            t(|t| t.tickets_column_opened),
            Value::At(Some(ticket.opened_at)),
        ),
        (
            t(|t| t.tickets_column_modified),
            Value::At(Some(ticket.modified_at)),
        ),
        (t(|t| t.ticket_solved_at), Value::At(ticket.solved_at)),
        (t(|t| t.ticket_closed_at), Value::At(ticket.closed_at)),
        (t(|t| t.ticket_time_spent), Value::Words(spent)),
    ];
    let told = told.into_iter().map(|(name, value)| Fact {
        name,
        value,
        field: None,
    });
    let shown = |fact: &Fact| !fact.value.is_empty() || fact.field.is_some();
    corrected.chain(told).filter(shown).collect()
}

fn people(people: &[Actor]) -> String {
    let labels: Vec<_> = people.iter().map(Actor::label).collect();
    labels.join(", ")
}

//! The ticket's facts.

use leptos::prelude::*;
use tournee_core::domain::{Actor, Named, Ticket};
use tournee_core::time::{Instant, Seconds};

use super::Open;
use crate::components::{When, kept, level_words, part, whether};
use crate::platform::intl::{Form, instant};
use crate::text::{fill, t};

/// The facts.
#[component]
pub fn Facts(
    /// The ticket.
    open: Open,
) -> impl IntoView {
    // Most changes move one of them, or none.
    let due = kept(move || open.ticket.with(|ticket| ticket.due_at));
    let is_open = kept(move || open.ticket.with(|ticket| ticket.status.is_open()));
    let facts = kept(move || open.ticket.with(|ticket| facts(ticket)));
    let now = open.now;
    let due = move || {
        let due = due.get()?;
        Some(
            view! {
                <div>
                    <dt>{t(|t| t.tickets_column_due)}</dt>
                    <dd class:late=whether(move || is_open.get() && due < now.get())>
                        {instant(due, Form::Full)} " (" <When at=due now/> ")"
                    </dd>
                </div>
            }
            .into_any(),
        )
    };
    let fact = |(name, value): &Fact| {
        view! { <div><dt>{*name}</dt><dd>{value.words()}</dd></div> }.into_any()
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

type Fact = (&'static str, Value);

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

fn facts(ticket: &Ticket) -> Vec<Fact> {
    let name = |named: &Option<Named>| {
        Value::Words(named.as_ref().map(|n| n.name.clone()).unwrap_or_default())
    };
    let technicians = ticket.assignees.iter().map(Actor::label);
    let groups = ticket.groups.iter().map(|group| group.name.as_str());
    let assigned = technicians.chain(groups).collect::<Vec<_>>().join(", ");
    let rows = [
        (t(|t| t.tickets_column_location), name(&ticket.location)),
        (
            t(|t| t.tickets_column_requester),
            Value::Words(people(&ticket.requesters)),
        ),
        (t(|t| t.tickets_column_assignee), Value::Words(assigned)),
        (
            t(|t| t.ticket_observers),
            Value::Words(people(&ticket.observers)),
        ),
        (t(|t| t.tickets_column_category), name(&ticket.category)),
        (
            t(|t| t.tickets_column_entity),
            Value::Words(ticket.entity.name.clone()),
        ),
        (
            t(|t| t.ticket_urgency),
            Value::Words(level_words(ticket.urgency.number()).to_owned()),
        ),
        (
            t(|t| t.ticket_impact),
            Value::Words(level_words(ticket.impact.number()).to_owned()),
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
        (
            t(|t| t.ticket_time_spent),
            Value::Words(duration(ticket.actiontime)),
        ),
    ];
    let rows = rows.into_iter();
    rows.filter(|(_, value)| !value.is_empty()).collect()
}

fn people(people: &[Actor]) -> String {
    let labels: Vec<_> = people.iter().map(Actor::label).collect();
    labels.join(", ")
}

/// "1 h 05", nothing for no time at all.
pub fn duration(length: Seconds) -> String {
    let minutes = length.0 / 60;
    match (minutes / 60, minutes % 60) {
        (0, 0) => String::new(),
        (0, minutes) => fill(t(|t| t.ticket_minutes), &[("m", &minutes.to_string())]),
        (hours, minutes) => fill(
            t(|t| t.ticket_hours),
            &[("h", &hours.to_string()), ("m", &format!("{minutes:02}"))],
        ),
    }
}

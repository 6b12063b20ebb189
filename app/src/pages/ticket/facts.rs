//! The ticket's facts.

use leptos::prelude::*;
use tournee_core::domain::{Actor, Named, Ticket};
use tournee_core::time::{Instant, Seconds};

use super::Open;
use crate::components::{When, level_words};
use crate::platform::intl::{Form, instant};
use crate::text::{fill, t};

/// The facts.
#[component]
pub fn Facts(
    /// The ticket.
    open: Open,
) -> impl IntoView {
    view! {
        <section class="section">
            <h2 class="sr-only">{t(|t| t.ticket_facts)}</h2>
            <dl class="facts">{move || open.ticket.with(|ticket| facts(open, ticket))}</dl>
        </section>
    }
    .into_any()
}

fn facts(open: Open, ticket: &Ticket) -> AnyView {
    let name = |named: &Option<Named>| named.as_ref().map(|n| n.name.clone()).unwrap_or_default();
    let date = |at: Option<Instant>| at.map(|at| instant(at, Form::Full)).unwrap_or_default();
    let technicians = ticket.assignees.iter().map(Actor::label);
    let groups = ticket.groups.iter().map(|group| group.name.as_str());
    let assigned = technicians.chain(groups).collect::<Vec<_>>().join(", ");
    let rows = [
        (t(|t| t.tickets_column_location), name(&ticket.location)),
        (
            t(|t| t.tickets_column_requester),
            people(&ticket.requesters),
        ),
        (t(|t| t.tickets_column_assignee), assigned),
        (t(|t| t.ticket_observers), people(&ticket.observers)),
        (t(|t| t.tickets_column_category), name(&ticket.category)),
        (t(|t| t.tickets_column_entity), ticket.entity.name.clone()),
        (
            t(|t| t.ticket_urgency),
            level_words(ticket.urgency.number()).to_owned(),
        ),
        (
            t(|t| t.ticket_impact),
            level_words(ticket.impact.number()).to_owned(),
        ),
        (t(|t| t.tickets_column_opened), date(Some(ticket.opened_at))),
        (
            t(|t| t.tickets_column_modified),
            date(Some(ticket.modified_at)),
        ),
        (t(|t| t.ticket_solved_at), date(ticket.solved_at)),
        (t(|t| t.ticket_closed_at), date(ticket.closed_at)),
        (t(|t| t.ticket_time_spent), duration(ticket.actiontime)),
    ];
    let (now, status) = (open.now, ticket.status);
    let due = ticket.due_at.map(|due| {
        view! {
            <div>
                <dt>{t(|t| t.tickets_column_due)}</dt>
                <dd class:late=move || status.is_open() && due < now.get()>
                    {instant(due, Form::Full)} " (" <When at=due now/> ")"
                </dd>
            </div>
        }
    });
    let rows = rows.into_iter().filter(|(_, value)| !value.is_empty());
    let rows = rows.map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> });
    view! { {due} {rows.collect_view()} }.into_any()
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

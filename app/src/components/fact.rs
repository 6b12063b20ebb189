//! Facts of a ticket in words.

use tournee_core::changes::{Fact, Field, TaskFact};
use tournee_core::domain::{Named, TaskState, TicketType};

use super::{length_words, level_words};
use crate::platform::intl::{Form, instant};
use crate::text::{fill, t};

/// What a field is called.
pub fn field_words(field: Field) -> &'static str {
    match field {
        Field::Assignees | Field::Groups => t(|t| t.tickets_column_assignee),
        Field::Status => t(|t| t.tickets_column_status),
        Field::Solution => t(|t| t.ticket_solution),
        Field::Title => t(|t| t.tickets_column_title),
        Field::Description => t(|t| t.ticket_description),
        Field::Kind => t(|t| t.create_kind),
        Field::Category => t(|t| t.tickets_column_category),
        Field::Location => t(|t| t.tickets_column_location),
        Field::Urgency => t(|t| t.ticket_urgency),
        Field::Impact => t(|t| t.ticket_impact),
        Field::Due => t(|t| t.tickets_column_due),
        Field::Requesters => t(|t| t.tickets_column_requester),
        Field::Observers => t(|t| t.ticket_observers),
        Field::Assets => t(|t| t.assets_title),
        Field::Boxes => t(|t| t.mails_boxes),
        Field::Mails => t(|t| t.nav_mails),
        Field::TaskState => t(|t| t.ticket_task),
        Field::TaskLength => t(|t| t.task_length),
        Field::TaskText => t(|t| t.task_text),
        Field::TaskPlan => t(|t| t.task_plan),
    }
}

/// What a fact says.
pub fn fact_words(fact: &Fact) -> String {
    let name = |named: &Option<Named>| match named {
        Some(named) => named.name.clone(),
        None => t(|t| t.fact_unset).to_owned(),
    };
    match fact {
        Fact::Title(text) | Fact::Description(text) => text.trim().to_owned(),
        Fact::Kind(kind) => kind_words(*kind).to_owned(),
        Fact::Category(named) | Fact::Location(named) => name(named),
        Fact::Urgency(level) | Fact::Impact(level) => level_words(level.number()).to_owned(),
        Fact::Due(Some(due)) => instant(*due, Form::Full),
        Fact::Due(None) => t(|t| t.fact_unset).to_owned(),
    }
}

/// What a fact of a task says.
pub fn task_words(fact: &TaskFact) -> String {
    match fact {
        TaskFact::State(state) => task_state_words(*state).to_owned(),
        TaskFact::Length(length) => length_words(*length),
        TaskFact::Text(text) => text.clone(),
        TaskFact::Plan(Some((from, to))) => {
            let (from, to) = (instant(*from, Form::Full), instant(*to, Form::Full));
            fill(t(|t| t.ticket_planned), &[("from", &from), ("to", &to)])
        }
        TaskFact::Plan(None) => t(|t| t.fact_unset).to_owned(),
    }
}

/// Information, to do, done.
pub fn task_state_words(state: TaskState) -> &'static str {
    match state {
        TaskState::Information => t(|t| t.task_information),
        TaskState::Todo => t(|t| t.ticket_todo),
        TaskState::Done => t(|t| t.ticket_done),
    }
}

/// *Incident* or *Demande*.
pub fn kind_words(kind: TicketType) -> &'static str {
    match kind {
        TicketType::Incident => t(|t| t.ticket_incident),
        TicketType::Request => t(|t| t.ticket_request),
    }
}

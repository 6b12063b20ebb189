//! Facts of a ticket in words.

use tournee_core::changes::{Fact, Field};
use tournee_core::domain::{Named, TicketType};

use super::level_words;
use crate::platform::intl::{Form, instant};
use crate::text::t;

/// What a field is called.
pub fn field_words(field: Field) -> &'static str {
    match field {
        Field::Assignees | Field::Groups => t(|t| t.tickets_column_assignee),
        Field::Status => t(|t| t.tickets_column_status),
        Field::Solution => t(|t| t.ticket_solution),
        Field::Title => t(|t| t.tickets_column_title),
        Field::Kind => t(|t| t.create_kind),
        Field::Category => t(|t| t.tickets_column_category),
        Field::Location => t(|t| t.tickets_column_location),
        Field::Urgency => t(|t| t.ticket_urgency),
        Field::Impact => t(|t| t.ticket_impact),
        Field::Due => t(|t| t.tickets_column_due),
        Field::Requesters => t(|t| t.tickets_column_requester),
        Field::Observers => t(|t| t.ticket_observers),
        Field::Boxes => t(|t| t.mails_boxes),
        Field::Mails => t(|t| t.nav_mails),
    }
}

/// What a fact says.
pub fn fact_words(fact: &Fact) -> String {
    let name = |named: &Option<Named>| match named {
        Some(named) => named.name.clone(),
        None => t(|t| t.fact_unset).to_owned(),
    };
    match fact {
        Fact::Title(title) => title.trim().to_owned(),
        Fact::Kind(kind) => kind_words(*kind).to_owned(),
        Fact::Category(named) | Fact::Location(named) => name(named),
        Fact::Urgency(level) | Fact::Impact(level) => level_words(level.number()).to_owned(),
        Fact::Due(Some(due)) => instant(*due, Form::Full),
        Fact::Due(None) => t(|t| t.fact_unset).to_owned(),
    }
}

/// *Incident* or *Demande*.
pub fn kind_words(kind: TicketType) -> &'static str {
    match kind {
        TicketType::Incident => t(|t| t.ticket_incident),
        TicketType::Request => t(|t| t.ticket_request),
    }
}

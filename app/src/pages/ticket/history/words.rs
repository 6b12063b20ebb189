//! What was done, in words.

use tournee_core::changes::Field;
use tournee_core::domain::{ActValue, Deed, ItemDeed, Linked, Property};

use crate::components::{field_words, kind_words, length_words, level_words, status_words};
use crate::pages::queue::change_words;
use crate::platform::intl::{Form, instant};
use crate::text::{fill, t};

/// What was done.
pub fn act_words(deed: &Deed) -> String {
    match deed {
        Deed::Created => t(|t| t.history_created).to_owned(),
        Deed::Trashed => t(|t| t.history_trashed).to_owned(),
        Deed::Restored => t(|t| t.history_restored).to_owned(),
        Deed::Set { what, from, to } => set_words(what, from, to),
        Deed::Linked { what, name, added } => {
            let words = match added {
                true => t(|t| t.queue_seat_added),
                false => t(|t| t.queue_seat_removed),
            };
            fill(words, &[("what", linked_words(what)), ("name", name)])
        }
        Deed::Item { what, how } => {
            let words = match how {
                ItemDeed::Added => t(|t| t.history_item_added),
                ItemDeed::Changed => t(|t| t.history_item_changed),
                ItemDeed::Removed => t(|t| t.history_item_removed),
            };
            fill(words, &[("what", linked_words(what))])
        }
        Deed::Change(body) => change_words(body),
        Deed::Said(words) => words.clone(),
    }
}

fn set_words(what: &Property, from: &ActValue, to: &ActValue) -> String {
    let what = property_words(what);
    match (from, to) {
        // The log keeps no long texts: it says that there is another one.
        (ActValue::Nothing, ActValue::Nothing) => {
            fill(t(|t| t.history_item_changed), &[("what", what)])
        }
        (from, to) => {
            let (from, to) = (value_words(from), value_words(to));
            fill(
                t(|t| t.queue_fact),
                &[("what", what), ("from", &from), ("to", &to)],
            )
        }
    }
}

fn property_words(of: &Property) -> &str {
    match of {
        Property::Title => field_words(Field::Title),
        Property::Description => field_words(Field::Description),
        Property::Status => field_words(Field::Status),
        Property::Kind => field_words(Field::Kind),
        Property::Priority => t(|t| t.tickets_column_priority),
        Property::Urgency => field_words(Field::Urgency),
        Property::Impact => field_words(Field::Impact),
        Property::Category => field_words(Field::Category),
        Property::Location => field_words(Field::Location),
        Property::Entity => t(|t| t.tickets_column_entity),
        Property::RequestSource => t(|t| t.history_request_source),
        Property::Opened => t(|t| t.tickets_column_opened),
        Property::Solved => t(|t| t.ticket_solved_at),
        Property::Closed => t(|t| t.ticket_closed_at),
        Property::Due => field_words(Field::Due),
        Property::OwnBy => t(|t| t.history_own_by),
        Property::Solution => field_words(Field::Solution),
        Property::TimeSpent => t(|t| t.ticket_time_spent),
        Property::Other(name) => name,
    }
}

fn linked_words(what: &Linked) -> &str {
    match what {
        Linked::Requester | Linked::RequesterGroup => field_words(Field::Requesters),
        Linked::Assignee | Linked::AssignedGroup => field_words(Field::Assignees),
        Linked::Observer | Linked::ObserverGroup => field_words(Field::Observers),
        Linked::Person => t(|t| t.history_person),
        Linked::Group => t(|t| t.history_group),
        Linked::Document => t(|t| t.ticket_document),
        Linked::Followup => t(|t| t.ticket_followup),
        Linked::Task => t(|t| t.ticket_task),
        Linked::Solution => t(|t| t.ticket_solution),
        Linked::Validation => t(|t| t.history_validation),
        Linked::Ticket => t(|t| t.history_ticket),
        Linked::Other(name) => name,
    }
}

fn value_words(value: &ActValue) -> String {
    match value {
        ActValue::Nothing => t(|t| t.fact_unset).to_owned(),
        ActValue::Words(words) => words.clone(),
        ActValue::Status(status) => status_words(*status).to_owned(),
        ActValue::Level(level) => level_words(level.number()).to_owned(),
        ActValue::Kind(kind) => kind_words(*kind).to_owned(),
        ActValue::At(at) => instant(*at, Form::Full),
        ActValue::Length(length) => length_words(*length),
    }
}

#[cfg(test)]
mod tests {
    use tournee_core::domain::{Level, Status};

    use super::*;

    #[test]
    fn a_field_says_what_it_was_and_what_it_is_in_the_words_of_the_screen() {
        let status = Deed::Set {
            what: Property::Status,
            from: ActValue::Status(Status::New),
            to: ActValue::Status(Status::Pending),
        };
        assert_eq!(act_words(&status), "Statut\u{202f}: Nouveau → En attente");
        let level = Deed::Set {
            what: Property::Urgency,
            from: ActValue::Nothing,
            to: ActValue::Level(Level::MEDIUM),
        };
        assert_eq!(
            act_words(&level),
            "Urgence\u{202f}: non renseigné → Moyenne"
        );
        let text = Deed::Set {
            what: Property::Description,
            from: ActValue::Nothing,
            to: ActValue::Nothing,
        };
        assert_eq!(act_words(&text), "Description\u{202f}: modification");
    }

    #[test]
    fn who_came_and_went_is_said_by_name() {
        let added = |added| Deed::Linked {
            what: Linked::Assignee,
            name: "Roumieux Camille".to_owned(),
            added,
        };
        assert_eq!(
            act_words(&added(true)),
            "Technicien\u{202f}: + Roumieux Camille"
        );
        assert_eq!(
            act_words(&added(false)),
            "Technicien\u{202f}: − Roumieux Camille"
        );
    }
}

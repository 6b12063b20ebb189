//! Who moved a field that two people wanted otherwise, and when: by GLPI's log, where he may read it; else who altered the
//! ticket last.

use tournee_core::changes::Field;
use tournee_core::domain::{Deed, Linked, Property, Ticket};
use tournee_core::time::Instant;

use super::chain::Chain;

/// Who, as far as it is known, and when.
pub(super) type Mover = (Option<String>, Option<Instant>);

impl Chain<'_> {
    /// Whoever moved this field last.
    pub(super) async fn mover(&self, field: Field, now: &Ticket) -> Mover {
        match self.client.log(&self.session, self.key.ticket.id).await {
            Ok(Some(log)) => {
                let mut acts = log.acts.iter().rev();
                let act = acts.find(|act| !act.who.is_empty() && is_of(&act.what, field));
                match act {
                    Some(act) => (Some(act.who.clone()), Some(act.at)),
                    None => last(now),
                }
            }
            // A log that can't be read now is no reason to keep him from deciding.
            Ok(None) | Err(_) => last(now),
        }
    }
}

/// Who altered the ticket last, whatever of it.
fn last(now: &Ticket) -> Mover {
    let who = now.modified_by.and_then(|user| {
        let mut people = now.assignees.iter().chain(&now.requesters);
        let by_name = people.find(|actor| actor.user() == Some(user));
        let in_timeline = || {
            let mut authors = now.timeline.iter().flatten().rev();
            authors.find_map(|entry| entry.author.as_ref().filter(|a| a.user() == Some(user)))
        };
        by_name
            .or_else(in_timeline)
            .map(|actor| actor.label().to_owned())
    });
    (who, Some(now.modified_at))
}

/// Whether something that was done is of a field.
fn is_of(deed: &Deed, field: Field) -> bool {
    let property = match field {
        Field::Status | Field::Solution => Property::Status,
        Field::Title => Property::Title,
        Field::Description => Property::Description,
        Field::Kind => Property::Kind,
        Field::Category => Property::Category,
        Field::Location => Property::Location,
        Field::Urgency => Property::Urgency,
        Field::Impact => Property::Impact,
        Field::Due => Property::Due,
        _ => return is_of_people(deed, field),
    };
    matches!(deed, Deed::Set { what, .. } if *what == property)
}

fn is_of_people(deed: &Deed, field: Field) -> bool {
    let Deed::Linked { what, .. } = deed else {
        return false;
    };
    match field {
        Field::Assignees => matches!(what, Linked::Assignee | Linked::Person),
        Field::Requesters => matches!(what, Linked::Requester | Linked::Person),
        Field::Observers => matches!(what, Linked::Observer | Linked::Person),
        Field::Groups => matches!(what, Linked::AssignedGroup | Linked::Group),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use tournee_core::domain::{ActValue, Status};

    use super::*;

    #[test]
    fn a_field_s_mover_is_who_moved_that_field() {
        let moved = Deed::Set {
            what: Property::Status,
            from: ActValue::Status(Status::Assigned),
            to: ActValue::Status(Status::Pending),
        };
        assert!(is_of(&moved, Field::Status));
        assert!(is_of(&moved, Field::Solution));
        assert!(!is_of(&moved, Field::Location));
        let came = Deed::Linked {
            what: Linked::Assignee,
            name: "Mercier Alain".to_owned(),
            added: true,
        };
        assert!(is_of(&came, Field::Assignees));
        assert!(!is_of(&came, Field::Observers));
        assert!(!is_of(&Deed::Created, Field::Status));
    }
}

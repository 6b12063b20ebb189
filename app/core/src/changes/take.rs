//! *Je prends*: assign me.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{ChangeKind, ConflictValue, Field, Invalid, Obstacle, Seat, SetSeat, Shown, Verdict};
use crate::domain::{Actor, EntryKind, Status, Ticket};
use crate::ids::UserId;

/// Adds the technician to the ticket. GLPI itself moves a new ticket to *assigned*.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Take {
    /// The technician.
    pub user: UserId,
    /// His name, for the screen.
    pub name: String,
    /// Who had it when he took it.
    pub before: Vec<UserId>,
}

impl Take {
    /// The seat that he takes.
    pub fn seat(&self) -> SetSeat {
        let me = Actor::User {
            id: self.user,
            name: self.name.clone(),
        };
        SetSeat {
            seat: Seat::Assignee(me),
            taken: true,
        }
    }
}

impl ChangeKind for Take {
    fn validate(&self) -> Result<(), Invalid> {
        Ok(())
    }

    fn show<S: Shown>(&self, on: &mut S) {
        on.seat(&self.seat().seat, true);
        if on.status() == Status::New {
            on.set_status(Status::Assigned);
        }
    }

    fn entry(&self) -> Option<EntryKind> {
        None
    }

    fn fields(&self) -> &'static [Field] {
        &[Field::Assignees]
    }

    fn check(&self, now: &Ticket) -> Verdict {
        let current: BTreeSet<UserId> = now.assignees.iter().filter_map(|a| a.user()).collect();
        if current.contains(&self.user) {
            return Verdict::AlreadyThere;
        }
        if now.status == Status::Closed {
            return Verdict::Obstacle(Obstacle::Closed);
        }
        // Who left in the meantime is no reason to ask; who came is.
        if current.iter().all(|user| self.before.contains(user)) {
            return Verdict::Apply;
        }
        let theirs = now
            .assignees
            .iter()
            .map(|actor| actor.label().to_owned())
            .collect();
        Verdict::conflict(
            Field::Assignees,
            ConflictValue::People(vec![self.name.clone()]),
            ConflictValue::People(theirs),
        )
    }
}

//! Put somebody on a ticket, or take somebody off it.

use serde::{Deserialize, Serialize};

use super::{ChangeKind, Field, Invalid, Obstacle, Shown, Verdict};
use crate::domain::{Actor, EntryKind, Named, Status, Ticket};

/// A place on a ticket, with who sits there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Seat {
    /// Who asked.
    Requester(Actor),
    /// Who looks on.
    Observer(Actor),
    /// Who works on it.
    Assignee(Actor),
    /// The group that works on it.
    Group(Named),
}

impl Seat {
    /// Whether he sits there.
    pub fn is_taken(&self, ticket: &Ticket) -> bool {
        match self {
            Self::Requester(actor) => has(&ticket.requesters, actor),
            Self::Observer(actor) => has(&ticket.observers, actor),
            Self::Assignee(actor) => has(&ticket.assignees, actor),
            Self::Group(group) => ticket.groups.iter().any(|other| other.id == group.id),
        }
    }

    /// Which place it is.
    pub fn field(&self) -> Field {
        match self {
            Self::Requester(_) => Field::Requesters,
            Self::Observer(_) => Field::Observers,
            Self::Assignee(_) => Field::Assignees,
            Self::Group(_) => Field::Groups,
        }
    }

    /// His name, or his address.
    pub fn label(&self) -> &str {
        match self {
            Self::Requester(actor) | Self::Observer(actor) | Self::Assignee(actor) => actor.label(),
            Self::Group(group) => &group.name,
        }
    }

    /// Whether GLPI calls a ticket with it *assigned*.
    pub fn works(&self) -> bool {
        matches!(self, Self::Assignee(_) | Self::Group(_))
    }
}

/// Puts somebody on a ticket, or takes him off it. Sets know no conflict: who else came or went is no reason to ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetSeat {
    /// Who, where.
    pub seat: Seat,
    /// On it, or off it.
    pub taken: bool,
}

impl ChangeKind for SetSeat {
    fn validate(&self) -> Result<(), Invalid> {
        let (Seat::Requester(actor) | Seat::Observer(actor) | Seat::Assignee(actor)) = &self.seat
        else {
            return Ok(());
        };
        match actor {
            Actor::Email { .. } if self.seat.works() => Err(Invalid::NobodyThere),
            Actor::Email { address } if !address.contains('@') => Err(Invalid::NoAddress),
            _ => Ok(()),
        }
    }

    fn show<S: Shown>(&self, on: &mut S) {
        on.seat(&self.seat, self.taken);
        // GLPI does both by itself; whoever leaves, it looks whether anybody still has the ticket.
        match (self.taken, on.status()) {
            (true, Status::New) if self.seat.works() => on.set_status(Status::Assigned),
            (false, Status::Assigned | Status::Planned | Status::Pending) if on.is_unassigned() => {
                on.set_status(Status::New);
            }
            _ => {}
        }
    }

    fn entry(&self) -> Option<EntryKind> {
        None
    }

    fn fields(&self) -> &'static [Field] {
        self.seat.field().alone()
    }

    fn check(&self, now: &Ticket) -> Verdict {
        if self.seat.is_taken(now) == self.taken {
            Verdict::AlreadyThere
        } else if now.status == Status::Closed {
            Verdict::Obstacle(Obstacle::Closed)
        } else {
            Verdict::Apply
        }
    }
}

/// Users are known by number, others by address.
pub(super) fn has(actors: &[Actor], wanted: &Actor) -> bool {
    actors.iter().any(|actor| is_same(actor, wanted))
}

pub(super) fn is_same(one: &Actor, two: &Actor) -> bool {
    match (one, two) {
        (Actor::Email { address: one }, Actor::Email { address: two }) => {
            one.eq_ignore_ascii_case(two)
        }
        _ => one.user().is_some() && one.user() == two.user(),
    }
}

//! A ticket's clock: until when something is to be done, and the time in which it stood still.

use serde::{Deserialize, Serialize};

use super::{Level, Status, Ticket, TicketRow};
use crate::time::{Instant, Seconds};

/// What GLPI says of a ticket's clock, beside the due date. Rows hold it in a compact form: no field may be left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Clock {
    /// `time_to_own`, as long as nobody has taken it up.
    #[serde(default)]
    pub own_by: Option<Instant>,
    /// Since when it is *pending* (or solved): `begin_waiting_date`. GLPI puts the due date off when that ends.
    #[serde(default)]
    pub waiting_since: Option<Instant>,
    /// How long it was *pending* before: `waiting_duration`.
    #[serde(default)]
    pub waited: Seconds,
}

impl Clock {
    /// Whether there is nothing to say of it.
    pub fn is_unset(&self) -> bool {
        *self == Self::default()
    }
}

/// How long a ticket of each priority may take where its GLPI gives no due date: the settings' objective.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Goals(pub Vec<Option<Seconds>>);

impl Goals {
    /// The objective of a priority.
    pub fn of(&self, priority: Level) -> Option<Seconds> {
        let place = usize::from(priority.number()) - 1;
        self.0.get(place).copied().flatten()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }
}

/// Where a moment that counts comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// `time_to_resolve`: a due date or an SLA.
    Resolve,
    /// `time_to_own`: somebody is to take it.
    Own,
    /// The settings' objective.
    Goal,
}

/// Until when something is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    at: Instant,
    /// What says so.
    pub basis: Basis,
    /// The clock stands: it is *pending*.
    pub stands: bool,
    since: Option<Instant>,
}

impl Due {
    /// What is left at this moment, less than nothing once it is late. `None` while the clock stands and GLPI has not
    /// said since when.
    pub fn left(&self, now: Instant) -> Option<Seconds> {
        match (self.since, self.stands) {
            // Out of *pending*, which GLPI does not know yet: it puts the date off when it hears.
            (Some(since), _) => Some(self.at - since),
            (None, true) => None,
            (None, false) => Some(self.at - now),
        }
    }

    /// Late. Never while the clock stands, as GLPI has it.
    pub fn is_late(&self, now: Instant) -> bool {
        !self.stands && self.left(now).is_some_and(|left| left < Seconds(0))
    }

    /// The moment, as far as it is known now: while the clock stands it moves on with the time.
    pub fn moment(&self, now: Instant) -> Instant {
        self.left(now).map_or(self.at, |left| now + left)
    }

    /// What lists are sorted by: the same at all times. Those whose clock stands come behind.
    pub fn order(&self) -> (bool, Instant) {
        (self.stands, self.at)
    }
}

/// What counts for a ticket's due moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// Where it stands.
    pub status: Status,
    /// Priority.
    pub priority: Level,
    /// Opened.
    pub opened_at: Instant,
    /// `time_to_resolve`.
    pub due_at: Option<Instant>,
    /// The rest.
    pub clock: Clock,
}

impl Ticket {
    /// What counts for its due moment.
    pub fn timing(&self) -> Timing {
        Timing {
            status: self.status,
            priority: self.priority,
            opened_at: self.opened_at,
            due_at: self.due_at,
            clock: self.clock,
        }
    }
}

impl TicketRow {
    /// What counts for its due moment.
    pub fn timing(&self) -> Timing {
        Timing {
            status: self.status,
            priority: self.priority,
            opened_at: self.opened_at,
            due_at: self.due_at,
            clock: self.clock,
        }
    }
}

impl Timing {
    /// What is to be done first, and until when: taking a new ticket up, or solving it. A ticket that is solved has
    /// nothing left to be due.
    pub fn due(&self, goals: &Goals) -> Option<Due> {
        if !self.status.is_open() {
            return None;
        }
        let goal = || Some(self.opened_at + goals.of(self.priority)? + self.clock.waited);
        let solve = match self.due_at {
            Some(at) => Some((at, Basis::Resolve)),
            None => goal().map(|at| (at, Basis::Goal)),
        };
        let own = self.clock.own_by.filter(|_| self.status == Status::New);
        let own = own.map(|at| (at, Basis::Own));
        let (at, basis) = solve.into_iter().chain(own).min_by_key(|(at, _)| *at)?;
        Some(Due {
            at,
            basis,
            stands: self.status == Status::Pending,
            since: self.clock.waiting_since,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPENED: Instant = Instant(1_000_000);
    const HOUR: i64 = 3_600;

    fn timing(status: Status) -> Timing {
        Timing {
            status,
            priority: Level::MEDIUM,
            opened_at: OPENED,
            due_at: None,
            clock: Clock::default(),
        }
    }

    fn goals() -> Goals {
        let hours = [None, None, Some(24), Some(8), Some(4), Some(2)];
        Goals(hours.map(|h| h.map(|h| Seconds(h * HOUR))).to_vec())
    }

    fn at(hours: i64) -> Instant {
        OPENED + Seconds(hours * HOUR)
    }

    #[test]
    fn a_date_of_glpi_counts_before_the_objective() {
        let own = timing(Status::Assigned);
        let due = own.due(&goals()).unwrap();
        assert_eq!((due.basis, due.moment(at(1))), (Basis::Goal, at(24)));
        let told = Timing {
            due_at: Some(at(90)),
            ..own
        };
        let due = told.due(&goals()).unwrap();
        assert_eq!((due.basis, due.moment(at(1))), (Basis::Resolve, at(90)));
        assert_eq!(own.due(&Goals::default()), None);
    }

    #[test]
    fn a_solved_ticket_is_due_no_more() {
        let late = Timing {
            due_at: Some(at(1)),
            ..timing(Status::Solved)
        };
        assert_eq!(late.due(&goals()), None);
    }

    #[test]
    fn the_clock_stands_while_it_is_pending_and_is_never_late() {
        let mut pending = timing(Status::Pending);
        pending.due_at = Some(at(10));
        pending.clock.waiting_since = Some(at(7));
        let due = pending.due(&goals()).unwrap();
        assert_eq!(due.left(at(7)), Some(Seconds(3 * HOUR)));
        assert_eq!(due.left(at(500)), Some(Seconds(3 * HOUR)));
        assert_eq!(due.moment(at(500)), at(503));
        assert!(!due.is_late(at(500)));
    }

    #[test]
    fn a_pause_that_only_this_phone_knows_of_stops_the_clock_without_a_number() {
        let mut pending = timing(Status::Pending);
        pending.due_at = Some(at(10));
        let due = pending.due(&goals()).unwrap();
        assert_eq!(due.left(at(500)), None);
        assert!(!due.is_late(at(500)));
    }

    #[test]
    fn what_glpi_will_put_off_when_it_hears_of_it_is_put_off_at_once() {
        let mut resumed = timing(Status::Assigned);
        resumed.due_at = Some(at(10));
        resumed.clock.waiting_since = Some(at(7));
        let due = resumed.due(&goals()).unwrap();
        assert!(!due.is_late(at(40)));
        assert_eq!(due.moment(at(40)), at(43));
        resumed.clock.waiting_since = Some(at(12));
        assert!(
            resumed.due(&goals()).unwrap().is_late(at(40)),
            "it was late before"
        );
    }

    #[test]
    fn what_was_waited_before_is_added_to_the_objective() {
        let mut again = timing(Status::Assigned);
        again.clock.waited = Seconds(5 * HOUR);
        assert_eq!(again.due(&goals()).unwrap().moment(at(1)), at(29));
    }

    #[test]
    fn a_new_ticket_is_first_to_be_taken_up() {
        let mut new = timing(Status::New);
        new.clock.own_by = Some(at(2));
        let due = new.due(&goals()).unwrap();
        assert_eq!((due.basis, due.moment(at(1))), (Basis::Own, at(2)));
        new.status = Status::Assigned;
        assert_eq!(new.due(&goals()).unwrap().basis, Basis::Goal);
    }
}

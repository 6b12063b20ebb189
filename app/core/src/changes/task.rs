//! Add a task.

use serde::{Deserialize, Serialize};

use super::{ChangeKind, Field, Invalid, Obstacle, Shown, Verdict, text_to_html, validate_text};
use crate::domain::{Actor, EntryKind, Status, TaskState, Ticket};
use crate::time::{Instant, Seconds};

/// The longest that a task may take: far above a day's work, below what is a slip of the finger.
pub const MOST_TIME: Seconds = Seconds(1_000 * 3_600);
/// GLPI 10 refuses dates from here on.
const END_OF_DATES: Instant = Instant(i32::MAX as i64);

/// The time of a task: what it took, or when it will be done. GLPI itself makes the length of a planned one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TaskTime {
    /// Time spent; none for a task that is still to be done, at no certain time.
    Spent(Seconds),
    /// At a certain time.
    Planned {
        /// From.
        from: Instant,
        /// To.
        to: Instant,
    },
}

impl TaskTime {
    /// How long it takes.
    pub fn length(self) -> Seconds {
        match self {
            Self::Spent(length) => length,
            Self::Planned { from, to } => to - from,
        }
    }

    /// From, to, where it is planned.
    pub fn plan(self) -> Option<(Instant, Instant)> {
        match self {
            Self::Spent(_) => None,
            Self::Planned { from, to } => Some((from, to)),
        }
    }

    /// Whether GLPI will keep it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(self) -> Result<(), Invalid> {
        if let Some((from, to)) = self.plan()
            && (from >= to || to >= END_OF_DATES)
        {
            return Err(Invalid::NoSuchPlan);
        }
        check_length(self.length())
    }
}

pub(super) fn check_length(length: Seconds) -> Result<(), Invalid> {
    match length {
        Seconds(..0) => Err(Invalid::NoSuchTime),
        length if length > MOST_TIME => Err(Invalid::NoSuchTime),
        _ => Ok(()),
    }
}

/// A task on the ticket, done or to do. An addition: it never conflicts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AddTask {
    /// Plain text, as typed.
    pub content: String,
    /// Hidden from the requester.
    pub private: bool,
    /// Information, to do, done.
    pub state: TaskState,
    /// How long it took, or when it will be done.
    pub time: TaskTime,
    /// Who did it, or will.
    pub technician: Option<Actor>,
}

impl ChangeKind for AddTask {
    fn validate(&self) -> Result<(), Invalid> {
        validate_text(&self.content)?;
        self.time.check()
    }

    /// The time that it adds to its ticket comes with its entry ([`crate::overlay`]): GLPI may show both before it is
    /// reported here.
    fn show<S: Shown>(&self, on: &mut S) {
        if self.time.plan().is_some() {
            plan_moves(on);
        }
    }

    fn entry(&self) -> Option<EntryKind> {
        Some(EntryKind::Task {
            content: text_to_html(&self.content),
            private: self.private,
            state: self.state,
            actiontime: self.time.length(),
            planned: self.time.plan(),
            technician: self.technician.clone(),
        })
    }

    fn fields(&self) -> &'static [Field] {
        &[]
    }

    fn check(&self, now: &Ticket) -> Verdict {
        match now.status {
            Status::Closed => Verdict::Obstacle(Obstacle::Closed),
            _ => Verdict::Apply,
        }
    }
}

/// GLPI moves a ticket to *planned* by itself, with a planned task and with each change of one.
pub(super) fn plan_moves<S: Shown>(on: &mut S) {
    if matches!(on.status(), Status::New | Status::Assigned) {
        on.set_status(Status::Planned);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_neither_backwards_nor_endless() {
        let hour = |hour: i64| Instant(hour * 3_600);
        assert_eq!(TaskTime::Spent(Seconds(0)).check(), Ok(()));
        assert_eq!(TaskTime::Spent(MOST_TIME).check(), Ok(()));
        let endless = TaskTime::Spent(Seconds(MOST_TIME.0 + 1));
        assert_eq!(endless.check(), Err(Invalid::NoSuchTime));
        let negative = TaskTime::Spent(Seconds(-60));
        assert_eq!(negative.check(), Err(Invalid::NoSuchTime));
        let plan = TaskTime::Planned {
            from: hour(9),
            to: hour(10),
        };
        assert_eq!((plan.check(), plan.length()), (Ok(()), Seconds(3_600)));
        let backwards = TaskTime::Planned {
            from: hour(10),
            to: hour(9),
        };
        assert_eq!(backwards.check(), Err(Invalid::NoSuchPlan));
        let late = TaskTime::Planned {
            from: END_OF_DATES - Seconds(60),
            to: END_OF_DATES,
        };
        assert_eq!(late.check(), Err(Invalid::NoSuchPlan));
    }
}

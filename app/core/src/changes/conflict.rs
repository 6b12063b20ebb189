//! What stands between a change and its ticket.

use serde::{Deserialize, Serialize};

use super::classify::is_same;
use super::{Fact, TaskFact};
use crate::domain::{MailBox, Status};
use crate::time::Instant;

/// A field of a ticket, as far as conflicts go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Technicians.
    Assignees,
    /// Status.
    Status,
    /// Solution.
    Solution,
    /// Title.
    Title,
    /// Description.
    Description,
    /// Incident or request.
    Kind,
    /// ITIL category.
    Category,
    /// Store or service.
    Location,
    /// Urgency.
    Urgency,
    /// Impact.
    Impact,
    /// `time_to_resolve`.
    Due,
    /// Requesters.
    Requesters,
    /// Observers.
    Observers,
    /// Groups of technicians.
    Groups,
    /// Linked assets.
    Assets,
    /// The boxes of a thread.
    Boxes,
    /// The mails that belong to a ticket.
    Mails,
    /// Whether a task is done.
    TaskState,
    /// How long a task took.
    TaskLength,
    /// A task's text.
    TaskText,
    /// When a task is planned.
    TaskPlan,
}

impl Field {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Assignees,
        Self::Status,
        Self::Solution,
        Self::Title,
        Self::Description,
        Self::Kind,
        Self::Category,
        Self::Location,
        Self::Urgency,
        Self::Impact,
        Self::Due,
        Self::Requesters,
        Self::Observers,
        Self::Groups,
        Self::Assets,
        Self::Boxes,
        Self::Mails,
        Self::TaskState,
        Self::TaskLength,
        Self::TaskText,
        Self::TaskPlan,
    ];

    /// This one alone.
    pub fn alone(self) -> &'static [Self] {
        let at = Self::ALL.iter().position(|field| *field == self);
        at.map_or(&[], |at| &Self::ALL[at..=at])
    }
}

/// A value of a [`Field`], for people to compare.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConflictValue {
    /// A status.
    Status(Status),
    /// Names of people.
    People(Vec<String>),
    /// Sanitised HTML.
    Text(String),
    /// A fact.
    Fact(Fact),
    /// The boxes of a thread.
    Boxes(Vec<MailBox>),
    /// A fact of a task.
    Task(TaskFact),
}

impl ConflictValue {
    /// Whether who was shown that one was shown this. A dropdown's row is known by its number, boxes are a set, and of people
    /// who left meanwhile are no news.
    pub fn was_shown_with(&self, shown: &Self) -> bool {
        match (self, shown) {
            (Self::Fact(is), Self::Fact(was)) => is.is_same(was),
            (Self::Task(is), Self::Task(was)) => is.is_same(was),
            (Self::Boxes(is), Self::Boxes(was)) => is_same(is, was),
            (Self::People(are), Self::People(were)) => are.iter().all(|one| were.contains(one)),
            _ => self == shown,
        }
    }
}

/// Somebody else moved the same field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Conflict {
    /// Which field.
    pub field: Field,
    /// What the technician wanted.
    pub mine: ConflictValue,
    /// What GLPI has.
    pub theirs: ConflictValue,
    /// Who moved it, where GLPI says.
    pub who: Option<String>,
    /// When.
    pub at: Option<Instant>,
}

/// A state of the ticket in which the change can't be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// It is closed.
    Closed,
    /// The task that is to be altered is not there.
    TaskGone,
}

/// What [`super::ChangeKind::check`] finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// GLPI still has the values the change was made on.
    Apply,
    /// GLPI already has what the change wants.
    AlreadyThere,
    /// The same field moved.
    Conflict(Box<Conflict>),
    /// GLPI would refuse it, or worse, accept it in silence.
    Obstacle(Obstacle),
}

impl Verdict {
    pub(super) fn conflict(field: Field, mine: ConflictValue, theirs: ConflictValue) -> Self {
        Self::Conflict(Box::new(Conflict {
            field,
            mine,
            theirs,
            who: None,
            at: None,
        }))
    }
}

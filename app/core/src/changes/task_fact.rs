//! Correct one fact of a task, or tick it done.

use serde::{Deserialize, Serialize};

use super::task::{TaskTime, check_length, plan_moves};
use super::words::{plain_text, same_words};
use super::{
    AddTask, ChangeKind, ConflictValue, Field, Invalid, Obstacle, Shown, Verdict, text_to_html,
    validate_text,
};
use crate::domain::{Entry, EntryKind, RowTask, Status, TaskState, Ticket};
use crate::ids::ChangeId;
use crate::time::{Instant, Seconds};

/// A task among those of its ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TaskKey {
    /// By GLPI's number.
    Item(u64),
    /// By the change that adds it: it is not in GLPI yet, or was not when this was made.
    Change(ChangeId),
}

impl TaskKey {
    /// What an entry of the timeline is called, if it is a task.
    pub fn of(entry: &Entry) -> Option<Self> {
        match (&entry.what, entry.id) {
            (EntryKind::Task { .. }, 0) => entry.change.map(Self::Change),
            (EntryKind::Task { .. }, id) => Some(Self::Item(id)),
            _ => None,
        }
    }

    /// Whether this entry is the task.
    pub fn is(self, entry: &Entry) -> bool {
        matches!(entry.what, EntryKind::Task { .. })
            && match self {
                Self::Item(id) => entry.id == id,
                Self::Change(change) => entry.change == Some(change),
            }
    }

    /// Whether this is the task, as a row has it.
    pub(super) fn is_of_row(self, task: &RowTask) -> bool {
        match self {
            Self::Item(id) => task.id == id,
            Self::Change(change) => task.change == Some(change),
        }
    }

    /// It, on its ticket.
    pub fn find(self, ticket: &Ticket) -> Option<&Entry> {
        let mut entries = ticket.timeline.iter().flatten();
        entries.find(|entry| self.is(entry))
    }
}

/// A fact of a task with its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TaskFact {
    /// Information, to do, done.
    State(TaskState),
    /// How long it took.
    Length(Seconds),
    /// What was done, plain text.
    Text(String),
    /// From, to; what was planned can't be unplanned.
    Plan(Option<(Instant, Instant)>),
}

impl TaskFact {
    /// Which field it is, as far as conflicts go. The same of two tasks is one field: who waits with one, waits.
    pub fn field(&self) -> Field {
        match self {
            Self::State(_) => Field::TaskState,
            Self::Length(_) => Field::TaskLength,
            Self::Text(_) => Field::TaskText,
            Self::Plan(_) => Field::TaskPlan,
        }
    }

    /// The same fact as a task has it.
    pub fn on(&self, task: &Entry) -> Option<Self> {
        let EntryKind::Task {
            content,
            state,
            actiontime,
            planned,
            ..
        } = &task.what
        else {
            return None;
        };
        Some(match self {
            Self::State(_) => Self::State(*state),
            Self::Length(_) => Self::Length(*actiontime),
            Self::Text(_) => Self::Text(plain_text(content)),
            Self::Plan(_) => Self::Plan(*planned),
        })
    }

    /// Whether both say the same, spaces of a text aside.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(one), Self::Text(two)) => same_words(one, two),
            _ => self == other,
        }
    }

    /// Puts it into a task as a row has it.
    pub(super) fn set_on_row(&self, task: &mut RowTask) {
        match self {
            Self::State(to) => task.state = *to,
            Self::Length(to) => task.length = *to,
            Self::Text(_) => {}
            Self::Plan(to) => {
                task.planned = *to;
                if let Some((from, until)) = to {
                    task.length = *until - *from;
                }
            }
        }
    }

    /// Puts it into a task as the timeline has it.
    pub(super) fn set(&self, task: &mut EntryKind) {
        let EntryKind::Task {
            content,
            state,
            actiontime,
            planned,
            ..
        } = task
        else {
            return;
        };
        match self {
            Self::State(to) => *state = *to,
            Self::Length(to) => *actiontime = *to,
            Self::Text(to) => *content = text_to_html(to),
            Self::Plan(to) => {
                *planned = *to;
                if let Some((from, until)) = to {
                    *actiontime = *until - *from;
                }
            }
        }
    }
}

impl AddTask {
    /// With a fact of it corrected before it was sent.
    #[must_use]
    pub fn with(mut self, fact: &TaskFact) -> Self {
        match fact {
            TaskFact::State(state) => self.state = *state,
            TaskFact::Length(length) => {
                self.time = match self.time {
                    TaskTime::Planned { from, .. } if length.0 > 0 => TaskTime::Planned {
                        from,
                        to: from + *length,
                    },
                    _ => TaskTime::Spent(*length),
                };
            }
            TaskFact::Text(text) => self.content.clone_from(text),
            TaskFact::Plan(Some((from, to))) => {
                self.time = TaskTime::Planned {
                    from: *from,
                    to: *to,
                }
            }
            TaskFact::Plan(None) => self.time = TaskTime::Spent(self.time.length()),
        }
        self
    }
}

/// One fact of a task, corrected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetTask {
    /// Which task.
    pub task: TaskKey,
    /// What the screen showed when it was made.
    pub from: TaskFact,
    /// What is wanted.
    pub to: TaskFact,
    /// Whether the task is planned: GLPI then moves an assigned ticket to *planned* with it.
    pub planned: bool,
}

impl SetTask {
    /// A fact of a task that is on the screen; none of what is no task.
    pub fn on(task: &Entry, to: TaskFact) -> Option<Self> {
        let EntryKind::Task { planned, .. } = &task.what else {
            return None;
        };
        Some(Self {
            task: TaskKey::of(task)?,
            from: to.on(task)?,
            planned: planned.is_some() || matches!(to, TaskFact::Plan(_)),
            to,
        })
    }
}

impl ChangeKind for SetTask {
    fn validate(&self) -> Result<(), Invalid> {
        if self.from.field() != self.to.field() || self.from.is_same(&self.to) {
            return Err(Invalid::SameAsBefore);
        }
        match &self.to {
            TaskFact::State(_) => Ok(()),
            TaskFact::Length(length) => check_length(*length),
            TaskFact::Text(text) => validate_text(text),
            TaskFact::Plan(Some((from, to))) => TaskTime::Planned {
                from: *from,
                to: *to,
            }
            .check(),
            TaskFact::Plan(None) => Err(Invalid::NoSuchPlan),
        }
    }

    fn show<S: Shown>(&self, on: &mut S) {
        on.set_task(self.task, &self.to);
        // A plan that he saw may be his own, and have come to nothing.
        if on.is_planned(self.task).unwrap_or(self.planned) {
            plan_moves(on);
        }
    }

    fn entry(&self) -> Option<EntryKind> {
        None
    }

    fn fields(&self) -> &'static [Field] {
        self.to.field().alone()
    }

    fn builds_on(&self) -> Option<ChangeId> {
        match self.task {
            TaskKey::Item(_) => None,
            TaskKey::Change(change) => Some(change),
        }
    }

    fn check(&self, now: &Ticket) -> Verdict {
        let Some(current) = self.task.find(now).and_then(|task| self.to.on(task)) else {
            return Verdict::Obstacle(Obstacle::TaskGone);
        };
        if current.is_same(&self.to) {
            Verdict::AlreadyThere
        } else if now.status == Status::Closed {
            Verdict::Obstacle(Obstacle::Closed)
        } else if current.is_same(&self.from) {
            Verdict::Apply
        } else {
            Verdict::conflict(
                self.to.field(),
                ConflictValue::Task(self.to.clone()),
                ConflictValue::Task(current),
            )
        }
    }
}

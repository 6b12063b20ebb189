//! What happened on a ticket, in time order.

use serde::{Deserialize, Serialize};

use super::Actor;
use crate::ids::ChangeId;
use crate::time::{Instant, Seconds};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Entry {
    /// Number of the sub-item in GLPI; with the kind it is unique in the ticket. 0 while it is only in the outbox.
    pub id: u64,
    /// When.
    pub at: Instant,
    /// Who.
    pub author: Option<Actor>,
    /// What.
    pub what: EntryKind,
    /// The change of ours that made it, where its mark says so.
    pub change: Option<ChangeId>,
}

/// The kinds of entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// `TicketFollowup` in 9.x, `ITILFollowup` from 10 on.
    Followup {
        /// Sanitised HTML.
        content: String,
        /// Hidden from the requester.
        private: bool,
    },
    /// `TicketTask`.
    Task {
        /// Sanitised HTML.
        content: String,
        /// Hidden from the requester.
        private: bool,
        /// Information, to do, done.
        state: TaskState,
        /// Time spent or planned.
        actiontime: Seconds,
        /// Planned from, to.
        planned: Option<(Instant, Instant)>,
        /// Who did it, or will.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        technician: Option<Actor>,
    },
    /// The ticket's `solution` in 9.x, `ITILSolution` from 10 on.
    Solution {
        /// Sanitised HTML.
        content: String,
        /// Refused by the requester.
        refused: bool,
        /// What was answered to it, where GLPI says more than that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer: Option<Answer>,
    },
    /// A document attached to the ticket.
    Document(Document),
}

/// A kind of entry, by its word alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EntryWord {
    /// A followup.
    Followup,
    /// A task.
    Task,
    /// A solution.
    Solution,
    /// A document.
    Document,
}

/// What an entry is known by, whoever reads its ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntryName {
    /// Its kind.
    pub kind: EntryWord,
    /// Its number in GLPI; 0 where it had none yet.
    pub id: u64,
    /// The change of ours that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<ChangeId>,
    /// What a solution says: GLPI 9.2 keeps one in its ticket, under that one's number whatever it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solution: Option<String>,
}

impl Entry {
    /// What it is known by.
    pub fn name(&self) -> EntryName {
        let (kind, solution) = match &self.what {
            EntryKind::Followup { .. } => (EntryWord::Followup, None),
            EntryKind::Task { .. } => (EntryWord::Task, None),
            EntryKind::Solution { content, .. } => (EntryWord::Solution, Some(content.clone())),
            EntryKind::Document(_) => (EntryWord::Document, None),
        };
        EntryName {
            kind,
            id: self.id,
            change: self.change,
            solution,
        }
    }
}

impl EntryName {
    /// Whether both are of one entry, though it had no number, or its mark was not understood, when one of them was taken.
    pub fn is_of_same(&self, other: &Self) -> bool {
        let change = self.change.is_some() && self.change == other.change;
        let number = self.id != 0 && self.id == other.id;
        self.kind == other.kind && (change || (number && self.solution == other.solution))
    }
}

/// What was answered to a solution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Answer {
    /// Approved, or else refused.
    pub approved: bool,
    /// By whom.
    pub by: Option<Actor>,
    /// When.
    pub at: Option<Instant>,
    /// The followup with his words.
    pub followup: Option<u64>,
}

/// State of a `TicketTask`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// 0.
    Information,
    /// 1.
    Todo,
    /// 2.
    Done,
}

/// A file attached in GLPI.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Document {
    /// Number of the `Document`.
    pub id: u64,
    /// File name.
    pub name: String,
    /// MIME type.
    pub mime: String,
}

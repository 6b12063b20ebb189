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

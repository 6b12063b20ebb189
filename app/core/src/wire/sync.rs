//! `POST /api/sync`: the one exchange, both ways.

use serde::{Deserialize, Serialize};

use super::{ChangeReport, WishFor};
use crate::changes::Change;
use crate::domain::{Account, Goals, Mailbox, Reference, Thread, Ticket};
use crate::ids::{ChangeId, Cursor, DeviceId, Epoch, SourceId, ThreadKey, TicketKey};
use crate::time::Instant;

/// What the phone says. Safe to repeat at any point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SyncRequest {
    /// [`super::PROTOCOL`].
    pub protocol: u16,
    /// This installation.
    pub device: DeviceId,
    /// The server's life that the cursor belongs to.
    pub epoch: Option<Epoch>,
    /// Where the phone stands; none at the first exchange.
    pub cursor: Option<Cursor>,
    /// Changes not yet acknowledged, in order.
    pub changes: Vec<Change>,
    /// What is asked of earlier ones.
    pub wishes: Vec<WishFor>,
    /// The technician pulled: ask GLPI now, however lately it was asked.
    pub pull: bool,
    /// The GLPIs as the phone holds them: what has not changed is not told again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<SourceTag>,
    /// This app takes in mails. One that doesn't say so is never told of any; once it does, it is told of all.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mails: bool,
}

/// One GLPI as the phone holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceTag {
    /// Its id.
    pub source: SourceId,
    /// [`SourceState::tag`].
    pub tag: String,
}

/// What the server says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SyncResponse {
    /// [`super::PROTOCOL`].
    pub protocol: u16,
    /// The server's life. Another than the phone knew: its cursor is void and what it had handed over is offered again.
    pub epoch: Epoch,
    /// The server's clock, as it answers.
    pub now: Instant,
    /// The server's clock as it had the whole request: reading GLPI and Gmail comes between the two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard: Option<Instant>,
    /// Changes of the request that are on the server's disk (also those that were there before).
    pub received: Vec<ChangeId>,
    /// Each GLPI that he is signed in to, unless it is as the request's `holds` says. One that is neither here nor in
    /// `reads` he has signed out of.
    pub sources: Vec<SourceState>,
    /// How far the others have been read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reads: Vec<SourceRead>,
    /// The mailboxes that he sees, where the request asked for mails.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mailboxes: Vec<Mailbox>,
    /// Changes of this device that wait behind one that waits for the technician, wherever he made that: all there are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<ChangeId>,
    /// What the server made in his name (by a rule, of a mail) and what waits for him: the items have the report on each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entrusted: Vec<Change>,
    /// What moved since the cursor, in order: a report stands behind the ticket that shows its effect.
    pub items: Vec<FeedItem>,
    /// Where the phone stands once it has stored the items.
    pub cursor: Cursor,
    /// There is more: ask again at once.
    pub more: bool,
    /// The technician revoked this device. Nothing is told to it any more; what it hands over waits for him. Once it has
    /// nothing left to hand over, it signs out and clears itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub revoked: bool,
}

/// Something that moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FeedItem {
    /// A ticket of the technician's scope, whole.
    Ticket {
        /// As last read.
        ticket: Box<Ticket>,
    },
    /// A ticket that left his scope: closed long ago, given to others, trashed, purged.
    Gone {
        /// Which.
        key: TicketKey,
    },
    /// Where a change stands.
    Report {
        /// The report.
        report: ChangeReport,
    },
    /// Reference data of one GLPI, whole.
    Reference {
        /// The lists.
        reference: Box<Reference>,
    },
    /// A thread of one of his mailboxes, whole. Only where the request asked for mails.
    Thread {
        /// As last read.
        thread: Box<Thread>,
    },
    /// A thread that left: deleted, archived without a label, or its mailbox was disconnected. Only where the request
    /// asked for mails.
    ThreadGone {
        /// Which.
        key: ThreadKey,
    },
}

/// One GLPI, as the server sees it for this technician.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceState {
    /// Its id.
    pub source: SourceId,
    /// Its name on screen.
    pub name: String,
    /// Its colour on screen, `#rrggbb`.
    pub color: String,
    /// His account there.
    pub account: Account,
    /// When GLPI was last read with success.
    pub refreshed_at: Option<Instant>,
    /// A read that is under way.
    pub progress: Option<Progress>,
    /// How long a ticket of each priority may take where GLPI gives no due date, 1 to 6, in seconds.
    #[serde(default, skip_serializing_if = "Goals::is_empty")]
    pub goals: Goals,
    /// Stands for all of it but the reads (opaque): the phone says it back.
    #[serde(default)]
    pub tag: String,
}

/// How far one GLPI has been read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceRead {
    /// Its id.
    pub source: SourceId,
    /// When GLPI was last read with success.
    pub refreshed_at: Option<Instant>,
    /// A read that is under way.
    pub progress: Option<Progress>,
}

/// How far a read has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Progress {
    /// Tickets read.
    pub done: u32,
    /// Tickets to read.
    pub total: u32,
}

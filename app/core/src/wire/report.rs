//! What the server says of a change, and what the technician may ask of one.

use serde::{Deserialize, Serialize};

use crate::changes::{Conflict, ConflictValue};
use crate::ids::{ChangeId, DeviceId, TicketId, UserId};
use crate::time::Instant;

/// Where a change stands. Comes in the feed *after* the ticket as it is with the change in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangeReport {
    /// The change.
    pub change: ChangeId,
    /// The device that made it.
    pub device: DeviceId,
    /// Where it stands.
    pub state: ReportState,
}

/// Where a change stands at the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReportState {
    /// On the server's disk, to be carried out.
    Queued,
    /// In GLPI, read back.
    Delivered {
        /// When.
        at: Instant,
        /// What had to be altered on the way.
        notices: Vec<Notice>,
        /// The number that GLPI gave to the ticket that it created.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        created: Option<TicketId>,
    },
    /// Waits for the technician.
    NeedsYou {
        /// Why.
        problem: Problem,
    },
    /// Taken back before it was carried out.
    Withdrawn,
}

impl ReportState {
    /// Whether it is for the technician to say whether it was done.
    pub fn is_unsettled(&self) -> bool {
        matches!(self, Self::NeedsYou { problem } if problem.kind == ProblemKind::Unsettled)
    }
}

/// What had to be altered for a GLPI to keep it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// Emoji were written as words: this GLPI's database would have made `????` of them.
    EmojiSpelled,
    /// GLPI stored a text that differs from the one sent.
    TextAltered,
    /// GLPI closed the ticket at once instead of leaving it solved.
    ClosedAtOnce,
    /// The mail had become a ticket already: that one took the place of another.
    MailConverted,
    /// One that this version does not know yet.
    #[serde(other)]
    Unknown,
}

/// Why a change waits for the technician.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// What kind of reason.
    pub kind: ProblemKind,
    /// GLPI's own words, as plain text.
    pub words: Option<String>,
    /// Both values, for a conflict.
    pub conflict: Option<Conflict>,
    /// What was tried and what was found, where an outcome stayed unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Box<Evidence>>,
}

impl Problem {
    /// What he is shown of it.
    pub fn against(&self) -> Against {
        let conflict = self.conflict.as_ref();
        Against {
            kind: self.kind,
            theirs: conflict.map(|conflict| conflict.theirs.clone()),
            looked_at: self
                .evidence
                .as_ref()
                .and_then(|evidence| evidence.looked_at),
        }
    }
}

/// What is known of a change whose outcome GLPI never told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Evidence {
    /// The writes whose outcome was not told, in order.
    pub tries: Vec<Attempt>,
    /// How often it was looked for in GLPI, and not found.
    pub looks: u32,
    /// When last.
    pub looked_at: Option<Instant>,
    /// When the ticket had last been altered as the first of them was begun: what somebody else altered since may be
    /// what it had done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub altered_at: Option<Instant>,
    /// And who had: more may happen within one second of GLPI's. None where it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub altered_by: Option<UserId>,
    /// His notes that were to be written there beside it: what he himself altered at another time he did elsewhere, and that
    /// too may be what it had done. None where an earlier version did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beside: Option<Vec<ChangeId>>,
    /// The server was put back to a backup: the one of before may have carried it out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forgotten: bool,
    /// What came when it was to be looked for last, and could not be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<Attempt>,
}

/// One write whose outcome was not told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Attempt {
    /// When.
    pub at: Instant,
    /// What came in place of an answer, as plain text.
    pub said: String,
}

/// The reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// GLPI says that his rights don't suffice.
    Rights,
    /// The ticket was purged.
    TicketGone,
    /// The ticket is in the trash.
    TicketTrashed,
    /// The ticket is closed.
    TicketClosed,
    /// The task that is to be altered is not there.
    TaskGone,
    /// The place or the category that was chosen is not in GLPI any more.
    PlaceGone,
    /// GLPI refused; its words say why.
    Refused,
    /// Somebody else moved the same field.
    Conflict,
    /// GLPI answered success, but the read-back shows no effect.
    NoEffect,
    /// What was asked is not a change this server can carry out.
    Invalid,
    /// The change it replaces had already been carried out.
    AlreadySent,
    /// Whether it was carried out can't be found out.
    Unsettled,
    /// He is not signed in to that GLPI any more.
    NoAccount,
    /// The file that was to be attached is larger than the server takes.
    FileTooLarge,
    /// The file that was to be attached is not at the server any more.
    FileMissing,
    /// The mail that it is to be made of is a ticket in another GLPI.
    MailConverted,
    /// The ticket that it is to take the place of is carried over already; the words name the other one.
    Carried,
    /// The ticket that it is to take the place of was solved or closed meanwhile.
    OldClosed,
    /// The thread is not in its mailbox any more.
    ThreadGone,
    /// The mailbox is not connected any more.
    NoMailbox,
    /// It came from a device after that was revoked: whoever held it then.
    RevokedDevice,
    /// It was not carried out: GLPI or Google answers with an error each time, and about others as it should. The words say
    /// which.
    Unreadable,
    /// A reason that this version does not know yet.
    #[serde(other)]
    Unknown,
}

/// What the technician asks of a change that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// Try again as it is.
    Retry,
    /// Make it so, also against what he was shown.
    Insist,
    /// Don't.
    Withdraw,
}

/// A [`Wish`] and the change it is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WishFor {
    /// The change.
    pub change: ChangeId,
    /// What is asked.
    pub wish: Wish,
    /// What he was shown that it waits with: where that is another thing by now, this is no answer to it. None where his app
    /// does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<Against>,
    /// All that he has insisted against.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub against: Vec<Against>,
}

impl WishFor {
    /// One that says no more.
    pub fn of(change: ChangeId, wish: Wish) -> Self {
        Self {
            change,
            wish,
            shown: None,
            against: Vec::new(),
        }
    }
}

/// What a change waits with, as he was shown it: who insists does so against this, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Against {
    /// Why it waits.
    pub kind: ProblemKind,
    /// What somebody else made of the field, for a conflict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theirs: Option<ConflictValue>,
    /// When it was looked for last, where an outcome is unknown: it may be unknown once more since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub looked_at: Option<Instant>,
}

//! `/api/rules`: rules, how they stand, what they did, and what they would do.

use serde::{Deserialize, Serialize};

use super::Problem;
use crate::changes::CreateTicket;
use crate::domain::Correspondent;
use crate::ids::{ChangeId, ThreadKey, TicketKey};
use crate::rules::{Rule, WhyNot};
use crate::time::Instant;

/// `GET /api/rules`: his own, and those of others on the service's mailbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rules {
    /// In the order in which they are asked: the first that is for a mail has it.
    pub rules: Vec<RuleInfo>,
}

/// A rule and how it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RuleInfo {
    /// It.
    pub rule: Rule,
    /// His own; else another technician's, which he sees and can't alter.
    pub mine: bool,
    /// It was tried as it is now: only then can it be switched on.
    pub tried: bool,
    /// How it stands.
    pub state: RuleState,
}

/// How a rule stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RuleState {
    /// It looks at no mail.
    Off,
    /// It looks at all that came since.
    On {
        /// Since when.
        since: Instant,
    },
    /// It is on, and can do nothing now: mails that come wait for it.
    Paused {
        /// Since when it is on.
        since: Instant,
        /// Why.
        why: Pause,
    },
    /// A state that this version does not know yet.
    #[serde(other)]
    Unknown,
}

/// Why a rule is paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Pause {
    /// GLPI refuses its owner's credential, or he signed out of it.
    Glpi,
    /// Google gives no access to the mailbox, or it is not connected any more.
    Mailbox,
    /// A reason that this version does not know yet.
    #[serde(other)]
    Unknown,
}

/// `PUT /api/rules/{rule}/state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SwitchRule {
    /// On, or off.
    pub on: bool,
}

/// `POST /api/rules/{rule}/try`: what it would make of the mails that are there already.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RuleTrial {
    /// So many mails were looked at, the newest.
    pub looked_at: u32,
    /// Those that it is for, newest first.
    pub found: Vec<Tried>,
}

/// What a rule would do with a mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tried {
    /// Which.
    pub mail: RuleMail,
    /// What it would become.
    pub becomes: Becomes,
}

/// What a mail would become.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Becomes {
    /// This ticket.
    Ticket {
        /// It.
        create: Box<CreateTicket>,
        /// With so many files.
        files: u32,
    },
    /// None.
    Nothing {
        /// Why.
        why: WhyNot,
    },
    /// Something that this version does not know yet.
    #[serde(other)]
    Unknown,
}

/// A mail, as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RuleMail {
    /// Its thread.
    pub thread: ThreadKey,
    /// When it came.
    pub at: Instant,
    /// Who wrote it.
    pub from: Correspondent,
    /// Its subject.
    pub subject: String,
}

/// `GET /api/rules/{rule}/record`: what it did, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RuleRecord {
    /// The last of them.
    pub deeds: Vec<RuleDeed>,
}

/// What a rule did with one mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RuleDeed {
    /// When.
    pub at: Instant,
    /// Which mail.
    pub mail: RuleMail,
    /// What.
    pub what: Deed,
}

/// What came of a mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// It is on the server's disk, to be carried out.
    UnderWay,
    /// A ticket was made of it.
    Made {
        /// Which.
        ticket: TicketKey,
        /// Somebody had made it already: that one took the place of another.
        joined: bool,
    },
    /// It answers a closed ticket, which was reopened.
    Reopened {
        /// Which.
        ticket: TicketKey,
    },
    /// It answers a closed ticket, and belongs to it; that stays closed.
    Linked {
        /// Which.
        ticket: TicketKey,
    },
    /// Something of it waits for the rule's owner.
    NeedsYou {
        /// What.
        change: ChangeId,
        /// Why.
        problem: Problem,
    },
    /// The owner took it back.
    TakenBack,
    /// Nothing was done.
    Left {
        /// Why.
        why: WhyNot,
    },
    /// Something that this version does not know yet.
    #[serde(other)]
    Unknown,
}

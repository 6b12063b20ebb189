//! What was done to a ticket, beside what was said and attached: GLPI's own log of it, or ours.

use serde::{Deserialize, Serialize};

use super::{Level, Status, TicketType};
use crate::changes::{ChangeBody, ChangeKind as _};
use crate::ids::ChangeId;
use crate::outbox::{Queued, State};
use crate::time::{Instant, Seconds};

/// Who tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Teller {
    /// GLPI's log: everything, whoever did it.
    Glpi,
    /// Our record of changes, since his profile may not read GLPI's log: what was done with Tournée.
    Tournee,
}

/// The history of a ticket as it was told at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct History {
    /// Who tells it.
    pub teller: Teller,
    /// When it was read.
    pub read_at: Instant,
    /// Oldest first.
    pub acts: Vec<Act>,
    /// There is more before the first than was read.
    pub cut: bool,
}

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Act {
    /// When.
    pub at: Instant,
    /// Who; empty where GLPI itself did it, by a rule or a clock of its own.
    pub who: String,
    /// What.
    pub what: Deed,
    /// The change of ours that it is, in our record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<ChangeId>,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// The ticket was opened.
    Created,
    /// It was put into the trash.
    Trashed,
    /// It was taken out of it.
    Restored,
    /// A field has another value.
    Set {
        /// Which.
        what: Property,
        /// What it was.
        from: ActValue,
        /// What it is.
        to: ActValue,
    },
    /// Something was put on it, or taken off.
    Linked {
        /// What kind of thing.
        what: Linked,
        /// Its name.
        name: String,
        /// Put on it, or taken off.
        added: bool,
    },
    /// One of its own items was added, altered or removed.
    Item {
        /// What kind of item.
        what: Linked,
        /// How it was.
        how: ItemDeed,
    },
    /// A change of ours.
    Change(Box<ChangeBody>),
    /// Anything else, in GLPI's words.
    Said(String),
}

/// What befell an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ItemDeed {
    /// It came.
    Added,
    /// It was altered.
    Changed,
    /// It went.
    Removed,
}

/// A thing that hangs on a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Linked {
    /// Who asked.
    Requester,
    /// A technician.
    Assignee,
    /// Who looks on.
    Observer,
    /// A person of whom GLPI does not say more: 9.2 never does.
    Person,
    /// A group that asked.
    RequesterGroup,
    /// A group of technicians.
    AssignedGroup,
    /// A group that looks on.
    ObserverGroup,
    /// A group of which GLPI does not say more.
    Group,
    /// A document.
    Document,
    /// A followup.
    Followup,
    /// A task.
    Task,
    /// A solution.
    Solution,
    /// A request for approval.
    Validation,
    /// Another ticket.
    Ticket,
    /// Anything else, as GLPI calls it: a computer, a cost.
    Other(String),
}

/// A field of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Property {
    /// Title.
    Title,
    /// Description.
    Description,
    /// Status.
    Status,
    /// Incident or request.
    Kind,
    /// Priority.
    Priority,
    /// Urgency.
    Urgency,
    /// Impact.
    Impact,
    /// ITIL category.
    Category,
    /// Store or service.
    Location,
    /// Entity.
    Entity,
    /// How it was asked.
    RequestSource,
    /// Opened.
    Opened,
    /// Solved.
    Solved,
    /// Closed.
    Closed,
    /// `time_to_resolve`.
    Due,
    /// `time_to_own`.
    OwnBy,
    /// Solution.
    Solution,
    /// Time spent.
    TimeSpent,
    /// Any other, as GLPI calls it.
    Other(String),
}

/// A value of a [`Property`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ActValue {
    /// None, or one that GLPI's log does not keep: long texts.
    Nothing,
    /// As GLPI says it.
    Words(String),
    /// A status.
    Status(Status),
    /// Urgency, impact or priority.
    Level(Level),
    /// Incident or request.
    Kind(TicketType),
    /// A moment.
    At(Instant),
    /// A length of time.
    Length(Seconds),
}

impl Act {
    /// What a change of ours did, where that is no entry of the timeline of its own.
    pub fn of(change: &crate::changes::Change) -> Option<Self> {
        let what = match &change.body {
            ChangeBody::Create(_) => Deed::Created,
            body if body.entry().is_some() || body.is_on_thread() => return None,
            body => Deed::Change(Box::new(body.clone())),
        };
        Some(Self {
            at: change.at,
            who: change.author.label().to_owned(),
            what,
            change: Some(change.id),
        })
    }
}

/// What is to be shown of a ticket's history: as it was told, with what was done on this phone and is not in it. What is
/// shown can always be told, with no network too.
pub fn acts<'a>(told: Option<&History>, own: impl IntoIterator<Item = &'a Queued>) -> Vec<Act> {
    let mut acts = told.map_or_else(Vec::new, |told| told.acts.clone());
    for queued in own {
        if !is_told(told, queued) {
            acts.extend(Act::of(&queued.change));
        }
    }
    // What is of one second stays in the order in which it was told.
    acts.sort_by_key(|act| act.at);
    acts
}

/// Whether a history has a change of ours already, or it came to nothing.
fn is_told(told: Option<&History>, queued: &Queued) -> bool {
    let by_name = |told: &History| {
        let mut acts = told.acts.iter();
        acts.any(|act| act.change == Some(queued.change.id))
    };
    match (&queued.state, told) {
        (State::Withdrawn { .. }, _) => true,
        (State::Delivered { at, .. }, Some(told)) if told.teller == Teller::Glpi => {
            *at <= told.read_at
        }
        (_, Some(told)) => by_name(told),
        (_, None) => false,
    }
}

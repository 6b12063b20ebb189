//! A ticket with all that the phone keeps of it.

use serde::{Deserialize, Serialize};

use super::{Actor, Clock, Entry, Level, LinkedAsset, Named, Status};
use crate::ids::{ChangeId, TicketKey, UserId};
use crate::time::{Instant, Seconds};

/// *Incident* (1) or *Demande* (2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TicketType {
    /// Something is broken.
    Incident,
    /// Something is wanted.
    Request,
}

/// A ticket as the server last read it, with the technician's own rights. Text is decoded once; HTML is
/// sanitised by the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ticket {
    /// Which one.
    pub key: TicketKey,
    /// Title, plain text.
    pub title: String,
    /// Description, sanitised HTML.
    pub content: String,
    /// Incident or request.
    pub kind: TicketType,
    /// Where it stands.
    pub status: Status,
    /// How much it hurries.
    pub urgency: Level,
    /// How much it stops.
    pub impact: Level,
    /// What GLPI makes of both.
    pub priority: Level,
    /// Entity.
    pub entity: Named,
    /// ITIL category.
    pub category: Option<Named>,
    /// Store or service.
    pub location: Option<Named>,
    /// Who asked.
    pub requesters: Vec<Actor>,
    /// Technicians on it.
    pub assignees: Vec<Actor>,
    /// Groups of technicians on it.
    pub groups: Vec<Named>,
    /// Who looks on.
    pub observers: Vec<Actor>,
    /// What it is about, as far as these are kinds of [`super::AssetKind`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assets: Vec<LinkedAsset>,
    /// Opened.
    pub opened_at: Instant,
    /// Last effective write, whoever did it.
    pub modified_at: Instant,
    /// Who did it, where GLPI says.
    pub modified_by: Option<UserId>,
    /// `time_to_resolve`.
    pub due_at: Option<Instant>,
    /// The rest of its clock.
    #[serde(default, skip_serializing_if = "Clock::is_unset")]
    pub clock: Clock,
    /// Solved.
    pub solved_at: Option<Instant>,
    /// Closed.
    pub closed_at: Option<Instant>,
    /// Time spent on its tasks.
    pub actiontime: Seconds,
    /// The change that created it, where its description bears our mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<ChangeId>,
    /// Followups, tasks, solutions, documents, oldest first. `None` while the server has read only the facts.
    pub timeline: Option<Vec<Entry>>,
}

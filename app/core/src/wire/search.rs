//! Looking for tickets beyond what the phone holds.

use serde::{Deserialize, Serialize};

use crate::domain::{Level, Status};
use crate::ids::TicketKey;
use crate::time::Instant;

/// `POST /api/search/{source}`. Answers [`LookedUp`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LookUp {
    /// What was typed, in the words of [`crate::search::Query`].
    pub words: String,
}

/// What one GLPI found, with the technician's own rights.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LookedUp {
    /// Tickets, the newest first.
    pub tickets: Vec<FoundTicket>,
    /// There are more than were asked for.
    pub more: bool,
}

/// A ticket as GLPI's search shows it. The whole of it: `GET /api/tickets/{source}/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FoundTicket {
    /// Which.
    pub key: TicketKey,
    /// Title.
    pub title: String,
    /// Where it stands; none for a number that GLPI accepted in silence.
    pub status: Option<Status>,
    /// Priority.
    pub priority: Option<Level>,
    /// Category's complete name, empty for none.
    pub category: String,
    /// Store, empty for none.
    pub location: String,
    /// Opened.
    pub opened_at: Option<Instant>,
}

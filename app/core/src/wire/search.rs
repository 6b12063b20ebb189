//! Looking for tickets and mails beyond what the phone holds.

use serde::{Deserialize, Serialize};

use crate::domain::{Level, Status};
use crate::ids::{ThreadKey, TicketKey};
use crate::time::{Instant, Seconds};

/// `POST /api/search/{source}` answers [`LookedUp`]; `POST /api/gmail/{mailbox}/search`, [`LookedUpMails`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LookUp {
    /// What was typed, in the words of [`crate::search::Query`].
    pub words: String,
    /// How far the clock of whoever typed it is ahead of UTC, for days of the calendar.
    #[serde(default)]
    pub ahead: Seconds,
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

/// What one mailbox found, in whichever of its labels.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LookedUpMails {
    /// Threads, the newest hit first.
    pub threads: Vec<FoundThread>,
    /// There are more than were asked for.
    pub more: bool,
}

/// A thread by the newest of its mails that was found. The whole of it: `GET /api/gmail/{mailbox}/threads/{thread}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FoundThread {
    /// Which.
    pub key: ThreadKey,
    /// Subject.
    pub subject: String,
    /// Who wrote the mail that was found.
    pub from: String,
    /// When it arrived.
    pub at: Instant,
    /// Its first words.
    pub snippet: String,
    /// Its ticket, where one is known.
    pub ticket: Option<TicketKey>,
}

//! Attach a document of another GLPI's ticket. The server reads it there itself: it need not be on the phone.

use serde::{Deserialize, Serialize};

use super::{AttachFile, ChangeKind, Field, Invalid, Shown, Verdict};
use crate::domain::{Document, EntryKind, Ticket};
use crate::ids::TicketKey;

/// A document of a ticket that this one takes the place of. It is on the ticket once, whoever puts it there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttachTicketFile {
    /// The ticket that it lies on.
    pub from: TicketKey,
    /// Its number in that GLPI.
    pub document: u64,
    /// Its name, with an extension.
    pub name: String,
    /// Its media type, as that GLPI says it.
    pub mime: String,
}

impl AttachTicketFile {
    /// A document of this ticket.
    pub fn of(from: &TicketKey, document: &Document) -> Self {
        Self {
            from: from.clone(),
            document: document.id,
            name: AttachFile::short_name(&document.name),
            mime: document.mime.clone(),
        }
    }

    /// What tells it from every other file.
    pub fn identity(&self) -> String {
        format!("ticket {} / document {}", self.from, self.document)
    }
}

impl ChangeKind for AttachTicketFile {
    fn validate(&self) -> Result<(), Invalid> {
        // How long it is, GLPI does not tell; that there is something in it is seen when it is read.
        AttachFile::validate_as(&self.name, 1)
    }

    fn show<S: Shown>(&self, _on: &mut S) {}

    fn entry(&self) -> Option<EntryKind> {
        Some(AttachFile::entry_as(&self.name, &self.mime))
    }

    fn fields(&self) -> &'static [Field] {
        &[]
    }

    fn check(&self, now: &Ticket) -> Verdict {
        AttachFile::check_on(now)
    }
}

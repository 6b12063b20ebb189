//! Attach a file: a photo, a document, a signature.

use serde::{Deserialize, Serialize};

use super::{ChangeKind, Field, Invalid, Obstacle, Shown, Verdict};
use crate::domain::{Document, EntryKind, Status, Ticket};
use crate::ids::{ChangeId, FileHash};

/// The longest name of a file, in letters: GLPI's column holds 255, and the mark of the change needs some of them.
pub const MAX_FILE_NAME_LETTERS: usize = 200;

/// A file for the ticket. The bytes travel apart from the change, by their hash; they are at the server before it takes
/// the change. An addition: it never conflicts, but GLPI accepts one on a closed ticket in silence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttachFile {
    /// Its name, with an extension.
    pub name: String,
    /// Its MIME type.
    pub mime: String,
    /// How many bytes.
    pub size: u64,
    /// Which bytes.
    pub hash: FileHash,
    /// The note that it goes with: it waits for that one, and is shown below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<ChangeId>,
}

impl AttachFile {
    /// A name that GLPI holds: a long one loses its beginning, and keeps its extension.
    pub fn short_name(name: &str) -> String {
        let over = name.chars().count().saturating_sub(MAX_FILE_NAME_LETTERS);
        name.chars().skip(over).collect()
    }

    /// What is wrong with a file of that name and size.
    pub(super) fn validate_as(name: &str, size: u64) -> Result<(), Invalid> {
        if name.trim().is_empty() || name.chars().count() > MAX_FILE_NAME_LETTERS {
            Err(Invalid::FileName)
        } else if size == 0 {
            Err(Invalid::EmptyFile)
        } else {
            Ok(())
        }
    }

    /// The entry of one that is on its way: GLPI has no number for it yet.
    pub(super) fn entry_as(name: &str, mime: &str) -> EntryKind {
        EntryKind::Document(Document {
            id: 0,
            name: name.to_owned(),
            mime: mime.to_owned(),
        })
    }

    /// Whether a ticket takes a file.
    pub(super) fn check_on(now: &Ticket) -> Verdict {
        match now.status {
            Status::Closed => Verdict::Obstacle(Obstacle::Closed),
            _ => Verdict::Apply,
        }
    }
}

impl ChangeKind for AttachFile {
    fn validate(&self) -> Result<(), Invalid> {
        Self::validate_as(&self.name, self.size)
    }

    fn show<S: Shown>(&self, _on: &mut S) {}

    fn entry(&self) -> Option<EntryKind> {
        Some(Self::entry_as(&self.name, &self.mime))
    }

    fn fields(&self) -> &'static [Field] {
        &[]
    }

    fn builds_on(&self) -> Option<ChangeId> {
        self.note
    }

    fn check(&self, now: &Ticket) -> Verdict {
        Self::check_on(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, size: u64) -> AttachFile {
        AttachFile {
            name: name.to_owned(),
            mime: "image/jpeg".to_owned(),
            size,
            hash: FileHash::parse(&"0a".repeat(32)).unwrap(),
            note: None,
        }
    }

    #[test]
    fn a_file_has_a_name_that_glpi_holds_and_something_in_it() {
        assert_eq!(file("photo.jpg", 1).validate(), Ok(()));
        assert_eq!(file(" ", 1).validate(), Err(Invalid::FileName));
        let long = "x".repeat(MAX_FILE_NAME_LETTERS + 1);
        assert_eq!(file(&long, 1).validate(), Err(Invalid::FileName));
        let short = AttachFile::short_name(&long);
        assert_eq!(file(&short, 1).validate(), Ok(()));
        assert_eq!(file("photo.jpg", 0).validate(), Err(Invalid::EmptyFile));
    }
}

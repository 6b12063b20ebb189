//! Attach a file that came with a mail. The server reads it from the mailbox itself: it need not be on the phone.

use serde::{Deserialize, Serialize};

use super::{AttachFile, ChangeKind, Field, Invalid, Shown, Verdict};
use crate::domain::{Attachment, EntryKind, Mail, Ticket};
use crate::ids::ThreadKey;

/// Smaller pictures within a text are logos and lines of signatures.
const TELLING_PICTURE: u64 = 30_000;

/// A mail's file for the ticket. One file of one mail is on a ticket once, whoever puts it there, out of whichever mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttachMailFile {
    /// The thread of the mail, in the mailbox where it was read.
    pub thread: ThreadKey,
    /// The mail's id in that mailbox.
    pub mail: String,
    /// The mail's `Message-ID`, the same in every mailbox; none in a broken mail.
    pub message_id: Option<String>,
    /// The file's place in the mail.
    pub part: String,
    /// Its name, with an extension.
    pub name: String,
    /// Its media type, as the mail says it.
    pub mime: String,
    /// How many bytes, as the mailbox says it.
    pub size: u64,
}

impl AttachMailFile {
    /// The files of a mail that a ticket may want: all that were attached, and what within the text is large enough to show
    /// something.
    pub fn all_of(thread: &ThreadKey, mail: &Mail) -> Vec<Self> {
        let files = mail
            .attachments
            .iter()
            .filter(|file| file.size > 0 && (file.cid.is_none() || file.size >= TELLING_PICTURE));
        files.map(|file| Self::of(thread, mail, file)).collect()
    }

    /// A file of this mail.
    pub fn of(thread: &ThreadKey, mail: &Mail, file: &Attachment) -> Self {
        Self {
            thread: thread.clone(),
            mail: mail.id.clone(),
            message_id: mail.message_id.clone(),
            part: file.part.clone(),
            name: AttachFile::short_name(&file.name),
            mime: file.mime.clone(),
            size: file.size,
        }
    }

    /// What tells it from every other file: the same on every phone and for every mailbox that the mail reached.
    pub fn identity(&self) -> String {
        match &self.message_id {
            Some(id) => format!("<{id}>/{}", self.part),
            None => format!("{}/{}/{}", self.thread.mailbox, self.mail, self.part),
        }
    }
}

impl ChangeKind for AttachMailFile {
    fn validate(&self) -> Result<(), Invalid> {
        AttachFile::validate_as(&self.name, self.size)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::MailboxId;

    fn file(mailbox: &str, message_id: Option<&str>) -> AttachMailFile {
        AttachMailFile {
            thread: ThreadKey {
                mailbox: MailboxId::of(mailbox),
                id: "19a".to_owned(),
            },
            mail: "19a".to_owned(),
            message_id: message_id.map(str::to_owned),
            part: "2".to_owned(),
            name: "écran.png".to_owned(),
            mime: "image/png".to_owned(),
            size: 9,
        }
    }

    #[test]
    fn a_file_is_the_same_in_every_mailbox_that_its_mail_reached() {
        let mine = file("moi@x.example", Some("a@x"));
        let shared = file("info@x.example", Some("a@x"));
        assert_eq!(mine.identity(), shared.identity());
        let other = AttachMailFile {
            part: "3".to_owned(),
            ..mine.clone()
        };
        assert_ne!(mine.identity(), other.identity());
        let nameless = file("moi@x.example", None);
        assert_ne!(nameless.identity(), file("info@x.example", None).identity());
    }

    #[test]
    fn an_empty_file_is_none() {
        let mine = file("moi@x.example", Some("a@x"));
        assert_eq!(mine.validate(), Ok(()));
        let empty = AttachMailFile { size: 0, ..mine };
        assert_eq!(empty.validate(), Err(Invalid::EmptyFile));
    }
}

//! Link a thread of mails to a ticket, or part them.

use serde::{Deserialize, Serialize};

use super::{AddFollowup, ChangeKind, Field, Invalid, Shown, Verdict};
use crate::domain::{EntryKind, MailName, Ticket, mail_links};
use crate::ids::ThreadKey;

/// Letters of a subject that the note quotes.
const SUBJECT: usize = 120;

/// A thread and the ticket that this is on. GLPI gets a private note that names the mail: see [`MailName`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkMail {
    /// The thread that the phone showed.
    pub thread: ThreadKey,
    /// The `Message-ID` of its first mail, without brackets: the same in every mailbox.
    pub message_id: String,
    /// Its subject, for who reads the note.
    pub subject: String,
    /// Linked, or parted.
    pub linked: bool,
}

impl LinkMail {
    /// The note that makes it known to GLPI.
    pub fn note(&self) -> AddFollowup {
        let subject: String = self.subject.trim().chars().take(SUBJECT).collect();
        let name = MailName::of(&self.message_id);
        let line = |of: fn(&MailName) -> String| name.as_ref().map(of).unwrap_or_default();
        let content = match self.linked {
            true => format!("Courriel lié : « {subject} »\n{}", line(MailName::line)),
            false => format!(
                "Courriel délié : « {subject} »\n{}",
                line(MailName::parted_line)
            ),
        };
        AddFollowup {
            content,
            private: true,
        }
    }

    /// Whether a ticket says so.
    pub fn is_so(&self, ticket: &Ticket) -> bool {
        let links = mail_links(ticket).unwrap_or_default();
        let linked = MailName::of(&self.message_id).and_then(|name| links.get(&name).copied());
        linked.is_some_and(|(linked, _)| linked) == self.linked
    }
}

impl ChangeKind for LinkMail {
    fn validate(&self) -> Result<(), Invalid> {
        match MailName::of(&self.message_id) {
            Some(_) => Ok(()),
            None => Err(Invalid::NoName),
        }
    }

    fn show<S: Shown>(&self, _on: &mut S) {}

    fn entry(&self) -> Option<EntryKind> {
        self.note().entry()
    }

    fn fields(&self) -> &'static [Field] {
        // Of one thread the last word counts, and a chain keeps its order.
        Field::Mails.alone()
    }

    fn check(&self, now: &Ticket) -> Verdict {
        match self.is_so(now) {
            true => Verdict::AlreadyThere,
            false => self.note().check(now),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::MailboxId;

    #[test]
    fn the_note_names_the_mail_in_a_line_of_its_own() {
        let link = LinkMail {
            thread: ThreadKey {
                mailbox: MailboxId::of("a@b.example"),
                id: "19a".to_owned(),
            },
            message_id: "x.1@c.example".to_owned(),
            subject: " Caisse 23 ".to_owned(),
            linked: true,
        };
        let note = link.note();
        assert_eq!(
            note.content,
            "Courriel lié : « Caisse 23 »\nréf. courriel : x.1@c.example"
        );
        assert!(note.private);
        let parted = LinkMail {
            linked: false,
            ..link
        };
        assert!(
            parted
                .note()
                .content
                .ends_with("réf. courriel ôtée : x.1@c.example")
        );
        let nameless = LinkMail {
            message_id: String::new(),
            ..parted
        };
        assert_eq!(nameless.validate(), Err(Invalid::NoName));
    }
}

//! Link a thread of mails to a ticket, or part them.

use serde::{Deserialize, Serialize};

use super::{AddFollowup, ChangeKind, Field, Invalid, Shown, Verdict};
use crate::domain::{EntryKind, MailName, Thread, Ticket, mail_links};
use crate::ids::ThreadKey;

/// Letters of a subject that the note quotes.
const SUBJECT: usize = 120;
/// More than a conversation has.
const MOST_NAMES: usize = 50;

/// A thread and the ticket that this is on. GLPI gets a private note that names the mail: see [`MailName`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkMail {
    /// The thread that the phone showed.
    pub thread: ThreadKey,
    /// The names of its mails and of those that they answer, the first mail's first: the same in every mailbox.
    pub names: Vec<String>,
    /// Its subject, for who reads the note.
    pub subject: String,
    /// Linked, or parted.
    pub linked: bool,
}

impl LinkMail {
    /// The link of a thread, or its end.
    pub fn of(thread: &Thread, linked: bool) -> Self {
        let own = thread
            .mails
            .iter()
            .filter_map(|mail| mail.message_id.as_ref());
        let answered = thread.mails.iter().flat_map(|mail| &mail.references);
        let mut names: Vec<String> = Vec::new();
        for name in own.chain(answered).filter_map(|id| MailName::of(id)) {
            if names.len() < MOST_NAMES && !names.iter().any(|other| other == name.as_str()) {
                names.push(name.as_str().to_owned());
            }
        }
        Self {
            thread: thread.key.clone(),
            names,
            subject: thread.subject().trim().chars().take(SUBJECT).collect(),
            linked,
        }
    }

    /// The note that makes it known to GLPI: linked by its first name, parted from each by which the ticket knows it.
    pub fn note_on(&self, ticket: &Ticket) -> AddFollowup {
        let links = mail_links(ticket).unwrap_or_default();
        let is_linked = |name: &MailName| links.get(name).is_some_and(|(linked, _)| *linked);
        let lines: Vec<String> = match self.linked {
            true => self.names().take(1).map(|name| name.line()).collect(),
            false => {
                let known = self.names().filter(is_linked);
                known.map(|name| name.parted_line()).collect()
            }
        };
        self.note(&lines)
    }

    fn note(&self, lines: &[String]) -> AddFollowup {
        let what = match self.linked {
            true => "Courriel lié",
            false => "Courriel délié",
        };
        let head = format!("{what} : « {} »", self.subject);
        let lines = [std::slice::from_ref(&head), lines].concat();
        AddFollowup {
            content: lines.join("\n"),
            private: true,
        }
    }

    /// Whether a ticket says so.
    pub fn is_so(&self, ticket: &Ticket) -> bool {
        let links = mail_links(ticket).unwrap_or_default();
        let mut names = self.names();
        let linked = names.any(|name| links.get(&name).is_some_and(|(linked, _)| *linked));
        linked == self.linked
    }

    fn names(&self) -> impl Iterator<Item = MailName> {
        self.names.iter().filter_map(|name| MailName::of(name))
    }
}

impl ChangeKind for LinkMail {
    fn validate(&self) -> Result<(), Invalid> {
        let all = self.names().count() == self.names.len();
        match !self.names.is_empty() && self.names.len() <= MOST_NAMES && all {
            true => Ok(()),
            false => Err(Invalid::NoName),
        }
    }

    fn show<S: Shown>(&self, _on: &mut S) {}

    fn entry(&self) -> Option<EntryKind> {
        self.note(&[]).entry()
    }

    fn fields(&self) -> &'static [Field] {
        // Of one thread the last word counts, and a chain keeps its order.
        Field::Mails.alone()
    }

    fn check(&self, now: &Ticket) -> Verdict {
        match self.is_so(now) {
            true => Verdict::AlreadyThere,
            false => self.note(&[]).check(now),
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
            names: vec!["x.1@c.example".to_owned(), "x.2@c.example".to_owned()],
            subject: "Caisse 23".to_owned(),
            linked: true,
        };
        let lines: Vec<String> = link.names().take(1).map(|name| name.line()).collect();
        let note = link.note(&lines);
        assert_eq!(
            note.content,
            "Courriel lié : « Caisse 23 »\nréf. courriel : x.1@c.example"
        );
        assert!(note.private);
        assert_eq!(link.validate(), Ok(()));
        let nameless = LinkMail {
            names: Vec::new(),
            ..link
        };
        assert_eq!(nameless.validate(), Err(Invalid::NoName));
    }
}

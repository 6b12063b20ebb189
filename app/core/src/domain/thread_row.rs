//! What the list needs of a thread: small, so that ten thousand load in an instant.

use serde::{Deserialize, Serialize};

use super::{Machine, Mail, MailBox, Thread};
use crate::ids::{ThreadKey, TicketKey};
use crate::time::Instant;

/// Letters of a mail's first words that a list can show.
const FIRST_WORDS: usize = 160;
/// Letters of a name or a subject that a list can show.
const A_LINE: usize = 200;

/// One row of the list. Derived from [`Thread`], but for what the phone itself knows (`kept`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadRow {
    /// Which thread.
    pub key: ThreadKey,
    /// The boxes that show it.
    pub boxes: Vec<MailBox>,
    /// Who wrote last, the mailbox's owner only where nobody else wrote.
    pub from: String,
    /// How many mails.
    pub mails: u32,
    /// The subject.
    pub subject: String,
    /// The newest mail's first words.
    pub snippet: String,
    /// When the newest mail arrived.
    pub at: Instant,
    /// A mail of it was not read yet.
    pub unread: bool,
    /// The newest mail is the owner's own.
    pub answered: bool,
    /// A file came with it.
    pub files: bool,
    /// Its ticket, where one is known.
    pub ticket: Option<TicketKey>,
    /// The number of the ticket that GLPI tells of; of which GLPI, the mail does not say.
    pub told_of: Option<u64>,
    /// What was fetched of it when it was opened, and is kept: `mail`, or `mail/part` of a file.
    pub kept: Vec<String>,
}

impl ThreadRow {
    /// The row of a thread; `kept` is the phone's own knowledge.
    pub fn of(thread: &Thread, kept: Vec<String>) -> Self {
        let newest = thread.newest();
        let others = thread.mails.iter().rev().find(|mail| !mail.outgoing);
        let author = others.or(newest);
        Self {
            key: thread.key.clone(),
            boxes: thread.boxes.clone(),
            from: cut(author.map_or("", |mail| mail.from.label()), A_LINE),
            mails: u32::try_from(thread.mails.len()).unwrap_or(u32::MAX),
            subject: cut(thread.subject(), A_LINE),
            snippet: cut(newest.map_or("", |mail| &mail.snippet), FIRST_WORDS),
            at: newest.map_or(Instant(0), |mail| mail.at),
            unread: thread.is_unread(),
            answered: newest.is_some_and(|mail| mail.outgoing),
            files: thread.has_attachments(),
            ticket: thread.ticket.clone(),
            told_of: thread.mails.iter().find_map(told_of),
            kept,
        }
    }

    /// Whether a box shows it.
    pub fn is_in(&self, mail_box: MailBox) -> bool {
        self.boxes.contains(&mail_box)
    }
}

fn told_of(mail: &Mail) -> Option<u64> {
    match mail.machine {
        Some(Machine::Glpi { ticket }) => Some(ticket),
        _ => None,
    }
}

/// At most so many letters, at a letter's end.
fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

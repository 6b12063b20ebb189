//! Mails as the phone holds them: threads of a mailbox, in the boxes that the service sorts them into.

use serde::{Deserialize, Serialize};

use super::{Level, MailName};
use crate::ids::{MailboxId, ThreadKey, TicketKey};
use crate::time::Instant;

/// A mailbox that the technician sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mailbox {
    /// Its address.
    pub id: MailboxId,
    /// The service's, which every technician sees; else his own.
    pub shared: bool,
    /// Whether the server can read it.
    pub state: MailboxState,
    /// When it was last read with success.
    pub refreshed_at: Option<Instant>,
    /// Where what is urgent stands.
    #[serde(default)]
    pub urgent: UrgentBox,
}

/// How the service has it with what is urgent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum UrgentBox {
    /// In *Urgent*, and in *En cours* too.
    #[default]
    Beside,
    /// In *Urgent* alone.
    Alone,
}

/// Whether a mailbox can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MailboxState {
    /// All is well.
    Active,
    /// Google gives no access any more: *à reconnecter*. Nothing is lost; everything for it waits.
    Reconnect,
    /// A state that this version does not know yet.
    #[serde(other)]
    Unknown,
}

/// Where the service keeps its mails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MailBox {
    /// *Tickets (Urgent)*.
    Urgent,
    /// *Tickets (En cours)*.
    InProgress,
    /// *Tickets (Traités)*.
    Done,
    /// *À trier*: in the inbox, and in none of the three.
    ToSort,
}

impl MailBox {
    /// All, in the order in which they are offered.
    pub const ALL: [MailBox; 4] = [
        MailBox::Urgent,
        MailBox::InProgress,
        MailBox::Done,
        MailBox::ToSort,
    ];

    /// Where a mail goes that has just become a ticket: it is being worked on, or it hurries.
    pub fn of_new(urgency: Level) -> Self {
        match urgency >= Level::HIGH {
            true => Self::Urgent,
            false => Self::InProgress,
        }
    }
}

/// One conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Thread {
    /// Which.
    pub key: ThreadKey,
    /// The boxes that show it. *Urgent* may stand beside *En cours*.
    pub boxes: Vec<MailBox>,
    /// Its ticket, where one is known.
    pub ticket: Option<TicketKey>,
    /// Its mails, oldest first.
    pub mails: Vec<Mail>,
}

impl Thread {
    /// The boxes of a thread, by the three labels and whether it is in the inbox.
    pub fn boxes_of(urgent: bool, in_progress: bool, done: bool, inbox: bool) -> Vec<MailBox> {
        let labelled = [
            (urgent, MailBox::Urgent),
            (in_progress, MailBox::InProgress),
            (done, MailBox::Done),
        ];
        let boxes: Vec<_> = labelled
            .into_iter()
            .filter_map(|(is_there, mail_box)| is_there.then_some(mail_box))
            .collect();
        match boxes.is_empty() && inbox {
            true => vec![MailBox::ToSort],
            false => boxes,
        }
    }

    /// Its subject: that of its first mail.
    pub fn subject(&self) -> &str {
        self.mails.first().map_or("", |mail| &mail.subject)
    }

    /// Its newest mail.
    pub fn newest(&self) -> Option<&Mail> {
        self.mails.last()
    }

    /// Whether a mail of it has not been read.
    pub fn is_unread(&self) -> bool {
        self.mails.iter().any(|mail| mail.unread)
    }

    /// Whether a file came with one of its mails.
    pub fn has_attachments(&self) -> bool {
        let files = self.mails.iter().flat_map(|mail| &mail.attachments);
        files.into_iter().any(|file| file.cid.is_none())
    }
}

/// One mail: its head, and what was read of the rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mail {
    /// Its id in its mailbox.
    pub id: String,
    /// Who wrote it.
    pub from: Correspondent,
    /// To whom.
    pub to: Vec<Correspondent>,
    /// Who else got it.
    pub cc: Vec<Correspondent>,
    /// Who is to be answered, where that is not who wrote it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reply_to: Vec<Correspondent>,
    /// The subject as it came.
    pub subject: String,
    /// When it arrived.
    pub at: Instant,
    /// Its first words, as plain text.
    pub snippet: String,
    /// Its `Message-ID`, without angle brackets; the same in every mailbox that it reached.
    pub message_id: Option<String>,
    /// The ids that it answers, oldest first.
    pub references: Vec<String>,
    /// The mailbox's owner wrote it.
    pub outgoing: bool,
    /// It was not read yet.
    pub unread: bool,
    /// No person wrote it.
    pub machine: Option<Machine>,
    /// What it says; none where only the head was read, or where it is too long to keep.
    pub body: Option<MailBody>,
    /// The files that came with it; known once the body was read.
    pub attachments: Vec<Attachment>,
}

/// The mail that a ticket is made of, so that both find each other for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailOrigin {
    /// Its thread, in the mailbox where it was read.
    pub thread: ThreadKey,
    /// Its id in that mailbox.
    pub mail: String,
    /// `Message-ID`s of the chain that it is of, without angle brackets: the oldest first, its own last. The same in
    /// every mailbox that it reached; none in a broken mail.
    pub chain: Vec<String>,
}

impl MailOrigin {
    /// More of a long chain tell nothing.
    const MOST: usize = 10;

    /// The origin of a ticket that is made of this mail.
    pub fn of(thread: &ThreadKey, mail: &Mail) -> Self {
        let mut chain: Vec<String> = Vec::new();
        for id in mail.references.iter().chain(&mail.message_id) {
            if !chain.contains(id) {
                chain.push(id.clone());
            }
        }
        // The oldest names the chain, the newest ones the branch.
        if chain.len() > Self::MOST {
            chain.drain(1..=chain.len() - Self::MOST);
        }
        Self {
            thread: thread.clone(),
            mail: mail.id.clone(),
            chain,
        }
    }

    /// The names of the chain that a ticket can bear, the oldest mail's first.
    pub fn names(&self) -> impl Iterator<Item = MailName> {
        self.chain.iter().filter_map(|id| MailName::of(id))
    }

    /// Whether both are of one chain of mails, in whichever mailboxes.
    pub fn is_chain_of(&self, other: &Self) -> bool {
        self.thread == other.thread || self.chain.iter().any(|id| other.chain.contains(id))
    }
}

/// A person by name and address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Correspondent {
    /// As the mail says it; may be empty.
    pub name: String,
    /// In small letters; may be empty in a broken mail.
    pub address: String,
}

impl Correspondent {
    /// What the screen says.
    pub fn label(&self) -> &str {
        match self.name.is_empty() {
            true => &self.address,
            false => &self.name,
        }
    }
}

/// Machines that write mails: none of these becomes a ticket by itself, and none is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Machine {
    /// GLPI tells of a ticket: it belongs to that one.
    Glpi {
        /// The number in its subject.
        ticket: u64,
    },
    /// An absence, or another automatic answer.
    AutoReply,
    /// A mail that could not be delivered.
    Bounce,
    /// A newsletter or a list.
    Bulk,
    /// One that this version does not know yet.
    #[serde(other)]
    Unknown,
}

/// What a mail says, safe to show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailBody {
    /// What is new in it: HTML, sanitised by an allow-list. Images within the mail are `<img data-cid="…">`, remote ones
    /// `<img data-remote="https://…">`: nothing is fetched by itself. Trackers are gone.
    pub html: String,
    /// What it quotes, and a signature behind it, in the same form; to be folded.
    pub quoted: Option<String>,
    /// The same as `html`, as plain text: what becomes a ticket's description.
    pub text: String,
    /// Something in it would be fetched from elsewhere if asked for.
    pub remote: bool,
}

/// A file that came with a mail. Its bytes are asked for by [`Attachment::part`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Attachment {
    /// Its place in the mail.
    pub part: String,
    /// Its name, without any folder.
    pub name: String,
    /// Its media type, as the mail says it.
    pub mime: String,
    /// Its bytes.
    pub size: u64,
    /// Shown within the text under this id.
    pub cid: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_is_to_be_sorted_only_while_it_is_in_the_inbox_and_in_none_of_the_three() {
        let boxes = Thread::boxes_of;
        assert_eq!(boxes(false, false, false, true), [MailBox::ToSort]);
        assert_eq!(
            boxes(true, true, false, true),
            [MailBox::Urgent, MailBox::InProgress]
        );
        assert_eq!(boxes(false, false, true, false), [MailBox::Done]);
        assert!(boxes(false, false, false, false).is_empty());
    }

    #[test]
    fn a_machine_of_a_later_version_is_read_as_unknown() {
        let machine: Machine = serde_json::from_str("\"oracle\"").unwrap();
        assert_eq!(machine, Machine::Unknown);
        let glpi: Machine = serde_json::from_str("{\"glpi\":{\"ticket\":7754}}").unwrap();
        assert_eq!(glpi, Machine::Glpi { ticket: 7754 });
    }
}

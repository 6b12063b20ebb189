//! The records in the phone's storage, and batches of writes to them.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::files::history_key;
use super::{KeptDocument, Landing, Phone, Rows, Timer};
use crate::domain::{History, Mail, Mailbox, Reference, Thread, ThreadRow, Ticket};
use crate::ids::{ChangeId, Cursor, DeviceId, Epoch, SourceId, ThreadKey, TicketKey};
use crate::outbox::{Outbox, Queued};
use crate::proposal::Choices;
use crate::round::Book;
use crate::search::Segment;
use crate::time::{Instant, Seconds};
use crate::wire::SourceState;

/// A table of the phone's storage. Keys are strings, values bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// Whole tickets by [`TicketKey`], JSON.
    Tickets,
    /// Rows in buckets, compact: derived from [`Table::Tickets`], rebuilt from there when their form changes.
    Rows,
    /// Changes by [`ChangeId`], JSON.
    Outbox,
    /// [`Meta`] under `phone`, [`Book`] under `round`.
    Meta,
    /// Text being typed.
    Drafts,
    /// [`Reference`] by source, JSON: long lists, read when they are asked for.
    References,
    /// Whole threads by [`ThreadKey`], JSON.
    Threads,
    /// Their rows in buckets, compact: derived from [`Table::Threads`].
    ThreadRows,
    /// What was fetched when it was opened: mails as JSON under `thread/mail`, files as they are under
    /// `thread/mail/part`. [`ThreadRow::kept`] names them.
    Opened,
    /// Files that were attached here, by [`crate::ids::FileHash`], with a small picture of each under `hash/small`; and
    /// documents of GLPI's that were opened, under `ticket/number` ([`Meta::documents`] names them); and the histories of
    /// tickets, JSON, under `ticket/history` ([`Meta::histories`]).
    Files,
    /// [`Choices`] by the sender's address, JSON: read when one of his mails becomes a ticket.
    Choices,
    /// The words of tickets and threads, in segments by number ([`TextPlaces`]): derived from both, read when somebody
    /// looks for something, and made anew where one is missing.
    Texts,
}

impl Table {
    /// All tables.
    pub const ALL: [Table; 12] = [
        Table::Tickets,
        Table::Rows,
        Table::Outbox,
        Table::Meta,
        Table::Drafts,
        Table::References,
        Table::Threads,
        Table::ThreadRows,
        Table::Opened,
        Table::Files,
        Table::Choices,
        Table::Texts,
    ];

    /// The table's name in storage.
    pub fn name(self) -> &'static str {
        match self {
            Table::Tickets => "tickets",
            Table::Rows => "rows",
            Table::Outbox => "outbox",
            Table::Meta => "meta",
            Table::Drafts => "drafts",
            Table::References => "references",
            Table::Threads => "threads",
            Table::ThreadRows => "thread-rows",
            Table::Opened => "opened",
            Table::Files => "files",
            Table::Choices => "choices",
            Table::Texts => "texts",
        }
    }
}

/// One write: a value, or none to delete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// Where.
    pub table: Table,
    /// Under what.
    pub key: String,
    /// What.
    pub value: Option<Vec<u8>>,
}

/// Writes that belong together: all of them last, or none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// In order.
    pub writes: Vec<Write>,
}

impl Batch {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.writes.extend(other.writes);
    }

    /// Stores a change and where it stands.
    pub fn put_queued(&mut self, queued: &Queued) {
        self.put_json(Table::Outbox, queued.change.id.to_string(), queued);
    }

    /// Stores a ticket.
    pub fn put_ticket(&mut self, ticket: &Ticket) {
        self.put_json(Table::Tickets, ticket.key.to_string(), ticket);
    }

    pub(super) fn put_history(&mut self, ticket: &TicketKey, history: &History) {
        self.put_json(Table::Files, history_key(ticket), history);
    }

    pub(super) fn delete_ticket(&mut self, key: &TicketKey) {
        self.delete(Table::Tickets, key.to_string());
    }

    pub(super) fn put_thread(&mut self, thread: &Thread) {
        self.put_json(Table::Threads, thread.key.to_string(), thread);
    }

    pub(super) fn delete_thread(&mut self, row: &ThreadRow) {
        self.delete(Table::Threads, row.key.to_string());
        for kept in &row.kept {
            self.delete(Table::Opened, opened_key(&row.key, kept));
        }
    }

    pub(super) fn put_opened(&mut self, thread: &ThreadKey, mail: &Mail) {
        self.put_json(Table::Opened, opened_key(thread, &mail.id), mail);
    }

    /// Stores what was chosen for a sender's mails.
    pub(super) fn put_choices(&mut self, sender: &str, choices: &Choices) {
        self.put_json(Table::Choices, sender.to_owned(), choices);
    }

    pub(super) fn delete_change(&mut self, id: ChangeId) {
        self.delete(Table::Outbox, id.to_string());
    }

    pub(super) fn put_meta(&mut self, meta: &Meta) {
        self.put_json(Table::Meta, META_KEY.to_owned(), meta);
    }

    pub(super) fn put_book(&mut self, book: &Book) {
        match book.is_empty() {
            true => self.delete(Table::Meta, BOOK_KEY.to_owned()),
            false => self.put_json(Table::Meta, BOOK_KEY.to_owned(), book),
        }
    }

    pub(super) fn put_reference(&mut self, reference: &Reference) {
        self.put_json(Table::References, reference.source.to_string(), reference);
    }

    pub(super) fn delete_reference(&mut self, source: &SourceId) {
        self.delete(Table::References, source.to_string());
    }

    pub(super) fn put_bytes(&mut self, table: Table, key: String, value: Vec<u8>) {
        self.writes.push(Write {
            table,
            key,
            value: Some(value),
        });
    }

    /// Deletes a record.
    pub fn delete(&mut self, table: Table, key: String) {
        self.writes.push(Write {
            table,
            key,
            value: None,
        });
    }

    fn put_json(&mut self, table: Table, key: String, value: &impl Serialize) {
        // Our own types have string keys and no failing `Serialize`: an error here is unreachable.
        let bytes = serde_json::to_vec(value).unwrap_or_default();
        self.put_bytes(table, key, bytes);
    }
}

/// Where something that was opened is kept: a mail of a thread, or `mail/part` for a file of it.
pub fn opened_key(thread: &ThreadKey, what: &str) -> String {
    format!("{thread}/{what}")
}

const META_KEY: &str = "phone";
const BOOK_KEY: &str = "round";

/// The numbers of the stored segments of texts: a range; some in it may be missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextPlaces {
    /// The first that may be there.
    pub first: u64,
    /// The next that will be.
    pub next: u64,
}

impl TextPlaces {
    /// The key of a segment; they are in order.
    pub fn key(number: u64) -> String {
        format!("{number:012}")
    }
}

/// What the phone knows beside tickets and changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// This installation.
    pub device: DeviceId,
    /// The server's life.
    #[serde(default)]
    pub epoch: Option<Epoch>,
    /// Where we stand in its feed.
    #[serde(default)]
    pub cursor: Option<Cursor>,
    /// GLPIs and accounts as of the last exchange.
    #[serde(default)]
    pub sources: Vec<SourceState>,
    /// The server's clock at the last complete exchange.
    #[serde(default)]
    pub synced_at: Option<Instant>,
    /// Server's clock minus the phone's.
    #[serde(default)]
    pub clock_offset: Seconds,
    /// Moves with every write of the base: a tab that holds another number reloads before it syncs.
    #[serde(default)]
    pub generation: u64,
    /// Tickets that left the scope while the outbox still named them.
    #[serde(default)]
    pub kept: BTreeSet<TicketKey>,
    /// Tickets from a server's earlier life that its present one has not named yet: they go when its first feed ends and
    /// their GLPI was read.
    #[serde(default)]
    pub unconfirmed: BTreeSet<TicketKey>,
    /// The first read is complete: what comes from now on is news.
    #[serde(default)]
    pub settled_in: bool,
    /// Tickets that were created here, by the numbers they had before, as long as their changes are kept.
    #[serde(default)]
    pub landings: Vec<Landing>,
    /// Changes that wait behind one that waits for the technician, here or on another phone of his, as last told.
    #[serde(default)]
    pub held: BTreeSet<ChangeId>,
    /// GLPIs whose first read is complete: one that was added later brings its tickets, not news.
    #[serde(default)]
    pub settled: BTreeSet<SourceId>,
    /// Mailboxes as of the last exchange.
    #[serde(default)]
    pub mailboxes: Vec<Mailbox>,
    /// Like `unconfirmed`, of threads.
    #[serde(default)]
    pub unconfirmed_threads: BTreeSet<ThreadKey>,
    /// Documents of GLPI's that were opened, and are kept in [`Table::Files`].
    #[serde(default)]
    pub documents: BTreeSet<KeptDocument>,
    /// Tickets whose history was read, and is kept in [`Table::Files`].
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub histories: BTreeSet<TicketKey>,
    /// The time that runs, if any does.
    #[serde(default)]
    pub timer: Option<Timer>,
    /// Where the segments of [`Table::Texts`] are.
    #[serde(default)]
    pub texts: TextPlaces,
}

impl Meta {
    /// A phone that never spoke to a server.
    pub fn new(device: DeviceId) -> Self {
        Self {
            device,
            epoch: None,
            cursor: None,
            sources: Vec::new(),
            synced_at: None,
            clock_offset: Seconds(0),
            generation: 0,
            kept: BTreeSet::new(),
            unconfirmed: BTreeSet::new(),
            settled_in: false,
            landings: Vec::new(),
            held: BTreeSet::new(),
            settled: BTreeSet::new(),
            mailboxes: Vec::new(),
            unconfirmed_threads: BTreeSet::new(),
            documents: BTreeSet::new(),
            histories: BTreeSet::new(),
            timer: None,
            texts: TextPlaces::default(),
        }
    }
}

/// What is read from storage at start: everything but whole tickets and threads.
#[derive(Clone, Debug, Default)]
pub struct Stored {
    /// All of [`Table::Meta`].
    pub meta: Vec<(String, Vec<u8>)>,
    /// All of [`Table::Rows`].
    pub rows: Vec<(String, Vec<u8>)>,
    /// All of [`Table::Outbox`].
    pub outbox: Vec<(String, Vec<u8>)>,
    /// All of [`Table::ThreadRows`].
    pub threads: Vec<(String, Vec<u8>)>,
}

/// A record that can't be read.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A record of ours is not what we wrote.
    #[error("the stored record {key} can't be read: {source}")]
    Record {
        /// Its key.
        key: String,
        /// Why.
        source: serde_json::Error,
    },
    /// The rows have the form of another version: read all tickets, call [`Stored::rebuild_rows`].
    #[error("the rows were written by another version of the app")]
    RowsOfAnotherVersion,
    /// The threads' rows have: read all threads, and the names of what was opened, call [`Stored::rebuild_thread_rows`].
    #[error("the threads' rows were written by another version of the app")]
    ThreadRowsOfAnotherVersion,
}

impl Stored {
    pub(super) fn read(&self, new_device: DeviceId) -> Result<Phone, LoadError> {
        let meta = self.meta.iter().find(|(key, _)| key == META_KEY);
        let meta = meta.map(|(key, value)| json::<Meta>(key, value));
        let book = self.meta.iter().find(|(key, _)| key == BOOK_KEY);
        let book = book.map(|(key, value)| json::<Book>(key, value));
        let outbox = self
            .outbox
            .iter()
            .map(|(key, value)| json::<Queued>(key, value))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Phone {
            meta: meta.transpose()?.unwrap_or_else(|| Meta::new(new_device)),
            rows: Rows::load(&self.rows).ok_or(LoadError::RowsOfAnotherVersion)?,
            threads: Rows::load(&self.threads).ok_or(LoadError::ThreadRowsOfAnotherVersion)?,
            outbox: Outbox::load(outbox),
            book: Arc::new(book.transpose()?.unwrap_or_default()),
            texts: Segment::default(),
        })
    }
}

pub(super) fn json<T: for<'de> Deserialize<'de>>(key: &str, value: &[u8]) -> Result<T, LoadError> {
    serde_json::from_slice(value).map_err(|source| LoadError::Record {
        key: key.to_owned(),
        source,
    })
}

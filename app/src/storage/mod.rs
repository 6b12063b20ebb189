//! The phone's storage: one IndexedDB database, a store for each of core's tables, values as bytes.

mod database;
mod drafts;
mod farewell;
mod problem;
mod transaction;
mod upgrade;

pub use problem::StorageProblem;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::lock::Mutex;
use serde::de::DeserializeOwned;
use tournee_core::domain::{Mail, Reference, Thread, Ticket};
use tournee_core::ids::{SourceId, ThreadKey, TicketKey};
use tournee_core::phone::{Batch, Stored, Table, TextPlaces, opened_key};
use tournee_core::proposal::Choices;
use web_sys::IdbDatabase;

use transaction::{Records, Writing, read_all, read_one};

/// Under this key of the meta table stands how often phone data was committed, by whichever tab.
const REVISION_KEY: &str = "revision";

/// The database, opened when first needed and again when the browser took it away.
#[derive(Default)]
pub struct Storage {
    line: Rc<Line>,
    opening: Mutex<()>,
}

type Listener = Box<dyn Fn(StorageProblem)>;

/// The connection, and who hears of what befalls it.
#[derive(Default)]
struct Line {
    open: RefCell<Option<IdbDatabase>>,
    /// A newer app has the storage: it is not opened again from here.
    newer: Cell<bool>,
    listener: RefCell<Option<Listener>>,
}

impl Line {
    fn tell(&self, problem: StorageProblem) {
        if let Some(listener) = self.listener.borrow().as_ref() {
            listener(problem);
        }
    }
}

/// All that is read at start, and which commit it is of.
pub struct Loaded {
    /// Everything but whole tickets and threads.
    pub stored: Stored,
    /// To be handed to the next [`Storage::commit`].
    pub revision: u64,
}

/// Why a batch was not stored.
#[derive(Debug)]
pub enum CommitError {
    /// Another tab stored something since: load, do it again on that.
    Behind,
    /// The browser can't.
    Problem(StorageProblem),
}

impl From<StorageProblem> for CommitError {
    fn from(problem: StorageProblem) -> Self {
        Self::Problem(problem)
    }
}

impl Storage {
    /// Calls back on what befalls the connection while nothing is asked of it, in the place of whoever was called
    /// before.
    pub fn listen(&self, call: impl Fn(StorageProblem) + 'static) {
        self.line.listener.replace(Some(Box::new(call)));
    }

    /// Reads everything but whole tickets and threads, as of one moment.
    pub async fn load(&self) -> Result<Loaded, StorageProblem> {
        let tables = [Table::Meta, Table::Rows, Table::Outbox, Table::ThreadRows];
        let mut found = self.read_all(&tables).await?.into_iter();
        let mut next = || found.next().unwrap_or_default();
        let (mut meta, rows, outbox, threads) = (next(), next(), next(), next());
        let revision = meta
            .iter()
            .position(|(key, _)| key == REVISION_KEY)
            .map_or(0, |index| revision_of(&meta.swap_remove(index).1));
        let stored = Stored {
            meta,
            rows,
            outbox,
            threads,
        };
        Ok(Loaded { stored, revision })
    }

    /// How often phone data was committed.
    pub async fn revision(&self) -> Result<u64, StorageProblem> {
        let stored = self.get(Table::Meta, REVISION_KEY).await?;
        Ok(stored.as_deref().map_or(0, revision_of))
    }

    /// Reads all whole tickets: only when rows have to be made anew.
    pub async fn all_tickets(&self) -> Result<Records, StorageProblem> {
        Ok(self.read_all(&[Table::Tickets]).await?.concat())
    }

    /// Reads all whole threads, and what of them was opened: only when their rows have to be made anew.
    pub async fn all_threads(&self) -> Result<(Records, Records), StorageProblem> {
        let tables = [Table::Threads, Table::Opened];
        let mut found = self.read_all(&tables).await?.into_iter();
        let mut next = || found.next().unwrap_or_default();
        Ok((next(), next()))
    }

    /// One whole ticket.
    pub async fn ticket(&self, key: &TicketKey) -> Result<Option<Ticket>, StorageProblem> {
        parse(self.get(Table::Tickets, &key.to_string()).await?)
    }

    /// One whole thread, as the server told it.
    pub async fn thread(&self, key: &ThreadKey) -> Result<Option<Thread>, StorageProblem> {
        parse(self.get(Table::Threads, &key.to_string()).await?)
    }

    /// A mail that was fetched when it was opened.
    pub async fn opened_mail(
        &self,
        thread: &ThreadKey,
        mail: &str,
    ) -> Result<Option<Mail>, StorageProblem> {
        parse(self.get(Table::Opened, &opened_key(thread, mail)).await?)
    }

    /// A file that was: `mail/part`.
    pub async fn opened_file(
        &self,
        thread: &ThreadKey,
        name: &str,
    ) -> Result<Option<Vec<u8>>, StorageProblem> {
        self.get(Table::Opened, &opened_key(thread, name)).await
    }

    /// All segments of the index, in order.
    pub async fn texts(&self) -> Result<Records, StorageProblem> {
        Ok(self.read_all(&[Table::Texts]).await?.concat())
    }

    /// One of them.
    pub async fn text(&self, number: u64) -> Result<Option<Vec<u8>>, StorageProblem> {
        self.get(Table::Texts, &TextPlaces::key(number)).await
    }

    /// A file, or its small picture, by its key in [`Table::Files`].
    pub async fn file(&self, key: &str) -> Result<Option<Vec<u8>>, StorageProblem> {
        self.get(Table::Files, key).await
    }

    /// The lists of one GLPI.
    pub async fn reference(&self, source: &SourceId) -> Result<Option<Reference>, StorageProblem> {
        parse(self.get(Table::References, &source.0).await?)
    }

    /// What was chosen before for a sender's mails.
    pub async fn choices(&self, sender: &str) -> Result<Option<Choices>, StorageProblem> {
        parse(self.get(Table::Choices, sender).await?)
    }

    /// Stores a batch whole or not at all, if nobody stored anything since `revision`. Answers the new revision.
    ///
    /// ## Control flow
    /// The look at the revision and the writes are one transaction, so that two tabs can't both win, and a batch that
    /// lasted though the connection was lost is not stored twice. What holds the outbox is on the disk when this
    /// resolves (`durability: strict`).
    pub async fn commit(&self, batch: &Batch, revision: u64) -> Result<u64, CommitError> {
        let write = async |database: &IdbDatabase| write(database, batch, revision).await;
        match self.attempt(write).await? {
            true => Ok(revision + 1),
            false => Err(CommitError::Behind),
        }
    }

    async fn read_all(&self, tables: &[Table]) -> Result<Vec<Records>, StorageProblem> {
        self.attempt(async |database: &IdbDatabase| read_all(database, tables).await)
            .await
    }

    async fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StorageProblem> {
        self.attempt(async |database: &IdbDatabase| read_one(database, table, key).await)
            .await
    }
}

/// Answers whether `revision` was still the storage's.
async fn write(
    database: &IdbDatabase,
    batch: &Batch,
    revision: u64,
) -> Result<bool, StorageProblem> {
    let mut tables: Vec<Table> = batch.writes.iter().map(|write| write.table).collect();
    tables.push(Table::Meta);
    tables.sort_unstable();
    tables.dedup();
    let strict = tables.contains(&Table::Outbox);
    let mut writing = Writing::begin(database, &tables, strict)?;
    let is_ours = move |stored: Option<Vec<u8>>| stored.map_or(0, |b| revision_of(&b)) == revision;
    writing.only_if(Table::Meta, REVISION_KEY, is_ours)?;
    for write in &batch.writes {
        writing.put(write.table, &write.key, write.value.as_deref())?;
    }
    let next = (revision + 1).to_le_bytes();
    writing.put(Table::Meta, REVISION_KEY, Some(&next))?;
    writing.finish().await
}

fn parse<T: DeserializeOwned>(bytes: Option<Vec<u8>>) -> Result<Option<T>, StorageProblem> {
    let parsed = bytes
        .map(|bytes| serde_json::from_slice(&bytes))
        .transpose();
    parsed.map_err(|error| StorageProblem::Unreadable(error.to_string()))
}

fn revision_of(bytes: &[u8]) -> u64 {
    bytes.try_into().map_or(0, u64::from_le_bytes)
}

//! The phone's storage: one IndexedDB database, a store for each of core's tables, values as bytes.

mod database;
mod drafts;
mod problem;
mod transaction;

pub use problem::StorageProblem;

use std::cell::RefCell;

use tournee_core::domain::Ticket;
use tournee_core::ids::TicketKey;
use tournee_core::phone::{Batch, Stored, Table};
use web_sys::IdbDatabase;

use transaction::Records;

/// Under this key of the meta table stands how often phone data was committed, by whichever tab.
const REVISION_KEY: &str = "revision";

/// The database, opened when first needed and again when the browser took it away.
#[derive(Default)]
pub struct Storage {
    open: RefCell<Option<IdbDatabase>>,
}

/// All that is read at start, and which commit it is of.
pub struct Loaded {
    /// Everything but whole tickets.
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
    /// Reads everything but whole tickets, as of one moment.
    pub async fn load(&self) -> Result<Loaded, StorageProblem> {
        let tables = [Table::Meta, Table::Rows, Table::Outbox];
        let mut found = self.read_all(&tables).await?.into_iter();
        let mut next = || found.next().unwrap_or_default();
        let (mut meta, rows, outbox) = (next(), next(), next());
        let revision = meta
            .iter()
            .position(|(key, _)| key == REVISION_KEY)
            .map_or(0, |index| revision_of(&meta.swap_remove(index).1));
        let stored = Stored { meta, rows, outbox };
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

    /// One whole ticket.
    pub async fn ticket(&self, key: &TicketKey) -> Result<Option<Ticket>, StorageProblem> {
        let Some(bytes) = self.get(Table::Tickets, &key.to_string()).await? else {
            return Ok(None);
        };
        match serde_json::from_slice(&bytes) {
            Ok(ticket) => Ok(Some(ticket)),
            Err(error) => Err(StorageProblem::Unreadable(error.to_string())),
        }
    }

    /// Stores a batch whole or not at all, if nobody stored anything since `revision`. Answers the new revision.
    ///
    /// ## Control flow
    /// The look at the revision and the writes are one transaction, so that two tabs can't both win. What holds
    /// the outbox is on the disk when this resolves (`durability: strict`).
    pub async fn commit(&self, batch: &Batch, revision: u64) -> Result<u64, CommitError> {
        let mut tables: Vec<Table> = batch.writes.iter().map(|write| write.table).collect();
        tables.push(Table::Meta);
        tables.sort_unstable();
        tables.dedup();
        let strict = tables.contains(&Table::Outbox);
        let writing = self.begin(&tables, strict).await?;
        let stored = writing.get(Table::Meta, REVISION_KEY).await?;
        if stored.as_deref().map_or(0, revision_of) != revision {
            return Err(CommitError::Behind);
        }
        for write in &batch.writes {
            writing.put(write.table, &write.key, write.value.as_deref())?;
        }
        let next = revision + 1;
        writing.put(Table::Meta, REVISION_KEY, Some(&next.to_le_bytes()))?;
        writing.finish().await?;
        Ok(next)
    }
}

fn revision_of(bytes: &[u8]) -> u64 {
    bytes.try_into().map_or(0, u64::from_le_bytes)
}

//! What one connection sees of the disk.

use tokio::sync::OwnedMutexGuard;

use super::Mount;
use super::tables::Tables;
use crate::store::error::{FILE, StoreError, Stored};

/// A connection to the disk.
pub(in crate::store) struct View {
    mount: Mount,
    tables: Tables,
    /// Held by the one that writes.
    turn: Option<OwnedMutexGuard<()>>,
    changed: bool,
}

impl View {
    pub(super) fn writing(mount: Mount, tables: Tables, turn: OwnedMutexGuard<()>) -> Self {
        Self {
            mount,
            tables,
            turn: Some(turn),
            changed: false,
        }
    }

    pub(super) fn reading(mount: Mount, tables: Tables) -> Self {
        Self {
            mount,
            tables,
            turn: None,
            changed: false,
        }
    }

    /// What it sees: a writer its own work, a reader what is committed at this very moment.
    pub(super) fn tables(&mut self) -> Stored<&Tables> {
        let synced = self.mount.synced()?;
        if self.turn.is_none() {
            self.tables = synced;
        }
        Ok(&self.tables)
    }

    /// Does one statement's work: all of it, or nothing where it fails.
    pub(super) fn alter<T>(&mut self, work: impl FnOnce(&mut Tables) -> Stored<T>) -> Stored<T> {
        self.mount.synced()?;
        if self.turn.is_none() {
            let file = FILE.to_owned();
            return Err(StoreError::ReadOnly { file });
        }
        let mut tables = self.tables.clone();
        let done = work(&mut tables)?;
        self.tables = tables;
        self.changed = true;
        Ok(done)
    }

    pub(in crate::store) async fn commit(self) -> Stored<()> {
        match self.turn {
            Some(turn) if self.changed => self.mount.commit(self.tables, turn).await,
            // Nothing to write: nothing that could fail but the power.
            _ => self.mount.synced().map(drop),
        }
    }
}

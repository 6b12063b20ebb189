//! A disk for simulations: it drops what was not synced, fills up, and loses its power when it is told to.
//!
//! It is as deterministic as whoever runs it: no threads, no clock, and a random source of its own from a seed.

mod accounts;
mod carried;
mod chains;
mod changes;
mod creations;
mod credentials;
mod feed;
mod files;
mod follows;
mod lives;
mod mail_links;
mod mails;
mod rules;
mod sessions;
mod snapshots;
mod tables;
mod technicians;
mod view;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::future::BoxFuture;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha12Rng;

use super::error::{StoreError, Stored};
use tables::Tables;
pub(super) use view::View;

/// Where a write stands when the disk's watcher is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DiskStep {
    /// A write is about to begin.
    Begin,
    /// It is about to be committed: nothing of it is written.
    Commit,
    /// It is written, but not synced: a power cut may take it, or leave it.
    Written,
    /// It is synced: it lasts, and everybody sees it; whoever committed it does not know yet.
    Synced,
}

/// Is awaited at each step: it may delay, or cut the power.
pub type Watcher = Arc<dyn Fn(DiskStep) -> BoxFuture<'static, ()> + Send + Sync>;

/// The disk. Clones are the same disk.
#[derive(Clone)]
pub struct Disk(Arc<Mutex<State>>);

struct State {
    /// How often the power went.
    generation: u64,
    /// One writer at a time; a power cut leaves nobody waiting for one of before.
    turn: Arc<tokio::sync::Mutex<()>>,
    synced: Tables,
    written: Option<Written>,
    full: bool,
    watcher: Option<Watcher>,
    rng: ChaCha12Rng,
}

/// What is written and not synced.
struct Written {
    tables: Tables,
    /// Its writer went away, as a killed process does: the disk has it all the same.
    abandoned: bool,
}

impl fmt::Debug for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Disk(generation {})", self.state().generation)
    }
}

impl Disk {
    /// An empty one. The seed decides what its power cuts take.
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(State {
            generation: 0,
            turn: Arc::default(),
            synced: Tables::default(),
            written: None,
            full: false,
            watcher: None,
            rng: ChaCha12Rng::seed_from_u64(seed),
        })))
    }

    /// The power goes. What was synced stays; what was written and not synced stays or goes; every store and write of
    /// before fails from now on.
    pub fn crash(&self) {
        let mut state = self.state();
        state.generation += 1;
        state.turn = Arc::default();
        if let Some(written) = state.written.take()
            && state.rng.random()
        {
            state.synced = written.tables;
        }
    }

    /// What it holds, as a backup made while the server runs holds it: what was committed.
    pub fn backup(&self) -> Backup {
        let mut tables = self.state().synced.clone();
        tables.is_copy = true;
        Backup(tables)
    }

    /// Puts a backup in the place of what it holds. Every store and write of before fails from now on.
    pub fn restore(&self, backup: &Backup) {
        self.crash();
        self.state().synced = backup.0.clone();
    }

    /// Fills the disk, or makes room. While it is full, nothing is committed.
    pub fn set_full(&self, full: bool) {
        self.state().full = full;
    }

    /// Has every step of every write pass by a watcher.
    pub fn watch(&self, watcher: Watcher) {
        self.state().watcher = Some(watcher);
    }

    /// Has nobody watch any more.
    pub fn unwatch(&self) {
        self.state().watcher = None;
    }

    /// How many lives it had before this one.
    pub fn generation(&self) -> u64 {
        self.state().generation
    }

    pub(super) fn mount(&self) -> Mount {
        Mount {
            generation: self.generation(),
            disk: self.clone(),
        }
    }

    async fn pass(&self, step: DiskStep) {
        let watcher = self.state().watcher.clone();
        if let Some(watcher) = watcher {
            watcher(step).await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All that a disk held.
#[derive(Clone)]
pub struct Backup(Tables);

/// The disk in one life of it.
#[derive(Clone, Debug)]
pub(super) struct Mount {
    disk: Disk,
    generation: u64,
}

impl Mount {
    /// The disk's state, if the power has not gone since.
    fn state(&self) -> Stored<MutexGuard<'_, State>> {
        let mut state = self.disk.state();
        if state.generation != self.generation {
            return Err(StoreError::PowerCut);
        }
        if let Some(written) = state.written.take_if(|written| written.abandoned) {
            state.synced = written.tables;
        }
        Ok(state)
    }

    pub(super) async fn write(&self) -> Stored<View> {
        self.disk.pass(DiskStep::Begin).await;
        let turn = self.state()?.turn.clone();
        let turn = turn.lock_owned().await;
        let tables = self.state()?.synced.clone();
        Ok(View::writing(self.clone(), tables, turn))
    }

    pub(super) fn read(&self) -> Stored<View> {
        let tables = self.state()?.synced.clone();
        Ok(View::reading(self.clone(), tables))
    }

    fn synced(&self) -> Stored<Tables> {
        Ok(self.state()?.synced.clone())
    }

    /// Writes, syncs, and answers. The turn ends with the sync: others go on while the answer is on its way.
    async fn commit(&self, tables: Tables, turn: tokio::sync::OwnedMutexGuard<()>) -> Stored<()> {
        self.disk.pass(DiskStep::Commit).await;
        {
            let mut state = self.state()?;
            if state.full {
                let file = super::FILE.to_owned();
                return Err(StoreError::Full { file });
            }
            state.written = Some(Written {
                tables,
                abandoned: false,
            });
        }
        let syncing = Syncing(self);
        self.disk.pass(DiskStep::Written).await;
        // From here on it is as if its writer had gone: whoever looks next finds it synced.
        drop(syncing);
        drop(self.state()?);
        drop(turn);
        self.disk.pass(DiskStep::Synced).await;
        self.state().map(drop)
    }
}

/// A write on its way to the disk; it gets there whether or not somebody waits for it, unless the power goes.
struct Syncing<'a>(&'a Mount);

impl Drop for Syncing<'_> {
    fn drop(&mut self) {
        if let Ok(mut state) = self.0.state()
            && let Some(written) = &mut state.written
        {
            written.abandoned = true;
        }
    }
}

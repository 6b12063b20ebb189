//! What stands behind the context: the phone in memory and what keeps it.

use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{Either, select};
use futures::lock::Mutex;
use tournee_core::phone::{Batch, LoadError, Phone, Stored};

use super::counsel::Prepared;
use super::exchange::Exchange;
use super::finder::Finder;
use super::tickets::OpenTickets;
use crate::platform::clock;
use crate::platform::tabs::Tabs;
use crate::storage::{CommitError, Loaded, Storage, StorageProblem};

/// The phone in memory and what keeps it.
pub struct Held {
    pub(super) phone: RefCell<Phone>,
    pub(super) storage: Storage,
    /// Which commit the phone in memory is of.
    pub(super) revision: Cell<u64>,
    /// Storage may hold what memory does not: nothing is changed before it was read again.
    pub(super) stale: Cell<bool>,
    /// One change at a time, from memory to disk.
    pub(super) turn: Mutex<()>,
    pub(super) open: OpenTickets,
    pub(super) exchange: Exchange,
    pub(super) finder: Finder,
    pub(super) tabs: Tabs,
    /// What proposals are drawn from, made ready while nobody waits.
    pub(super) prepared: Prepared,
}

/// What the app starts with.
pub struct Start {
    pub(super) held: Rc<Held>,
    pub(super) problem: Option<StorageProblem>,
}

impl Start {
    /// Reads the phone from storage. Where that can't be, the app starts all the same, says why, and changes
    /// nothing.
    pub async fn load() -> Option<Self> {
        let storage = Storage::default();
        let (phone, revision, problem) = match read_or_say(&storage).await {
            Ok((phone, revision)) => (phone, revision, None),
            Err(problem) => (empty()?, 0, Some(problem)),
        };
        let held = Held {
            phone: RefCell::new(phone),
            storage,
            revision: Cell::new(revision),
            stale: Cell::new(problem.is_some()),
            turn: Mutex::new(()),
            open: OpenTickets::default(),
            exchange: Exchange::default(),
            finder: Finder::default(),
            tabs: Tabs::open(),
            prepared: Prepared::default(),
        };
        Some(Self {
            held: Rc::new(held),
            problem,
        })
    }
}

impl Held {
    /// Reads the phone again. The caller holds the turn.
    pub(super) async fn reload(&self) -> Result<(), StorageProblem> {
        let (phone, revision) = read(&self.storage).await?;
        self.phone.replace(phone);
        self.revision.set(revision);
        self.stale.set(false);
        Ok(())
    }
}

fn empty() -> Option<Phone> {
    Phone::load(&Stored::default(), clock::new_device()).ok()
}

/// What hinders the opening of the storage may last as long as another tab does: the screen says so meanwhile.
async fn read_or_say(storage: &Storage) -> Result<(Phone, u64), StorageProblem> {
    let (sender, hindered) = oneshot::channel();
    let sender = Cell::new(Some(sender));
    storage.listen(move |problem| {
        if let Some(sender) = sender.take() {
            let _ = sender.send(problem);
        }
    });
    match select(pin!(read(storage)), hindered).await {
        Either::Left((read, _)) => read,
        Either::Right((Ok(problem), _)) => Err(problem),
        Either::Right((Err(_), reading)) => reading.await,
    }
}

async fn read(storage: &Storage) -> Result<(Phone, u64), StorageProblem> {
    let Loaded {
        mut stored,
        mut revision,
    } = storage.load().await?;
    // Rows of tickets, rows of threads, and then all is as it should be.
    for _ in 0..2 {
        match Phone::load(&stored, clock::new_device()) {
            Ok(phone) => return Ok((phone, revision)),
            Err(stale) => {
                let batch = rebuild(storage, &mut stored, stale).await?;
                revision = match storage.commit(&batch, revision).await {
                    Ok(revision) => revision,
                    // Another tab did the same in the meantime: its rows are as good as ours.
                    Err(CommitError::Behind) => storage.load().await?.revision,
                    Err(CommitError::Problem(problem)) => return Err(problem),
                };
            }
        }
    }
    let phone = Phone::load(&stored, clock::new_device()).map_err(unreadable)?;
    Ok((phone, revision))
}

/// An update of the app changed the form of the rows: makes them anew from what they are the rows of.
async fn rebuild(
    storage: &Storage,
    stored: &mut Stored,
    stale: LoadError,
) -> Result<Batch, StorageProblem> {
    let rebuilt = match stale {
        LoadError::RowsOfAnotherVersion => stored.rebuild_rows(&storage.all_tickets().await?),
        LoadError::ThreadRowsOfAnotherVersion => {
            let (threads, opened) = storage.all_threads().await?;
            let names: Vec<String> = opened.into_iter().map(|(name, _)| name).collect();
            stored.rebuild_thread_rows(&threads, &names)
        }
        other => Err(other),
    };
    rebuilt.map_err(unreadable)
}

fn unreadable(error: LoadError) -> StorageProblem {
    StorageProblem::Unreadable(error.to_string())
}

//! Who reads when: one read at a time for an account, and nobody waits longer than he has patience.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::time::Instant;
use tournee_core::domain::{Account, AccountState};
use tournee_core::ids::SourceId;
use tournee_core::wire::Progress;

use super::reader::{self, Reader};
use crate::app::{Server, Shared};
use crate::glpi::Admission;
use crate::glpi::transport::MAX_IN_FLIGHT;
use crate::links::LinkError;
use crate::store::AccountId;
use crate::store::accounts::{self, AccountRow};
use crate::tasks::Tasks;

/// First reads hold all tickets of a scope in memory: so many of one GLPI at a time, the others wait with empty hands.
const FIRST_READS: usize = 1;
/// All other reads of one GLPI at a time: what it is asked at once.
const READS: usize = MAX_IN_FLIGHT;
/// A pull asks again after this at the earliest: a thumb is faster than a GLPI.
const PULL_EVERY: Duration = Duration::from_secs(1);
/// A read that failed is tried again after this at the earliest, however seldom reads are otherwise; where GLPI does not
/// answer at all, its gate makes these wait longer.
const RETRY_EVERY: Duration = Duration::from_secs(2);
/// The scope is counted so often, to notice what left without a word.
const COUNT_EVERY: Duration = Duration::from_secs(120);

/// The reader as the rest of the server sees it.
#[derive(Default)]
pub struct Refresh {
    desks: Mutex<BTreeMap<AccountId, Desk>>,
    running: Tasks,
    turns: Mutex<BTreeMap<SourceId, Turns>>,
}

/// Where the reads of one GLPI wait: a slow one keeps no other waiting.
#[derive(Clone)]
struct Turns {
    first_reads: Arc<Semaphore>,
    reads: Arc<Semaphore>,
}

impl Default for Turns {
    fn default() -> Self {
        Self {
            first_reads: Arc::new(Semaphore::new(FIRST_READS)),
            reads: Arc::new(Semaphore::new(READS)),
        }
    }
}

/// What is known of an account's reads.
#[derive(Default)]
struct Desk {
    /// The read that is under way; it ends when the sender is gone.
    running: Option<watch::Receiver<Option<Progress>>>,
    last: Option<Instant>,
    /// The last one did not come to its end.
    failed: bool,
    counted_at: Option<Instant>,
    memory: reader::Memory,
}

impl Refresh {
    /// How far an account's read has come, if it is one that takes long.
    pub fn progress(&self, id: AccountId) -> Option<Progress> {
        let desks = self.desks();
        let running = desks.get(&id)?.running.as_ref()?;
        *running.borrow()
    }

    /// Ends all reads. What was read is in the feed; the marks did not move.
    pub fn end(&self) -> impl Future<Output = ()> + Send + 'static {
        self.running.end()
    }

    fn desks(&self) -> MutexGuard<'_, BTreeMap<AccountId, Desk>> {
        self.desks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The account's read under way, or a new one unless the last is younger than `every` (or failed, a while ago).
    fn start(
        &self,
        server: &Server,
        row: &AccountRow,
        every: Duration,
        pull: bool,
    ) -> Option<watch::Receiver<Option<Progress>>> {
        let now = Instant::now();
        let source = &row.account.source;
        let is_due = !matches!(server.links.admission(source), Admission::None(_));
        let turns = self.turns_at(source);
        let mut desks = self.desks();
        let desk = desks.entry(row.id).or_default();
        if let Some(running) = &desk.running
            && running.has_changed().is_ok()
        {
            return Some(running.clone());
        }
        let every = match desk.failed {
            true => every.min(RETRY_EVERY),
            false => every,
        };
        // One that does not answer is left alone, and nobody waits for it.
        if !is_due || desk.last.is_some_and(|last| now - last < every) {
            return None;
        }
        let count = pull || desk.counted_at.is_none_or(|at| now - at >= COUNT_EVERY);
        if count {
            desk.counted_at = Some(now);
        }
        let (progress, watched) = watch::channel(None);
        desk.running = Some(watched.clone());
        desk.last = Some(now);
        let reader = Reader {
            server: server.clone(),
            row: row.clone(),
            count,
            progress,
            memory: std::mem::take(&mut desk.memory),
            turns: match row.marks.read_until {
                None => turns.first_reads,
                Some(_) => turns.reads,
            },
        };
        self.running.spawn(read(server.clone(), reader));
        Some(watched)
    }

    fn turns_at(&self, source: &SourceId) -> Turns {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        turns.entry(source.clone()).or_default().clone()
    }

    fn finished(&self, id: AccountId, memory: reader::Memory, failed: bool) {
        if let Some(desk) = self.desks().get_mut(&id) {
            desk.memory = memory;
            desk.failed = failed;
            desk.last = Some(Instant::now());
        }
    }
}

async fn read(server: Server, reader: Reader) {
    let (id, source) = (reader.row.id, reader.row.account.source.clone());
    let (memory, progress, done) = reader.run().await;
    let state = match &done {
        Ok(()) => Some(AccountState::Active),
        // Its state is set where the sign-in was refused.
        Err(LinkError::NeedsSignIn) => None,
        Err(LinkError::Glpi(error)) if error.keeps_everybody_out() => {
            Some(AccountState::Unreachable)
        }
        Err(_) => None,
    };
    match &done {
        // Said once, where it was noticed.
        Err(error) if server.links.is_down(&source) => {
            tracing::debug!(%source, account = id.0, %error, "a read failed");
        }
        Err(error) => tracing::warn!(%source, account = id.0, %error, "a read failed"),
        Ok(()) => {}
    }
    if let Some(state) = state
        && let Err(error) = server.set_state(id, state).await
    {
        tracing::error!(%error, "an account's state can't be stored");
    }
    server.refresh.finished(id, memory, done.is_err());
    // Dropped last: whoever waits for this read finds all of it done.
    drop(progress);
}

impl Shared {
    /// Starts a read of an account that has just signed in.
    pub async fn refresh_soon(self: &Arc<Self>, account: &Account) {
        let row = match self.store.read().await {
            Ok(mut db) => accounts::of_glpi_user(&mut db, &account.source, account.user).await,
            Err(error) => Err(error),
        };
        match row {
            Ok(Some(row)) => {
                self.refresh.start(self, &row, Duration::ZERO, false);
            }
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "no read after a sign-in"),
        }
    }

    /// Reads what is due of these accounts, and waits for it until `until`.
    pub async fn refresh(self: &Arc<Self>, rows: &[AccountRow], pull: bool, until: Instant) {
        let every = match pull {
            true => PULL_EVERY.min(self.config.refresh.every),
            false => self.config.refresh.every,
        };
        let due = rows
            .iter()
            .filter(|row| row.signed_in && row.account.state != AccountState::NeedsSignIn)
            .inspect(|row| {
                if pull {
                    self.links.hurry(&row.account.source);
                }
            });
        let reads: Vec<_> = due
            .filter_map(|row| self.refresh.start(self, row, every, pull))
            .collect();
        let all = futures::future::join_all(reads.into_iter().map(ended));
        // Whoever runs out of patience is answered with what there is, and how far the read has come.
        let _ = tokio::time::timeout_at(until, all).await;
    }
}

async fn ended(mut read: watch::Receiver<Option<Progress>>) {
    loop {
        // A long one reports progress: nobody waits for its end.
        if read.borrow_and_update().is_some() || read.changed().await.is_err() {
            return;
        }
    }
}

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
use crate::store::accounts::{self, AccountRow};
use crate::store::{AccountId, Stored};
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

/// A read that is under way; it ends when the sender is gone.
type Watched = watch::Receiver<Option<Progress>>;

/// What is known of an account's reads.
#[derive(Default)]
struct Desk {
    running: Option<Watched>,
    last: Option<Instant>,
    /// The last one did not come to its end.
    failed: bool,
    counted_at: Option<Instant>,
    memory: reader::Memory,
    life: u64,
}

/// What becomes of the wish to read.
enum Turn {
    Begun(Watched),
    /// One was under way: it may miss what came since it began.
    Joined(Watched),
    /// The last one is too young: from then on.
    After(Instant),
    /// GLPI is left alone.
    None,
}

impl Refresh {
    /// How far an account's read has come, if it is one that takes long.
    pub fn progress(&self, id: AccountId) -> Option<Progress> {
        let desks = self.desks();
        let running = desks.get(&id)?.running.as_ref()?;
        *running.borrow()
    }

    /// What was read of an account until now is void. To be said in the write that makes it so.
    pub fn begin_life(&self, id: AccountId) {
        self.desks().entry(id).or_default().life += 1;
    }

    pub(super) fn life(&self, id: AccountId) -> u64 {
        self.desks().get(&id).map_or(0, |desk| desk.life)
    }

    /// Ends all reads. What was read is in the feed; the marks did not move.
    pub fn end(&self) -> impl Future<Output = ()> + Send + 'static {
        self.running.end()
    }

    fn desks(&self) -> MutexGuard<'_, BTreeMap<AccountId, Desk>> {
        self.desks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The account's read under way, or a new one unless the last is younger than `every` (or failed, a while ago).
    fn start(&self, server: &Server, row: &AccountRow, every: Duration, pull: bool) -> Turn {
        let now = Instant::now();
        let source = &row.account.source;
        let is_due = !matches!(server.links.admission(source), Admission::None(_));
        let turns = self.turns_at(source);
        let mut desks = self.desks();
        let desk = desks.entry(row.id).or_default();
        if let Some(running) = &desk.running
            && running.has_changed().is_ok()
        {
            return Turn::Joined(running.clone());
        }
        let every = match desk.failed {
            true => every.min(RETRY_EVERY),
            false => every,
        };
        // One that does not answer is left alone, and nobody waits for it.
        if !is_due {
            return Turn::None;
        }
        if let Some(due) = desk.last.map(|last| last + every).filter(|due| *due > now) {
            return Turn::After(due);
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
            life: desk.life,
            turns: match row.marks.read_until {
                None => turns.first_reads,
                Some(_) => turns.reads,
            },
        };
        self.running.spawn(read(server.clone(), reader));
        Turn::Begun(watched)
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
    pub async fn refresh(self: &Arc<Self>, rows: &[AccountRow], until: Instant) {
        let reads = self.in_reach(rows).filter_map(|row| {
            match self
                .refresh
                .start(self, row, self.config.refresh.every, false)
            {
                Turn::Begun(read) | Turn::Joined(read) => Some(ended(read)),
                Turn::After(_) | Turn::None => None,
            }
        });
        let all = futures::future::join_all(reads);
        // Whoever runs out of patience is answered with what there is, and how far the read has come.
        let _ = tokio::time::timeout_at(until, all).await;
    }

    /// Somebody wants to see what is there now: reads these accounts however lately they were read, and waits for reads
    /// that began after he asked, until `until`.
    pub async fn pull(self: &Arc<Self>, rows: &[AccountRow], until: Instant) {
        let reads = self.in_reach(rows).map(|row| async {
            self.links.hurry(&row.account.source);
            let read = self.read_anew(row.id).await;
            if let Err(error) = read {
                tracing::error!(account = row.id.0, %error, "no read for who asked for one");
            }
        });
        let all = futures::future::join_all(reads);
        let _ = tokio::time::timeout_at(until, all).await;
    }

    async fn read_anew(self: &Arc<Self>, id: AccountId) -> Stored<()> {
        let every = PULL_EVERY.min(self.config.refresh.every);
        loop {
            // After each wait it is another account: a read goes on from where the last one came to, and none begins
            // amid his own writes.
            let row = accounts::get(&mut *self.store.read().await?, id).await?;
            let Some(row) = row.filter(|row| self.is_in_reach(row)) else {
                return Ok(());
            };
            match self.refresh.start(self, &row, every, true) {
                Turn::Begun(read) => {
                    ended(read).await;
                    return Ok(());
                }
                Turn::Joined(read) => {
                    if !ended(read).await {
                        return Ok(());
                    }
                }
                Turn::After(due) => tokio::time::sleep_until(due).await,
                Turn::None => return Ok(()),
            }
        }
    }

    fn in_reach<'a>(&self, rows: &'a [AccountRow]) -> impl Iterator<Item = &'a AccountRow> {
        rows.iter().filter(|row| self.is_in_reach(row))
    }

    /// Whether an account can be read now, and no write of its technician's is half done there.
    fn is_in_reach(&self, row: &AccountRow) -> bool {
        let Account { source, state, .. } = &row.account;
        let works = row.signed_in && *state != AccountState::NeedsSignIn;
        works && !self.custody.is_writing(row.technician, source)
    }
}

/// Waits for a read's end; not for one that takes long and reports its progress, of which the answer is no.
async fn ended(mut read: Watched) -> bool {
    loop {
        if read.borrow_and_update().is_some() {
            return false;
        }
        if read.changed().await.is_err() {
            return true;
        }
    }
}

//! Which chains may run, and when again: tickets and threads side by side, the changes of one in order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;
use tournee_core::changes::Target;
use tournee_core::ids::{MailboxId, SourceId, TicketKey};

use super::chain::Outcome;
use super::failing::Failing;
use super::landed::Landed;
use super::late::Sent;
use super::lookout::Lookout;
use super::recorded::Recorded;
use super::second::Fresh;
use crate::app::Server;
use crate::chance::Chance;
use crate::glpi::{Admission, LONGEST_ASKED};
use crate::links::Links;
use crate::store::TechnicianId;
use crate::store::chains::{self, ChainKey};
use crate::store::changes::Held;
use crate::tasks::Tasks;

/// Chains of one GLPI or mailbox that run side by side: some write (its transport lets four through), the others look, and those
/// that look at the same time do so in one request.
const PER_SOURCE: usize = 16;
const FIRST_RETRY: Duration = Duration::from_secs(2);
const LAST_RETRY: Duration = Duration::from_secs(300);
/// A chain that waits for the technician is looked at again by this; what he does wakes it sooner.
const PARKED: Duration = Duration::from_secs(3_600);
/// The queue is looked through at least so often.
pub(super) const IDLE: Duration = Duration::from_secs(60);

/// The executor as the rest of the server sees it.
#[derive(Default)]
pub struct Custody {
    work: Arc<Notify>,
    progress: Notify,
    chains: Mutex<BTreeMap<ChainKey, State>>,
    /// Steps on one ticket that wait for another: by that one, the chains to wake.
    awaited: Mutex<BTreeMap<ChainKey, BTreeSet<ChainKey>>>,
    running: Tasks,
    pub(super) lookout: Lookout,
    pub(super) sent: Sent,
    pub(super) fresh: Fresh,
    pub(super) failing: Failing,
    pub(super) landed: Landed,
    pub(crate) recorded: Recorded,
}

/// Where a chain is carried out: what a GLPI takes at a time is no business of another's, nor of a mailbox's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    Glpi(SourceId),
    Mailbox(MailboxId),
}

impl Way {
    pub(super) fn of(target: &Target) -> Self {
        match target {
            Target::Ticket(key) => Self::Glpi(key.source.clone()),
            Target::Thread(key) => Self::Mailbox(key.mailbox.clone()),
        }
    }

    fn admission(&self, links: &Links) -> Admission {
        match self {
            Self::Glpi(source) => links.admission(source),
            // Its own gate lets few requests through at a time, and rests.
            Self::Mailbox(_) => Admission::All,
        }
    }

    /// Whether it is left alone because nobody answers there.
    pub(super) fn is_down(&self, links: &Links) -> bool {
        self.admission(links) != Admission::All
    }
}

/// What is known of a chain that is not simply waiting for its turn.
#[derive(Clone, Copy, Debug)]
enum State {
    /// `again`: something came for it meanwhile, so it runs once more.
    Running { again: bool },
    /// `soon`: it failed at nothing, and goes on in a moment.
    Waiting {
        attempts: u32,
        due: Instant,
        soon: bool,
    },
}

impl Custody {
    /// Rung by whoever may have given it something to do.
    pub fn bell(&self) -> &Arc<Notify> {
        &self.work
    }

    /// There may be something to do.
    pub fn wake(&self) {
        let keys: Vec<ChainKey> = self.chains().keys().cloned().collect();
        self.wake_chains(keys);
    }

    /// There is something to do on these.
    pub fn wake_chains(&self, keys: impl IntoIterator<Item = ChainKey>) {
        let mut woken: BTreeSet<ChainKey> = keys.into_iter().collect();
        let waiting: Vec<ChainKey> = woken.iter().flat_map(|key| self.waiting_for(key)).collect();
        woken.extend(waiting);
        let mut chains = self.chains();
        for key in woken {
            match chains.get_mut(&key) {
                Some(State::Running { again }) => *again = true,
                Some(State::Waiting { .. }) => {
                    chains.remove(&key);
                }
                None => {}
            }
        }
        drop(chains);
        self.work.notify_one();
    }

    /// A step on one ticket waits for what becomes of another of the same technician's.
    pub(super) fn await_ticket(&self, row: &Held, ticket: &TicketKey) {
        let target = |target: Target| ChainKey {
            technician: row.technician,
            target,
        };
        let waiting = target(row.change.target.clone());
        let mut awaited = self.awaited();
        let those = awaited.entry(target(ticket.clone().into())).or_default();
        those.insert(waiting);
    }

    /// The chains that wait for this one. They say so again where they still do.
    fn waiting_for(&self, key: &ChainKey) -> BTreeSet<ChainKey> {
        self.awaited().remove(key).unwrap_or_default()
    }

    fn awaited(&self) -> MutexGuard<'_, BTreeMap<ChainKey, BTreeSet<ChainKey>>> {
        self.awaited.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A GLPI answers again: all that waited for it goes on.
    pub(super) fn wake_source(&self, source: &SourceId) {
        self.wake_way(&Way::Glpi(source.clone()));
    }

    /// A mailbox was connected again: all that waited for it goes on.
    pub fn wake_mailbox(&self, mailbox: &MailboxId) {
        self.wake_way(&Way::Mailbox(mailbox.clone()));
    }

    fn wake_way(&self, way: &Way) {
        let keys = self.chains().keys().cloned().collect::<Vec<_>>();
        self.wake_chains(keys.into_iter().filter(|key| Way::of(&key.target) == *way));
    }

    /// Whether a technician's changes are being written to this GLPI right now.
    pub fn is_writing(&self, who: TechnicianId, source: &SourceId) -> bool {
        let chains = self.chains();
        let mut writing = chains
            .iter()
            .filter(|(_, state)| matches!(state, State::Running { .. }));
        let there = |key: &ChainKey| key.target.ticket().is_some_and(|t| t.source == *source);
        writing.any(|(key, _)| key.technician == who && there(key))
    }

    /// Waits until nothing of a technician's is being carried out, or it takes longer than `until`. Answers whether
    /// there was anything to wait for.
    pub async fn settle(&self, server: &Server, who: TechnicianId, until: Instant) -> bool {
        if !self.is_busy(server, who).await {
            return false;
        }
        let wait = async {
            loop {
                let moved = self.progress.notified();
                tokio::pin!(moved);
                // Registered before the look, so that nothing slips between.
                moved.as_mut().enable();
                if !self.is_busy(server, who).await {
                    return;
                }
                moved.await;
            }
        };
        // Running out of patience is an answer too: the phone is told what there is.
        let _ = tokio::time::timeout_at(until, wait).await;
        true
    }

    async fn is_busy(&self, server: &Server, who: TechnicianId) -> bool {
        let open = match server.store.read().await {
            Ok(mut db) => chains::open(&mut db, Some(who)).await,
            Err(error) => Err(error),
        };
        let chains = self.chains();
        open.is_ok_and(|open| {
            open.iter().any(|key| match chains.get(key) {
                Some(State::Running { .. }) => true,
                Some(State::Waiting { soon: false, .. }) => false,
                // Its turn comes soon, unless its GLPI does not answer.
                _ => !Way::of(&key.target).is_down(&server.links),
            })
        })
    }

    /// Ends what runs. Intents are on disk: the next start looks before it repeats.
    pub fn end(&self) -> impl Future<Output = ()> + Send + 'static {
        self.running.end()
    }

    /// Another life of the server begins while it runs: what was sent in the one before may still be on its way.
    pub(crate) fn begin_anew(&self) {
        self.sent.begin_anew();
    }

    /// Runs something beside the chains, for as long as the server lives.
    pub(super) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.running.spawn(work);
    }

    fn chains(&self) -> MutexGuard<'_, BTreeMap<ChainKey, State>> {
        self.chains.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Of the open chains, those whose turn it is; they count as running from here on. And when to look again.
    pub(super) fn admit(
        &self,
        open: Vec<ChainKey>,
        links: &Links,
    ) -> (Vec<(ChainKey, u32)>, Instant) {
        let now = Instant::now();
        let mut chains = self.chains();
        let still: BTreeSet<&ChainKey> = open.iter().collect();
        chains.retain(|key, state| matches!(state, State::Running { .. }) || still.contains(key));
        let mut busy: BTreeMap<Way, usize> = BTreeMap::new();
        // Two technicians on one ticket, one after the other: side by side both would look before either writes, and
        // neither would see that the other was there.
        let mut taken: BTreeSet<Target> = BTreeSet::new();
        for (key, state) in chains.iter() {
            if matches!(state, State::Running { .. }) {
                *busy.entry(Way::of(&key.target)).or_default() += 1;
                taken.insert(key.target.clone());
            }
        }
        let mut look_again = now + IDLE;
        let mut admitted = Vec::new();
        for key in open {
            let (attempts, due) = match chains.get(&key) {
                Some(State::Running { .. }) => continue,
                Some(State::Waiting { attempts, due, .. }) => (*attempts, *due),
                None => (0, now),
            };
            let way = Way::of(&key.target);
            let (most, due) = match way.admission(links) {
                Admission::All => (PER_SOURCE, due),
                Admission::One => (1, due),
                Admission::None(until) => (0, due.max(until)),
            };
            let busy = busy.entry(way).or_default();
            if due > now {
                look_again = look_again.min(due);
            } else if *busy < most && taken.insert(key.target.clone()) {
                *busy += 1;
                chains.insert(key.clone(), State::Running { again: false });
                admitted.push((key, attempts));
            }
        }
        (admitted, look_again)
    }

    pub(super) fn finished(&self, key: ChainKey, attempts: u32, outcome: Outcome, chance: &Chance) {
        let waiting = self.waiting_for(&key);
        let mut chains = self.chains();
        let again = matches!(chains.get(&key), Some(State::Running { again: true }));
        match wait_before_next(attempts, outcome, chance).filter(|_| !again) {
            Some(wait) => {
                let due = Instant::now() + wait;
                let soon = matches!(outcome, Outcome::Soon { .. });
                let attempts = attempts.saturating_add((!soon).into());
                let waiting = State::Waiting {
                    attempts,
                    due,
                    soon,
                };
                chains.insert(key, waiting);
            }
            None => {
                chains.remove(&key);
            }
        }
        drop(chains);
        self.wake_chains(waiting);
        self.progress.notify_waiters();
        self.work.notify_one();
    }
}

fn wait_before_next(attempts: u32, outcome: Outcome, chance: &Chance) -> Option<Duration> {
    match outcome {
        Outcome::Done => None,
        Outcome::NeedsSignIn | Outcome::Held => Some(PARKED),
        Outcome::Soon { wait } => Some(wait),
        Outcome::Later { at_least } => {
            let doubled = FIRST_RETRY.saturating_mul(1 << attempts.min(16));
            let jitter = chance.between(0.75, 1.25);
            let wait = doubled.min(LAST_RETRY).mul_f64(jitter);
            // A proxy that asks for a day is not waited for so long: the next look asks again.
            let asked = at_least.unwrap_or_default().min(LONGEST_ASKED);
            Some(wait.max(asked))
        }
    }
}

//! When mailboxes are read: as phones ask, one read of a mailbox at a time, no more often than is worth while.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use tokio::time::{Duration, Instant};
use tournee_core::domain::{Mailbox, MailboxState};
use tournee_core::ids::{MailboxId, ThreadKey};

use super::access::Wallet;
use super::client::Client;
use super::error::GmailError;
use super::order::Order;
use crate::app::Shared;
use crate::store::mails::{self, MailboxRecord};
use crate::store::{Stored, TechnicianId};
use crate::tasks::Tasks;
use crate::turns::Turns;

/// A pull asks again after this at the earliest.
const PULL_EVERY: Duration = Duration::from_secs(1);

/// Gmail's part of the server.
#[derive(Default)]
pub struct Mails {
    client: Option<Client>,
    pub(super) wallet: Wallet,
    /// Rung when tickets may have moved that mails belong to.
    pub(super) stirred: tokio::sync::Notify,
    /// Rung when mails came that rules are to look at.
    pub(crate) arrived: tokio::sync::Notify,
    desks: Mutex<BTreeMap<MailboxId, Desk>>,
    /// Of what is said of labels.
    pub(super) order: Order,
    /// Who looks at a thread to move it.
    pub(crate) turns: Turns<ThreadKey>,
    tasks: Tasks,
}

#[derive(Default)]
struct Desk {
    last: Option<Instant>,
    /// The read that is under way.
    reading: Option<Reading>,
}

/// What becomes of the wish to read.
enum Turn {
    /// One is under way, new or not.
    Read(Reading),
    /// The last one is too young: from then on.
    After(Instant),
}

/// A read that is under way.
#[derive(Clone)]
struct Reading {
    since: Instant,
    /// Becomes true when it has ended.
    ended: watch::Receiver<bool>,
}

impl Mails {
    /// With a way to Google, where Gmail is set up.
    pub fn new(client: Option<Client>) -> Self {
        Self {
            client,
            ..Self::default()
        }
    }

    /// The way to Google.
    pub fn client(&self) -> Option<&Client> {
        self.client.as_ref()
    }

    /// Ends what is under way.
    pub fn end(&self) -> impl Future<Output = ()> + Send + 'static {
        self.tasks.end()
    }

    fn desks(&self) -> std::sync::MutexGuard<'_, BTreeMap<MailboxId, Desk>> {
        self.desks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    /// The mailboxes that a technician sees, each read if that is due; with `pull` by a read that began after he asked. He
    /// waits for so long from the read's beginning: a first one takes minutes, and does not hold up every exchange
    /// meanwhile.
    ///
    /// # Errors
    /// The database.
    pub async fn mails_for(
        self: &Arc<Self>,
        who: TechnicianId,
        pull: bool,
        patience: Duration,
    ) -> Stored<Vec<Mailbox>> {
        let Some(client) = self.mails.client() else {
            return Ok(Vec::new());
        };
        let seen = mails::seen_by(&mut *self.store.read().await?, who).await?;
        self.subscribe(who, &seen).await?;
        let active = seen
            .iter()
            .filter(|record| record.state == MailboxState::Active);
        let reads = active.map(|record| self.read_for_him(&record.id, pull, patience));
        futures::future::join_all(reads).await;
        let seen = mails::seen_by(&mut *self.store.read().await?, who).await?;
        Ok(seen
            .iter()
            .map(|record| record.shown(client.config.urgent))
            .collect())
    }

    /// Who does not wait is answered with what there is.
    async fn read_for_him(self: &Arc<Self>, id: &MailboxId, pull: bool, patience: Duration) {
        let Some(client) = self.mails.client() else {
            return;
        };
        let asked = Instant::now();
        let usual = client.config.every;
        let (every, until) = match pull {
            true => (PULL_EVERY.min(usual), asked + patience * 2),
            false => (usual, asked + patience),
        };
        loop {
            match self.read_if_due(id, every) {
                Turn::Read(mut read) => {
                    let until = until.min(read.since + patience);
                    let ended = read.ended.wait_for(|ended| *ended);
                    let in_time = tokio::time::timeout_at(until, ended).await.is_ok();
                    // One that began before he asked may have missed what he wants to see.
                    let is_enough = !pull || read.since >= asked;
                    if is_enough || !in_time {
                        return;
                    }
                }
                Turn::After(due) if pull && due < until => tokio::time::sleep_until(due).await,
                Turn::After(_) => return,
            }
        }
    }

    /// Has him read what he sees and did not read so far.
    async fn subscribe(&self, who: TechnicianId, seen: &[MailboxRecord]) -> Stored<()> {
        let mut missing = Vec::new();
        {
            let mut db = self.store.read().await?;
            for record in seen {
                if !db.readers(&record.id).await?.contains(&who) {
                    missing.push(record);
                }
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        let mut tx = self.store.write().await?;
        for record in missing {
            mails::subscribe(&mut tx, &record.id, who, now).await?;
        }
        tx.commit().await
    }

    /// Begins a read that is due; or the one that is under way.
    fn read_if_due(self: &Arc<Self>, id: &MailboxId, every: Duration) -> Turn {
        let mut desks = self.mails.desks();
        let desk = desks.entry(id.clone()).or_default();
        if let Some(reading) = &desk.reading {
            return Turn::Read(reading.clone());
        }
        let now = Instant::now();
        if let Some(due) = desk.last.map(|last| last + every).filter(|due| *due > now) {
            return Turn::After(due);
        }
        let (ends, ended) = watch::channel(false);
        let reading = Reading { since: now, ended };
        desk.reading = Some(reading.clone());
        drop(desks);
        let (server, id) = (self.clone(), id.clone());
        self.mails.tasks.spawn(async move {
            if let Err(error) = server.read_mailbox(&id).await {
                tell(&id, &error);
            }
            if let Some(desk) = server.mails.desks().get_mut(&id) {
                desk.reading = None;
                desk.last = Some(Instant::now());
            }
            ends.send_replace(true);
        });
        Turn::Read(reading)
    }

    /// Begins a read that is due, though nobody asks for it.
    pub(crate) fn read_when_due(self: &Arc<Self>, id: &MailboxId, every: Duration) {
        self.read_if_due(id, every);
    }

    /// A mailbox was connected: it is read now, whatever was before.
    pub(crate) fn read_soon(self: &Arc<Self>, id: &MailboxId) {
        self.mails.wallet.forget(id);
        self.read_if_due(id, Duration::ZERO);
    }
}

fn tell(id: &MailboxId, error: &GmailError) {
    match error {
        // Said where it was noticed.
        GmailError::Reconnect { .. } | GmailError::NoMailbox => {}
        error if error.is_passing() => {
            tracing::info!(mailbox = %id, %error, "a mailbox could not be read; later")
        }
        error => tracing::warn!(mailbox = %id, %error, "a mailbox could not be read"),
    }
}

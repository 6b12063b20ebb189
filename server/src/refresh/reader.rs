//! One read of one GLPI for one technician.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use tokio::sync::{Semaphore, watch};
use tournee_core::domain::{EntityChoice, Ticket};
use tournee_core::ids::{TicketId, TicketKey};
use tournee_core::time::{Instant, Seconds};
use tournee_core::wire::{FeedItem, Progress};

use super::scope::{CLOSED_FOR, Entities, is_his};
use crate::app::Server;
use crate::glpi::{Client, GlpiError, LocalStamp, Reading, ScopeQuery, Session, TicketStub};
use crate::links::LinkError;
use crate::store::accounts::{self, AccountRow, Marks};
use crate::store::snapshots::{self, Snapshot};
use crate::store::{StoreError, Stored, changes, feed};

/// More unknown tickets than this: their facts come first, so that there is a list to look at.
const MANY: usize = 20;
/// Tickets whose timelines are read, and stored, together.
const CHUNK: usize = 500;
/// Tickets in one write of the database.
const BATCH: usize = 100;

/// What an account's next read remembers of its last.
#[derive(Default)]
pub(super) struct Memory {
    /// Tickets of others, by the stamp they were judged at: the overlap shows them again.
    others: HashMap<TicketId, LocalStamp>,
    /// How many tickets the scope had when it was last compared.
    count: Option<u64>,
}

/// A read of one account.
pub(super) struct Reader {
    pub server: Server,
    pub row: AccountRow,
    pub count: bool,
    pub progress: watch::Sender<Option<Progress>>,
    pub memory: Memory,
    pub long_reads: Arc<Semaphore>,
}

impl Reader {
    /// Reads what moved, or everything. Marks move only once all of it is stored.
    ///
    /// ## Control flow
    /// 1. With no mark, or too long after the last comparison: the whole scope is compared.
    /// 2. Else what moved since the mark; a known ticket that seems to have left, or another count than last time,
    ///    has the whole scope compared too.
    /// 3. Reference data, when it is due.
    ///
    /// ## Errors
    /// No session, or GLPI's. What was stored until then stays; the next read starts from the old mark.
    pub async fn run(
        mut self,
    ) -> (
        Memory,
        watch::Sender<Option<Progress>>,
        Result<(), LinkError>,
    ) {
        let done = self.read().await;
        (self.memory, self.progress, done)
    }

    async fn read(&mut self) -> Result<(), LinkError> {
        let mut session = self.server.session(&self.row).await?;
        let client = self.server.client(&self.row)?;
        // The row may be older than what a new session found out about groups and profiles.
        self.reload().await?;
        let mut done = self.read_on(&client, &session).await;
        if matches!(done, Err(LinkError::Glpi(GlpiError::SessionExpired))) {
            session = self.server.renewed(&self.row, &session).await?;
            self.reload().await?;
            done = self.read_on(&client, &session).await;
        }
        done
    }

    async fn reload(&mut self) -> Result<(), LinkError> {
        let row = accounts::get(&mut *self.server.store.read().await?, self.row.id).await?;
        self.row = row
            .filter(|row| row.signed_in)
            .ok_or(LinkError::NeedsSignIn)?;
        Ok(())
    }

    async fn read_on(&mut self, client: &Client, session: &Session) -> Result<(), LinkError> {
        let started = self.server.clock.now();
        let mut marks = self.row.marks.clone();
        self.read_reference(client, session, &mut marks, started)
            .await?;
        let every = seconds(self.server.config.refresh.reconcile_every);
        let due = marks.reconciled_at.is_none_or(|at| started - at >= every);
        let compare = match &marks.read_until {
            Some(mark) => {
                let (newest, someone_left) =
                    self.read_delta(client, session, mark, started).await?;
                marks.read_until = Some(newest);
                due || someone_left || self.count_moved(client, session, started).await?
            }
            None => true,
        };
        if compare {
            let newest = self.compare(client, session, started).await?;
            marks.read_until = marks.read_until.max(newest);
            marks.reconciled_at = Some(started);
        }
        marks.refreshed_at = Some(started);
        self.store_marks(&marks).await?;
        Ok(())
    }

    /// A sign-out or another choice meanwhile has voided the marks: they are not set against it.
    async fn store_marks(&self, marks: &Marks) -> Stored<()> {
        let mut tx = self.server.store.write().await?;
        let now = accounts::get(&mut tx, self.row.id).await?;
        let unchanged = now.is_some_and(|now| {
            now.signed_in
                && now.technician == self.row.technician
                && now.account.entity == self.row.account.entity
                && now.marks.read_until == self.row.marks.read_until
        });
        if unchanged {
            accounts::set_marks(&mut tx, self.row.id, marks).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    async fn read_reference(
        &self,
        client: &Client,
        session: &Session,
        marks: &mut Marks,
        started: Instant,
    ) -> Result<(), LinkError> {
        let every = seconds(self.server.config.refresh.reference_every);
        if marks.reference_at.is_some_and(|at| started - at < every) {
            return Ok(());
        }
        let reference = Box::new(client.reference(session).await?);
        let mut tx = self.server.store.write().await?;
        let source = &self.row.account.source;
        let known = feed::reference(&mut tx, self.row.technician, source).await?;
        if known.as_ref() != Some(&reference) {
            let item = FeedItem::Reference { reference };
            feed::publish(&mut tx, self.row.technician, &item, started).await?;
        }
        tx.commit().await.map_err(StoreError::from)?;
        marks.reference_at = Some(started);
        Ok(())
    }

    fn query(&self, session: &Session, now: Instant) -> ScopeQuery {
        ScopeQuery {
            user: self.row.account.user,
            groups: self.row.account.groups.iter().map(|g| g.id).collect(),
            closed_since: session.zone().stamp(now - CLOSED_FOR),
            unassigned: true,
        }
    }

    /// What nobody announces (purges, the trash) shows as another count.
    async fn count_moved(
        &mut self,
        client: &Client,
        session: &Session,
        now: Instant,
    ) -> Result<bool, LinkError> {
        if !self.count {
            return Ok(false);
        }
        let count = client
            .scope_count(session, &self.query(session, now))
            .await?;
        let before = self.memory.count.replace(count);
        Ok(before != Some(count))
    }

    async fn known(&self) -> Stored<BTreeMap<TicketId, Snapshot>> {
        let mut db = self.server.store.read().await?;
        snapshots::of_source(&mut db, self.row.technician, &self.row.account.source).await
    }

    /// What moved since the mark. Answers the newest stamp, and whether a known ticket seems to have left.
    async fn read_delta(
        &mut self,
        client: &Client,
        session: &Session,
        mark: &LocalStamp,
        started: Instant,
    ) -> Result<(LocalStamp, bool), LinkError> {
        let stubs = client.changed_since(session, mark).await?;
        let known = self.known().await?;
        let newest = stubs.iter().map(|stub| &stub.modified).max();
        let newest = newest
            .max(Some(mark))
            .cloned()
            .unwrap_or_else(|| mark.clone());
        let entities = self.entities().await?;
        let mut stale = Vec::new();
        let mut strangers = Vec::new();
        let mut seen = HashMap::new();
        for stub in stubs {
            match known.get(&stub.id) {
                Some(snapshot) if !is_stale(snapshot, &stub, session, started) => {}
                Some(_) => stale.push(stub),
                None if self.memory.others.get(&stub.id) == Some(&stub.modified) => {
                    seen.insert(stub.id, stub.modified);
                }
                None if entities.include_name(&stub.entity) => strangers.push(stub),
                None => {}
            }
        }
        let (joined, others) = self.judge(client, session, strangers, started).await?;
        seen.extend(others);
        self.memory.others = seen;
        stale.extend(joined);
        let mut left = self.read_whole(client, session, &stale, started).await?;
        left |= self
            .read_doubtful(client, session, &known, &stale, started)
            .await?;
        Ok((newest, left))
    }

    /// Which of the unknown ones are his.
    async fn judge(
        &self,
        client: &Client,
        session: &Session,
        strangers: Vec<TicketStub>,
        now: Instant,
    ) -> Result<(Vec<TicketStub>, HashMap<TicketId, LocalStamp>), LinkError> {
        if strangers.is_empty() {
            return Ok(Default::default());
        }
        let facts = client
            .tickets(session, &strangers, false, &|_| None)
            .await?;
        let his = |ticket: &&Ticket| is_his(ticket, &self.row.account, now);
        let his: Vec<TicketId> = facts.tickets.iter().filter(his).map(|t| t.key.id).collect();
        let (joined, others): (Vec<_>, Vec<_>) = strangers
            .into_iter()
            .partition(|stub| his.contains(&stub.id));
        let others = others.into_iter().map(|stub| (stub.id, stub.modified));
        Ok((joined, others.collect()))
    }

    /// Tickets whose last second was not over when they were read.
    async fn read_doubtful(
        &self,
        client: &Client,
        session: &Session,
        known: &BTreeMap<TicketId, Snapshot>,
        read: &[TicketStub],
        started: Instant,
    ) -> Result<bool, LinkError> {
        let mut left = false;
        for (id, snapshot) in known {
            let due = snapshot.doubtful.is_some_and(|from| from <= started);
            if due && !read.iter().any(|stub| stub.id == *id) {
                left |= self.read_one(client, session, *id, started).await?;
            }
        }
        Ok(left)
    }

    /// The whole scope against what is known.
    async fn compare(
        &mut self,
        client: &Client,
        session: &Session,
        started: Instant,
    ) -> Result<Option<LocalStamp>, LinkError> {
        let stubs = client.scope(session, &self.query(session, started)).await?;
        let newest = stubs.iter().map(|stub| stub.modified.clone()).max();
        let known = self.known().await?;
        let mut stale: Vec<TicketStub> = Vec::new();
        let mut unknown = 0;
        let mut missing = known.clone();
        let entities = self.entities().await?;
        for stub in stubs
            .into_iter()
            .filter(|stub| entities.include_name(&stub.entity))
        {
            missing.remove(&stub.id);
            match known.get(&stub.id) {
                Some(snapshot) if !is_stale(snapshot, &stub, session, started) => {}
                Some(_) => stale.push(stub),
                None => {
                    unknown += 1;
                    stale.push(stub);
                }
            }
        }
        self.let_go(missing.into_keys(), started).await?;
        if unknown > MANY {
            self.read_many(client, session, stale, &known, started)
                .await?;
        } else {
            self.read_whole(client, session, &stale, started).await?;
        }
        Ok(newest)
    }

    /// A long read: the facts of all first, then timelines, open ones and the newest first.
    async fn read_many(
        &self,
        client: &Client,
        session: &Session,
        mut stubs: Vec<TicketStub>,
        known: &BTreeMap<TicketId, Snapshot>,
        started: Instant,
    ) -> Result<(), LinkError> {
        let total = u32::try_from(stubs.len()).unwrap_or(u32::MAX);
        let say = |done: usize| {
            let done = u32::try_from(done).unwrap_or(u32::MAX);
            self.progress.send_replace(Some(Progress { done, total }));
        };
        say(0);
        // Closed never: the semaphore lives as long as the server.
        let _turn = self.long_reads.acquire().await.ok();
        let new: Vec<TicketStub> = stubs
            .iter()
            .filter(|stub| !known.contains_key(&stub.id))
            .cloned()
            .collect();
        let facts = client.tickets(session, &new, false, &|_| None).await?;
        self.store(facts.tickets, started).await?;
        stubs.sort_by(|a, b| {
            let open = |stub: &TicketStub| stub.status.is_none_or(|status| status.is_open());
            open(b)
                .cmp(&open(a))
                .then_with(|| b.modified.cmp(&a.modified))
        });
        let mut done = 0;
        for chunk in stubs.chunks(CHUNK) {
            self.read_whole(client, session, chunk, started).await?;
            done += chunk.len();
            say(done);
        }
        Ok(())
    }

    /// Tickets with their timelines. Answers whether one of them left.
    async fn read_whole(
        &self,
        client: &Client,
        session: &Session,
        stubs: &[TicketStub],
        started: Instant,
    ) -> Result<bool, LinkError> {
        if stubs.is_empty() {
            return Ok(false);
        }
        let ids: Vec<TicketId> = stubs.iter().map(|stub| stub.id).collect();
        let source = &self.row.account.source;
        let marks = changes::marks(&mut *self.server.store.read().await?, source, &ids).await?;
        let resolve = |reference: &str| marks.get(reference).copied();
        let read = client.tickets(session, stubs, true, &resolve).await?;
        let mut left = false;
        for id in read.missing {
            left |= self.read_one(client, session, id, started).await?;
        }
        let his = |ticket: &Ticket| is_his(ticket, &self.row.account, started);
        left |= !read.tickets.iter().all(his);
        self.store(read.tickets, started).await?;
        Ok(left)
    }

    /// One ticket, asked for by number. Answers whether it left.
    async fn read_one(
        &self,
        client: &Client,
        session: &Session,
        id: TicketId,
        started: Instant,
    ) -> Result<bool, LinkError> {
        let source = &self.row.account.source;
        let marks = changes::marks(&mut *self.server.store.read().await?, source, &[id]).await?;
        let resolve = |reference: &str| marks.get(reference).copied();
        match client.ticket(session, id, &resolve).await? {
            Reading::Present(ticket) => {
                let left = !is_his(&ticket, &self.row.account, started);
                self.store(vec![*ticket], started).await?;
                Ok(left)
            }
            Reading::Trashed | Reading::Gone | Reading::NotAllowed => {
                self.let_go([id], started).await?;
                Ok(false)
            }
        }
    }

    async fn store(&self, tickets: Vec<Ticket>, started: Instant) -> Stored<()> {
        let entities = self.entities().await?;
        for batch in tickets.chunks(BATCH) {
            let mut tx = self.server.store.write().await?;
            for ticket in batch {
                let who = self.row.technician;
                if entities.include(&ticket.entity) {
                    snapshots::take(&mut tx, who, ticket, started).await?;
                } else {
                    snapshots::let_go(&mut tx, who, &ticket.key, started).await?;
                }
            }
            tx.commit().await?;
        }
        Ok(())
    }

    async fn entities(&self) -> Stored<Entities> {
        let choice = self.row.account.entity;
        if choice == EntityChoice::All {
            return Ok(Entities::new(choice, &[]));
        }
        let mut db = self.server.store.read().await?;
        let source = &self.row.account.source;
        let reference = feed::reference(&mut db, self.row.technician, source).await?;
        let known = reference.map(|reference| reference.entities);
        Ok(Entities::new(choice, &known.unwrap_or_default()))
    }

    async fn let_go(&self, ids: impl IntoIterator<Item = TicketId>, now: Instant) -> Stored<()> {
        let mut ids = ids.into_iter().peekable();
        if ids.peek().is_none() {
            return Ok(());
        }
        let mut tx = self.server.store.write().await?;
        for id in ids {
            let source = self.row.account.source.clone();
            let key = TicketKey { source, id };
            snapshots::let_go(&mut tx, self.row.technician, &key, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

fn is_stale(snapshot: &Snapshot, stub: &TicketStub, session: &Session, now: Instant) -> bool {
    let modified = session.zone().instant(&stub.modified.0);
    let doubtful = snapshot.doubtful.is_some_and(|from| from <= now);
    doubtful || modified.is_none_or(|modified| snapshot.is_stale(modified))
}

fn seconds(duration: std::time::Duration) -> Seconds {
    Seconds(i64::try_from(duration.as_secs()).unwrap_or(i64::MAX))
}

//! One read of one GLPI for one technician.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::sync::{Semaphore, watch};
use tournee_core::domain::{EntityChoice, Ticket};
use tournee_core::ids::{ChangeId, TicketId, TicketKey};
use tournee_core::time::{Instant, Seconds};
use tournee_core::wire::Progress;

use super::expected;
use super::scope::{CLOSED_FOR, Entities, is_his};
use super::unread::Unread;
use crate::app::Server;
use crate::custody::recorded::is_of_before_a_jump;
use crate::glpi::{Client, GlpiError, LocalStamp, Reading, ScopeQuery, Session, TicketStub};
use crate::links::LinkError;
use crate::mutation::Mutation;
use crate::store::accounts::{self, AccountRow, Marks};
use crate::store::snapshots::{self, Extent, Snapshot};
use crate::store::{Connection, Stored, changes, feed};

/// Tickets in one write of the database.
const BATCH: usize = 100;

/// What an account's next read remembers of its last.
#[derive(Default)]
pub(super) struct Memory {
    /// Tickets of others, by the stamp they were judged at: the overlap shows them again.
    pub others: BTreeMap<TicketId, LocalStamp>,
    /// How many GLPI counted, and how many were known, when all was last compared: where either is another number by now, one
    /// may have left without a word.
    pub compared: Option<(u64, usize)>,
    /// The places whose assets were read since the lists were.
    pub assets_of: Option<BTreeSet<u64>>,
    /// Tickets that GLPI could not show.
    pub unread: Unread,
    /// Those of which it is not known whose they are.
    pub unjudged: Unread,
    /// As the list showed them.
    pub strangers: BTreeMap<TicketId, TicketStub>,
}

/// A read of one account.
pub(super) struct Reader {
    pub server: Server,
    pub row: AccountRow,
    pub count: bool,
    pub progress: watch::Sender<Option<Progress>>,
    pub memory: Memory,
    /// Where it waits for its turn.
    pub turns: Arc<Semaphore>,
    /// Of the account's lives, the one whose row it has.
    pub life: u64,
}

impl Reader {
    /// Reads what moved, or everything. Marks move only once all of it is stored.
    ///
    /// ## Control flow
    /// 1. With no mark, or too long after the last comparison: the whole scope is compared.
    /// 2. Else what moved since the mark; a known ticket that seems to have left, another count there or of what is known, or
    ///    a mark that lies ahead of GLPI's clock (it was put back) has the whole scope compared too.
    /// 3. Reference data, when it is due; names that came with the tickets, and the assets of their places, complete it.
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
        if self.row.marks.read_until.is_none() {
            // Before anything is known of it: the phone is to ask again.
            self.progress
                .send_replace(Some(Progress { done: 0, total: 0 }));
        }
        // Closed never: the semaphore lives as long as the server.
        let turns = self.turns.clone();
        let _turn = turns.acquire().await.ok();
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
        self.life = self.server.refresh.life(self.row.id);
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
        let mark = marks.read_until.clone();
        if self.server.mutated(Mutation::CursorEarly) && mark.is_some() {
            marks.read_until = Some(session.zone().stamp(started));
            self.store_marks(session, &marks).await?;
            self.row.marks.read_until.clone_from(&marks.read_until);
        }
        let mut counted = None;
        let compare = match &mark {
            Some(mark) => {
                let (newest, someone_left) =
                    self.read_delta(client, session, mark, started).await?;
                marks.read_until = Some(newest);
                let was_put_back = self
                    .clock_there(client, session, started)
                    .is_some_and(|now| now < session.zone().overlapped(mark));
                if !(due || someone_left || was_put_back) && self.count {
                    let query = self.query(session, started);
                    counted = Some(client.scope_count(session, &query).await?);
                }
                due || someone_left || was_put_back || self.has_moved(counted).await?
            }
            None => true,
        };
        if compare {
            let (newest, is_sure) = self.compare(client, session, started).await?;
            let known = self.known().await?.len();
            let compared = counted.map(|count| (count, known));
            self.memory.compared = compared.or(self.memory.compared).filter(|_| is_sure);
            marks.read_until = marks.read_until.max(newest);
            marks.reconciled_at = Some(started);
            self.complete_lists(client, session, started).await?;
            self.read_assets(client, session, started).await?;
        }
        // A mark ahead of its clock would miss all that is stamped until the clock has caught up.
        if let (Some(now), Some(mark)) = (
            self.clock_there(client, session, started),
            &marks.read_until,
        ) {
            marks.read_until = Some(now.min(mark.clone()));
        }
        marks.refreshed_at = Some(started);
        self.store_marks(session, &marks).await?;
        Ok(())
    }

    /// GLPI's own clock when this read began, as its answers tell.
    fn clock_there(
        &self,
        client: &Client,
        session: &Session,
        started: Instant,
    ) -> Option<LocalStamp> {
        let since = (self.server.clock.now() - started).max(Seconds(0));
        let began = client.clock()? - since - Seconds(1);
        Some(session.zone().stamp(began))
    }

    /// A sign-out or another choice meanwhile has voided the marks: they are not set against it.
    async fn store_marks(&self, session: &Session, marks: &Marks) -> Stored<()> {
        let mut tx = self.server.store.write().await?;
        let now = accounts::get(&mut tx, self.row.id).await?;
        let unchanged = now.is_some_and(|now| {
            now.signed_in
                && now.technician == self.row.technician
                && now.account.entity == self.row.account.entity
                && now.account.profile.id == session.identity().profile.id
                && now.marks.read_until == self.row.marks.read_until
        });
        let unchanged = unchanged && self.server.refresh.life(self.row.id) == self.life;
        if unchanged {
            accounts::set_marks(&mut tx, self.row.id, marks).await?;
            let (who, source) = (self.row.technician, &self.row.account.source);
            tx.trust_links_of(who, source).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// He may have signed out while it was read.
    pub(super) async fn is_his_still(&self, db: &mut Connection) -> Stored<bool> {
        let now = accounts::get(db, self.row.id).await?;
        Ok(now.is_some_and(|now| now.signed_in && now.technician == self.row.technician))
    }

    pub(super) fn query(&self, session: &Session, now: Instant) -> ScopeQuery {
        ScopeQuery {
            user: self.row.account.user,
            groups: self.row.account.groups.iter().map(|g| g.id).collect(),
            closed_since: session.zone().stamp(now - CLOSED_FOR),
            unassigned: true,
        }
    }

    /// What nobody announces (purges, the trash) shows as another count, unless others came meanwhile.
    async fn has_moved(&self, counted: Option<u64>) -> Stored<bool> {
        let Some(count) = counted else {
            return Ok(false);
        };
        let known = self.known().await?.len();
        Ok(self.memory.compared != Some((count, known)))
    }

    pub(super) async fn known(&self) -> Stored<BTreeMap<TicketId, Snapshot>> {
        let mut db = self.server.store.read().await?;
        snapshots::of_source(&mut db, self.row.technician, &self.row.account.source).await
    }

    /// Tickets with their timelines. Answers whether one of them left.
    pub(super) async fn read_whole(
        &mut self,
        client: &Client,
        session: &Session,
        stubs: &[TicketStub],
        started: Instant,
    ) -> Result<bool, LinkError> {
        if stubs.is_empty() {
            return Ok(false);
        }
        let ids: Vec<TicketId> = stubs.iter().map(|stub| stub.id).collect();
        let marks = self.marks(&ids).await?;
        let resolve = |reference: &str| marks.get(reference).copied();
        let read = client.tickets(session, stubs, true, &resolve).await?;
        for id in &ids {
            match read.unread.contains(id) {
                true => self.leave_unread(*id, started),
                false => self.memory.unread.forget(*id),
            }
        }
        let mut left = false;
        for id in read.missing {
            left |= self.read_one(client, session, id, started).await?;
        }
        let his = |ticket: &Ticket| is_his(ticket, &self.row.account, started);
        left |= !read.tickets.iter().all(his);
        self.store(read.tickets, started).await?;
        Ok(left)
    }

    fn leave_unread(&mut self, id: TicketId, started: Instant) {
        tracing::info!(source = %self.row.account.source, %id, "a ticket that GLPI can't show is left out");
        self.memory.unread.note(id, started);
    }

    /// One ticket, asked for by number. Answers whether it left.
    pub(super) async fn read_one(
        &mut self,
        client: &Client,
        session: &Session,
        id: TicketId,
        started: Instant,
    ) -> Result<bool, LinkError> {
        let marks = self.marks(&[id]).await?;
        let resolve = |reference: &str| marks.get(reference).copied();
        let reading = match client.ticket(session, id, &resolve).await {
            Err(error) if error.may_be_of_one() => {
                self.leave_unread(id, started);
                return Ok(false);
            }
            reading => reading?,
        };
        self.memory.unread.forget(id);
        match reading {
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

    pub(super) async fn store(&self, tickets: Vec<Ticket>, started: Instant) -> Stored<()> {
        let entities = self.entities().await?;
        let clock = self.server.client(&self.row).ok().and_then(|it| it.clock());
        for batch in tickets.chunks(BATCH) {
            let mut tx = self.server.store.write().await?;
            if !self.is_his_still(&mut tx).await? {
                return Ok(());
            }
            let who = self.row.technician;
            let mut expected = expected::among(&mut tx, who, batch).await?;
            let mut landing = Vec::new();
            for ticket in batch {
                let chain = ticket.change.and_then(|change| expected.remove(&change));
                if let Some(chain) = chain {
                    landing.push(chain);
                    continue;
                }
                let recorded = &self.server.custody.recorded;
                // Read before a change of his was written, and come in after it: what is on record is newer.
                if recorded.since(who, &ticket.key, started)
                    && (snapshots::is_newer(&mut tx, who, ticket).await?
                        || is_of_before_a_jump(ticket.modified_at, clock))
                {
                    continue;
                }
                if !entities.include(&ticket.entity) {
                    snapshots::let_go(&mut tx, who, &ticket.key, started).await?;
                } else if recorded.is_overtaken(&ticket.key, ticket.modified_at, started, clock) {
                    snapshots::show(&mut tx, who, ticket, Extent::Whole, started).await?;
                } else {
                    snapshots::take(&mut tx, who, ticket, Extent::Whole, started).await?;
                    recorded.of_all(ticket, self.server.clock.now());
                }
            }
            tx.commit().await?;
            self.server.custody.wake_chains(landing);
        }
        self.server.look_after_mails();
        Ok(())
    }

    /// The marks of these tickets, and of those that may be among them without our knowing.
    async fn marks(&self, ids: &[TicketId]) -> Stored<BTreeMap<String, ChangeId>> {
        let source = &self.row.account.source;
        let mut db = self.server.store.read().await?;
        let mut marks = changes::marks(&mut db, source, ids).await?;
        marks.extend(expected::marks(&mut db, self.row.technician, source).await?);
        Ok(marks)
    }

    pub(super) async fn entities(&self) -> Stored<Entities> {
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

    pub(super) async fn let_go(
        &self,
        ids: impl IntoIterator<Item = TicketId>,
        now: Instant,
    ) -> Stored<()> {
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

pub(super) fn seconds(duration: std::time::Duration) -> Seconds {
    Seconds(i64::try_from(duration.as_secs()).unwrap_or(i64::MAX))
}

//! What moved since the last read.

use std::collections::{BTreeMap, BTreeSet};

use tournee_core::domain::Ticket;
use tournee_core::ids::TicketId;
use tournee_core::time::Instant;

use super::reader::Reader;
use super::scope::is_his;
use crate::glpi::{Client, LocalStamp, Session, TicketStub};
use crate::links::LinkError;
use crate::store::snapshots::Snapshot;

impl Reader {
    /// What moved since the mark. Answers the newest stamp, and whether a known ticket seems to have left.
    pub(super) async fn read_delta(
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
        let mut seen = BTreeMap::new();
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
        self.add_unjudged(&mut strangers, started);
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

    /// Those that could not be shown when they came by.
    fn add_unjudged(&self, strangers: &mut Vec<TicketStub>, started: Instant) {
        for id in self.memory.unjudged.due(started) {
            let stub = self.memory.strangers.get(&id).cloned();
            strangers.extend(stub.filter(|_| !strangers.iter().any(|other| other.id == id)));
        }
    }

    /// Which of the unknown ones are his.
    async fn judge(
        &mut self,
        client: &Client,
        session: &Session,
        strangers: Vec<TicketStub>,
        now: Instant,
    ) -> Result<(Vec<TicketStub>, BTreeMap<TicketId, LocalStamp>), LinkError> {
        if strangers.is_empty() {
            return Ok(Default::default());
        }
        let facts = client
            .tickets(session, &strangers, false, &|_| None)
            .await?;
        let his = |ticket: &&Ticket| is_his(ticket, &self.row.account, now);
        let his: Vec<TicketId> = facts.tickets.iter().filter(his).map(|t| t.key.id).collect();
        for stub in &strangers {
            if facts.unread.contains(&stub.id) {
                self.memory.unjudged.note(stub.id, now);
                self.memory.strangers.insert(stub.id, stub.clone());
            } else {
                self.memory.unjudged.forget(stub.id);
                self.memory.strangers.remove(&stub.id);
            }
        }
        let (joined, others): (Vec<_>, Vec<_>) = strangers
            .into_iter()
            .filter(|stub| !facts.unread.contains(&stub.id))
            .partition(|stub| his.contains(&stub.id));
        let others = others.into_iter().map(|stub| (stub.id, stub.modified));
        Ok((joined, others.collect()))
    }

    /// Tickets whose last second was not over when they were read, and those that could not be shown.
    async fn read_doubtful(
        &mut self,
        client: &Client,
        session: &Session,
        known: &BTreeMap<TicketId, Snapshot>,
        read: &[TicketStub],
        started: Instant,
    ) -> Result<bool, LinkError> {
        let is_doubtful = |(_, snapshot): &(&TicketId, &Snapshot)| {
            snapshot.doubtful.is_some_and(|from| from <= started)
        };
        let doubtful = known.iter().filter(is_doubtful).map(|(id, _)| *id);
        let mut due: BTreeSet<TicketId> = self.memory.unread.due(started).into_iter().collect();
        due.extend(doubtful);
        let mut left = false;
        for id in due {
            if !read.iter().any(|stub| stub.id == id) {
                left |= self.read_one(client, session, id, started).await?;
            }
        }
        Ok(left)
    }
}

/// Whether a ticket that a search shows has to be read.
pub(super) fn is_stale(
    snapshot: &Snapshot,
    stub: &TicketStub,
    session: &Session,
    now: Instant,
) -> bool {
    let modified = session.zone().instant(&stub.modified.0);
    let doubtful = snapshot.doubtful.is_some_and(|from| from <= now);
    doubtful || modified.is_none_or(|modified| snapshot.is_stale(modified))
}

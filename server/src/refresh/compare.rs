//! The whole scope against what is known.

use std::collections::{BTreeMap, BTreeSet};

use tournee_core::ids::{TicketId, TicketKey};
use tournee_core::time::Instant;
use tournee_core::wire::Progress;

use super::delta::is_stale;
use super::reader::Reader;
use crate::glpi::{Client, LocalStamp, Session, TicketStub};
use crate::links::LinkError;
use crate::store::Stored;
use crate::store::snapshots::{self, Snapshot};

/// More unknown tickets than this: their facts come first, so that there is a list to look at.
const MANY: usize = 20;
/// Tickets whose timelines are read, and stored, together.
const CHUNK: usize = 500;

impl Reader {
    /// The whole scope against what is known. Answers the newest date there, and whether all that left was let go.
    pub(super) async fn compare(
        &mut self,
        client: &Client,
        session: &Session,
        started: Instant,
    ) -> Result<(Option<LocalStamp>, bool), LinkError> {
        // Before the list: what comes on record meanwhile is not known by it.
        let known = self.known().await?;
        let query = self.query(session, started);
        let mut stubs = client.scope(session, &query).await?;
        let newest = stubs.iter().map(|stub| stub.modified.clone()).max();
        let mut listed: BTreeSet<TicketId> = stubs.iter().map(|stub| stub.id).collect();
        if known.keys().any(|id| !listed.contains(id)) {
            // One that leaves while the list is turned page by page moves the others up, past the page's edge.
            let again = client.scope(session, &query).await?;
            stubs.extend(again.into_iter().filter(|stub| listed.insert(stub.id)));
        }
        let mut stale: Vec<TicketStub> = Vec::new();
        let mut unknown = 0;
        let entities = self.entities().await?;
        for stub in stubs {
            if !entities.include_name(&stub.entity) {
                listed.remove(&stub.id);
                continue;
            }
            match known.get(&stub.id) {
                Some(snapshot) if !is_stale(snapshot, &stub, session, started) => {}
                Some(_) => stale.push(stub),
                None => {
                    unknown += 1;
                    stale.push(stub);
                }
            }
        }
        let missing = known.keys().filter(|id| !listed.contains(id)).copied();
        let is_sure = self.let_missing_go(missing.collect(), started).await?;
        if unknown > MANY {
            self.read_many(client, session, stale, &known, started)
                .await?;
        } else {
            self.read_whole(client, session, &stale, started).await?;
        }
        Ok((newest, is_sure))
    }

    /// Lets go what is in no list, and answers whether that was all of it: what custody has put on record since this read began,
    /// his change may have brought back. The next comparison says so.
    async fn let_missing_go(&self, missing: Vec<TicketId>, started: Instant) -> Stored<bool> {
        if missing.is_empty() {
            return Ok(true);
        }
        let who = self.row.technician;
        let mut is_all = true;
        let mut tx = self.server.store.write().await?;
        for id in missing {
            let source = self.row.account.source.clone();
            let key = TicketKey { source, id };
            match self.server.custody.recorded.since(who, &key, started) {
                true => is_all = false,
                false => {
                    snapshots::let_go(&mut tx, who, &key, started).await?;
                }
            }
        }
        tx.commit().await?;
        Ok(is_all)
    }

    /// A long read: the facts of all first, then timelines, open ones and the newest first.
    async fn read_many(
        &mut self,
        client: &Client,
        session: &Session,
        mut stubs: Vec<TicketStub>,
        known: &BTreeMap<TicketId, Snapshot>,
        started: Instant,
    ) -> Result<(), LinkError> {
        let total = u32::try_from(stubs.len()).unwrap_or(u32::MAX);
        let progress = self.progress.clone();
        let say = |done: usize| {
            let done = u32::try_from(done).unwrap_or(u32::MAX);
            progress.send_replace(Some(Progress { done, total }));
        };
        say(0);
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
}

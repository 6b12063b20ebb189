//! The whole scope against what is known.

use std::collections::BTreeMap;

use tournee_core::ids::TicketId;
use tournee_core::time::Instant;
use tournee_core::wire::Progress;

use super::delta::is_stale;
use super::reader::Reader;
use crate::glpi::{Client, LocalStamp, Session, TicketStub};
use crate::links::LinkError;
use crate::store::snapshots::Snapshot;

/// More unknown tickets than this: their facts come first, so that there is a list to look at.
const MANY: usize = 20;
/// Tickets whose timelines are read, and stored, together.
const CHUNK: usize = 500;

impl Reader {
    /// The whole scope against what is known.
    pub(super) async fn compare(
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

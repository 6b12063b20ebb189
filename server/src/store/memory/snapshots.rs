//! The table `snapshots`.

use async_trait::async_trait;
use tournee_core::ids::{SourceId, TicketId, TicketKey};
use tournee_core::time::Instant;

use super::View;
use crate::store::snapshots::{SnapshotRecord, Snapshots};
use crate::store::{Stored, TechnicianId};

#[async_trait]
impl Snapshots for View {
    async fn snapshots_of(
        &mut self,
        who: TechnicianId,
        source: &SourceId,
    ) -> Stored<Vec<(TicketId, SnapshotRecord)>> {
        let key = |id| {
            let source = source.clone();
            (who, TicketKey { source, id })
        };
        let all = key(TicketId(0))..=key(TicketId(u64::MAX));
        let rows = self.tables()?.snapshots.range(all);
        Ok(rows.map(|((_, key), row)| (key.id, *row)).collect())
    }

    async fn snapshot(
        &mut self,
        who: TechnicianId,
        key: &TicketKey,
    ) -> Stored<Option<SnapshotRecord>> {
        let row = self.tables()?.snapshots.get(&(who, key.clone()));
        Ok(row.copied())
    }

    async fn put_snapshot(
        &mut self,
        who: TechnicianId,
        key: &TicketKey,
        snapshot: SnapshotRecord,
    ) -> Stored<()> {
        self.alter(|tables| {
            tables.must_know(who)?;
            tables.snapshots.insert((who, key.clone()), snapshot);
            Ok(())
        })
    }

    async fn remember_how_all_stood(&mut self) -> Stored<()> {
        self.alter(|tables| {
            let rows = tables.snapshots.iter();
            tables.stood = rows.map(|(key, row)| (key.clone(), row.modified)).collect();
            Ok(())
        })
    }

    async fn put_stood(&mut self, who: TechnicianId, key: &TicketKey, at: Instant) -> Stored<()> {
        self.alter(|tables| {
            let key = (who, key.clone());
            if tables.snapshots.contains_key(&key) {
                tables.stood.insert(key, at);
            }
            Ok(())
        })
    }

    async fn stood(&mut self, who: TechnicianId, key: &TicketKey) -> Stored<Option<Instant>> {
        let stood = self.tables()?.stood.get(&(who, key.clone()));
        Ok(stood.copied())
    }

    async fn delete_snapshot(&mut self, who: TechnicianId, key: &TicketKey) -> Stored<bool> {
        self.alter(|tables| {
            let key = (who, key.clone());
            tables.stood.remove(&key);
            Ok(tables.snapshots.remove(&key).is_some())
        })
    }
}

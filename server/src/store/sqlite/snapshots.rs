//! The table `snapshots`.

use async_trait::async_trait;
use sqlx::SqliteConnection;
use tournee_core::ids::{SourceId, TicketId, TicketKey};
use tournee_core::time::Instant;

use crate::store::snapshots::{SnapshotRecord, Snapshots};
use crate::store::{Stored, TechnicianId, number};

fn record((modified, complete, doubtful, digest): (i64, bool, i64, i64)) -> SnapshotRecord {
    SnapshotRecord {
        modified: Instant(modified),
        complete,
        doubtful: Instant(doubtful),
        digest,
    }
}

#[async_trait]
impl Snapshots for SqliteConnection {
    async fn snapshots_of(
        &mut self,
        who: TechnicianId,
        source: &SourceId,
    ) -> Stored<Vec<(TicketId, SnapshotRecord)>> {
        let rows: Vec<(i64, i64, bool, i64, i64)> = sqlx::query_as(
            "SELECT ticket, modified, complete, doubtful, digest FROM snapshots
             WHERE technician = ? AND source = ? ORDER BY ticket",
        )
        .bind(who)
        .bind(&source.0)
        .fetch_all(self)
        .await?;
        let rows = rows
            .into_iter()
            .map(|(ticket, modified, complete, doubtful, digest)| {
                let ticket = TicketId(ticket.unsigned_abs());
                (ticket, record((modified, complete, doubtful, digest)))
            });
        Ok(rows.collect())
    }

    async fn snapshot(
        &mut self,
        who: TechnicianId,
        key: &TicketKey,
    ) -> Stored<Option<SnapshotRecord>> {
        let row = sqlx::query_as(
            "SELECT modified, complete, doubtful, digest FROM snapshots
             WHERE technician = ? AND source = ? AND ticket = ?",
        )
        .bind(who)
        .bind(&key.source.0)
        .bind(number(key.id.0))
        .fetch_optional(self)
        .await?;
        Ok(row.map(record))
    }

    async fn put_snapshot(
        &mut self,
        who: TechnicianId,
        key: &TicketKey,
        snapshot: SnapshotRecord,
    ) -> Stored<()> {
        sqlx::query(
            "INSERT INTO snapshots
             (technician, source, ticket, modified, complete, doubtful, digest)
             VALUES (?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET modified = excluded.modified, complete = excluded.complete,
             doubtful = excluded.doubtful, digest = excluded.digest",
        )
        .bind(who)
        .bind(&key.source.0)
        .bind(number(key.id.0))
        .bind(snapshot.modified.0)
        .bind(snapshot.complete)
        .bind(snapshot.doubtful.0)
        .bind(snapshot.digest)
        .execute(self)
        .await?;
        Ok(())
    }

    async fn remember_how_all_stood(&mut self) -> Stored<()> {
        sqlx::query("UPDATE snapshots SET stood = modified")
            .execute(self)
            .await?;
        Ok(())
    }

    async fn put_stood(&mut self, who: TechnicianId, key: &TicketKey, at: Instant) -> Stored<()> {
        sqlx::query(
            "UPDATE snapshots SET stood = ? WHERE technician = ? AND source = ? AND ticket = ?",
        )
        .bind(at.0)
        .bind(who)
        .bind(&key.source.0)
        .bind(number(key.id.0))
        .execute(self)
        .await?;
        Ok(())
    }

    async fn stood(&mut self, who: TechnicianId, key: &TicketKey) -> Stored<Option<Instant>> {
        let stood: Option<Option<i64>> = sqlx::query_scalar(
            "SELECT stood FROM snapshots WHERE technician = ? AND source = ? AND ticket = ?",
        )
        .bind(who)
        .bind(&key.source.0)
        .bind(number(key.id.0))
        .fetch_optional(self)
        .await?;
        Ok(stood.flatten().map(Instant))
    }

    async fn delete_snapshot(&mut self, who: TechnicianId, key: &TicketKey) -> Stored<bool> {
        let gone =
            sqlx::query("DELETE FROM snapshots WHERE technician = ? AND source = ? AND ticket = ?")
                .bind(who)
                .bind(&key.source.0)
                .bind(number(key.id.0))
                .execute(self)
                .await?;
        Ok(gone.rows_affected() > 0)
    }
}

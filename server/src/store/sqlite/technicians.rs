//! The tables `technicians` and `devices`.

use async_trait::async_trait;
use sqlx::SqliteConnection;
use tournee_core::ids::{DeviceId, Epoch};
use tournee_core::time::Instant;
use uuid::Uuid;

use crate::store::technicians::{DeviceRecord, FeedState, Technicians};
use crate::store::{Stored, TechnicianId};

#[async_trait]
impl Technicians for SqliteConnection {
    async fn insert_technician(&mut self, epoch: &str, now: Instant) -> Stored<TechnicianId> {
        let id = sqlx::query_scalar(
            "INSERT INTO technicians (epoch, created_at) VALUES (?, ?) RETURNING id",
        )
        .bind(epoch)
        .bind(now.0)
        .fetch_one(self)
        .await?;
        Ok(id)
    }

    async fn technicians(&mut self) -> Stored<Vec<TechnicianId>> {
        let sql = "SELECT id FROM technicians ORDER BY id";
        Ok(sqlx::query_scalar(sql).fetch_all(self).await?)
    }

    async fn feed_state(&mut self, who: TechnicianId) -> Stored<FeedState> {
        let (epoch, seq, since) =
            sqlx::query_as("SELECT epoch, feed_seq, epoch_since FROM technicians WHERE id = ?")
                .bind(who)
                .fetch_one(self)
                .await?;
        let since: i64 = since;
        Ok(FeedState {
            epoch: Epoch(epoch),
            seq,
            since: (since != 0).then_some(Instant(since)),
        })
    }

    async fn advance_feed(&mut self, who: TechnicianId) -> Stored<i64> {
        let seq = sqlx::query_scalar(
            "UPDATE technicians SET feed_seq = feed_seq + 1 WHERE id = ? RETURNING feed_seq",
        )
        .bind(who)
        .fetch_one(self)
        .await?;
        Ok(seq)
    }

    async fn set_epoch(
        &mut self,
        who: TechnicianId,
        epoch: &str,
        since: Option<Instant>,
    ) -> Stored<()> {
        sqlx::query("UPDATE technicians SET epoch = ?, epoch_since = ? WHERE id = ?")
            .bind(epoch)
            .bind(since.map_or(0, |since| since.0))
            .bind(who)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn delete_technician(&mut self, who: TechnicianId) -> Stored<()> {
        sqlx::query("DELETE FROM technicians WHERE id = ?")
            .bind(who)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn put_device(&mut self, who: TechnicianId, device: &DeviceRecord) -> Stored<()> {
        sqlx::query(
            "INSERT INTO devices (id, technician, first_seen, last_seen, name, revoked_at)
             VALUES (?, ?, ?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET last_seen = excluded.last_seen, name = excluded.name,
                 revoked_at = excluded.revoked_at",
        )
        .bind(device.device.0)
        .bind(who)
        .bind(device.seen_at.0)
        .bind(device.seen_at.0)
        .bind(&device.name)
        .bind(device.revoked_at.map(|at| at.0))
        .execute(self)
        .await?;
        Ok(())
    }

    async fn device(
        &mut self,
        who: TechnicianId,
        device: DeviceId,
    ) -> Stored<Option<DeviceRecord>> {
        let row: Option<Row> = sqlx::query_as(
            "SELECT id, name, last_seen, revoked_at FROM devices WHERE technician = ? AND id = ?",
        )
        .bind(who)
        .bind(device.0)
        .fetch_optional(self)
        .await?;
        Ok(row.map(record))
    }

    async fn devices(&mut self, who: TechnicianId) -> Stored<Vec<DeviceRecord>> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, name, last_seen, revoked_at FROM devices WHERE technician = ? ORDER BY id",
        )
        .bind(who)
        .fetch_all(self)
        .await?;
        Ok(rows.into_iter().map(record).collect())
    }

    async fn give_devices(&mut self, from: TechnicianId, to: TechnicianId) -> Stored<()> {
        sqlx::query("UPDATE OR IGNORE devices SET technician = ? WHERE technician = ?")
            .bind(to)
            .bind(from)
            .execute(self)
            .await?;
        Ok(())
    }
}

type Row = (Uuid, String, i64, Option<i64>);

fn record((device, name, seen_at, revoked_at): Row) -> DeviceRecord {
    DeviceRecord {
        device: DeviceId(device),
        name,
        seen_at: Instant(seen_at),
        revoked_at: revoked_at.map(Instant),
    }
}

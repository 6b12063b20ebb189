//! The table `sessions`.

use async_trait::async_trait;
use sqlx::SqliteConnection;
use tournee_core::ids::DeviceId;
use tournee_core::time::Instant;
use uuid::Uuid;

use crate::store::sessions::{SessionRecord, Sessions};
use crate::store::{Stored, TechnicianId};

#[async_trait]
impl Sessions for SqliteConnection {
    async fn insert_session(&mut self, hash: &[u8], who: TechnicianId, now: Instant) -> Stored<()> {
        sqlx::query(
            "INSERT INTO sessions (token_hash, technician, created_at, seen_at)
             VALUES (?, ?, ?, ?)",
        )
        .bind(hash)
        .bind(who)
        .bind(now.0)
        .bind(now.0)
        .execute(self)
        .await?;
        Ok(())
    }

    async fn session(&mut self, hash: &[u8], since: Instant) -> Stored<Option<SessionRecord>> {
        let row: Option<(TechnicianId, i64, Option<Uuid>, bool)> = sqlx::query_as(
            "SELECT technician, seen_at, device, revoked FROM sessions
             WHERE token_hash = ? AND seen_at >= ?",
        )
        .bind(hash)
        .bind(since.0)
        .fetch_optional(self)
        .await?;
        Ok(
            row.map(|(technician, seen_at, device, revoked)| SessionRecord {
                technician,
                seen_at: Instant(seen_at),
                device: device.map(DeviceId),
                revoked,
            }),
        )
    }

    async fn bind_session(&mut self, hash: &[u8], device: DeviceId) -> Stored<()> {
        sqlx::query("UPDATE sessions SET device = ? WHERE token_hash = ?")
            .bind(device.0)
            .bind(hash)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn revoke_sessions(&mut self, who: TechnicianId, device: DeviceId) -> Stored<()> {
        sqlx::query("UPDATE sessions SET revoked = 1 WHERE technician = ? AND device = ?")
            .bind(who)
            .bind(device.0)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn session_devices(&mut self, who: TechnicianId) -> Stored<Vec<DeviceId>> {
        let devices: Vec<Uuid> = sqlx::query_scalar(
            "SELECT DISTINCT device FROM sessions WHERE technician = ? AND device IS NOT NULL
             ORDER BY device",
        )
        .bind(who)
        .fetch_all(self)
        .await?;
        Ok(devices.into_iter().map(DeviceId).collect())
    }

    async fn touch_session(&mut self, hash: &[u8], now: Instant) -> Stored<()> {
        sqlx::query("UPDATE sessions SET seen_at = ? WHERE token_hash = ?")
            .bind(now.0)
            .bind(hash)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn delete_session(&mut self, hash: &[u8]) -> Stored<()> {
        sqlx::query("DELETE FROM sessions WHERE token_hash = ?")
            .bind(hash)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn sweep_sessions(&mut self, since: Instant) -> Stored<()> {
        sqlx::query("DELETE FROM sessions WHERE seen_at < ?")
            .bind(since.0)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn any_session(&mut self, who: TechnicianId, since: Instant) -> Stored<bool> {
        let any: Option<i64> = sqlx::query_scalar(
            "SELECT 1 FROM sessions WHERE technician = ? AND NOT revoked
             AND (device IS NOT NULL OR seen_at > ?) LIMIT 1",
        )
        .bind(who)
        .bind(since.0)
        .fetch_optional(self)
        .await?;
        Ok(any.is_some())
    }

    async fn give_sessions(&mut self, from: TechnicianId, to: TechnicianId) -> Stored<()> {
        sqlx::query("UPDATE sessions SET technician = ? WHERE technician = ?")
            .bind(to)
            .bind(from)
            .execute(self)
            .await?;
        Ok(())
    }
}

//! The table `sessions`.

use async_trait::async_trait;
use sqlx::SqliteConnection;
use tournee_core::time::Instant;

use crate::store::sessions::Sessions;
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

    async fn session(
        &mut self,
        hash: &[u8],
        since: Instant,
    ) -> Stored<Option<(TechnicianId, Instant)>> {
        let row: Option<(TechnicianId, i64)> = sqlx::query_as(
            "SELECT technician, seen_at FROM sessions WHERE token_hash = ? AND seen_at >= ?",
        )
        .bind(hash)
        .bind(since.0)
        .fetch_optional(self)
        .await?;
        Ok(row.map(|(technician, seen_at)| (technician, Instant(seen_at))))
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

    async fn any_session(&mut self, who: TechnicianId) -> Stored<bool> {
        let any: Option<i64> =
            sqlx::query_scalar("SELECT 1 FROM sessions WHERE technician = ? LIMIT 1")
                .bind(who)
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

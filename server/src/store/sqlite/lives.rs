//! The tables `lives` and `life_starts`.

use async_trait::async_trait;
use sqlx::SqliteConnection;
use tournee_core::time::Instant;

use crate::store::lives::Lives;
use crate::store::{COPY, Stored, TechnicianId};

#[async_trait]
impl Lives for SqliteConnection {
    async fn take_mark_of_copy(&mut self) -> Stored<bool> {
        let mark: i64 = sqlx::query_scalar("PRAGMA user_version")
            .fetch_one(&mut *self)
            .await?;
        sqlx::query("PRAGMA user_version = 0").execute(self).await?;
        Ok(mark == COPY)
    }

    async fn insert_life(&mut self, name: &str, now: Instant) -> Stored<i64> {
        let num = sqlx::query_scalar(
            "INSERT INTO lives (name, started_at, seen_at) VALUES (?1, ?2, ?2) RETURNING num",
        )
        .bind(name)
        .bind(now.0)
        .fetch_one(self)
        .await?;
        Ok(num)
    }

    async fn last_seen(&mut self) -> Stored<Option<Instant>> {
        let seen: Option<Option<i64>> =
            sqlx::query_scalar("SELECT seen_at FROM lives ORDER BY num DESC LIMIT 1")
                .fetch_optional(self)
                .await?;
        Ok(seen.flatten().map(Instant))
    }

    async fn set_seen(&mut self, now: Instant) -> Stored<()> {
        sqlx::query("UPDATE lives SET seen_at = ? WHERE num = (SELECT MAX(num) FROM lives)")
            .bind(now.0)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn insert_life_starts(&mut self, life: i64) -> Stored<()> {
        sqlx::query(
            "INSERT INTO life_starts (technician, life, seq)
             SELECT id, ?, feed_seq FROM technicians",
        )
        .bind(life)
        .execute(self)
        .await?;
        Ok(())
    }

    async fn delete_lives_until(&mut self, last: i64) -> Stored<()> {
        sqlx::query("DELETE FROM lives WHERE num <= ?")
            .bind(last)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn life_named(&mut self, name: &str) -> Stored<Option<i64>> {
        let num = sqlx::query_scalar("SELECT num FROM lives WHERE name = ?")
            .bind(name)
            .fetch_optional(self)
            .await?;
        Ok(num)
    }

    async fn life_end(&mut self, who: TechnicianId, life: i64) -> Stored<Option<i64>> {
        let seq = sqlx::query_scalar(
            "SELECT seq FROM life_starts WHERE technician = ? AND life > ? ORDER BY life LIMIT 1",
        )
        .bind(who)
        .bind(life)
        .fetch_optional(self)
        .await?;
        Ok(seq)
    }
}

//! The table `carried`.

use async_trait::async_trait;
use sqlx::SqliteConnection;
use tournee_core::ids::{SourceId, TicketId, TicketKey};

use crate::store::carried::Carried;
use crate::store::{Stored, number};

#[async_trait]
impl Carried for SqliteConnection {
    async fn put_carried(&mut self, old: &TicketKey, new: &TicketKey) -> Stored<()> {
        sqlx::query(
            "INSERT INTO carried (old_source, old_ticket, new_source, new_ticket)
             VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(&old.source.0)
        .bind(number(old.id.0))
        .bind(&new.source.0)
        .bind(number(new.id.0))
        .execute(self)
        .await?;
        Ok(())
    }

    async fn carried_from(&mut self, old: &TicketKey) -> Stored<Vec<TicketKey>> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT new_source, new_ticket FROM carried WHERE old_source = ? AND old_ticket = ?
             ORDER BY new_source, new_ticket",
        )
        .bind(&old.source.0)
        .bind(number(old.id.0))
        .fetch_all(self)
        .await?;
        let key = |(source, id): (String, i64)| TicketKey {
            source: SourceId(source),
            id: TicketId(id.unsigned_abs()),
        };
        Ok(rows.into_iter().map(key).collect())
    }
}

//! The table `changes`, by local number.

use async_trait::async_trait;
use sqlx::SqliteConnection;
use tournee_core::ids::TicketId;

use super::changes::{COLUMNS, record};
use crate::store::chains::TicketChain;
use crate::store::changes::HeldRecord;
use crate::store::creations::Creations;
use crate::store::{Stored, number};

#[async_trait]
impl Creations for SqliteConnection {
    async fn changes_of_local(&mut self, key: &TicketChain) -> Stored<Vec<HeldRecord>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM changes WHERE technician = ? AND source = ? AND local = ?
             ORDER BY num"
        );
        let rows = sqlx::query(&sql)
            .bind(key.technician)
            .bind(&key.ticket.source.0)
            .bind(number(key.ticket.id.0))
            .fetch_all(self)
            .await?;
        rows.iter().map(record).collect()
    }

    async fn land_changes(&mut self, key: &TicketChain, id: TicketId) -> Stored<()> {
        sqlx::query(
            "UPDATE changes SET ticket = ? WHERE technician = ? AND source = ? AND local = ?",
        )
        .bind(number(id.0))
        .bind(key.technician)
        .bind(&key.ticket.source.0)
        .bind(number(key.ticket.id.0))
        .execute(self)
        .await?;
        Ok(())
    }
}

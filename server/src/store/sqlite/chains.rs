//! The table `changes`, by ticket or thread.

use async_trait::async_trait;
use sqlx::SqliteConnection;
use tournee_core::ids::SourceId;
use tournee_core::time::Instant;

use super::changes::{COLUMNS, columns, record, target};
use crate::store::chains::{ChainKey, Chains, TicketChain};
use crate::store::changes::HeldRecord;
use crate::store::{Stored, TechnicianId, number};

fn key((technician, source, ticket, thread): (TechnicianId, String, i64, String)) -> ChainKey {
    ChainKey {
        technician,
        target: target((source, ticket, thread)),
    }
}

#[async_trait]
impl Chains for SqliteConnection {
    async fn chain(&mut self, key: &ChainKey) -> Stored<Vec<HeldRecord>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM changes WHERE technician = ? AND source = ? AND ticket = ?
             AND thread = ? AND phase IN ('queued', 'intended', 'needs_you') ORDER BY place, num"
        );
        let (source, ticket, thread) = columns(&key.target);
        let rows = sqlx::query(&sql)
            .bind(key.technician)
            .bind(source)
            .bind(ticket)
            .bind(thread)
            .fetch_all(self)
            .await?;
        rows.iter().map(record).collect()
    }

    async fn open_chains(&mut self, who: Option<TechnicianId>) -> Stored<Vec<ChainKey>> {
        let rows: Vec<(TechnicianId, String, i64, String)> = sqlx::query_as(
            "SELECT technician, source, ticket, thread FROM changes
             WHERE phase IN ('queued', 'intended') AND (?1 IS NULL OR technician = ?1)
             GROUP BY technician, source, ticket, thread ORDER BY MIN(num)",
        )
        .bind(who)
        .fetch_all(self)
        .await?;
        Ok(rows.into_iter().map(key).collect())
    }

    async fn held_chains(&mut self, who: TechnicianId) -> Stored<Vec<ChainKey>> {
        // The phases as the index names them, so that it is used.
        let rows: Vec<(TechnicianId, String, i64, String)> = sqlx::query_as(
            "SELECT technician, source, ticket, thread FROM changes
             WHERE phase IN ('queued', 'intended', 'needs_you') AND technician = ?
             GROUP BY technician, source, ticket, thread
             HAVING SUM(phase = 'queued') > 0 AND SUM(phase = 'needs_you') > 0
             ORDER BY source, ticket, thread",
        )
        .bind(who)
        .fetch_all(self)
        .await?;
        Ok(rows.into_iter().map(key).collect())
    }

    async fn any_open_change(&mut self, who: TechnicianId, source: &SourceId) -> Stored<bool> {
        let any: Option<i64> = sqlx::query_scalar(
            "SELECT 1 FROM changes WHERE phase IN ('queued', 'intended') AND technician = ?
             AND source = ? LIMIT 1",
        )
        .bind(who)
        .bind(&source.0)
        .fetch_optional(self)
        .await?;
        Ok(any.is_some())
    }

    async fn last_closed_at_once(&mut self, key: &TicketChain) -> Stored<Option<Instant>> {
        let at: Option<i64> = sqlx::query_scalar(
            "SELECT MAX(settled_at) FROM changes WHERE technician = ? AND source = ? AND ticket = ?
             AND phase = 'delivered' AND report LIKE '%\"closed_at_once\"%'",
        )
        .bind(key.technician)
        .bind(&key.ticket.source.0)
        .bind(number(key.ticket.id.0))
        .fetch_one(self)
        .await?;
        Ok(at.map(Instant))
    }
}

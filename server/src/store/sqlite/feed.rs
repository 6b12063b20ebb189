//! The table `feed`.

use async_trait::async_trait;
use futures::TryStreamExt as _;
use sqlx::SqliteConnection;
use tournee_core::time::Instant;
use tournee_core::wire::ChangeReport;

use crate::store::feed::{Feed, FeedRecord, Kind, Thing, Visit};
use crate::store::{Stored, TechnicianId};

#[async_trait]
impl Feed for SqliteConnection {
    async fn put_feed(
        &mut self,
        thing: &Thing,
        seq: i64,
        at: Instant,
        body: Option<&[u8]>,
    ) -> Stored<()> {
        sqlx::query(
            "INSERT INTO feed (technician, kind, key, seq, at, body) VALUES (?, ?, ?, ?, ?, ?)
             ON CONFLICT (technician, kind, key)
             DO UPDATE SET seq = excluded.seq, at = excluded.at, body = excluded.body",
        )
        .bind(thing.technician)
        .bind(thing.kind)
        .bind(&thing.key)
        .bind(seq)
        .bind(at.0)
        .bind(body)
        .execute(self)
        .await?;
        Ok(())
    }

    async fn walk_feed(
        &mut self,
        who: TechnicianId,
        after: i64,
        gone: bool,
        visit: &mut Visit<'_>,
    ) -> Stored<()> {
        let sql = "SELECT seq, kind, key, body FROM feed WHERE technician = ? AND seq > ?
                   AND (body IS NOT NULL OR ?) ORDER BY seq";
        let mut rows = sqlx::query_as::<_, (i64, Kind, String, Option<Vec<u8>>)>(sql)
            .bind(who)
            .bind(after)
            .bind(gone)
            .fetch(self);
        while let Some((seq, kind, key, body)) = rows.try_next().await? {
            if !visit(FeedRecord {
                seq,
                kind,
                key,
                body,
            })? {
                break;
            }
        }
        Ok(())
    }

    async fn feed_body(&mut self, thing: &Thing) -> Stored<Option<Vec<u8>>> {
        let body: Option<Option<Vec<u8>>> = sqlx::query_scalar(
            "SELECT body FROM feed WHERE technician = ? AND kind = ? AND key = ?",
        )
        .bind(thing.technician)
        .bind(thing.kind)
        .bind(&thing.key)
        .fetch_optional(self)
        .await?;
        Ok(body.flatten())
    }

    async fn ticket_behind(
        &mut self,
        who: TechnicianId,
        report: &ChangeReport,
        last: i64,
    ) -> Stored<Option<Vec<u8>>> {
        let body = sqlx::query_scalar(
            "SELECT feed.body FROM changes JOIN feed ON feed.technician = changes.technician
             AND feed.kind = ? AND feed.key = changes.source || ':' || changes.ticket
             WHERE changes.technician = ? AND changes.device = ? AND changes.id = ?
             AND changes.phase = 'delivered' AND feed.seq > ? AND feed.body IS NOT NULL",
        )
        .bind(Kind::Ticket)
        .bind(who)
        .bind(report.device.0)
        .bind(report.change.0)
        .bind(last)
        .fetch_optional(self)
        .await?;
        Ok(body)
    }

    async fn delete_feed(&mut self, thing: &Thing) -> Stored<()> {
        sqlx::query("DELETE FROM feed WHERE technician = ? AND kind = ? AND key = ?")
            .bind(thing.technician)
            .bind(thing.kind)
            .bind(&thing.key)
            .execute(self)
            .await?;
        Ok(())
    }
}

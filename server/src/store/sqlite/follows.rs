//! The table `follows`.

use async_trait::async_trait;
use sqlx::SqliteConnection;
use tournee_core::ids::{ThreadKey, TicketKey};

use crate::store::follows::{Follow, Follows};
use crate::store::{Stored, number};

#[async_trait]
impl Follows for SqliteConnection {
    async fn put_follow(&mut self, follow: &Follow) -> Stored<()> {
        sqlx::query(
            "INSERT OR REPLACE INTO follows (source, ticket, mailbox, thread, standing, begun)
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(&follow.ticket.source.0)
        .bind(number(follow.ticket.id.0))
        .bind(&follow.thread.mailbox.0)
        .bind(&follow.thread.id)
        .bind(&follow.standing)
        .bind(&follow.begun)
        .execute(self)
        .await?;
        Ok(())
    }

    async fn follow(&mut self, ticket: &TicketKey, thread: &ThreadKey) -> Stored<Option<Follow>> {
        let row: Option<(String, Option<String>)> = sqlx::query_as(
            "SELECT standing, begun FROM follows
             WHERE source = ? AND ticket = ? AND mailbox = ? AND thread = ?",
        )
        .bind(&ticket.source.0)
        .bind(number(ticket.id.0))
        .bind(&thread.mailbox.0)
        .bind(&thread.id)
        .fetch_optional(self)
        .await?;
        Ok(row.map(|(standing, begun)| Follow {
            ticket: ticket.clone(),
            thread: thread.clone(),
            standing,
            begun,
        }))
    }

    async fn sweep_follows(&mut self) -> Stored<()> {
        sqlx::query(
            "DELETE FROM follows WHERE NOT EXISTS (SELECT 1 FROM mail_links l
             WHERE l.source = follows.source AND l.ticket = follows.ticket AND l.stirred)",
        )
        .execute(self)
        .await?;
        Ok(())
    }
}

//! The tables `mail_names` and `ticket_mails`.

use async_trait::async_trait;
use sqlx::SqliteConnection;
use tournee_core::ids::{MailboxId, SourceId, ThreadKey, TicketId, TicketKey};

use crate::store::conversions::Conversions;
use crate::store::{Stored, number};

#[async_trait]
impl Conversions for SqliteConnection {
    async fn put_mail_name(&mut self, name: &str, thread: &ThreadKey) -> Stored<()> {
        sqlx::query(
            "INSERT INTO mail_names (name, mailbox, thread) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(name)
        .bind(&thread.mailbox.0)
        .bind(&thread.id)
        .execute(self)
        .await?;
        Ok(())
    }

    async fn threads_named(&mut self, name: &str) -> Stored<Vec<ThreadKey>> {
        let sql = "SELECT mailbox, thread FROM mail_names WHERE name = ? ORDER BY mailbox, thread";
        let rows: Vec<(String, String)> = sqlx::query_as(sql).bind(name).fetch_all(self).await?;
        let key = |(mailbox, id)| ThreadKey {
            mailbox: MailboxId(mailbox),
            id,
        };
        Ok(rows.into_iter().map(key).collect())
    }

    async fn put_ticket_mail(&mut self, name: &str, ticket: &TicketKey) -> Stored<bool> {
        let done = sqlx::query(
            "INSERT INTO ticket_mails (name, source, ticket) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(name)
        .bind(&ticket.source.0)
        .bind(number(ticket.id.0))
        .execute(self)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn tickets_named(&mut self, name: &str) -> Stored<Vec<TicketKey>> {
        let sql = "SELECT source, ticket FROM ticket_mails WHERE name = ? ORDER BY source, ticket";
        let rows: Vec<(String, i64)> = sqlx::query_as(sql).bind(name).fetch_all(self).await?;
        let key = |(source, id): (String, i64)| TicketKey {
            source: SourceId(source),
            id: TicketId(id.cast_unsigned()),
        };
        Ok(rows.into_iter().map(key).collect())
    }

    async fn delete_ticket_mails(&mut self, ticket: &TicketKey) -> Stored<Vec<String>> {
        let sql = "DELETE FROM ticket_mails WHERE source = ? AND ticket = ? RETURNING name";
        let query = sqlx::query_scalar(sql).bind(&ticket.source.0);
        let mut names: Vec<String> = query.bind(number(ticket.id.0)).fetch_all(self).await?;
        names.sort_unstable();
        Ok(names)
    }
}

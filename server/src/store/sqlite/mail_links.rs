//! The tables `mail_links` and `mail_names`.

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};
use tournee_core::domain::{Level, Status};
use tournee_core::ids::{MailboxId, SourceId, TicketId, TicketKey};
use tournee_core::time::Instant;

use crate::store::mail_links::{MailLink, MailLinks};
use crate::store::{Stored, TechnicianId, number};

const LINK: &str = "SELECT DISTINCT l.name, l.source, l.ticket, l.since, l.status, l.priority, l.stirred, \
                    l.moved_for, l.of_before FROM mail_links l";

fn link(row: &SqliteRow) -> Stored<MailLink> {
    let number = |name: &str| -> Stored<u64> { Ok(row.try_get::<i64, _>(name)?.unsigned_abs()) };
    Ok(MailLink {
        name: row.try_get("name")?,
        ticket: TicketKey {
            source: SourceId(row.try_get("source")?),
            id: TicketId(number("ticket")?),
        },
        since: Instant(row.try_get("since")?),
        status: Status::from_glpi(number("status")?).unwrap_or(Status::New),
        priority: u8::try_from(number("priority")?)
            .ok()
            .and_then(Level::new)
            .unwrap_or(Level::MEDIUM),
        stirred: row.try_get("stirred")?,
        moved_for: row.try_get("moved_for")?,
        of_before: row.try_get("of_before")?,
    })
}

#[async_trait]
impl MailLinks for SqliteConnection {
    async fn put_link(&mut self, link: &MailLink) -> Stored<()> {
        sqlx::query(
            "INSERT OR REPLACE INTO mail_links (name, source, ticket, since, status, priority, stirred, moved_for,
             of_before)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&link.name)
        .bind(&link.ticket.source.0)
        .bind(number(link.ticket.id.0))
        .bind(link.since.0)
        .bind(i64::from(link.status.to_glpi()))
        .bind(i64::from(link.priority.number()))
        .bind(link.stirred)
        .bind(&link.moved_for)
        .bind(link.of_before)
        .execute(self)
        .await?;
        Ok(())
    }

    async fn doubt_all_links(&mut self) -> Stored<()> {
        sqlx::query("UPDATE mail_links SET of_before = 1")
            .execute(self)
            .await?;
        Ok(())
    }

    async fn trust_links_of(&mut self, who: TechnicianId, source: &SourceId) -> Stored<()> {
        sqlx::query(
            "UPDATE mail_links SET of_before = 0
             WHERE of_before AND NOT stirred AND source = ?1
             AND ticket IN (SELECT ticket FROM snapshots WHERE technician = ?2 AND source = ?1)",
        )
        .bind(&source.0)
        .bind(who)
        .execute(self)
        .await?;
        Ok(())
    }

    async fn delete_link(&mut self, name: &str, ticket: &TicketKey) -> Stored<()> {
        sqlx::query("DELETE FROM mail_links WHERE name = ? AND source = ? AND ticket = ?")
            .bind(name)
            .bind(&ticket.source.0)
            .bind(number(ticket.id.0))
            .execute(self)
            .await?;
        Ok(())
    }

    async fn links_of_ticket(&mut self, ticket: &TicketKey) -> Stored<Vec<MailLink>> {
        let sql = format!("{LINK} WHERE l.source = ? AND l.ticket = ? ORDER BY l.name");
        let query = sqlx::query(&sql)
            .bind(&ticket.source.0)
            .bind(number(ticket.id.0));
        query.fetch_all(self).await?.iter().map(link).collect()
    }

    async fn links_of_thread(&mut self, id: &MailboxId, thread: &str) -> Stored<Vec<MailLink>> {
        let sql = format!(
            "{LINK} JOIN mail_names n ON n.name = l.name
             JOIN mails m ON m.mailbox = n.mailbox AND m.id = n.mail
             WHERE m.mailbox = ? AND m.thread = ? ORDER BY l.since, l.source, l.ticket, l.name"
        );
        let query = sqlx::query(&sql).bind(&id.0).bind(thread);
        query.fetch_all(self).await?.iter().map(link).collect()
    }

    async fn links_named(&mut self, name: &str) -> Stored<Vec<MailLink>> {
        let sql = format!("{LINK} WHERE l.name = ? ORDER BY l.since, l.source, l.ticket");
        let query = sqlx::query(&sql).bind(name);
        query.fetch_all(self).await?.iter().map(link).collect()
    }

    async fn stirred_links(&mut self) -> Stored<Vec<MailLink>> {
        let sql = format!("{LINK} WHERE l.stirred ORDER BY l.name, l.source, l.ticket");
        let rows = sqlx::query(&sql).fetch_all(self).await?;
        rows.iter().map(link).collect()
    }

    async fn threads_named(&mut self, name: &str) -> Stored<Vec<(MailboxId, String)>> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT DISTINCT m.mailbox, m.thread FROM mail_names n
             JOIN mails m ON m.mailbox = n.mailbox AND m.id = n.mail
             WHERE n.name = ? ORDER BY m.mailbox, m.thread",
        )
        .bind(name)
        .fetch_all(self)
        .await?;
        let threads = rows.into_iter();
        Ok(threads
            .map(|(id, thread)| (MailboxId(id), thread))
            .collect())
    }
}

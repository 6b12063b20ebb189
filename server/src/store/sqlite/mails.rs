//! The tables `mailboxes`, `mailbox_readers` and `mails`.

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection, SqlitePool};
use tournee_core::domain::MailboxState;
use tournee_core::ids::MailboxId;
use tournee_core::time::Instant;

use crate::store::mails::{self, MailRecord, MailboxRecord, Mails};
use crate::store::{Stored, TechnicianId, feed};
use crate::vault::Sealed;

const MAILBOX: &str = "SELECT address, owner, key_id, sealed, state, history, history_then, history_doubted, labels, refreshed_at \
     FROM mailboxes";
pub(super) const MAIL: &str = "SELECT id, thread, at, labels, names, body FROM mails";

fn mailbox(row: &SqliteRow) -> Stored<MailboxRecord> {
    let key_id: Option<String> = row.try_get("key_id")?;
    let bytes: Option<Vec<u8>> = row.try_get("sealed")?;
    let state: String = row.try_get("state")?;
    Ok(MailboxRecord {
        id: MailboxId(row.try_get("address")?),
        owner: row.try_get("owner")?,
        sealed: key_id
            .zip(bytes)
            .map(|(key_id, bytes)| Sealed { key_id, bytes }),
        state: serde_json::from_value(state.into()).unwrap_or(MailboxState::Unknown),
        history: row.try_get("history")?,
        history_then: row.try_get("history_then")?,
        history_doubted: row.try_get("history_doubted")?,
        labels: serde_json::from_str(row.try_get("labels")?)?,
        refreshed_at: row.try_get::<Option<i64>, _>("refreshed_at")?.map(Instant),
    })
}

pub(super) fn mail(row: &SqliteRow) -> Stored<MailRecord> {
    Ok(MailRecord {
        id: row.try_get("id")?,
        thread: row.try_get("thread")?,
        at: Instant(row.try_get("at")?),
        labels: serde_json::from_str(row.try_get("labels")?)?,
        names: match row.try_get::<Option<&str>, _>("names")? {
            Some(names) => serde_json::from_str(names)?,
            None => Vec::new(),
        },
        body: row.try_get("body")?,
    })
}

async fn put_names(
    db: &mut SqliteConnection,
    mailbox: &str,
    mail: &str,
    names: &[String],
) -> Stored<()> {
    sqlx::query("DELETE FROM mail_names WHERE mailbox = ? AND mail = ?")
        .bind(mailbox)
        .bind(mail)
        .execute(&mut *db)
        .await?;
    for name in names {
        sqlx::query("INSERT INTO mail_names (name, mailbox, mail) VALUES (?, ?, ?)")
            .bind(name)
            .bind(mailbox)
            .bind(mail)
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

/// Names the mails that were stored before names were.
pub(super) async fn name_all(writer: &SqlitePool) -> Stored<()> {
    let mut tx = writer.begin().await?;
    let sql = "SELECT mailbox, id, body FROM mails WHERE names IS NULL";
    let unnamed: Vec<(String, String, Vec<u8>)> = sqlx::query_as(sql).fetch_all(&mut *tx).await?;
    for (mailbox, id, body) in unnamed {
        let names = mails::names(&serde_json::from_slice(&feed::unpack(&body)?)?);
        sqlx::query("UPDATE mails SET names = ? WHERE mailbox = ? AND id = ?")
            .bind(serde_json::to_string(&names)?)
            .bind(&mailbox)
            .bind(&id)
            .execute(&mut *tx)
            .await?;
        put_names(&mut tx, &mailbox, &id, &names).await?;
    }
    Ok(tx.commit().await?)
}

#[async_trait]
impl Mails for SqliteConnection {
    async fn put_mailbox(&mut self, record: &MailboxRecord) -> Stored<()> {
        let state = serde_json::to_value(record.state)?;
        sqlx::query(
            "INSERT INTO mailboxes (address, owner, key_id, sealed, state, history, history_then,
             history_doubted, labels, refreshed_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET owner = excluded.owner, key_id = excluded.key_id,
             sealed = excluded.sealed, state = excluded.state, history = excluded.history,
             history_then = excluded.history_then, history_doubted = excluded.history_doubted,
             labels = excluded.labels, refreshed_at = excluded.refreshed_at",
        )
        .bind(&record.id.0)
        .bind(record.owner)
        .bind(record.sealed.as_ref().map(|sealed| &sealed.key_id))
        .bind(record.sealed.as_ref().map(|sealed| &sealed.bytes))
        .bind(state.as_str())
        .bind(&record.history)
        .bind(&record.history_then)
        .bind(&record.history_doubted)
        .bind(serde_json::to_string(&record.labels)?)
        .bind(record.refreshed_at.map(|at| at.0))
        .execute(self)
        .await?;
        Ok(())
    }

    async fn mailbox(&mut self, id: &MailboxId) -> Stored<Option<MailboxRecord>> {
        let sql = format!("{MAILBOX} WHERE address = ?");
        let row = sqlx::query(&sql).bind(&id.0).fetch_optional(self).await?;
        row.as_ref().map(mailbox).transpose()
    }

    async fn mailboxes(&mut self) -> Stored<Vec<MailboxRecord>> {
        let sql = format!("{MAILBOX} ORDER BY address");
        let rows = sqlx::query(&sql).fetch_all(self).await?;
        rows.iter().map(mailbox).collect()
    }

    async fn delete_mailbox(&mut self, id: &MailboxId) -> Stored<()> {
        sqlx::query("DELETE FROM mailboxes WHERE address = ?")
            .bind(&id.0)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn put_reader(&mut self, id: &MailboxId, who: TechnicianId) -> Stored<bool> {
        let done = sqlx::query(
            "INSERT INTO mailbox_readers (mailbox, technician) VALUES (?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(&id.0)
        .bind(who)
        .execute(self)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn delete_reader(&mut self, id: &MailboxId, who: TechnicianId) -> Stored<()> {
        sqlx::query("DELETE FROM mailbox_readers WHERE mailbox = ? AND technician = ?")
            .bind(&id.0)
            .bind(who)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn readers(&mut self, id: &MailboxId) -> Stored<Vec<TechnicianId>> {
        let sql = "SELECT technician FROM mailbox_readers WHERE mailbox = ? ORDER BY technician";
        Ok(sqlx::query_scalar(sql).bind(&id.0).fetch_all(self).await?)
    }

    async fn give_mailboxes(&mut self, from: TechnicianId, to: TechnicianId) -> Stored<()> {
        sqlx::query("UPDATE mailboxes SET owner = ? WHERE owner = ?")
            .bind(to)
            .bind(from)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn put_mail(&mut self, id: &MailboxId, mail: &MailRecord) -> Stored<()> {
        sqlx::query(
            "INSERT INTO mails (mailbox, id, thread, at, labels, names, body) VALUES (?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET thread = excluded.thread, at = excluded.at,
             labels = excluded.labels, names = excluded.names, body = excluded.body",
        )
        .bind(&id.0)
        .bind(&mail.id)
        .bind(&mail.thread)
        .bind(mail.at.0)
        .bind(serde_json::to_string(&mail.labels)?)
        .bind(serde_json::to_string(&mail.names)?)
        .bind(&mail.body)
        .execute(&mut *self)
        .await?;
        put_names(self, &id.0, &mail.id, &mail.names).await
    }

    async fn mail(&mut self, id: &MailboxId, name: &str) -> Stored<Option<MailRecord>> {
        let sql = format!("{MAIL} WHERE mailbox = ? AND id = ?");
        let query = sqlx::query(&sql).bind(&id.0).bind(name);
        let row = query.fetch_optional(self).await?;
        row.as_ref().map(mail).transpose()
    }

    async fn mails_of(&mut self, id: &MailboxId, thread: &str) -> Stored<Vec<MailRecord>> {
        let sql = format!("{MAIL} WHERE mailbox = ? AND thread = ? ORDER BY at, id");
        let query = sqlx::query(&sql).bind(&id.0).bind(thread);
        let rows = query.fetch_all(self).await?;
        rows.iter().map(mail).collect()
    }

    async fn mail_ids(&mut self, id: &MailboxId) -> Stored<Vec<(String, String)>> {
        let sql = "SELECT id, thread FROM mails WHERE mailbox = ? ORDER BY id";
        Ok(sqlx::query_as(sql).bind(&id.0).fetch_all(self).await?)
    }

    async fn delete_mail(&mut self, id: &MailboxId, name: &str) -> Stored<()> {
        sqlx::query("DELETE FROM mails WHERE mailbox = ? AND id = ?")
            .bind(&id.0)
            .bind(name)
            .execute(self)
            .await?;
        Ok(())
    }
}

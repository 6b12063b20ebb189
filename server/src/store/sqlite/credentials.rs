//! The table `credentials`.

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};
use tournee_core::time::Instant;

use crate::store::credentials::{CredentialRecord, Credentials};
use crate::store::{AccountId, Stored};
use crate::vault::Sealed;

const SELECT: &str = "SELECT account, key_id, sealed, expires_at FROM credentials";

fn record(row: &SqliteRow) -> Stored<CredentialRecord> {
    Ok(CredentialRecord {
        account: row.try_get("account")?,
        sealed: Sealed {
            key_id: row.try_get("key_id")?,
            bytes: row.try_get("sealed")?,
        },
        expires_at: row.try_get::<Option<i64>, _>("expires_at")?.map(Instant),
    })
}

#[async_trait]
impl Credentials for SqliteConnection {
    async fn put_credential(&mut self, id: AccountId, sealed: &Sealed) -> Stored<()> {
        sqlx::query(
            "INSERT INTO credentials (account, key_id, sealed) VALUES (?, ?, ?)
             ON CONFLICT DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed,
             expires_at = NULL",
        )
        .bind(id)
        .bind(&sealed.key_id)
        .bind(&sealed.bytes)
        .execute(self)
        .await?;
        Ok(())
    }

    async fn credential(&mut self, id: AccountId) -> Stored<Option<CredentialRecord>> {
        let sql = format!("{SELECT} WHERE account = ?");
        let row = sqlx::query(&sql).bind(id).fetch_optional(self).await?;
        row.as_ref().map(record).transpose()
    }

    async fn credentials(&mut self) -> Stored<Vec<CredentialRecord>> {
        let sql = format!("{SELECT} ORDER BY account");
        let rows = sqlx::query(&sql).fetch_all(self).await?;
        rows.iter().map(record).collect()
    }

    async fn delete_credential(&mut self, id: AccountId) -> Stored<()> {
        sqlx::query("DELETE FROM credentials WHERE account = ?")
            .bind(id)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn set_credential_expiry(&mut self, id: AccountId, until: Instant) -> Stored<()> {
        sqlx::query("UPDATE credentials SET expires_at = ? WHERE account = ?")
            .bind(until.0)
            .bind(id)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn sweep_credentials(&mut self, now: Instant) -> Stored<()> {
        sqlx::query(
            "DELETE FROM credentials WHERE expires_at IS NOT NULL AND (expires_at < ?
             OR NOT EXISTS (SELECT 1 FROM changes JOIN accounts
                ON accounts.technician = changes.technician AND accounts.source = changes.source
                WHERE accounts.id = credentials.account
                AND changes.phase IN ('queued', 'intended')))",
        )
        .bind(now.0)
        .execute(self)
        .await?;
        Ok(())
    }
}

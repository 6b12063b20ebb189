//! The table `accounts`.

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};
use tournee_core::ids::{SourceId, UserId};
use tournee_core::time::Instant;

use crate::glpi::LocalStamp;
use crate::store::accounts::{AccountRecord, Accounts, Marks};
use crate::store::{AccountId, Stored, TechnicianId, number};

const SELECT: &str = "SELECT id, technician, signed_in, body, state, read_until, refreshed_at, \
                      reconciled_at, reference_at FROM accounts";

fn record(row: &SqliteRow) -> Stored<AccountRecord> {
    let at = |column: &str| -> Stored<Option<Instant>> {
        Ok(row.try_get::<Option<i64>, _>(column)?.map(Instant))
    };
    Ok(AccountRecord {
        id: row.try_get("id")?,
        technician: row.try_get("technician")?,
        signed_in: row.try_get("signed_in")?,
        body: row.try_get("body")?,
        state: row.try_get("state")?,
        marks: Marks {
            read_until: row
                .try_get::<Option<String>, _>("read_until")?
                .map(LocalStamp),
            refreshed_at: at("refreshed_at")?,
            reconciled_at: at("reconciled_at")?,
            reference_at: at("reference_at")?,
        },
    })
}

#[async_trait]
impl Accounts for SqliteConnection {
    async fn accounts_of(&mut self, who: TechnicianId) -> Stored<Vec<AccountRecord>> {
        let sql = format!("{SELECT} WHERE technician = ? ORDER BY id");
        let rows = sqlx::query(&sql).bind(who).fetch_all(self).await?;
        rows.iter().map(record).collect()
    }

    async fn account_at(
        &mut self,
        who: TechnicianId,
        source: &SourceId,
    ) -> Stored<Option<AccountRecord>> {
        let sql = format!("{SELECT} WHERE technician = ? AND source = ?");
        let row = sqlx::query(&sql)
            .bind(who)
            .bind(&source.0)
            .fetch_optional(self)
            .await?;
        row.as_ref().map(record).transpose()
    }

    async fn account(&mut self, id: AccountId) -> Stored<Option<AccountRecord>> {
        let sql = format!("{SELECT} WHERE id = ?");
        let row = sqlx::query(&sql).bind(id).fetch_optional(self).await?;
        row.as_ref().map(record).transpose()
    }

    async fn account_of_user(
        &mut self,
        source: &SourceId,
        user: UserId,
    ) -> Stored<Option<AccountRecord>> {
        let sql = format!("{SELECT} WHERE source = ? AND glpi_user = ?");
        let row = sqlx::query(&sql)
            .bind(&source.0)
            .bind(number(user.0))
            .fetch_optional(self)
            .await?;
        row.as_ref().map(record).transpose()
    }

    async fn put_account(
        &mut self,
        who: TechnicianId,
        (source, user): (&SourceId, UserId),
        body: &str,
        state: &str,
    ) -> Stored<AccountId> {
        let id = sqlx::query_scalar(
            "INSERT INTO accounts (technician, source, glpi_user, body, state, signed_in)
             VALUES (?, ?, ?, ?, ?, 1)
             ON CONFLICT (source, glpi_user) DO UPDATE SET technician = excluded.technician,
             body = excluded.body, state = excluded.state, signed_in = 1 RETURNING id",
        )
        .bind(who)
        .bind(&source.0)
        .bind(number(user.0))
        .bind(body)
        .bind(state)
        .fetch_one(self)
        .await?;
        Ok(id)
    }

    async fn set_account_body(&mut self, id: AccountId, body: &str) -> Stored<()> {
        sqlx::query("UPDATE accounts SET body = ? WHERE id = ?")
            .bind(body)
            .bind(id)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn set_account_state(&mut self, id: AccountId, state: &str) -> Stored<()> {
        sqlx::query("UPDATE accounts SET state = ? WHERE id = ?")
            .bind(state)
            .bind(id)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn set_account_marks(&mut self, id: AccountId, marks: &Marks) -> Stored<()> {
        sqlx::query(
            "UPDATE accounts SET read_until = ?, refreshed_at = ?, reconciled_at = ?,
             reference_at = ? WHERE id = ?",
        )
        .bind(marks.read_until.as_ref().map(|stamp| stamp.0.as_str()))
        .bind(marks.refreshed_at.map(|at| at.0))
        .bind(marks.reconciled_at.map(|at| at.0))
        .bind(marks.reference_at.map(|at| at.0))
        .bind(id)
        .execute(self)
        .await?;
        Ok(())
    }

    async fn set_signed_out(&mut self, id: AccountId) -> Stored<()> {
        sqlx::query("UPDATE accounts SET signed_in = 0 WHERE id = ?")
            .bind(id)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn give_accounts(&mut self, from: TechnicianId, to: TechnicianId) -> Stored<()> {
        sqlx::query(
            "UPDATE accounts SET technician = ?, read_until = NULL, refreshed_at = NULL,
             reconciled_at = NULL, reference_at = NULL WHERE technician = ?",
        )
        .bind(to)
        .bind(from)
        .execute(self)
        .await?;
        Ok(())
    }
}

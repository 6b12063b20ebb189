//! GLPI accounts, and how far each has been read.

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use tournee_core::domain::{Account, AccountState};
use tournee_core::ids::{SourceId, UserId};
use tournee_core::time::Instant;

use super::{AccountId, Connection, Stored, TechnicianId};
use crate::glpi::LocalStamp;

/// An account and how far it has been read.
#[derive(Clone, Debug)]
pub struct AccountRow {
    /// Its number here.
    pub id: AccountId,
    /// Whose.
    pub technician: TechnicianId,
    /// Signed in: shown to the phone and read.
    pub signed_in: bool,
    /// As the phone knows it.
    pub account: Account,
    /// How far GLPI has been read.
    pub marks: Marks,
}

/// How far a GLPI has been read for an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// The newest stamp seen: GLPI's own clock, not ours.
    pub read_until: Option<LocalStamp>,
    /// Last read that succeeded.
    pub refreshed_at: Option<Instant>,
    /// Last comparison of the whole list.
    pub reconciled_at: Option<Instant>,
    /// Last read of reference data.
    pub reference_at: Option<Instant>,
}

const COLUMNS: &str = "id, technician, signed_in, body, state, read_until, refreshed_at, \
                       reconciled_at, reference_at";

fn from_row(row: &SqliteRow) -> Stored<AccountRow> {
    let body: String = row.try_get("body")?;
    let state: String = row.try_get("state")?;
    let mut account: Account = serde_json::from_str(&body)?;
    account.state = serde_json::from_str(&state)?;
    let at = |column: &str| -> Stored<Option<Instant>> {
        Ok(row.try_get::<Option<i64>, _>(column)?.map(Instant))
    };
    Ok(AccountRow {
        id: row.try_get("id")?,
        technician: row.try_get("technician")?,
        signed_in: row.try_get("signed_in")?,
        account,
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

/// All accounts of a technician, also those that he signed out of.
///
/// # Errors
/// The database.
pub async fn of_technician(db: &mut Connection, who: TechnicianId) -> Stored<Vec<AccountRow>> {
    let sql = format!("SELECT {COLUMNS} FROM accounts WHERE technician = ? ORDER BY id");
    let rows = sqlx::query(&sql).bind(who).fetch_all(db).await?;
    rows.iter().map(from_row).collect()
}

/// His account at one GLPI.
///
/// # Errors
/// The database.
pub async fn at_source(
    db: &mut Connection,
    who: TechnicianId,
    source: &SourceId,
) -> Stored<Option<AccountRow>> {
    let sql = format!("SELECT {COLUMNS} FROM accounts WHERE technician = ? AND source = ?");
    let row = sqlx::query(&sql)
        .bind(who)
        .bind(&source.0)
        .fetch_optional(db)
        .await?;
    row.as_ref().map(from_row).transpose()
}

/// One account by number.
///
/// # Errors
/// The database.
pub async fn get(db: &mut Connection, id: AccountId) -> Stored<Option<AccountRow>> {
    let sql = format!("SELECT {COLUMNS} FROM accounts WHERE id = ?");
    let row = sqlx::query(&sql).bind(id).fetch_optional(db).await?;
    row.as_ref().map(from_row).transpose()
}

/// The account of a GLPI's user, whosever it is.
///
/// # Errors
/// The database.
pub async fn of_glpi_user(
    db: &mut Connection,
    source: &SourceId,
    user: UserId,
) -> Stored<Option<AccountRow>> {
    let sql = format!("SELECT {COLUMNS} FROM accounts WHERE source = ? AND glpi_user = ?");
    let row = sqlx::query(&sql)
        .bind(&source.0)
        .bind(number(user.0))
        .fetch_optional(db)
        .await?;
    row.as_ref().map(from_row).transpose()
}

/// Stores an account that has just signed in.
///
/// # Errors
/// The database.
pub async fn put(db: &mut Connection, who: TechnicianId, account: &Account) -> Stored<AccountId> {
    let id = sqlx::query_scalar(
        "INSERT INTO accounts (technician, source, glpi_user, body, state, signed_in)
         VALUES (?, ?, ?, ?, ?, 1)
         ON CONFLICT (source, glpi_user) DO UPDATE SET technician = excluded.technician,
         body = excluded.body, state = excluded.state, signed_in = 1 RETURNING id",
    )
    .bind(who)
    .bind(&account.source.0)
    .bind(number(account.user.0))
    .bind(serde_json::to_string(account)?)
    .bind(serde_json::to_string(&account.state)?)
    .fetch_one(db)
    .await?;
    Ok(id)
}

/// Stores what GLPI now says of an account: groups, profiles, name.
///
/// # Errors
/// The database.
pub async fn update(db: &mut Connection, id: AccountId, account: &Account) -> Stored<()> {
    sqlx::query("UPDATE accounts SET body = ? WHERE id = ?")
        .bind(serde_json::to_string(account)?)
        .bind(id)
        .execute(db)
        .await?;
    Ok(())
}

/// Says whether the server can work in his name.
///
/// # Errors
/// The database.
pub async fn set_state(db: &mut Connection, id: AccountId, state: AccountState) -> Stored<()> {
    sqlx::query("UPDATE accounts SET state = ? WHERE id = ?")
        .bind(serde_json::to_string(&state)?)
        .bind(id)
        .execute(db)
        .await?;
    Ok(())
}

/// Says how far it has been read.
///
/// # Errors
/// The database.
pub async fn set_marks(db: &mut Connection, id: AccountId, marks: &Marks) -> Stored<()> {
    sqlx::query(
        "UPDATE accounts SET read_until = ?, refreshed_at = ?, reconciled_at = ?, reference_at = ?
         WHERE id = ?",
    )
    .bind(marks.read_until.as_ref().map(|stamp| stamp.0.as_str()))
    .bind(marks.refreshed_at.map(|at| at.0))
    .bind(marks.reconciled_at.map(|at| at.0))
    .bind(marks.reference_at.map(|at| at.0))
    .bind(id)
    .execute(db)
    .await?;
    Ok(())
}

/// Signs out: the account stays, for the changes that name it.
///
/// # Errors
/// The database.
pub async fn sign_out(db: &mut Connection, id: AccountId) -> Stored<()> {
    sqlx::query("UPDATE accounts SET signed_in = 0 WHERE id = ?")
        .bind(id)
        .execute(&mut *db)
        .await?;
    set_marks(db, id, &Marks::default()).await
}

/// GLPI's numbers are far below what SQLite holds; one that is not is nobody's.
pub(super) fn number(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(-1)
}

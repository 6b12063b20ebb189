//! Sealed credentials, one an account.

use sqlx::Row as _;
use tournee_core::time::Instant;
use tournee_core::wire::SignInMethod;

use super::{AccountId, Connection, Stored};
use crate::vault::{Sealed, Vault};

/// Binds a sealed credential to its account.
fn seal_row(id: AccountId) -> String {
    format!("credentials:{}", id.0)
}

/// Seals and stores a credential.
///
/// # Errors
/// The database or the vault.
pub async fn put(
    db: &mut Connection,
    vault: &Vault,
    id: AccountId,
    credential: &SignInMethod,
) -> Stored<()> {
    let secret = zeroize::Zeroizing::new(serde_json::to_vec(credential)?);
    put_sealed(db, id, &vault.seal(&seal_row(id), &secret)?).await
}

async fn put_sealed(db: &mut Connection, id: AccountId, sealed: &Sealed) -> Stored<()> {
    sqlx::query(
        "INSERT INTO credentials (account, key_id, sealed) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed,
         expires_at = NULL",
    )
    .bind(id)
    .bind(&sealed.key_id)
    .bind(&sealed.bytes)
    .execute(db)
    .await?;
    Ok(())
}

/// Opens an account's credential.
///
/// # Errors
/// The database or the vault.
pub async fn open(
    db: &mut Connection,
    vault: &Vault,
    id: AccountId,
) -> Stored<Option<SignInMethod>> {
    let row = sqlx::query("SELECT key_id, sealed FROM credentials WHERE account = ?")
        .bind(id)
        .fetch_optional(db)
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let sealed = Sealed {
        key_id: row.try_get("key_id")?,
        bytes: row.try_get("sealed")?,
    };
    let secret = vault.open_sealed(&seal_row(id), &sealed)?;
    Ok(Some(serde_json::from_slice(&secret)?))
}

/// Deletes a credential.
///
/// # Errors
/// The database.
pub async fn remove(db: &mut Connection, id: AccountId) -> Stored<()> {
    sqlx::query("DELETE FROM credentials WHERE account = ?")
        .bind(id)
        .execute(db)
        .await?;
    Ok(())
}

/// Keeps a credential for the changes in custody, until `until` at most.
///
/// # Errors
/// The database.
pub async fn expire(db: &mut Connection, id: AccountId, until: Instant) -> Stored<()> {
    sqlx::query("UPDATE credentials SET expires_at = ? WHERE account = ?")
        .bind(until.0)
        .bind(id)
        .execute(db)
        .await?;
    Ok(())
}

/// Deletes credentials of signed-out accounts whose time is over or whose changes are all settled.
///
/// # Errors
/// The database.
pub async fn sweep(db: &mut Connection, now: Instant) -> Stored<()> {
    sqlx::query(
        "DELETE FROM credentials WHERE expires_at IS NOT NULL AND (expires_at < ? OR NOT EXISTS (
            SELECT 1 FROM changes JOIN accounts ON accounts.technician = changes.technician
            AND accounts.source = changes.source
            WHERE accounts.id = credentials.account AND changes.phase IN ('queued', 'intended')))",
    )
    .bind(now.0)
    .execute(db)
    .await?;
    Ok(())
}

/// Seals again what an older key sealed, and answers how many.
///
/// # Errors
/// The database, or a row that no present key opens.
pub async fn reseal(db: &mut Connection, vault: &Vault) -> Stored<usize> {
    let rows = sqlx::query("SELECT account, key_id, sealed, expires_at FROM credentials")
        .fetch_all(&mut *db)
        .await?;
    let mut count = 0;
    for row in rows {
        let id: AccountId = row.try_get("account")?;
        let sealed = Sealed {
            key_id: row.try_get("key_id")?,
            bytes: row.try_get("sealed")?,
        };
        if vault.is_outdated(&sealed) {
            let secret = vault.open_sealed(&seal_row(id), &sealed)?;
            put_sealed(db, id, &vault.seal(&seal_row(id), &secret)?).await?;
            if let Some(until) = row.try_get::<Option<i64>, _>("expires_at")? {
                expire(db, id, Instant(until)).await?;
            }
            count += 1;
        }
    }
    Ok(count)
}

//! Sealed credentials, one an account.

use async_trait::async_trait;
use tournee_core::time::Instant;
use tournee_core::wire::SignInMethod;

use super::{AccountId, Connection, Stored};
use crate::vault::{Sealed, Vault};

/// A credential as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialRecord {
    /// Whose.
    pub account: AccountId,
    /// What.
    pub sealed: Sealed,
    /// When it goes, where its account has been signed out.
    pub expires_at: Option<Instant>,
}

/// The rows of `credentials`; each goes with its account.
#[async_trait]
pub trait Credentials {
    /// Puts one in the place of what was there, for as long as the account is signed in.
    async fn put_credential(&mut self, id: AccountId, sealed: &Sealed) -> Stored<()>;
    /// An account's.
    async fn credential(&mut self, id: AccountId) -> Stored<Option<CredentialRecord>>;
    /// All, by account.
    async fn credentials(&mut self) -> Stored<Vec<CredentialRecord>>;
    /// Deletes an account's.
    async fn delete_credential(&mut self, id: AccountId) -> Stored<()>;
    /// Sets when it goes.
    async fn set_credential_expiry(&mut self, id: AccountId, until: Instant) -> Stored<()>;
    /// Deletes those with an expiry that is over, or whose technician has nothing open at that GLPI.
    async fn sweep_credentials(&mut self, now: Instant) -> Stored<()>;
}

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
    let sealed = vault.seal(&seal_row(id), &secret)?;
    db.put_credential(id, &sealed).await
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
    let Some(row) = db.credential(id).await? else {
        return Ok(None);
    };
    let secret = vault.open_sealed(&seal_row(id), &row.sealed)?;
    Ok(Some(serde_json::from_slice(&secret)?))
}

/// Deletes a credential.
///
/// # Errors
/// The database.
pub async fn remove(db: &mut Connection, id: AccountId) -> Stored<()> {
    db.delete_credential(id).await
}

/// Keeps a credential for the changes in custody, until `until` at most.
///
/// # Errors
/// The database.
pub async fn expire(db: &mut Connection, id: AccountId, until: Instant) -> Stored<()> {
    db.set_credential_expiry(id, until).await
}

/// Deletes credentials of signed-out accounts whose time is over or whose changes are all settled.
///
/// # Errors
/// The database.
pub async fn sweep(db: &mut Connection, now: Instant) -> Stored<()> {
    db.sweep_credentials(now).await
}

/// Seals again what an older key sealed, and answers how many.
///
/// # Errors
/// The database, or a row that no present key opens.
pub async fn reseal(db: &mut Connection, vault: &Vault) -> Stored<usize> {
    let mut count = 0;
    for row in db.credentials().await? {
        if !vault.is_outdated(&row.sealed) {
            continue;
        }
        let secret = vault.open_sealed(&seal_row(row.account), &row.sealed)?;
        let sealed = vault.seal(&seal_row(row.account), &secret)?;
        db.put_credential(row.account, &sealed).await?;
        if let Some(until) = row.expires_at {
            expire(db, row.account, until).await?;
        }
        count += 1;
    }
    Ok(count)
}

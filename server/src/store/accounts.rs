//! GLPI accounts, and how far each has been read.

use async_trait::async_trait;
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

/// An account as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRecord {
    /// Its number.
    pub id: AccountId,
    /// Whose.
    pub technician: TechnicianId,
    /// Signed in.
    pub signed_in: bool,
    /// The account, JSON.
    pub body: String,
    /// Its state, JSON; the body's own is not kept up.
    pub state: String,
    /// How far GLPI has been read.
    pub marks: Marks,
}

impl AccountRecord {
    fn parse(self) -> Stored<AccountRow> {
        let mut account: Account = serde_json::from_str(&self.body)?;
        account.state = serde_json::from_str(&self.state)?;
        Ok(AccountRow {
            id: self.id,
            technician: self.technician,
            signed_in: self.signed_in,
            account,
            marks: self.marks,
        })
    }
}

/// The rows of `accounts`: one a GLPI's user, and one a technician and GLPI.
#[async_trait]
pub trait Accounts {
    /// All of a technician, by number.
    async fn accounts_of(&mut self, who: TechnicianId) -> Stored<Vec<AccountRecord>>;
    /// A technician's at one GLPI.
    async fn account_at(
        &mut self,
        who: TechnicianId,
        source: &SourceId,
    ) -> Stored<Option<AccountRecord>>;
    /// By number.
    async fn account(&mut self, id: AccountId) -> Stored<Option<AccountRecord>>;
    /// By GLPI's number of its user.
    async fn account_of_user(
        &mut self,
        source: &SourceId,
        user: UserId,
    ) -> Stored<Option<AccountRecord>>;
    /// Makes a signed-in one, or gives a known user's to this technician.
    async fn put_account(
        &mut self,
        who: TechnicianId,
        at: (&SourceId, UserId),
        body: &str,
        state: &str,
    ) -> Stored<AccountId>;
    /// Replaces its body.
    async fn set_account_body(&mut self, id: AccountId, body: &str) -> Stored<()>;
    /// Replaces its state.
    async fn set_account_state(&mut self, id: AccountId, state: &str) -> Stored<()>;
    /// Replaces its marks.
    async fn set_account_marks(&mut self, id: AccountId, marks: &Marks) -> Stored<()>;
    /// Marks it as signed out.
    async fn set_signed_out(&mut self, id: AccountId) -> Stored<()>;
    /// Moves all of a technician's to another, with no marks.
    async fn give_accounts(&mut self, from: TechnicianId, to: TechnicianId) -> Stored<()>;
}

/// All accounts of a technician, also those that he signed out of.
///
/// # Errors
/// The database.
pub async fn of_technician(db: &mut Connection, who: TechnicianId) -> Stored<Vec<AccountRow>> {
    let rows = db.accounts_of(who).await?;
    rows.into_iter().map(AccountRecord::parse).collect()
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
    let row = db.account_at(who, source).await?;
    row.map(AccountRecord::parse).transpose()
}

/// One account by number.
///
/// # Errors
/// The database.
pub async fn get(db: &mut Connection, id: AccountId) -> Stored<Option<AccountRow>> {
    let row = db.account(id).await?;
    row.map(AccountRecord::parse).transpose()
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
    let row = db.account_of_user(source, user).await?;
    row.map(AccountRecord::parse).transpose()
}

/// Stores an account that has just signed in.
///
/// # Errors
/// The database.
pub async fn put(db: &mut Connection, who: TechnicianId, account: &Account) -> Stored<AccountId> {
    let body = serde_json::to_string(account)?;
    let state = serde_json::to_string(&account.state)?;
    db.put_account(who, (&account.source, account.user), &body, &state)
        .await
}

/// Stores what GLPI now says of an account: groups, profiles, name.
///
/// # Errors
/// The database.
pub async fn update(db: &mut Connection, id: AccountId, account: &Account) -> Stored<()> {
    let body = serde_json::to_string(account)?;
    db.set_account_body(id, &body).await
}

/// Says whether the server can work in his name.
///
/// # Errors
/// The database.
pub async fn set_state(db: &mut Connection, id: AccountId, state: AccountState) -> Stored<()> {
    let state = serde_json::to_string(&state)?;
    db.set_account_state(id, &state).await
}

/// Says how far it has been read.
///
/// # Errors
/// The database.
pub async fn set_marks(db: &mut Connection, id: AccountId, marks: &Marks) -> Stored<()> {
    db.set_account_marks(id, marks).await
}

/// Signs out: the account stays, for the changes that name it.
///
/// # Errors
/// The database.
pub async fn sign_out(db: &mut Connection, id: AccountId) -> Stored<()> {
    db.set_signed_out(id).await?;
    set_marks(db, id, &Marks::default()).await
}

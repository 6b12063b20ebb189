//! Signing in and out: how a GLPI account becomes part of a Tournée user, and stops being one.

use tournee_core::domain::{Account, AccountState, EntityChoice};
use tournee_core::ids::SourceId;
use tournee_core::time::Seconds;
use tournee_core::wire::{ChooseProfile, SignInMethod};

use crate::app::Shared;
use crate::chance::Chance;
use crate::glpi::{Client, GlpiError, Session};
use crate::links::{LinkError, presented};
use crate::store::accounts::{self, AccountRow, Marks};
use crate::store::sessions::{self, Token};
use crate::store::{
    Connection, Stored, TechnicianId, chains, credentials, feed, snapshots, technicians,
};

/// How long a credential outlives a sign-out, for the changes in custody.
const KEPT_AFTER_SIGN_OUT: Seconds = Seconds::days(7);

/// What a sign-in made.
pub struct SignedIn {
    /// The account.
    pub account: Account,
    /// A new session, unless the request's own goes on.
    pub token: Option<Token>,
}

impl Shared {
    /// Signs in at a GLPI and links the account to the technician of the request, if there is one.
    ///
    /// # Errors
    /// As GLPI refuses, or the database.
    pub async fn sign_in(
        &self,
        who: Option<TechnicianId>,
        client: &Client,
        method: &SignInMethod,
    ) -> Result<SignedIn, LinkError> {
        self.links.hurry(&client.config().id);
        let session = client.sign_in(&presented(method), None).await?;
        if !session.identity().central {
            return Err(GlpiError::NoProfile.into());
        }
        let account = account(client, &session, EntityChoice::All);
        let known = {
            let mut db = self.store.read().await?;
            accounts::of_glpi_user(&mut db, &account.source, account.user).await?
        };
        let place = match known {
            Some(row) => Some(self.links.place(row.id).await),
            None => None,
        };
        let now = self.clock.now();
        let mut tx = self.store.write().await?;
        let known = accounts::of_glpi_user(&mut tx, &account.source, account.user).await?;
        let account = with_choices(account, known.as_ref());
        let technician = owner(&mut tx, &self.chance, who, known, &account, now).await?;
        let id = accounts::put(&mut tx, technician, &account).await?;
        credentials::put(&mut tx, &self.vault, id, method).await?;
        accounts::set_marks(&mut tx, id, &Marks::default()).await?;
        self.refresh.begin_life(id);
        let token = match who == Some(technician) {
            true => None,
            false => Some(sessions::open(&mut tx, &self.chance, technician, now).await?),
        };
        tx.commit().await?;
        self.custody.wake();
        let mut place = match place {
            Some(place) => place,
            None => self.links.place(id).await,
        };
        match session.identity().profile.id == account.profile.id {
            true => place.fill(session),
            // The next one takes up the profile that he had.
            false => {
                place.clear();
                end(client, &session).await;
            }
        }
        Ok(SignedIn { account, token })
    }

    /// Works with another profile, or looks at other entities.
    ///
    /// # Errors
    /// The profile is not his, or no tickets can be worked on with it; or GLPI's errors.
    pub async fn choose_profile(
        &self,
        row: &AccountRow,
        choice: ChooseProfile,
    ) -> Result<Account, LinkError> {
        let client = self.client(row)?;
        let session = self.session_apart(row, choice.profile).await?;
        // Nobody opens one, or keeps another, between the choice and its session.
        let mut place = self.links.place(row.id).await;
        match self.take_up(row, &client, &session, choice).await {
            Ok(account) => {
                place.fill(session);
                Ok(account)
            }
            Err(error) => {
                drop(place);
                end(&client, &session).await;
                Err(error)
            }
        }
    }

    async fn take_up(
        &self,
        row: &AccountRow,
        client: &Client,
        session: &Session,
        choice: ChooseProfile,
    ) -> Result<Account, LinkError> {
        let identity = session.identity();
        if identity.profile.id != choice.profile {
            // Taken from him since: the session goes on with another.
            return Err(GlpiError::NotFound.into());
        }
        if !identity.central {
            return Err(GlpiError::NoProfile.into());
        }
        let account = account(client, session, choice.entity);
        let mut tx = self.store.write().await?;
        let now = accounts::get(&mut tx, row.id).await?;
        let his = now.filter(|now| now.signed_in && now.technician == row.technician);
        let now = his.ok_or(LinkError::NeedsSignIn)?;
        if now.account.profile.id != account.profile.id {
            snapshots::doubt_all(&mut tx, row.technician, &account.source).await?;
        }
        accounts::update(&mut tx, row.id, &account).await?;
        accounts::set_state(&mut tx, row.id, account.state).await?;
        // What he may see is another now: all of it is compared at the next read.
        accounts::set_marks(&mut tx, row.id, &Marks::default()).await?;
        self.refresh.begin_life(row.id);
        tx.commit().await?;
        Ok(account)
    }

    /// Signs out of one GLPI.
    ///
    /// # Errors
    /// The database.
    pub async fn leave(&self, row: &AccountRow) -> Stored<()> {
        let mut tx = self.store.write().await?;
        self.leave_in(&mut tx, row).await?;
        tx.commit().await?;
        self.end_session(row).await;
        Ok(())
    }

    /// Ends a session; the last one signs out of every GLPI.
    ///
    /// # Errors
    /// The database.
    pub async fn leave_all(&self, who: TechnicianId, token: &Token) -> Stored<()> {
        let mut tx = self.store.write().await?;
        sessions::close(&mut tx, token).await?;
        let mut left = Vec::new();
        if !sessions::has_any(&mut tx, who, self.clock.now()).await? {
            left = accounts::of_technician(&mut tx, who).await?;
            for row in &left {
                self.leave_in(&mut tx, row).await?;
            }
        }
        tx.commit().await?;
        for row in &left {
            self.end_session(row).await;
        }
        Ok(())
    }

    async fn leave_in(&self, db: &mut Connection, row: &AccountRow) -> Stored<()> {
        let now = self.clock.now();
        let source = &row.account.source;
        accounts::sign_out(db, row.id).await?;
        self.refresh.begin_life(row.id);
        snapshots::let_all_go(db, row.technician, source, now).await?;
        feed::drop_reference(db, row.technician, source).await?;
        if chains::any_open(db, row.technician, source).await? {
            credentials::expire(db, row.id, now + KEPT_AFTER_SIGN_OUT).await
        } else {
            credentials::remove(db, row.id).await
        }
    }

    /// GLPI's own session is ended too, unless changes in custody still need it.
    async fn end_session(&self, row: &AccountRow) {
        let open = match self.store.read().await {
            Ok(mut db) => chains::any_open(&mut db, row.technician, &row.account.source).await,
            Err(error) => Err(error),
        };
        if !matches!(open, Ok(false)) {
            return;
        }
        if let (Some(session), Ok(client)) = (self.links.forget(row.id), self.client(row)) {
            end(&client, &session).await;
        }
    }

    /// The GLPI of that id.
    ///
    /// # Errors
    /// None is configured.
    pub fn source(&self, id: &SourceId) -> Option<std::sync::Arc<Client>> {
        self.links.client(id)
    }
}

async fn end(client: &Client, session: &Session) {
    if let Err(error) = client.sign_out(session).await {
        let source = &client.config().id;
        tracing::info!(%source, %error, "the session at GLPI was not ended");
    }
}

/// An account as a fresh session shows it.
pub(crate) fn account(client: &Client, session: &Session, entity: EntityChoice) -> Account {
    let identity = session.identity().clone();
    Account {
        source: client.config().id.clone(),
        user: identity.user,
        login: identity.login,
        name: identity.name,
        groups: identity.groups,
        profile: identity.profile,
        profiles: identity.profiles,
        entity,
        state: AccountState::Active,
        stores_emoji: session.dialect().stores_emoji(),
        assigns_creator: session.dialect().assigns_creator(),
        version: client.major_version(),
        web_url: client.config().url.to_string(),
    }
}

/// A technician finds his profile and entity again, if he still has them.
fn with_choices(mut account: Account, known: Option<&AccountRow>) -> Account {
    let Some(before) = known.map(|row| &row.account) else {
        return account;
    };
    if account.profiles.iter().any(|p| p.id == before.profile.id) {
        account.profile = before.profile.clone();
        account.entity = before.entity;
    }
    account
}

/// Whose account it is now. Two technicians become one when the same man proves to be both; but whoever signs in
/// over another man's session, with another account at the same GLPI, is somebody else.
async fn owner(
    db: &mut Connection,
    chance: &Chance,
    who: Option<TechnicianId>,
    known: Option<AccountRow>,
    account: &Account,
    now: tournee_core::time::Instant,
) -> Stored<TechnicianId> {
    let before = known.map(|row| row.technician);
    let Some(who) = who else {
        return match before {
            Some(owner) => Ok(owner),
            None => technicians::create(db, chance, now).await,
        };
    };
    if before == Some(who) {
        return Ok(who);
    }
    if clashes(db, who, before, &account.source).await? {
        return match before {
            Some(owner) => Ok(owner),
            None => technicians::create(db, chance, now).await,
        };
    }
    if let Some(other) = before {
        technicians::merge(db, chance, other, who).await?;
    }
    Ok(who)
}

/// Whether the two have accounts at the same GLPI.
async fn clashes(
    db: &mut Connection,
    who: TechnicianId,
    other: Option<TechnicianId>,
    source: &SourceId,
) -> Stored<bool> {
    let mine = accounts::of_technician(db, who).await?;
    let mut theirs = vec![source.clone()];
    if let Some(other) = other {
        let rows = accounts::of_technician(db, other).await?;
        theirs.extend(rows.into_iter().map(|row| row.account.source));
    }
    Ok(mine
        .iter()
        .any(|row: &AccountRow| theirs.contains(&row.account.source)))
}

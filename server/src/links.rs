//! Sessions at the GLPIs: kept in memory, opened with the sealed credential, renewed in silence.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tournee_core::domain::AccountState;
use tournee_core::ids::SourceId;
use tournee_core::wire::SignInMethod;

use crate::app::Shared;
use crate::chance::Chance;
use crate::clock::SharedClock;
use crate::glpi::{
    Admission, Client, Credentials, Down, Gate, GlpiError, Secret, Session, SourceConfig, Transport,
};
use crate::store::accounts::{self, AccountRow, Marks};
use crate::store::{AccountId, StoreError, credentials, snapshots};
use crate::vault::Sealed;

/// How long one GLPI may take to answer one request.
pub const GLPI_TIMEOUT: Duration = Duration::from_secs(30);

/// Transports by source, where a caller brings his own.
pub type Transports = BTreeMap<SourceId, Arc<dyn Transport>>;

/// One client a GLPI, and the sessions of all accounts.
pub struct Links {
    gates: BTreeMap<SourceId, Arc<Gate>>,
    clients: BTreeMap<SourceId, Arc<Client>>,
    sessions: Mutex<BTreeMap<AccountId, Slot>>,
    /// Whose stored credential is being presented: where it is refused, nobody presents it once more.
    presenting: Mutex<BTreeMap<AccountId, Arc<tokio::sync::Mutex<()>>>>,
}

/// The place of an account's session, held.
pub struct Kept(tokio::sync::OwnedMutexGuard<Option<Session>>);

impl Kept {
    /// This one from now on.
    pub fn fill(&mut self, session: Session) {
        *self.0 = Some(session);
    }

    /// None.
    pub fn clear(&mut self) {
        *self.0 = None;
    }
}

/// One account's session; locked while it is being opened, so that all who need it open one.
type Slot = Arc<tokio::sync::Mutex<Option<Session>>>;

/// Why there is no session, or what went wrong on it.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The technician has to sign in.
    #[error("the technician has to sign in")]
    NeedsSignIn,
    /// GLPI says no, or nothing.
    #[error(transparent)]
    Glpi(#[from] GlpiError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Links {
    /// Clients for the configured GLPIs, each behind its gate, which rings `bell` when it opens or closes.
    pub fn new(
        sources: &[SourceConfig],
        transports: Transports,
        bell: &Arc<Notify>,
        clock: &SharedClock,
        chance: &Chance,
    ) -> Self {
        let mut gates = BTreeMap::new();
        let mut clients = BTreeMap::new();
        for source in sources {
            let id = source.id.clone();
            if let Some(transport) = transports.get(&id) {
                let gate = Arc::new(Gate::new(
                    id.clone(),
                    transport.clone(),
                    bell.clone(),
                    chance.clone(),
                ));
                let client = Client::new(source.clone(), gate.clone(), clock.clone());
                clients.insert(id.clone(), Arc::new(client));
                gates.insert(id, gate);
            }
        }
        Self {
            gates,
            clients,
            sessions: Mutex::default(),
            presenting: Mutex::default(),
        }
    }

    /// How many requests a GLPI takes now.
    pub fn admission(&self, source: &SourceId) -> Admission {
        let gate = self.gates.get(source);
        gate.map_or(Admission::All, |gate| gate.admission())
    }

    /// Whether a GLPI is left alone because it does not answer.
    pub fn is_down(&self, source: &SourceId) -> bool {
        self.admission(source) != Admission::All
    }

    /// The GLPIs that are left alone.
    pub fn down(&self) -> Vec<Down> {
        self.gates.values().filter_map(|gate| gate.down()).collect()
    }

    /// Somebody waits for this GLPI: if it is left alone, it is asked sooner.
    pub fn hurry(&self, source: &SourceId) {
        if let Some(gate) = self.gates.get(source).filter(|_| self.is_down(source)) {
            gate.hurry();
        }
    }

    /// The client of a GLPI.
    pub fn client(&self, source: &SourceId) -> Option<Arc<Client>> {
        self.clients.get(source).cloned()
    }

    /// The place of an account's session, for whoever has another one to put there: nobody opens one meanwhile.
    pub async fn place(&self, account: AccountId) -> Kept {
        Kept(self.slot(account).lock_owned().await)
    }

    /// Gives up an account's session.
    pub fn forget(&self, account: AccountId) -> Option<Session> {
        let slot = self.all().remove(&account)?;
        slot.try_lock().ok()?.take()
    }

    async fn presents(&self, account: AccountId) -> tokio::sync::OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self
                .presenting
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            turns.entry(account).or_default().clone()
        };
        turn.lock_owned().await
    }

    fn slot(&self, account: AccountId) -> Slot {
        self.all().entry(account).or_default().clone()
    }

    fn all(&self) -> std::sync::MutexGuard<'_, BTreeMap<AccountId, Slot>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stored credential in the client's terms.
pub fn presented(method: &SignInMethod) -> Credentials {
    match method {
        SignInMethod::Password { login, password } => Credentials::Password {
            login: login.clone(),
            password: Secret::new(password.as_str()),
        },
        SignInMethod::UserToken { token } => Credentials::UserToken(Secret::new(token.as_str())),
    }
}

impl Shared {
    /// The client of an account's GLPI.
    ///
    /// # Errors
    /// The GLPI is no longer configured.
    pub fn client(&self, row: &AccountRow) -> Result<Arc<Client>, LinkError> {
        self.links
            .client(&row.account.source)
            .ok_or(LinkError::NeedsSignIn)
    }

    /// Runs calls on an account's session; if GLPI has forgotten it, once more on a new one.
    ///
    /// # Errors
    /// No session can be had, or GLPI's own errors.
    pub async fn on_session<T, F, Fut>(&self, row: &AccountRow, calls: F) -> Result<T, LinkError>
    where
        F: Fn(Arc<Client>, Session) -> Fut,
        Fut: Future<Output = Result<T, GlpiError>>,
    {
        let client = self.client(row)?;
        let session = self.session(row).await?;
        match calls(client.clone(), session.clone()).await {
            Err(GlpiError::SessionExpired) => {
                let session = self.renewed(row, &session).await?;
                Ok(calls(client, session).await?)
            }
            answer => Ok(answer?),
        }
    }

    /// An account's session, opened if there is none.
    ///
    /// # Errors
    /// No session can be had.
    pub async fn session(&self, row: &AccountRow) -> Result<Session, LinkError> {
        let slot = self.links.slot(row.id);
        let mut kept = slot.lock().await;
        if let Some(session) = kept.as_ref() {
            return Ok(session.clone());
        }
        let session = self.open_session(row).await?;
        *kept = Some(session.clone());
        Ok(session)
    }

    /// A session in place of one that GLPI has forgotten.
    ///
    /// # Errors
    /// No session can be had.
    pub async fn renewed(&self, row: &AccountRow, old: &Session) -> Result<Session, LinkError> {
        let slot = self.links.slot(row.id);
        let mut kept = slot.lock().await;
        match kept.as_ref() {
            // Somebody else renewed it while this one waited.
            Some(session) if session.token().reveal() != old.token().reveal() => {
                Ok(session.clone())
            }
            _ => {
                *kept = None;
                let session = self.open_session(row).await?;
                *kept = Some(session.clone());
                Ok(session)
            }
        }
    }

    /// A session of its own, with another profile: whoever works on the one that is kept goes on with what he knows.
    ///
    /// # Errors
    /// No session can be had.
    pub async fn session_apart(
        &self,
        row: &AccountRow,
        profile: u64,
    ) -> Result<Session, LinkError> {
        loop {
            if let Some((_, session)) = self.try_open(row.id, Some(profile)).await? {
                return Ok(session);
            }
        }
    }

    async fn open_session(&self, row: &AccountRow) -> Result<Session, LinkError> {
        loop {
            if let Some((row, session)) = self.try_open(row.id, None).await?
                && self.welcome_back(&row, &session).await?
            {
                return Ok(session);
            }
        }
    }

    /// None where the credential that was refused is not the present one any more.
    async fn try_open(
        &self,
        id: AccountId,
        profile: Option<u64>,
    ) -> Result<Option<(AccountRow, Session)>, LinkError> {
        let _turn = self.links.presents(id).await;
        // Read anew: state and profile may have moved since the caller read the row.
        let (row, sealed, method) = {
            let mut db = self.store.read().await?;
            let now = accounts::get(&mut db, id).await?;
            let Some(row) = now.filter(|now| now.account.state != AccountState::NeedsSignIn) else {
                return Err(LinkError::NeedsSignIn);
            };
            let sealed = db.credential(id).await?.map(|kept| kept.sealed);
            (
                row,
                sealed,
                credentials::open(&mut db, &self.vault, id).await?,
            )
        };
        let Some(method) = method else {
            self.set_state(id, AccountState::NeedsSignIn).await?;
            return Err(LinkError::NeedsSignIn);
        };
        let client = self.client(&row)?;
        let profile = profile.unwrap_or(row.account.profile.id);
        match client.sign_in(&presented(&method), Some(profile)).await {
            Ok(session) if session.identity().user == row.account.user => Ok(Some((row, session))),
            // The token now belongs to somebody else: as good as refused.
            Ok(_) => self.refused(id, sealed).await,
            Err(error) if is_refusal(&error) => self.refused(id, sealed).await,
            Err(error) => Err(error.of_no_session().into()),
        }
    }

    /// Groups and profiles may have moved since the last session. Answers no where he chose another profile meanwhile.
    async fn welcome_back(&self, row: &AccountRow, session: &Session) -> Result<bool, LinkError> {
        self.set_state(row.id, AccountState::Active).await?;
        let client = self.client(row)?;
        let mut tx = self.store.write().await?;
        let now = accounts::get(&mut tx, row.id)
            .await?
            .ok_or(LinkError::NeedsSignIn)?
            .account;
        if now.profile.id != row.account.profile.id {
            return Ok(false);
        }
        let mut account = crate::sign_in::account(&client, session, now.entity);
        account.state = now.state;
        if account != now {
            accounts::update(&mut tx, row.id, &account).await?;
            if account.profile.id != now.profile.id {
                // What he may see is another now: all of it is compared at the next read.
                accounts::set_marks(&mut tx, row.id, &Marks::default()).await?;
                snapshots::doubt_all(&mut tx, row.technician, &account.source).await?;
            }
            tx.commit().await?;
        }
        Ok(true)
    }

    /// One refusal is enough: a second could lock the account in Active Directory. He may have signed in anew meanwhile.
    async fn refused<T>(
        &self,
        id: AccountId,
        tried: Option<Sealed>,
    ) -> Result<Option<T>, LinkError> {
        let mut tx = self.store.write().await?;
        let present = tx.credential(id).await?.map(|kept| kept.sealed);
        if present.is_some() && present != tried {
            return Ok(None);
        }
        tracing::warn!(
            account = id.0,
            "GLPI refuses the stored credential; it is not tried again"
        );
        accounts::set_state(&mut tx, id, AccountState::NeedsSignIn).await?;
        credentials::remove(&mut tx, id).await?;
        tx.commit().await?;
        Err(LinkError::NeedsSignIn)
    }

    /// Says whether the server can work in an account's name, if that is news.
    ///
    /// # Errors
    /// The database.
    pub async fn set_state(&self, id: AccountId, state: AccountState) -> Result<(), StoreError> {
        let known = accounts::get(&mut *self.store.read().await?, id).await?;
        if known.is_none_or(|row| row.account.state == state) {
            return Ok(());
        }
        let mut tx = self.store.write().await?;
        accounts::set_state(&mut tx, id, state).await?;
        if state == AccountState::NeedsSignIn {
            credentials::remove(&mut tx, id).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

fn is_refusal(error: &GlpiError) -> bool {
    matches!(
        error,
        GlpiError::WrongPassword { .. }
            | GlpiError::WrongToken { .. }
            | GlpiError::AccountLocked { .. }
            | GlpiError::NoProfile
            | GlpiError::PasswordsOff { .. }
    )
}

//! Connecting a mailbox, from Google's page back to here, and disconnecting it.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use tournee_core::domain::MailboxState;
use tournee_core::ids::MailboxId;
use tournee_core::wire::ConnectOutcome;
use url::Url;

use super::client::{Call, read};
use super::config::{GmailConfig, SCOPE};
use super::error::GmailError;
use super::gate::Haste;
use super::oauth::{Journey, Tokens};
use crate::app::Shared;
use crate::store::mails::{self, MailboxRecord};
use crate::store::{Stored, TechnicianId};
use crate::vault::Sealed;

/// Binds a sealed journey to its use.
const SEAL: &str = "gmail-journey";

/// What comes back with the person.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Return {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

impl Shared {
    /// Where a person goes to connect a mailbox, and what his browser has to keep meanwhile.
    ///
    /// # Errors
    /// Gmail is not set up for it.
    pub fn set_out(&self, who: TechnicianId, shared: bool) -> Result<(Url, String), GmailError> {
        let client = self.google()?;
        let web = client.config.client.as_ref().ok_or(GmailError::NoMailbox)?;
        let hint = match (shared, &client.config.shared) {
            (true, None) => return Err(GmailError::NoMailbox),
            (true, Some(shared)) => Some(shared.0.as_str()),
            (false, _) => None,
        };
        let journey = Journey::begin(&self.chance, who.0, shared, self.clock.now());
        let page = client.page(web, &journey, &self.return_address(), hint);
        let sealed = self
            .vault
            .seal(SEAL, &serde_json::to_vec(&journey).unwrap_or_default());
        let sealed = sealed.map_err(crate::store::StoreError::from)?;
        Ok((
            page,
            format!("{}.{}", sealed.key_id, URL_SAFE_NO_PAD.encode(sealed.bytes)),
        ))
    }

    fn return_address(&self) -> Url {
        let mut url = self.config.public_url.clone();
        url.set_path("/api/gmail/return");
        url
    }

    /// Somebody comes back from Google.
    pub async fn come_back(
        self: &Arc<Self>,
        kept: Option<&str>,
        answer: &Return,
    ) -> ConnectOutcome {
        let journey = kept.and_then(|kept| self.journey(kept));
        let Some(journey) = journey.filter(|journey| answer.state.as_ref() == Some(&journey.state))
        else {
            return ConnectOutcome::Expired;
        };
        match (&answer.error, &answer.code) {
            (Some(error), _) if error == "access_denied" => ConnectOutcome::Denied,
            (Some(error), _) => {
                tracing::warn!(error, "Google refused a connection");
                ConnectOutcome::Refused
            }
            (None, None) => ConnectOutcome::Refused,
            (None, Some(code)) => match self.connect(&journey, code).await {
                Ok(outcome) => outcome,
                Err(error) => failed(&error),
            },
        }
    }

    fn journey(&self, kept: &str) -> Option<Journey> {
        let (key_id, bytes) = kept.split_once('.')?;
        let sealed = Sealed {
            key_id: key_id.to_owned(),
            bytes: URL_SAFE_NO_PAD.decode(bytes).ok()?,
        };
        let opened = self.vault.open_sealed(SEAL, &sealed).ok()?;
        let journey: Journey = serde_json::from_slice(&opened).ok()?;
        (journey.until > self.clock.now()).then_some(journey)
    }

    async fn connect(
        self: &Arc<Self>,
        journey: &Journey,
        code: &str,
    ) -> Result<ConnectOutcome, GmailError> {
        let client = self.google()?;
        let web = client.config.client.as_ref().ok_or(GmailError::NoMailbox)?;
        let back = self.return_address();
        let tokens = client
            .redeem(web, code, &journey.verifier, &back, self.clock.now())
            .await?;
        let outcome = self.admit(journey, &tokens).await;
        // What is not kept is not left lying about at Google either.
        if !matches!(outcome, Ok(ConnectOutcome::Connected)) {
            let given = tokens.refresh.as_ref().unwrap_or(&tokens.access);
            if let Err(error) = client.revoke(given.reveal()).await {
                tracing::warn!(%error, "a grant that is of no use could not be revoked");
            }
        }
        outcome
    }

    async fn admit(
        self: &Arc<Self>,
        journey: &Journey,
        tokens: &Tokens,
    ) -> Result<ConnectOutcome, GmailError> {
        if !tokens.scope.split_whitespace().any(|scope| scope == SCOPE) {
            return Ok(ConnectOutcome::NoScope);
        }
        let Some(refresh) = &tokens.refresh else {
            tracing::warn!("Google gave no refresh token");
            return Ok(ConnectOutcome::Refused);
        };
        let id = self.whose(tokens).await?;
        if let Some(refusal) = unfit(&self.google()?.config, &id, journey.shared) {
            return Ok(refusal);
        }
        let who = TechnicianId(journey.technician);
        self.keep(who, &id, journey.shared, refresh.reveal())
            .await?;
        tracing::info!(mailbox = %id, technician = who.0, shared = journey.shared, "a mailbox was connected");
        self.read_soon(&id);
        self.wake_mailbox(&id);
        Ok(ConnectOutcome::Connected)
    }

    async fn whose(&self, tokens: &Tokens) -> Result<MailboxId, GmailError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Profile {
            email_address: String,
        }
        let call = Call::get("profile", &[("fields", "emailAddress")], 1, Haste::Now);
        let nobody = MailboxId(String::new());
        let answer = self
            .google()?
            .call(&nobody, tokens.access.reveal(), &call)
            .await?;
        let answer = answer.ok_or(GmailError::Unexpected { status: 401 })?;
        let profile: Profile = read(&answer)?;
        Ok(MailboxId::of(&profile.email_address))
    }

    /// Who holds a mailbox's grant owns it here: another technician who had it before has lent it, or lost it.
    async fn keep(
        &self,
        who: TechnicianId,
        id: &MailboxId,
        shared: bool,
        refresh: &str,
    ) -> Stored<()> {
        let now = self.clock.now();
        let owner = (!shared).then_some(who);
        let mut tx = self.store.write().await?;
        let before = tx.mailbox(id).await?;
        let mut record = match before {
            Some(before) if before.owner == owner => before,
            Some(other) => {
                mails::forget(&mut tx, &other, now).await?;
                MailboxRecord::new(id.clone(), owner)
            }
            None => MailboxRecord::new(id.clone(), owner),
        };
        record.sealed = Some(mails::seal(&self.vault, id, refresh)?);
        record.state = MailboxState::Active;
        tx.put_mailbox(&record).await?;
        mails::subscribe(&mut tx, &record.id, who, now).await?;
        tx.commit().await
    }

    /// Gives a technician's own mailbox back: at Google first, then here.
    ///
    /// # Errors
    /// It is not his, or Google does not answer; then everything is as before.
    pub async fn disconnect(&self, who: TechnicianId, id: &MailboxId) -> Result<(), GmailError> {
        let record = self.store.read().await?.mailbox(id).await?;
        let record = record
            .filter(|record| record.owner == Some(who))
            .ok_or(GmailError::NoMailbox)?;
        if let Some(token) = mails::open(&self.vault, &record)? {
            self.google()?.revoke(&token).await?;
        }
        self.mails.wallet.forget(id);
        let mut tx = self.store.write().await?;
        let now = tx.mailbox(id).await?;
        let is_same =
            |now: MailboxRecord| (now.owner, &now.sealed) == (record.owner, &record.sealed);
        // Somebody has connected it anew meanwhile: that stays.
        if now.is_some_and(is_same) {
            mails::forget(&mut tx, &record, self.clock.now()).await?;
            tx.commit().await?;
        }
        tracing::info!(mailbox = %id, technician = who.0, "a mailbox was disconnected");
        Ok(())
    }
}

fn unfit(config: &GmailConfig, id: &MailboxId, shared: bool) -> Option<ConnectOutcome> {
    let is_shared = config.shared.as_ref() == Some(id);
    match (shared, is_shared) {
        (true, false) | (false, true) => Some(ConnectOutcome::WrongMailbox),
        (true, true) => None,
        (false, false) => (!config.admits(id)).then_some(ConnectOutcome::WrongDomain),
    }
}

fn failed(error: &GmailError) -> ConnectOutcome {
    tracing::warn!(%error, "a mailbox could not be connected");
    match error {
        GmailError::Unreachable(_)
        | GmailError::Throttled { .. }
        | GmailError::Unexpected { .. } => ConnectOutcome::Unreachable,
        // The code has run out, or was used.
        GmailError::Reconnect { .. } => ConnectOutcome::Expired,
        _ => ConnectOutcome::Refused,
    }
}

/// Before anything is read: the service's mailbox is there where the service account opens it, and another one that
/// was configured once is forgotten.
///
/// # Errors
/// The database.
pub async fn settle_shared(
    db: &mut crate::store::Connection,
    config: Option<&GmailConfig>,
    now: tournee_core::time::Instant,
) -> Stored<()> {
    let wanted = config.and_then(|config| config.shared.as_ref());
    for record in db.mailboxes().await? {
        if record.owner.is_none() && Some(&record.id) != wanted {
            mails::forget(db, &record, now).await?;
        }
    }
    let signs = config.is_some_and(|config| config.service_account.is_some());
    if let (Some(id), true) = (wanted, signs)
        && db.mailbox(id).await?.is_none()
    {
        db.put_mailbox(&MailboxRecord::new(id.clone(), None))
            .await?;
    }
    Ok(())
}

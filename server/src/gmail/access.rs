//! Access to mailboxes: tokens in memory, renewed in silence; a dead grant is known and left alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use tokio::sync::Mutex;
use tournee_core::domain::MailboxState;
use tournee_core::ids::MailboxId;
use tournee_core::time::Instant;

use super::client::{Call, Client, read};
use super::error::GmailError;
use super::oauth::Tokens;
use crate::app::Shared;
use crate::glpi::{HttpResponse, Secret};
use crate::store::mails::{self, MailboxRecord};

/// Tokens by mailbox; each is locked while it is being renewed, so that it is renewed once.
#[derive(Default)]
pub struct Wallet(std::sync::Mutex<BTreeMap<MailboxId, Slot>>);

type Slot = Arc<Mutex<Option<(Secret, Instant)>>>;

impl Wallet {
    fn slot(&self, id: &MailboxId) -> Slot {
        let mut slots = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        slots.entry(id.clone()).or_default().clone()
    }

    /// Forgets what a mailbox's grant of before has given.
    pub fn forget(&self, id: &MailboxId) {
        let mut slots = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        slots.remove(id);
    }
}

impl Shared {
    /// The way to Google, where Gmail is set up.
    ///
    /// # Errors
    /// It is not.
    pub fn google(&self) -> Result<&Client, GmailError> {
        self.mails.client().ok_or(GmailError::NoMailbox)
    }

    /// Makes a call on a mailbox; a token that has run out is renewed once.
    ///
    /// # Errors
    /// What Google says; [`GmailError::Reconnect`] is remembered, and the mailbox left alone from then on.
    pub async fn ask(&self, id: &MailboxId, call: &Call<'_>) -> Result<HttpResponse, GmailError> {
        let client = self.google()?;
        for is_fresh in [false, true] {
            let token = self.token(id, is_fresh).await?;
            if let Some(response) = client.call(id, token.reveal(), call).await? {
                return Ok(response);
            }
        }
        // A token of this very moment is refused: the grant is gone, though Google has not said so yet.
        let words = "a fresh token is refused".to_owned();
        self.lost(id, None, &words).await?;
        Err(GmailError::Reconnect { words })
    }

    /// The same, read as JSON.
    ///
    /// # Errors
    /// The same.
    pub async fn ask_for<T: DeserializeOwned>(
        &self,
        id: &MailboxId,
        call: &Call<'_>,
    ) -> Result<T, GmailError> {
        read(&self.ask(id, call).await?)
    }

    async fn token(&self, id: &MailboxId, is_fresh: bool) -> Result<Secret, GmailError> {
        let slot = self.mails.wallet.slot(id);
        let mut held = slot.lock().await;
        let now = self.clock.now();
        if let Some((token, until)) = held.as_ref()
            && *until > now
            && !is_fresh
        {
            return Ok(token.clone());
        }
        let record = self.store.read().await?.mailbox(id).await?;
        let record = record.ok_or(GmailError::NoMailbox)?;
        if record.state != MailboxState::Active {
            return Err(GmailError::Reconnect {
                words: String::new(),
            });
        }
        match self.fresh_tokens(&record, now).await {
            Ok(tokens) => {
                *held = Some((tokens.access.clone(), tokens.until));
                Ok(tokens.access)
            }
            Err(GmailError::Reconnect { words }) => {
                self.lost(id, Some(&record), &words).await?;
                Err(GmailError::Reconnect { words })
            }
            Err(error) => Err(error),
        }
    }

    async fn fresh_tokens(
        &self,
        record: &MailboxRecord,
        now: Instant,
    ) -> Result<Tokens, GmailError> {
        let client = self.google()?;
        match (mails::open(&self.vault, record)?, &client.config.client) {
            (Some(refresh), Some(web)) => client.renew(web, &refresh, now).await,
            (None, _) if client.config.service_account.is_some() => {
                client.assert(&record.id, now).await
            }
            _ => Err(GmailError::Reconnect {
                words: "nothing opens this mailbox any more".to_owned(),
            }),
        }
    }

    /// *À reconnecter*: what was read stays, and nothing is asked until somebody connects it again. `tried`: as the grant was
    /// that Google refused; by now it may be a new one.
    async fn lost(
        &self,
        id: &MailboxId,
        tried: Option<&MailboxRecord>,
        words: &str,
    ) -> Result<(), GmailError> {
        tracing::warn!(mailbox = %id, words, "Google gives no access to a mailbox any more");
        let mut tx = self.store.write().await?;
        let record = tx.mailbox(id).await?;
        let is_same = |now: &MailboxRecord| tried.is_none_or(|tried| tried.sealed == now.sealed);
        if let Some(mut record) = record.filter(is_same) {
            record.state = MailboxState::Reconnect;
            tx.put_mailbox(&record).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

//! Signing in and out.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::{Account, EntityChoice};
use tournee_core::ids::SourceId;
use tournee_core::outbox::Queued;
use tournee_core::phone::Phone;
use tournee_core::wire::{ChooseProfile, SessionInfo, SignIn, SignInMethod};

use super::Tournee;
use crate::platform::tabs::News;
use crate::platform::{device, settings};
use crate::storage::StorageProblem;
use crate::sync::{ApiFailure, api, is_same_person};

/// Who is signed in, as far as this phone knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Session {
    /// The phone holds nothing and the server has not been asked yet.
    Unknown,
    /// Nobody, and what the server offers, where it could be asked.
    SignedOut(Option<SessionInfo>),
    /// The technician whose work the phone holds.
    SignedIn,
    /// He was; everything is kept until he signs in again.
    Expired,
}

impl Session {
    /// Over, or never begun.
    pub fn is_over(&self) -> bool {
        matches!(self, Self::SignedOut(_) | Self::Expired)
    }
}

impl Tournee {
    /// What the app does first.
    pub(super) fn begin(self) {
        match self.session.get_untracked() {
            Session::SignedIn => {
                self.look_at_storage();
                self.sync_now(false);
            }
            _ => self.look_at_session(),
        }
    }

    /// Asks the server who is signed in: at start with an empty phone, or when another tab signed in or out.
    pub(super) fn look_at_session(self) {
        spawn_local(async move {
            // What the storage can't do is in its banner; somebody may sign in all the same.
            let _ = self.catch_up().await;
            let asked = api::session().await;
            let known = !self.with_untracked(|phone| phone.meta().sources.is_empty());
            let session = match asked {
                Ok(info) if info.signed_in => Session::SignedIn,
                Ok(_) if known => Session::Expired,
                Ok(info) => Session::SignedOut(Some(info)),
                Err(_) if known => return,
                Err(_) => Session::SignedOut(None),
            };
            self.session.set(session);
            self.sync_now(false);
        });
    }

    /// Signs in to one GLPI.
    ///
    /// ## Control flow
    /// The server decides first. Then, before anything is exchanged: is it the technician whose work the phone
    /// holds? Somebody else is turned away while changes wait to be sent, or else starts with an empty phone.
    ///
    /// # Errors
    /// The call's, or [`ApiFailure::OtherPerson`].
    pub async fn sign_in(
        &self,
        source: SourceId,
        method: SignInMethod,
    ) -> Result<Account, ApiFailure> {
        let account = api::sign_in(&source, &SignIn { method }).await?;
        let info = api::session().await?;
        if !self.with_untracked(|phone| is_same_person(&phone.meta().sources, &info)) {
            self.make_room().await?;
        }
        self.session.set(Session::SignedIn);
        self.failure.set(None);
        self.held().tabs.tell(News::Session);
        settings::move_in();
        device::ask_to_persist().await;
        self.sync_now(true);
        Ok(account)
    }

    async fn make_room(&self) -> Result<(), ApiFailure> {
        let pending = self.unsettled();
        if pending == 0 {
            // A storage that fails here says so in its banner, and no exchange is stored over it either.
            return self.empty().await.map_err(|_| ApiFailure::Garbled);
        }
        let name = self.with_untracked(|phone| {
            let mut sources = phone.meta().sources.iter();
            sources.next().map(|state| state.account.name.clone())
        });
        api::sign_out(None).await?;
        Err(ApiFailure::OtherPerson {
            name: name.unwrap_or_default(),
            pending,
        })
    }

    /// Works with another profile, or on other entities.
    ///
    /// # Errors
    /// The call's.
    pub async fn choose_profile(
        &self,
        source: SourceId,
        profile: u64,
        entity: EntityChoice,
    ) -> Result<Account, ApiFailure> {
        let account = api::choose_profile(&source, &ChooseProfile { profile, entity }).await?;
        self.sync_now(true);
        Ok(account)
    }

    /// Signs out of one GLPI; its changes in custody are still carried out.
    ///
    /// # Errors
    /// The call's.
    pub async fn leave_source(&self, source: SourceId) -> Result<(), ApiFailure> {
        api::sign_out(Some(&source)).await?;
        self.held().tabs.tell(News::Session);
        self.sync_now(true);
        Ok(())
    }

    /// Signs out wholly and clears the phone. The caller has warned of what is unsettled.
    ///
    /// # Errors
    /// The call's: without the server, the session would live on there.
    pub async fn sign_out(&self) -> Result<(), ApiFailure> {
        match api::sign_out(None).await {
            Err(failure) if failure.code() != Some(tournee_core::wire::ErrorCode::NotSignedIn) => {
                return Err(failure);
            }
            _ => {}
        }
        // From here on the banner says what the storage could not do.
        let _ = self.empty().await;
        self.failure.set(None);
        self.session.set(Session::SignedOut(None));
        settings::move_out();
        self.held().tabs.tell(News::Session);
        Ok(())
    }

    /// Changes that are neither in GLPI nor taken back.
    pub fn unsettled(&self) -> usize {
        self.with_untracked(|phone| phone.outbox().iter().filter(|q| q.is_unsettled()).count())
    }

    /// The unsettled changes as JSON, to be kept elsewhere.
    pub fn export(&self) -> String {
        self.with_untracked(|phone| {
            let unsettled: Vec<&Queued> =
                phone.outbox().iter().filter(|q| q.is_unsettled()).collect();
            serde_json::to_string_pretty(&unsettled).unwrap_or_default()
        })
    }

    pub(super) async fn empty(&self) -> Result<(), StorageProblem> {
        self.change(&mut Phone::clear).await?;
        self.forget_index();
        self.held().storage.clear_drafts().await
    }
}

//! The sign-in inside the app: somebody new, somebody whose session is over, a second GLPI.

use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use tournee_core::domain::Account;
use tournee_core::ids::SourceId;
use tournee_core::wire::{ErrorCode, SignInMethod, SourceInfo};

use super::{Session, Tournee};
use crate::entrance::{Entrance, Keeper};
use crate::platform::road::Road;
use crate::sync::{ApiFailure, failure_words, storage_words};

struct Inside {
    tournee: Tournee,
    road: Road,
}

impl Tournee {
    /// Lets the sign-in ask this phone.
    pub fn keep_entrance(self) {
        Entrance::provide(Inside {
            tournee: self,
            road: Road::expect(),
        });
    }
}

impl Keeper for Inside {
    fn online(&self) -> bool {
        self.tournee.online().get()
    }

    fn expired(&self) -> bool {
        self.tournee.session().get() == Session::Expired
    }

    fn trouble(&self) -> Option<String> {
        let problem = self.tournee.storage_problem().get();
        let revoked = self.tournee.failure().get();
        let revoked = revoked.filter(|why| why.code() == Some(ErrorCode::DeviceRevoked));
        let words = problem.map(|problem| storage_words(&problem));
        words.or(revoked.map(|why| failure_words(&why)))
    }

    fn offered(&self) -> Option<Vec<SourceInfo>> {
        match self.tournee.session().get_untracked() {
            Session::SignedOut(Some(info)) => Some(info.sources),
            _ => None,
        }
    }

    fn login(&self, source: &SourceId) -> Option<String> {
        let tournee = self.tournee;
        tournee.with_untracked(|phone| Some(phone.account(source)?.login.clone()))
    }

    fn sign_in(
        &self,
        source: SourceId,
        method: SignInMethod,
    ) -> LocalBoxFuture<'static, Result<Account, ApiFailure>> {
        let tournee = self.tournee;
        Box::pin(async move { tournee.sign_in(source, method).await })
    }

    fn enter(&self) {
        self.road.turn("/tickets");
    }
}

//! The front door, and what the sign-in needs of whoever shows it.

use std::rc::Rc;

use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use tournee_core::domain::Account;
use tournee_core::ids::SourceId;
use tournee_core::wire::{SignIn, SignInMethod, SourceInfo};

use crate::pages::sign_in::SignInPage;
use crate::platform::{device, settings};
use crate::sync::{ApiFailure, api};

/// Whoever shows the sign-in: the whole app around a phone, or the door that knows of none. A trait, so that the
/// door's program holds nothing of the phone.
pub trait Keeper {
    /// Whether there is a network (reactive).
    fn online(&self) -> bool;
    /// Whether somebody was signed in and no longer is (reactive).
    fn expired(&self) -> bool;
    /// What is wrong with the phone's storage, in words (reactive).
    fn trouble(&self) -> Option<String>;
    /// The GLPIs, where they are known already.
    fn offered(&self) -> Option<Vec<SourceInfo>>;
    /// Who signed in to this GLPI before.
    fn login(&self, source: &SourceId) -> Option<String>;
    /// Signs in to one GLPI.
    fn sign_in(
        &self,
        source: SourceId,
        method: SignInMethod,
    ) -> LocalBoxFuture<'static, Result<Account, ApiFailure>>;
    /// Goes to the tickets.
    fn enter(&self);
}

/// The keeper of the sign-in that is shown.
#[derive(Clone, Copy)]
pub struct Entrance(StoredValue<Rc<dyn Keeper>, LocalStorage>);

impl Entrance {
    /// Gives the sign-in its keeper.
    pub fn provide(keeper: impl Keeper + 'static) {
        provide_context(Self(StoredValue::new_local(Rc::new(keeper))));
    }

    /// The entrance of the sign-in that is shown.
    pub fn expect() -> Self {
        expect_context()
    }

    /// Asks its keeper.
    pub fn ask<T>(self, question: impl FnOnce(&dyn Keeper) -> T) -> T {
        let keeper = self.0.get_value();
        question(&*keeper)
    }
}

/// The keeper of a door behind which there is nothing yet.
struct Outside {
    online: RwSignal<bool>,
}

impl Keeper for Outside {
    fn online(&self) -> bool {
        self.online.get()
    }

    fn expired(&self) -> bool {
        false
    }

    fn trouble(&self) -> Option<String> {
        None
    }

    fn offered(&self) -> Option<Vec<SourceInfo>> {
        None
    }

    fn login(&self, _source: &SourceId) -> Option<String> {
        None
    }

    fn sign_in(
        &self,
        source: SourceId,
        method: SignInMethod,
    ) -> LocalBoxFuture<'static, Result<Account, ApiFailure>> {
        Box::pin(async move {
            let account = api::sign_in(&source, &SignIn { method }).await?;
            settings::move_in();
            device::ask_to_persist().await;
            Ok(account)
        })
    }

    fn enter(&self) {
        settings::move_in();
        device::go("/tickets");
    }
}

/// The door.
pub fn door() -> impl IntoView {
    let online = RwSignal::new(device::is_online());
    device::on_window("online", move |_| online.set(true));
    device::on_window("offline", move |_| online.set(false));
    Entrance::provide(Outside { online });
    view! { <main id="main" class="sign-in"><SignInPage/></main> }
}

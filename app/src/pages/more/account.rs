//! One account: who, with which profile, on which entities.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::{Account, AccountState, EntityChoice, Named};
use tournee_core::ids::SourceId;
use tournee_core::wire::SourceState;

use crate::components::{SourceChip, Toasts, tap, typed};
use crate::contexts::Tournee;
use crate::platform::intl::{Form, instant};
use crate::sync::failure_words;
use crate::text::{fill, t};

/// One account.
#[component]
pub fn AccountCard(
    /// Its GLPI, with what the server last said of it.
    state: SourceState,
) -> impl IntoView {
    let account = state.account;
    let read = state.refreshed_at.map(|at| {
        let words = fill(
            t(|t| t.more_refreshed),
            &[("when", &instant(at, Form::Full))],
        );
        view! { <p class="muted small">{words}</p> }.into_any()
    });
    let trouble = trouble(account.state);
    let several = Tournee::expect().with_untracked(|phone| phone.meta().sources.len() > 1);
    let who = format!("{} ({})", account.name, account.login);
    view! {
        <div class="card stack" data-test="account" data-source=state.source.0>
            <div class="line">
                <SourceChip name=state.name color=state.color/>
                <strong>{who}</strong>
            </div>
            {trouble}
            {read}
            {profile_choice(&account)}
            {entity_choice(&account)}
            {several.then(|| leave(account.source.clone()))}
        </div>
    }
    .into_any()
}

fn trouble(state: AccountState) -> Option<AnyView> {
    match state {
        AccountState::Active => None,
        AccountState::Unreachable => {
            Some(view! { <p class="error">{t(|t| t.more_unreachable)}</p> }.into_any())
        }
        AccountState::NeedsSignIn => Some(
            view! {
                <p class="error">{t(|t| t.more_refused)}</p>
                <a class="btn primary" href="/sign-in">{t(|t| t.sync_signed_out)}</a>
            }
            .into_any(),
        ),
    }
}

fn profile_choice(account: &Account) -> Option<AnyView> {
    if account.profiles.len() < 2 {
        let words = fill(t(|t| t.more_profile_is), &[("name", &account.profile.name)]);
        return Some(view! { <p class="small">{words}</p> }.into_any());
    }
    let now = account.profile.id;
    let options = account
        .profiles
        .iter()
        .map(|profile| option(profile.id, profile.name.clone(), now));
    let chosen = {
        let (account, chooser) = (account.clone(), Chooser::expect());
        // Another profile may not reach the entity chosen for this one.
        move |profile: u64| chooser.choose(&account, profile, EntityChoice::All)
    };
    Some(select(
        "profile",
        t(|t| t.more_profile),
        options.collect_view().into_any(),
        chosen,
    ))
}

fn entity_choice(account: &Account) -> Option<AnyView> {
    let profile = account
        .profiles
        .iter()
        .find(|p| p.id == account.profile.id)?;
    if profile.entities.len() < 2 {
        return None;
    }
    let now = match account.entity {
        EntityChoice::All => ALL,
        EntityChoice::One { id } => id,
    };
    let all = Named {
        id: ALL,
        name: t(|t| t.more_all_entities).to_owned(),
    };
    let options = std::iter::once(&all)
        .chain(&profile.entities)
        .map(|entity| option(entity.id, entity.name.clone(), now));
    let options = options.collect_view().into_any();
    let chosen = {
        let (account, chooser) = (account.clone(), Chooser::expect());
        move |entity: u64| {
            let entity = match entity {
                ALL => EntityChoice::All,
                id => EntityChoice::One { id },
            };
            chooser.choose(&account, account.profile.id, entity);
        }
    };
    Some(select("entity", t(|t| t.more_entity), options, chosen))
}

/// No entity has this number; the root entity has 0.
const ALL: u64 = u64::MAX;

fn option(id: u64, name: String, now: u64) -> AnyView {
    view! { <option value=id.to_string() selected=id == now>{name}</option> }.into_any()
}

fn select(
    name: &'static str,
    label: &'static str,
    options: AnyView,
    chosen: impl Fn(u64) + 'static,
) -> AnyView {
    let change = typed(move |value| {
        if let Ok(id) = value.parse() {
            chosen(id);
        }
    });
    view! {
        <label class="field"><span>{label}</span><select name=name on:change=change>{options}</select></label>
    }
    .into_any()
}

/// The contexts, as they are found while the page is drawn: in an event there is nothing above to look in.
#[derive(Clone, Copy)]
struct Chooser {
    tournee: Tournee,
    toasts: Toasts,
}

impl Chooser {
    fn expect() -> Self {
        Self {
            tournee: Tournee::expect(),
            toasts: Toasts::expect(),
        }
    }

    fn choose(self, account: &Account, profile: u64, entity: EntityChoice) {
        let source = account.source.clone();
        spawn_local(async move {
            match self.tournee.choose_profile(source, profile, entity).await {
                Ok(_) => self.toasts.done(t(|t| t.more_chosen)),
                Err(failure) => self.toasts.failed(failure_words(&failure)),
            }
        });
    }
}

fn leave(source: SourceId) -> AnyView {
    let (tournee, toasts) = (Tournee::expect(), Toasts::expect());
    let left = tap(move || {
        let source = source.clone();
        spawn_local(async move {
            if let Err(failure) = tournee.leave_source(source).await {
                toasts.failed(failure_words(&failure));
            }
        });
    });
    view! { <button type="button" class="btn quiet" data-test="leave" on:click=left>{t(|t| t.more_leave_glpi)}</button> }
        .into_any()
}

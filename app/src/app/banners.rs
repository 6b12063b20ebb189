//! What everybody must know, under the head: storage, session, accounts, server, update.

use leptos::prelude::*;
use tournee_core::domain::AccountState;
use tournee_core::phone::Phone;

use crate::components::{part, tap};
use crate::contexts::{Session, Tournee};
use crate::storage::StorageProblem;
use crate::sync::{failure_words, storage_words};
use crate::text::{fill, t};

/// All that apply.
#[component]
pub fn Banners() -> impl IntoView {
    let tournee = Tournee::expect();
    view! {
        {storage(tournee)}
        {part(move || (tournee.session().get() == Session::Expired).then(session_over))}
        {accounts(tournee)}
        {part(move || {
            let failure = tournee.failure().get().filter(|failure| !failure.is_network())?;
            Some(alert("sync-failure", failure_words(&failure)))
        })}
        {part(move || tournee.update_ready().get().then(|| update(tournee)))}
    }
    .into_any()
}

/// What is wrong with the phone's storage, if anything is; and the way out, where loading the page anew is one.
pub fn storage(tournee: Tournee) -> AnyView {
    let problem = move || {
        let problem = tournee.storage_problem().get()?;
        let ends_by_reload = matches!(problem, StorageProblem::Newer | StorageProblem::Lost(_));
        let reload = ends_by_reload.then(|| view! {
            <button type="button" class="btn push" data-test="storage-reload" on:click=tap(move || tournee.apply_update())>
                {t(|t| t.app_update_apply)}
            </button>
        }.into_any());
        Some(
            view! {
                <div class="banner bad" role="alert" data-test="storage-problem">
                    <span>{storage_words(&problem)}</span>
                    {reload}
                </div>
            }
            .into_any(),
        )
    };
    part(problem).into_any()
}

fn alert(hook: &'static str, words: String) -> AnyView {
    view! { <div class="banner bad" role="alert" data-test=hook>{words}</div> }.into_any()
}

fn session_over() -> AnyView {
    view! {
        <div class="banner warn" role="alert" data-test="session-over">
            <span>{t(|t| t.error_not_signed_in)}</span>
            <a class="btn push" href="/sign-in">{t(|t| t.sync_signed_out)}</a>
        </div>
    }
    .into_any()
}

fn update(tournee: Tournee) -> AnyView {
    view! {
        <div class="banner info" role="status" data-test="update-ready">
            <span>{t(|t| t.app_update_ready)}</span>
            <button type="button" class="btn push" data-test="update-apply" on:click=tap(move || tournee.apply_update())>
                {t(|t| t.app_update_apply)}
            </button>
        </div>
    }
    .into_any()
}

/// GLPIs with which the server can't work for him at the moment.
fn accounts(tournee: Tournee) -> AnyView {
    let views = move || {
        let troubled = tournee.with(troubled);
        let views = troubled
            .into_iter()
            .map(|(name, state)| account(&name, state));
        Some(views.collect_view().into_any())
    };
    part(views).into_any()
}

fn account(name: &str, state: AccountState) -> AnyView {
    let refused = state == AccountState::NeedsSignIn;
    let words = t(|t| match refused {
        true => t.app_account_refused,
        false => t.app_account_unreachable,
    });
    let link = refused.then(|| {
        view! { <a class="btn push" href="/sign-in">{t(|t| t.sync_signed_out)}</a> }.into_any()
    });
    view! {
        <div class="banner warn" role="status">
            <span>{fill(words, &[("name", name)])}</span>
            {link}
        </div>
    }
    .into_any()
}

fn troubled(phone: &Phone) -> Vec<(String, AccountState)> {
    let sources = phone.meta().sources.iter();
    sources
        .filter(|state| state.account.state != AccountState::Active)
        .map(|state| (state.name.clone(), state.account.state))
        .collect()
}

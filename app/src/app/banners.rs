//! What everybody must know, under the head: storage, session, accounts, server, update.

use leptos::prelude::*;
use tournee_core::domain::AccountState;
use tournee_core::phone::Phone;

use crate::contexts::{Session, Tournee};
use crate::sync::{failure_words, storage_words};
use crate::text::{fill, t};

/// All that apply.
#[component]
pub fn Banners() -> impl IntoView {
    let tournee = Tournee::expect();
    view! {
        {move || tournee.storage_problem().get().map(|problem| view! {
            <div class="banner bad" role="alert" data-test="storage-problem">{storage_words(&problem)}</div>
        })}
        {move || (tournee.session().get() == Session::Expired).then(session_over)}
        {accounts(tournee)}
        {move || tournee.failure().get().filter(|failure| !failure.is_network()).map(|failure| view! {
            <div class="banner bad" role="alert" data-test="sync-failure">{failure_words(&failure)}</div>
        })}
        {move || tournee.update_ready().get().then(|| update(tournee))}
    }
    .into_any()
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
            <button type="button" class="btn push" data-test="update-apply" on:click=move |_| tournee.apply_update()>
                {t(|t| t.app_update_apply)}
            </button>
        </div>
    }
    .into_any()
}

/// GLPIs with which the server can't work for him at the moment.
fn accounts(tournee: Tournee) -> impl IntoView {
    let troubled = Memo::new(move |_| tournee.with(troubled));
    move || {
        let views = troubled.get().into_iter().map(|(name, state)| {
            let refused = state == AccountState::NeedsSignIn;
            let words = t(|t| match refused {
                true => t.app_account_refused,
                false => t.app_account_unreachable,
            });
            view! {
                <div class="banner warn" role="status">
                    <span>{fill(words, &[("name", &name)])}</span>
                    {refused.then(|| view! { <a class="btn push" href="/sign-in">{t(|t| t.sync_signed_out)}</a> })}
                </div>
            }
        });
        views.collect_view()
    }
}

fn troubled(phone: &Phone) -> Vec<(String, AccountState)> {
    let sources = phone.meta().sources.iter();
    sources
        .filter(|state| state.account.state != AccountState::Active)
        .map(|state| (state.name.clone(), state.account.state))
        .collect()
}

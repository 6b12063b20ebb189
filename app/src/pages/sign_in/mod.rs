//! Sign-in: each GLPI with the technician's own account.

mod fields;
mod form;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use tournee_core::domain::AccountState;
use tournee_core::wire::SourceInfo;

use self::form::SourceForm;
use crate::components::SourceChip;
use crate::contexts::{Session, Tournee};
use crate::platform::device;
use crate::sync::{ApiFailure, failure_words, storage_words};
use crate::text::{fill, t};

/// What is known of the GLPIs.
#[derive(Clone)]
enum Sources {
    Asking,
    Failed(ApiFailure),
    Known(Vec<SourceInfo>),
}

/// The page.
#[component]
pub fn SignInPage() -> impl IntoView {
    let tournee = Tournee::expect();
    let sources = RwSignal::new(offered(tournee));
    if matches!(sources.get_untracked(), Sources::Asking) {
        ask(tournee, sources);
    }
    Effect::new(move |_| {
        if tournee.online().get() && matches!(sources.get_untracked(), Sources::Failed(_)) {
            ask(tournee, sources);
        }
    });
    view! {
        <header class="brand">
            <img src=device::icon_address() alt="" width="64" height="64"/>
            <h1>"Tournée"</h1>
            <p class="muted">{t(|t| t.sign_in_intro)}</p>
        </header>
        <div class="stack">
            {move || tournee.storage_problem().get().map(|problem| view! {
                <div class="banner bad" role="alert" data-test="storage-problem">{storage_words(&problem)}</div>
            })}
            {move || (tournee.session().get() == Session::Expired).then(|| view! {
                <p class="banner warn" role="status">{t(|t| t.error_not_signed_in)}</p>
            })}
            {move || match sources.get() {
                Sources::Asking => view! { <p class="muted" role="status">{t(|t| t.sign_in_asking)}</p> }.into_any(),
                Sources::Failed(failure) => failed(tournee, sources, &failure),
                Sources::Known(list) => known(list),
            }}
        </div>
    }
    .into_any()
}

/// What the app's own look at the session has brought already.
fn offered(tournee: Tournee) -> Sources {
    match tournee.session().get_untracked() {
        Session::SignedOut(Some(info)) => Sources::Known(info.sources),
        _ => Sources::Asking,
    }
}

fn ask(tournee: Tournee, sources: RwSignal<Sources>) {
    spawn_local(async move {
        let answer = match tournee.sources().await {
            Ok(list) => Sources::Known(list),
            Err(failure) => Sources::Failed(failure),
        };
        sources.try_set(answer);
    });
}

fn failed(tournee: Tournee, sources: RwSignal<Sources>, failure: &ApiFailure) -> AnyView {
    let again = move |_| {
        sources.set(Sources::Asking);
        ask(tournee, sources);
    };
    let words = match failure {
        ApiFailure::Offline => t(|t| t.sign_in_offline).to_owned(),
        other => failure_words(other),
    };
    view! {
        <p class="error" role="alert" data-test="sign-in-error">{words}</p>
        <button type="button" class="btn wide" data-test="sign-in-again" on:click=again>{t(|t| t.sign_in_again)}</button>
    }
    .into_any()
}

/// Nobody yet, or somebody whose password GLPI no longer takes.
fn needs_form(source: &SourceInfo) -> bool {
    source
        .account
        .as_ref()
        .is_none_or(|account| account.state == AccountState::NeedsSignIn)
}

fn known(list: Vec<SourceInfo>) -> AnyView {
    let someone = RwSignal::new(list.iter().any(|source| source.account.is_some()));
    let missing = RwSignal::new(list.iter().filter(|source| needs_form(source)).count());
    let navigate = use_navigate();
    // The list is not drawn anew: what was typed for the next GLPI stays.
    let signed_in = Callback::new(move |()| {
        someone.set(true);
        missing.update(|n| *n = n.saturating_sub(1));
        if missing.get_untracked() == 0 {
            let replace = NavigateOptions {
                replace: true,
                ..NavigateOptions::default()
            };
            navigate("/tickets", replace);
        }
    });
    let forms = list.into_iter().map(|source| {
        if needs_form(&source) {
            view! { <SourceForm source signed_in/> }.into_any()
        } else {
            signed_in_as(&source)
        }
    });
    view! {
        {forms.collect_view()}
        {move || someone.get().then(|| view! {
            <a class="btn wide" class:primary=move || missing.get() == 0 href="/tickets" data-test="continue">
                {t(|t| t.sign_in_continue)}
            </a>
        })}
    }
    .into_any()
}

/// A GLPI with which all is well.
fn signed_in_as(source: &SourceInfo) -> AnyView {
    let name = source.account.as_ref().map(|account| account.name.clone());
    view! {
        <div class="card line" data-test="signed-in" data-source=source.id.0.clone()>
            <SourceChip name=source.name.clone() color=source.color.clone()/>
            <span>{fill(t(|t| t.sign_in_done), &[("name", &name.unwrap_or_default())])}</span>
        </div>
    }
    .into_any()
}

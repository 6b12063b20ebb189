//! Sign-in: each GLPI with the technician's own account.

mod fields;
mod form;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::AccountState;
use tournee_core::wire::SourceInfo;

use self::form::SourceForm;
use crate::components::{SourceChip, part, tap};
use crate::entrance::Entrance;
use crate::platform::device;
use crate::sync::{ApiFailure, api, failure_words};
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
    let entrance = Entrance::expect();
    let sources = RwSignal::new(
        entrance
            .ask(|keeper| keeper.offered())
            .map_or(Sources::Asking, Sources::Known),
    );
    if matches!(sources.get_untracked(), Sources::Asking) {
        ask(entrance, sources);
    }
    Effect::new(move |_| {
        let online = entrance.ask(|keeper| keeper.online());
        if online && matches!(sources.get_untracked(), Sources::Failed(_)) {
            ask(entrance, sources);
        }
    });
    view! {
        <header class="brand">
            <img src=device::icon_address() alt="" width="64" height="64"/>
            <h1>"Tournée"</h1>
            <p class="muted">{t(|t| t.sign_in_intro)}</p>
        </header>
        <div class="stack">
            {part(move || entrance.ask(|keeper| keeper.trouble()).map(trouble))}
            {part(move || entrance.ask(|keeper| keeper.expired()).then(session_over))}
            {part(move || Some(match sources.get() {
                Sources::Asking => view! { <p class="muted" role="status">{t(|t| t.sign_in_asking)}</p> }.into_any(),
                Sources::Failed(failure) => failed(entrance, sources, &failure),
                Sources::Known(list) => known(entrance, list),
            }))}
        </div>
    }
    .into_any()
}

fn session_over() -> AnyView {
    view! { <p class="banner warn" role="status">{t(|t| t.error_not_signed_in)}</p> }.into_any()
}

fn trouble(words: String) -> AnyView {
    view! { <div class="banner bad" role="alert" data-test="storage-problem">{words}</div> }
        .into_any()
}

fn ask(entrance: Entrance, sources: RwSignal<Sources>) {
    spawn_local(async move {
        let answer = match api::session().await {
            // Signed in everywhere: there is nothing to do here.
            Ok(info) if !info.sources.iter().any(needs_form) => {
                return entrance.ask(|keeper| keeper.enter());
            }
            Ok(info) => Sources::Known(info.sources),
            Err(failure) => Sources::Failed(failure),
        };
        sources.try_set(answer);
    });
}

fn failed(entrance: Entrance, sources: RwSignal<Sources>, failure: &ApiFailure) -> AnyView {
    let again = tap(move || {
        sources.set(Sources::Asking);
        ask(entrance, sources);
    });
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

fn known(entrance: Entrance, list: Vec<SourceInfo>) -> AnyView {
    let someone = RwSignal::new(list.iter().any(|source| source.account.is_some()));
    let missing = RwSignal::new(list.iter().filter(|source| needs_form(source)).count());
    // The list is not drawn anew: what was typed for the next GLPI stays.
    let signed_in = Callback::new(move |()| {
        someone.set(true);
        missing.update(|n| *n = n.saturating_sub(1));
        if missing.get_untracked() == 0 {
            entrance.ask(|keeper| keeper.enter());
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
        {part(move || someone.get().then(|| go_on(missing.get() == 0)))}
    }
    .into_any()
}

fn go_on(complete: bool) -> AnyView {
    let class = if complete {
        "btn wide primary"
    } else {
        "btn wide"
    };
    view! { <a class=class href="/tickets" data-test="continue">{t(|t| t.sign_in_continue)}</a> }
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

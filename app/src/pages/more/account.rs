//! One account: who, with which profile, on which entities.

use leptos::prelude::*;
use tournee_core::domain::AccountState;
use tournee_core::ids::SourceId;
use tournee_core::time::Instant;
use tournee_core::wire::SourceState;

use super::choices;
use super::leave_glpi::LeaveGlpi;
use crate::components::{SourceChip, kept, part};
use crate::contexts::Tournee;
use crate::platform::intl::{Form, instant};
use crate::text::{fill, t};

/// One account.
#[component]
pub fn AccountCard(
    /// Its GLPI, with what the server last said of it, but for how far it has read.
    state: SourceState,
) -> impl IntoView {
    let tournee = Tournee::expect();
    let account = state.account;
    let refreshed_at = refreshed(tournee, account.source.clone());
    let read = move || {
        let words = fill(
            t(|t| t.more_refreshed),
            &[("when", &instant(refreshed_at.get()?, Form::Full))],
        );
        Some(view! { <p class="muted small">{words}</p> }.into_any())
    };
    let trouble = trouble(account.state);
    let several = tournee.with_untracked(|phone| phone.meta().sources.len() > 1);
    let who = format!("{} ({})", account.name, account.login);
    view! {
        <div class="card stack" data-test="account" data-source=state.source.0>
            <div class="line">
                <SourceChip name=state.name color=state.color/>
                <strong>{who}</strong>
            </div>
            {trouble}
            {part(read)}
            {choices::profile(&account)}
            {choices::entity(account.clone(), refreshed_at)}
            {several.then(|| view! { <LeaveGlpi source=account.source.clone()/> }.into_any())}
        </div>
    }
    .into_any()
}

/// When the server last read this GLPI: it moves at each exchange, and the rest of the card does not.
fn refreshed(tournee: Tournee, source: SourceId) -> Memo<Option<Instant>> {
    kept(move || {
        tournee.with(|phone| {
            let mut sources = phone.meta().sources.iter();
            sources.find(|state| state.source == source)?.refreshed_at
        })
    })
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

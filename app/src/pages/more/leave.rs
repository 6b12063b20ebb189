//! The way out: signing out clears the phone, so it says first what would be lost.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::outbox::State;

use crate::components::{Sheet, Toasts, length_words, part, tap, ticket_number, whether, words};
use crate::contexts::Tournee;
use crate::platform::files;
use crate::sync::failure_words;
use crate::text::{fill, plural, t};

/// The button, and the sheet that asks.
#[component]
pub fn Leave() -> impl IntoView {
    let asking = RwSignal::new(false);
    view! {
        <h2>{t(|t| t.more_leave)}</h2>
        <button type="button" class="btn danger" data-test="sign-out" on:click=tap(move || asking.set(true))>
            {t(|t| t.more_sign_out)}
        </button>
        <Sheet title=t(|t| t.more_sign_out) open=asking><Ask asking/></Sheet>
    }
    .into_any()
}

/// What would be lost, what would not, and the choices.
#[component]
fn Ask(
    /// Whether it is asked.
    asking: RwSignal<bool>,
) -> impl IntoView {
    let tournee = Tournee::expect();
    let toasts = Toasts::expect();
    let busy = RwSignal::new(false);
    let on_phone = move || {
        tournee.with(|phone| {
            phone
                .outbox()
                .iter()
                .filter(|q| q.state == State::Phone)
                .count()
        })
    };
    let unsettled =
        move || tournee.with(|phone| phone.outbox().iter().filter(|q| q.is_unsettled()).count());
    let leave = move || {
        busy.set(true);
        spawn_local(async move {
            let left = tournee.sign_out().await;
            busy.try_set(false);
            asking.try_set(false);
            if let Err(failure) = left {
                toasts.failed(failure_words(&failure));
            }
        });
    };
    let lost = move || {
        let n = on_phone();
        let words = plural(n, |t| &t.more_would_be_lost);
        (n > 0).then(|| {
            view! { <p class="banner bad" role="alert" data-test="would-be-lost">{words}</p> }
                .into_any()
        })
    };
    let running = move || {
        let timer = tournee.timer()?;
        let length = length_words(timer.elapsed(tournee.now()));
        let ticket = ticket_number(timer.ticket.id);
        let words = fill(
            t(|t| t.timer_would_be_lost),
            &[("length", &length), ("ticket", &ticket)],
        );
        Some(
            view! { <p class="banner bad" role="alert" data-test="timer-would-be-lost">{words}</p> }
                .into_any(),
        )
    };
    let in_custody = move || {
        let n = unsettled() - on_phone();
        let words = plural(n, |t| &t.more_in_custody);
        (n > 0).then(|| view! { <p class="banner warn">{words}</p> }.into_any())
    };
    let ways_out = move || {
        (unsettled() > 0).then(|| view! {
            <button type="button" class="btn primary" on:click=tap(move || asking.set(false))>{t(|t| t.more_wait)}</button>
            {export_button()}
        }.into_any())
    };
    let leave_words = move || {
        t(|t| match unsettled() {
            0 => t.more_sign_out,
            _ => t.more_sign_out_anyway,
        })
        .to_owned()
    };
    view! {
        <div class="stack">
            <p>{t(|t| t.more_sign_out_clears)}</p>
            {part(lost)}
            {part(running)}
            {part(in_custody)}
            {part(ways_out)}
            <button type="button" class="btn danger" data-test="sign-out-now" disabled=whether(move || busy.get()) on:click=tap(leave)>
                {words(leave_words)}
            </button>
        </div>
    }
    .into_any()
}

/// Keeps what is not in GLPI elsewhere; where that fails it says so here, since a toast lies under a sheet.
pub fn export_button() -> AnyView {
    let tournee = Tournee::expect();
    let failed = RwSignal::new(false);
    let export = tap(move || {
        let saved = files::save_json("tournee-file-d-attente.json", &tournee.export());
        failed.set(saved.is_err());
    });
    let words = move || {
        let words = t(|t| t.more_export_failed);
        failed
            .get()
            .then(|| view! { <p class="error" role="alert">{words}</p> }.into_any())
    };
    view! {
        <button type="button" class="btn" data-test="export" on:click=export>{t(|t| t.more_export)}</button>
        {part(words)}
    }
    .into_any()
}

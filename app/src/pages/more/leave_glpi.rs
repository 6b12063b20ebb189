//! The way out of one GLPI: its tickets leave the phone, and what is not there yet waits. So it is asked first.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::ids::SourceId;
use tournee_core::outbox::Queued;

use super::leave::export_button;
use crate::components::{Sheet, part, tap, whether};
use crate::contexts::Tournee;
use crate::sync::failure_words;
use crate::text::{plural, t};

/// The button, and the sheet that asks.
#[component]
pub fn LeaveGlpi(
    /// The GLPI.
    source: SourceId,
) -> impl IntoView {
    let asking = RwSignal::new(false);
    view! {
        <button type="button" class="btn quiet" data-test="leave" on:click=tap(move || asking.set(true))>
            {t(|t| t.more_leave_glpi)}
        </button>
        <Sheet title=t(|t| t.more_leave_glpi) open=asking>{ask(asking, source.clone())}</Sheet>
    }
    .into_any()
}

fn ask(asking: RwSignal<bool>, source: SourceId) -> AnyView {
    let tournee = Tournee::expect();
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None);
    let here = source.clone();
    let pending = move || {
        tournee.with(|phone| {
            let unsettled = phone.outbox().iter().filter(|q| q.is_unsettled());
            let goes_there = |q: &&Queued| q.change.ticket().is_some_and(|key| key.source == here);
            unsettled.filter(goes_there).count()
        })
    };
    let waits = move || {
        let n = pending();
        let words = plural(n, |t| &t.more_leave_glpi_pending);
        (n > 0).then(|| view! {
            <p class="banner warn" role="alert" data-test="would-wait">{words}</p>
            <button type="button" class="btn primary" on:click=tap(move || asking.set(false))>{t(|t| t.more_wait)}</button>
            {export_button()}
        }.into_any())
    };
    let leave = move || {
        let source = source.clone();
        busy.set(true);
        spawn_local(async move {
            let left = tournee.leave_source(source).await;
            busy.try_set(false);
            match left {
                Ok(()) => drop(asking.try_set(false)),
                // A toast lies under the sheet.
                Err(failure) => drop(failed.try_set(Some(failure_words(&failure)))),
            }
        });
    };
    let failed = move || {
        let words = failed.get()?;
        Some(
            view! { <p class="error" role="alert" data-test="leave-failed">{words}</p> }.into_any(),
        )
    };
    view! {
        <div class="stack">
            <p>{t(|t| t.more_leave_glpi_hint)}</p>
            {part(waits)}
            {part(failed)}
            <button type="button" class="btn danger" data-test="leave-now" disabled=whether(move || busy.get()) on:click=tap(leave)>
                {t(|t| t.more_leave_glpi)}
            </button>
        </div>
    }
    .into_any()
}

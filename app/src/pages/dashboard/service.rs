//! The services' counts: asked when there is a network, kept for when there is none, and dated.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::ids::SourceId;
use tournee_core::wire::{ServiceTally, SourceState};

use super::memory;
use super::tally::{Leads, charts};
use crate::components::{chip_of, part, tap};
use crate::contexts::Tournee;
use crate::platform::intl::{Form, instant};
use crate::sync::{ApiFailure, failure_words};
use crate::text::{fill, t};

/// One after the other: each GLPI has its own words for stores and categories.
pub fn services() -> AnyView {
    let tournee = Tournee::expect();
    let sources = tournee.with_untracked(|phone| phone.meta().sources.clone());
    view! {
        <p class="muted small">{t(|t| t.dashboard_service_hint)}</p>
        {sources.into_iter().map(service).collect_view()}
    }
    .into_any()
}

fn service(source: SourceState) -> AnyView {
    let tournee = Tournee::expect();
    let counts = RwSignal::new(memory::counts(&source.source));
    let failure = RwSignal::new(None::<ApiFailure>);
    let asking = RwSignal::new(false);
    let (of, id) = (source.source.clone(), source.source.clone());
    let ask = move || {
        let of = of.clone();
        asking.set(true);
        async move {
            match tournee.count_service(&of).await {
                Ok(told) => {
                    memory::keep_counts(&of, &told);
                    counts.try_set(Some(told));
                    failure.try_set(None);
                }
                Err(problem) => {
                    if failure.try_set(Some(problem.clone())).is_none() {
                        tournee.missed(&problem);
                    }
                }
            }
            asking.try_set(false);
        }
    };
    let anew = ask.clone();
    let again = move || spawn_local(anew());
    let is_silent = move || failure.with(|f| f.as_ref().is_some_and(ApiFailure::is_silence));
    tournee.ask_until_answered(is_silent, ask);
    let state = part(move || {
        let failed = failure.get().filter(|_| tournee.online().get());
        let again = again.clone();
        Some(match (failed, asking.get()) {
            (_, true) => view! { <p class="muted" role="status">{t(|t| t.dashboard_asking)}</p> }.into_any(),
            (Some(failure), false) => view! {
                <p class="error" role="alert">{failure_words(&failure)}</p>
                <button type="button" class="btn" on:click=tap(again)>{t(|t| t.search_retry)}</button>
            }
            .into_any(),
            (None, false) => return None,
        })
    });
    let shown = part(move || match counts.get() {
        Some(counts) => Some(told(&id, &counts)),
        None if !tournee.online().get() => {
            Some(view! { <p class="muted">{t(|t| t.dashboard_never)}</p> }.into_any())
        }
        None => None,
    });
    view! {
        <section class="stack service" data-test="service" data-source=source.source.0.clone()>
            <h2>{chip_of(&source.source)}</h2>
            {state}
            {shown}
        </section>
    }
    .into_any()
}

fn told(source: &SourceId, counts: &ServiceTally) -> AnyView {
    let at = fill(
        t(|t| t.dashboard_counted),
        &[("when", &instant(counts.at, Form::Full))],
    );
    let partial = counts.partial.then_some(t(|t| t.dashboard_partial));
    view! {
        <p class="muted small" data-test="service-at">{at} {partial.map(|words| format!(" {words}"))}</p>
        {charts(&counts.tally, &Leads::Search(source.clone()))}
    }
    .into_any()
}

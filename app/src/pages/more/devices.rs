//! *Mes appareils*: where he is signed in, a lost one revoked, what it left taken over.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::ids::DeviceId;
use tournee_core::wire::DeviceInfo;

use crate::components::{Sheet, Toasts, part, tap, whether};
use crate::contexts::Tournee;
use crate::platform::intl::{Form, instant};
use crate::sync::{ApiFailure, api, failure_words};
use crate::text::{fill, plural, t};

/// What the server said.
#[derive(Clone)]
enum Answer {
    Asking,
    Known(Vec<DeviceInfo>),
    Failed(ApiFailure),
}

/// What the sheet works with.
#[derive(Clone, Copy)]
struct Shown {
    answer: RwSignal<Answer>,
    /// The one that is about to be revoked.
    chosen: RwSignal<Option<DeviceId>>,
    busy: RwSignal<bool>,
    failed: RwSignal<Option<String>>,
    open: RwSignal<bool>,
}

/// The section, and the sheet that asks the server.
#[component]
pub fn DevicesButton() -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <h2>{t(|t| t.devices_title)}</h2>
        <p class="muted small">{t(|t| t.devices_more)}</p>
        <button type="button" class="btn" data-test="devices" on:click=tap(move || open.set(true))>{t(|t| t.devices_title)}</button>
        <Sheet title=t(|t| t.devices_title) open=open>{devices(open)}</Sheet>
    }
    .into_any()
}

fn devices(open: RwSignal<bool>) -> AnyView {
    let shown = Shown {
        answer: RwSignal::new(Answer::Asking),
        chosen: RwSignal::new(None),
        busy: RwSignal::new(false),
        failed: RwSignal::new(None),
        open,
    };
    ask(shown);
    let list = move || {
        Some(match shown.answer.get() {
            Answer::Asking => {
                view! { <p class="muted" role="status">{t(|t| t.devices_asking)}</p> }.into_any()
            }
            Answer::Failed(failure) => {
                let words = failure_words(&failure);
                view! { <p class="error" role="alert" data-test="devices-failed">{words}</p> }
                    .into_any()
            }
            Answer::Known(devices) => {
                let cards = devices.into_iter().map(|device| card(shown, device));
                view! { <ul class="plain stack">{cards.collect_view()}</ul> }.into_any()
            }
        })
    };
    // A toast lies under the sheet.
    let failed = move || {
        let words = shown.failed.get()?;
        Some(
            view! { <p class="error" role="alert" data-test="revoke-failed">{words}</p> }
                .into_any(),
        )
    };
    view! { <div class="stack">{part(failed)} {part(list)}</div> }.into_any()
}

fn ask(shown: Shown) {
    spawn_local(async move {
        let answer = match api::devices().await {
            Ok(list) => Answer::Known(list.devices),
            Err(failure) => Answer::Failed(failure),
        };
        shown.answer.try_set(answer);
    });
}

fn card(shown: Shown, info: DeviceInfo) -> AnyView {
    let tournee = Tournee::expect();
    let here = tournee.with_untracked(|phone| phone.meta().device == info.device);
    let name = match info.name.is_empty() {
        true => t(|t| t.devices_unnamed).to_owned(),
        false => info.name.clone(),
    };
    let stands = stands(&info);
    let waiting = (info.waiting > 0).then(|| take_over(shown, &info));
    let revocable = !here && info.revoked_at.is_none();
    let revoke = revocable.then(|| revoke(shown, info.device, &name));
    view! {
        <li class="card stack" data-test="device" data-device=info.device.to_string() data-revoked=info.revoked_at.is_some().to_string()>
            <div class="line">
                <strong>{name}</strong>
                {here.then(|| view! { <span class="tag">{t(|t| t.devices_this)}</span> })}
            </div>
            <p class="muted small">{stands}</p>
            {waiting}
            {revoke}
        </li>
    }
    .into_any()
}

fn stands(info: &DeviceInfo) -> String {
    let seen = instant(info.seen_at, Form::Full);
    let seen = fill(t(|t| t.devices_seen), &[("when", &seen)]);
    match (info.revoked_at, info.signed_out) {
        (Some(at), gone) => {
            let words = t(|t| match gone {
                true => t.devices_cleared,
                false => t.devices_revoked,
            });
            fill(words, &[("when", &instant(at, Form::Full))])
        }
        (None, true) => format!("{} · {seen}", t(|t| t.devices_signed_out)),
        (None, false) => seen,
    }
}

/// The button, and what it does behind a second one: nobody revokes a phone by a slip of his thumb.
fn revoke(shown: Shown, device: DeviceId, name: &str) -> AnyView {
    let label = fill(t(|t| t.devices_revoke_named), &[("name", name)]);
    let sure = move || {
        shown.busy.set(true);
        shown.failed.set(None);
        spawn_local(async move {
            let revoked = api::revoke_device(device).await;
            shown.busy.try_set(false);
            match revoked {
                Ok(()) => {
                    shown.chosen.try_set(None);
                    ask(shown);
                }
                Err(failure) => drop(shown.failed.try_set(Some(failure_words(&failure)))),
            }
        });
    };
    let parts = move || {
        Some(match shown.chosen.get() == Some(device) {
            true => view! {
                <p class="banner warn" role="alert">{t(|t| t.devices_revoke_hint)}</p>
                <button type="button" class="btn danger" data-test="revoke-now" disabled=whether(move || shown.busy.get()) on:click=tap(sure)>
                    {t(|t| t.devices_revoke_sure)}
                </button>
            }
            .into_any(),
            false => view! {
                <button type="button" class="btn quiet" data-test="revoke" aria-label=label.clone() on:click=tap(move || shown.chosen.set(Some(device)))>
                    {t(|t| t.devices_revoke)}
                </button>
            }
            .into_any(),
        })
    };
    view! { {part(parts)} }.into_any()
}

fn take_over(shown: Shown, info: &DeviceInfo) -> AnyView {
    let (tournee, toasts) = (Tournee::expect(), Toasts::expect());
    let device = info.device;
    let words = plural(info.waiting as usize, |t| &t.devices_take_over);
    let take = move || {
        shown.busy.set(true);
        shown.failed.set(None);
        spawn_local(async move {
            let taken = tournee.take_over(device).await;
            shown.busy.try_set(false);
            match taken {
                Ok(count) => {
                    shown.open.try_set(false);
                    toasts.done(plural(count, |t| &t.devices_taken_over));
                }
                Err(failure) => drop(shown.failed.try_set(Some(failure_words(&failure)))),
            }
        });
    };
    view! {
        <button type="button" class="btn primary" data-test="take-over" disabled=whether(move || shown.busy.get()) on:click=tap(take)>
            {words}
        </button>
    }
    .into_any()
}

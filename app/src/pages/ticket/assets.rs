//! The assets that the ticket is about; linking another one.

use std::sync::Arc;

use leptos::prelude::*;
use tournee_core::changes::{ChangeBody, SetAsset};
use tournee_core::domain::LinkedAsset;

use super::Open;
use super::act::act;
use crate::components::{
    Icon, Sheet, Toasts, asset_kind_words, asset_name, icons, kept, part, tap,
};
use crate::contexts::HeldAsset;
use crate::pages::equipment::{Choose, address, finder};
use crate::text::{fill, t};

/// The linked assets.
#[component]
pub fn Assets(
    /// The ticket.
    open: Open,
) -> impl IntoView {
    let assets = kept(move || open.ticket.with(|ticket| ticket.assets.clone()));
    let correctable = kept(move || open.is_correctable());
    let choosing = RwSignal::new(false);
    let rows = move || {
        let correctable = correctable.get();
        assets.with(|all| {
            all.iter()
                .map(|one| asset(open, one, correctable))
                .collect::<Vec<_>>()
        })
    };
    let link = move || {
        correctable.get().then(|| {
            view! {
            <button
                type="button" class="btn quiet push" data-test="link-asset" aria-haspopup="dialog"
                on:click=tap(move || choosing.set(true))
            >
                <Icon of=icons::SCAN/> {t(|t| t.asset_link)}
            </button>
        }.into_any()
        })
    };
    let view = move || {
        let shown = correctable.get() || assets.with(|all| !all.is_empty());
        shown.then(|| {
            view! {
                <section class="section" data-test="ticket-assets">
                    <div class="line"><h2>{t(|t| t.assets_title)}</h2>{part(link)}</div>
                    <ul class="plain">{rows}</ul>
                </section>
            }
            .into_any()
        })
    };
    view! {
        {part(view)}
        <Sheet title=t(|t| t.asset_link) open=choosing>{chooser(open, choosing)}</Sheet>
    }
    .into_any()
}

fn asset(open: Open, asset: &LinkedAsset, correctable: bool) -> AnyView {
    let toasts = Toasts::expect();
    let key = open.key();
    let part = correctable.then(|| {
        let parted = asset.clone();
        let label = fill(t(|t| t.asset_unlink), &[("name", &asset_name(asset))]);
        view! {
            <button
                type="button" class="icon-btn push" data-test="unlink-asset" aria-label=label
                on:click=tap(move || set(open, toasts, parted.clone(), false, || {}))
            >
                <Icon of=icons::CLOSE/>
            </button>
        }
        .into_any()
    });
    view! {
        <li class="line entry linked" data-test="ticket-asset" data-key=asset.key.to_string()>
            <Icon of=icons::SCAN/>
            <a class="grow" href=address(&key.source, asset.key)><strong>{asset_name(asset)}</strong></a>
            <span class="muted small">{asset_kind_words(asset.key.kind)}</span>
            {part}
        </li>
    }
    .into_any()
}

fn chooser(open: Open, shown: RwSignal<bool>) -> AnyView {
    let toasts = Toasts::expect();
    let choose: Choose = Arc::new(move |held: &HeldAsset| {
        set(open, toasts, held.asset.linked(), true, move || {
            shown.try_set(false);
        });
    });
    finder(
        Some(open.key().source),
        RwSignal::new(String::new()),
        Some(choose),
    )
}

fn set(
    open: Open,
    toasts: Toasts,
    asset: LinkedAsset,
    linked: bool,
    done: impl FnOnce() + 'static,
) {
    let words = match linked {
        true => t(|t| t.asset_linked),
        false => t(|t| t.asset_parted),
    };
    let words = fill(words, &[("name", &asset_name(&asset))]);
    let body = ChangeBody::Asset(SetAsset { asset, linked });
    act(
        open.tournee,
        toasts,
        open.key().into(),
        body,
        words,
        move |lasts| {
            if lasts {
                done();
            }
        },
    );
}

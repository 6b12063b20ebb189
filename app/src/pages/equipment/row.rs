//! An asset in a list.

use leptos::prelude::*;

use super::address;
use super::finder::Choose;
use crate::components::{asset_kind_words, asset_name, chip_of, tap};
use crate::contexts::HeldAsset;
use crate::text::{fill, t};

/// A line that leads to its page.
pub fn link_row(held: &HeldAsset) -> AnyView {
    let name = asset_name(&held.asset.linked());
    let link = view! { <a class="t-title" href=address(&held.source, held.asset.key)>{name}</a> };
    framed(held, link.into_any())
}

/// A line that is chosen by a tap.
pub fn choice_row(held: &HeldAsset, choose: Choose) -> AnyView {
    let name = asset_name(&held.asset.linked());
    let chosen = held.clone();
    let tapped = tap(move || choose(&chosen));
    let button = view! {
        <button type="button" class="t-title" data-test="asset-choose" on:click=tapped>{name}</button>
    };
    framed(held, button.into_any())
}

fn framed(held: &HeldAsset, title: AnyView) -> AnyView {
    let asset = &held.asset;
    let numbered = |words: &'static str, number: &str| {
        (!number.is_empty()).then(|| fill(words, &[("number", number)]))
    };
    let serial = numbered(t(|t| t.asset_serial_is), &asset.serial);
    let inventory = numbered(t(|t| t.asset_inventory_is), &asset.inventory);
    view! {
        <li class="s-row asset" data-test="asset" data-key=format!("{}/{}", held.source, asset.key)>
            <div class="t-line">
                <span>{asset_kind_words(asset.key.kind)}</span>
                {chip_of(&held.source)}
            </div>
            {title}
            <div class="t-line"><span>{serial}</span><span>{inventory}</span></div>
            <div class="t-line"><span class="t-cut">{asset.location.clone()}</span></div>
        </li>
    }
    .into_any()
}

//! A store in which nothing waits, added to the round by hand.

use leptos::prelude::*;
use tournee_core::domain::StoreId;
use tournee_core::fold::{compare, fold};

use super::Round;
use crate::components::{Icon, Sheet, Toasts, each, icons, kept, part, tap, typed};
use crate::text::{fill, t};

/// So many are offered; the words narrow them.
const OFFERED: usize = 30;

/// The button, and the sheet with the stores.
pub fn add_store(round: Round) -> AnyView {
    let open = RwSignal::new(false);
    view! {
        <button
            type="button" class="btn" data-test="store-add" aria-haspopup="dialog"
            on:click=tap(move || open.set(true))
        >
            <Icon of=icons::PLUS/> {t(|t| t.round_add)}
        </button>
        <Sheet title=t(|t| t.round_add) open>{stores(round, open)}</Sheet>
    }
    .into_any()
}

fn stores(round: Round, open: RwSignal<bool>) -> AnyView {
    let looked_for = RwSignal::new(String::new());
    let all = StoredValue::new(not_in_it(round));
    let found = kept(move || {
        let wanted = looked_for.with(|words| fold(words.trim()));
        let wanted: Vec<&str> = wanted.split_whitespace().collect();
        let fits = |name: &str| wanted.iter().all(|word| fold(name).contains(word));
        all.with_value(|all| {
            let names = all.iter().filter(|name| fits(name));
            names.take(OFFERED).cloned().collect::<Vec<_>>()
        })
    });
    let none = part(move || {
        found.with(Vec::is_empty).then(|| {
            view! { <p class="muted" role="status">{t(|t| t.round_add_none)}</p> }.into_any()
        })
    });
    view! {
        <div class="stack">
            <input
                type="search" name="store" autocomplete="off" autofocus
                placeholder=t(|t| t.round_add_search) aria-label=t(|t| t.round_add_search)
                on:input=typed(move |value| looked_for.set(value))
            />
            {none}
            <div class="stack tight">{each(move || found.get(), move |name| offer(round, open, name))}</div>
        </div>
    }
    .into_any()
}

fn offer(round: Round, open: RwSignal<bool>, name: &str) -> AnyView {
    let toasts = Toasts::expect();
    let (shown, added) = (name.to_owned(), name.to_owned());
    let add = move || {
        let (Some(id), name) = (StoreId::of(&added), added.clone()) else {
            return;
        };
        let day = untrack(|| round.day());
        toasts.done(fill(t(|t| t.round_add_done), &[("store", &name)]));
        round
            .tournee
            .write_book(move |book| book.add_store(&id, &name, day));
        open.set(false);
    };
    view! {
        <button type="button" class="btn wide" data-test="store-offer" dir="auto" on:click=tap(add)>{shown}</button>
    }
    .into_any()
}

/// The stores that are known and in which nothing waits, by name.
fn not_in_it(round: Round) -> Vec<String> {
    let listed = round.places.with_untracked(|places| places.names());
    let held = round.tournee.with_untracked(|phone| {
        let rows = phone.rows().iter();
        let mut names: Vec<String> = rows.map(|row| row.location.clone()).collect();
        names.sort_unstable();
        names.dedup();
        names
    });
    let waits = round.waits.get_untracked();
    let mut names: Vec<(StoreId, String)> = listed
        .into_iter()
        .chain(held)
        .filter_map(|name| Some((StoreId::of(&name)?, name)))
        .filter(|(id, _)| waits.store(id).is_none())
        .collect();
    // Of both GLPIs the same shop.
    names.sort_by(|a, b| a.0.cmp(&b.0));
    names.dedup_by(|a, b| a.0 == b.0);
    names.sort_by(|a, b| compare(&a.1, &b.1));
    names.into_iter().map(|(_, name)| name).collect()
}

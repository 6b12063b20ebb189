//! One of many, by a few letters: what fits best is a button each.

use leptos::prelude::*;

use crate::components::{tap, typed};
use crate::pages::create::suggest::{Offer, best};
use crate::text::t;

/// All that may be offered for what is typed, each with how much it is used.
pub type Offers = Box<dyn Fn(&str) -> Vec<(Offer, usize)> + Send + Sync>;

/// A field, and what fits the words in it. Calls back with the number of the one that is chosen.
pub fn chooser(
    label: &'static str,
    offers: Offers,
    choose: impl Fn(&Offer) + Clone + Send + Sync + 'static,
) -> AnyView {
    let words = RwSignal::new(String::new());
    let one = move |offer: Offer| {
        let choose = choose.clone();
        let (name, detail) = (offer.name.clone(), offer.detail.clone());
        let detail = (!detail.is_empty())
            .then(|| view! { <span class="push muted small">{detail}</span> }.into_any());
        view! {
            <button type="button" class="btn" data-test="offer" on:click=tap(move || choose(&offer))>
                <span>{name}</span>{detail}
            </button>
        }
        .into_any()
    };
    let found = move || {
        let found = words.with(|words| best(words, offers(words)));
        match found.is_empty() {
            true => vec![
                view! { <p class="hint" role="status">{t(|t| t.fact_none_found)}</p> }.into_any(),
            ],
            false => found.into_iter().map(&one).collect::<Vec<AnyView>>(),
        }
    };
    view! {
        <div class="stack">
            <label class="field">
                <span>{label}</span>
                <input
                    type="search" name="search" dir="auto" autocomplete="off" enterkeyhint="search" autofocus
                    prop:value=move || words.get()
                    on:input=typed(move |value| words.set(value))
                />
            </label>
            <div class="choices">{found}</div>
        </div>
    }
    .into_any()
}

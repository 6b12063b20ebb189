//! Before anything is typed: what was looked for lately, and what can be.

use leptos::prelude::*;

use super::memory;
use crate::components::{Icon, each, icons, part, tap};
use crate::text::{fill, t};

/// Earlier searches and examples; a tap takes one over.
pub fn recent(words: RwSignal<String>, shown: Memo<bool>) -> AnyView {
    let all = RwSignal::new(memory::recent());
    Effect::watch(
        move || shown.get(),
        move |shown, _, _| {
            if *shown {
                all.set(memory::recent());
            }
        },
        false,
    );
    let one = move |text: &str| earlier(text, words, all);
    let earlier = part(move || {
        let some = all.with(|all| !all.is_empty());
        some.then(|| {
            view! {
                <h2>{t(|t| t.search_recent)}</h2>
                <div class="recent">{each(move || all.get(), one)}</div>
            }
            .into_any()
        })
    });
    view! {
        <div class="search-start stack" data-test="search-start">
            {earlier}
            <h2>{t(|t| t.search_how)}</h2>
            <p class="muted">{t(|t| t.search_how_hint)}</p>
            <dl class="how">{examples(words)}</dl>
        </div>
    }
    .into_any()
}

fn earlier(text: &str, words: RwSignal<String>, all: RwSignal<Vec<String>>) -> AnyView {
    let (shown, chosen, gone) = (text.to_owned(), text.to_owned(), text.to_owned());
    let forget = fill(t(|t| t.search_forget), &[("words", text)]);
    view! {
        <div class="line">
            <button type="button" class="btn quiet" data-test="search-recent" on:click=tap(move || words.set(chosen.clone()))>
                <Icon of=icons::SEARCH/><span>{shown}</span>
            </button>
            <button
                type="button" class="icon-btn push" aria-label=forget
                on:click=tap(move || all.set(memory::forget(&gone)))
            >
                <Icon of=icons::CLOSE/>
            </button>
        </div>
    }
    .into_any()
}

fn examples(words: RwSignal<String>) -> AnyView {
    let example = move |text: &'static str, meaning: &'static str| {
        view! {
            <div>
                <dt><button type="button" class="btn small" on:click=tap(move || words.set(text.to_owned()))>{text}</button></dt>
                <dd>{meaning}</dd>
            </div>
        }
        .into_any()
    };
    view! {
        {example(t(|t| t.search_example_status), t(|t| t.search_meaning_status))}
        {example(t(|t| t.search_example_store), t(|t| t.search_meaning_store))}
        {example(t(|t| t.search_late), t(|t| t.search_meaning_late))}
        {example(t(|t| t.search_example_number), t(|t| t.search_meaning_number))}
    }
    .into_any()
}

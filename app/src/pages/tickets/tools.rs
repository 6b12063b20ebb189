//! Above the list: words, whose tickets, how many, how many of them new.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::filter::{Filter, Scope};
use super::listing::Listing;
use super::slice::{Part, age_words, week_words};
use crate::components::{Icon, icons, kept, later, part, tap, typed};
use crate::contexts::Tournee;
use crate::text::{fill, number, plural, t};

/// The tools of the list.
#[component]
pub fn Tools(
    /// The choice.
    filter: RwSignal<Filter>,
    /// The list.
    listing: Memo<Listing>,
    /// Whether the sheet of choices is open.
    choosing: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <div class="tools" role="search">
            {later(move || view! {
                <Words filter choosing/>
                <Scopes filter/>
                <Found filter listing/>
            }.into_any())}
        </div>
    }
    .into_any()
}

/// What is looked for.
#[component]
fn Words(filter: RwSignal<Filter>, choosing: RwSignal<bool>) -> impl IntoView {
    let narrowed = kept(move || filter.with(Filter::narrowed));
    view! {
        <input
            type="search" name="words" enterkeyhint="search" autocomplete="off"
            placeholder=t(|t| t.tickets_search) aria-label=t(|t| t.tickets_search)
            prop:value=move || filter.with(|filter| filter.words.clone())
            on:input=typed(move |value| filter.update(|filter| filter.words = value))
        />
        <button
            type="button" class="icon-btn" data-test="filter-open" aria-haspopup="dialog"
            aria-label=move || match narrowed.get() {
                0 => t(|t| t.tickets_filter).to_owned(),
                n => plural(n, |t| &t.tickets_filtered),
            }
            on:click=tap(move || choosing.set(true))
        >
            <Icon of=icons::FILTER/>
            {move || (narrowed.get() > 0).then(|| view! { <span class="count" aria-hidden="true">{narrowed.get()}</span> }.into_any())}
        </button>
    }
    .into_any()
}

#[component]
fn Scopes(filter: RwSignal<Filter>) -> impl IntoView {
    let one = move |scope: Scope, hook: &'static str, words: &'static str| {
        view! {
            <button
                type="button" data-test=hook
                aria-pressed=move || filter.with(|filter| filter.scope == scope).to_string()
                on:click=tap(move || filter.update(|filter| filter.scope = scope))
            >
                {words}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="seg" role="group" aria-label=t(|t| t.tickets_scope)>
            {one(Scope::All, "scope-all", t(|t| t.tickets_scope_all))}
            {one(Scope::Mine, "scope-mine", t(|t| t.tickets_scope_mine))}
            {one(Scope::Groups, "scope-groups", t(|t| t.tickets_scope_groups))}
            {one(Scope::Unassigned, "scope-unassigned", t(|t| t.tickets_scope_unassigned))}
        </div>
    }
    .into_any()
}

#[component]
fn Found(filter: RwSignal<Filter>, listing: Memo<Listing>) -> impl IntoView {
    let tournee = Tournee::expect();
    let count = move || listing.with(|listing| (listing.rows.len(), listing.held));
    let fresh = kept(move || listing.with(|listing| listing.news.len()));
    let chosen = kept(move || filter.with(|filter| filter.news));
    let words = move || match count() {
        (found, held) if found == held => plural(held, |t| &t.tickets_count),
        (found, held) => fill(
            t(|t| t.tickets_count_of),
            &[("n", &number(found)), ("held", &number(held))],
        ),
    };
    let look = move || {
        // Those that are counted on the screen: what came in this moment nobody has seen.
        let seen = listing.with_untracked(|listing| listing.news.to_vec());
        filter.update(|filter| filter.news = false);
        spawn_local(async move { tournee.look(seen).await });
    };
    let slice = kept(move || filter.with(|filter| filter.slice.clone()));
    let part = part(move || {
        let words = slice_words(&slice.get()?.part);
        let take_away = move || filter.update(|filter| filter.slice = None);
        Some(view! {
            <button type="button" class="btn quiet small" data-test="slice" on:click=tap(take_away)>
                {words} <Icon of=icons::CLOSE/><span class="sr-only">{t(|t| t.tickets_slice_away)}</span>
            </button>
        }
        .into_any())
    });
    view! {
        <div class="found">
            {part}
            <span data-test="row-count" role="status">{words}</span>
            // Chosen, it can be left also when there is nothing new any more.
            {move || (fresh.get() > 0 || chosen.get()).then(|| view! {
                <button
                    type="button" class="news" data-test="news-count"
                    aria-pressed=move || chosen.get().to_string()
                    on:click=tap(move || filter.update(|filter| filter.news = !filter.news))
                >
                    {move || plural(fresh.get(), |t| &t.tickets_news)}
                </button>
                <button type="button" class="btn quiet" data-test="news-seen" on:click=tap(look)>{t(|t| t.tickets_seen)}</button>
            }.into_any())}
        </div>
    }
    .into_any()
}

fn slice_words(part: &Part) -> String {
    match part {
        Part::Late => t(|t| t.dashboard_late).to_owned(),
        Part::Category(name) if name.is_empty() => t(|t| t.dashboard_no_category).to_owned(),
        Part::Category(name) => name.clone(),
        Part::Aged(age) => age_words(*age).to_owned(),
        Part::Solved(weeks) => {
            let week = week_words(*weeks);
            fill(t(|t| t.tickets_slice_solved), &[("week", &week)])
        }
    }
}

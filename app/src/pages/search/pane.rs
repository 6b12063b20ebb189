//! What is typed, and below it what was found.

use std::sync::Arc;

use leptos::html::Div;
use leptos::prelude::*;
use tournee_core::search::Query;

use super::Opened;
use super::beyond::beyond;
use super::memory;
use super::recent::recent;
use super::results::{Context, Results, Shown, results};
use super::warm::ready_rows;
use crate::components::{Empty, icons, kept, part, sent, soon, tap, typed, use_room};
use crate::contexts::{Indexed, Tournee};
use crate::platform::device;
use crate::platform::intl::ahead_of_utc;
use crate::text::{fill, number, plural, t};

/// The box and the results.
#[component]
pub fn SearchPane(
    /// What is open beside them.
    opened: Memo<Option<Opened>>,
) -> impl IntoView {
    let tournee = Tournee::expect();
    let indexed = tournee.keep_index();
    let words = RwSignal::new(memory::words());
    let shown = RwSignal::new(memory::shown());
    Effect::watch(
        move || (words.get(), shown.get()),
        |(words, shown), _, _| {
            memory::keep_words(words);
            memory::keep_shown(*shown);
        },
        false,
    );
    let query = kept(move || {
        words.with(|words| {
            let query = Query::of(words);
            Arc::new(query.ahead_by(ahead_of_utc(tournee.now())))
        })
    });
    let found = Memo::new(move |_| {
        indexed.track();
        let query = query.get();
        Results {
            typed: words.with_untracked(|words| words.as_str().into()),
            found: Arc::new(tournee.find(&query)),
            query,
        }
    });
    come_back(opened);
    let nothing_typed = kept(move || query.with(|query| query.is_empty()));
    let context = Context {
        results: found,
        shown,
        opened,
    };
    view! {
        <section class="list-pane search">
            {move || opened.with(Option::is_none).then(|| view! { <h1 class="sr-only">{t(|t| t.nav_search)}</h1> }.into_any())}
            <div class="tools" role="search">
                {field(words)}
                <div class="seg" role="group" aria-label=t(|t| t.search_shown) hidden=move || nothing_typed.get()>{chips(context)}</div>
                <p class="found-words" role="status" data-test="search-count" data-ready=move || indexed.get().ready.to_string()>{move || said(indexed.get(), &found.read())}</p>
            </div>
            {body(words, nothing_typed, context, indexed)}
        </section>
    }
    .into_any()
}

/// From an open page back to the row one came from.
fn come_back(opened: Memo<Option<Opened>>) {
    Effect::new(move |before: Option<Option<Opened>>| {
        let now = opened.get();
        if let (Some(Some(left)), None) = (before, &now) {
            let row = format!("[data-test=search-list] a[href=\"{}\"]", left.address());
            request_animation_frame(move || {
                device::focus(&row);
            });
        }
        now
    });
}

fn field(words: RwSignal<String>) -> AnyView {
    let enter = move || {
        memory::keep_recent(&words.get_untracked());
        // The keyboard goes, the results are seen.
        device::blur();
    };
    view! {
        <form on:submit=sent(enter)>
            <input
                type="search" name="search" enterkeyhint="search" autocomplete="off" autocapitalize="none" spellcheck="false"
                placeholder=t(|t| t.search_placeholder) aria-label=t(|t| t.search_label) data-test="search-words"
                prop:value=move || words.get()
                on:input=typed(move |value| words.set(value))
            />
        </form>
    }
    .into_any()
}

/// Both groups, or one of them.
fn chips(context: Context) -> AnyView {
    let Context { results, shown, .. } = context;
    let one =
        move |of: Shown, hook: &'static str, words: &'static str, count: Memo<Option<usize>>| {
            view! {
            <button
                type="button" data-test=hook aria-pressed=move || (shown.get() == of).to_string()
                on:click=tap(move || shown.set(of))
            >
                {words} {move || count.get().map(|n| format!("\u{a0}{}", number(n)))}
            </button>
        }
        .into_any()
        };
    let tickets = kept(move || results.with(|r| Some(r.found.tickets.len())));
    let mails = kept(move || results.with(|r| Some(r.found.threads.len())));
    view! {
        {one(Shown::Best, "search-shown-best", t(|t| t.search_best), kept(|| None))}
        {one(Shown::Tickets, "search-shown-tickets", t(|t| t.nav_tickets), tickets)}
        {one(Shown::Mails, "search-shown-mails", t(|t| t.nav_mails), mails)}
    }
    .into_any()
}

/// How many, and whether all has been looked through.
fn said(indexed: Indexed, results: &Results) -> String {
    if results.query.is_empty() {
        return String::new();
    }
    if !indexed.ready {
        return t(|t| t.search_reading).to_owned();
    }
    let count = results.found.tickets.len() + results.found.threads.len();
    let found = plural(count, |t| &t.search_found);
    match indexed.lacking {
        0 => found,
        lacking => format!("{found} · {}", plural(lacking, |t| &t.search_lacking)),
    }
}

fn body(
    words: RwSignal<String>,
    nothing_typed: Memo<bool>,
    context: Context,
    indexed: ReadSignal<Indexed>,
) -> AnyView {
    let node = NodeRef::<Div>::new();
    let room = use_room(node);
    let hidden = kept(move || room.with(|room| room.width <= 0.0));
    // A hidden list has lost its place; it finds it again when it shows.
    Effect::new(move |_| {
        if !hidden.get()
            && let Some(list) = node.get()
        {
            list.set_scroll_top(memory::top() as i32);
        }
    });
    let keep_top = move |_| {
        if let (false, Some(list)) = (hidden.get_untracked(), node.get_untracked()) {
            memory::keep_top(f64::from(list.scroll_top()));
        }
    };
    let found = context.results;
    let rows = Context {
        results: ready_rows(found, indexed),
        ..context
    };
    let none = kept(move || {
        let empty = found.with(|results| results.found.is_empty());
        empty && indexed.with(|indexed| indexed.ready)
    });
    view! {
        <div class="list search-list" tabindex="-1" node_ref=node on:scroll=keep_top data-test="search-list">
            <div hidden=move || !nothing_typed.get()>{recent(words, nothing_typed)}</div>
            <div class:unseen=move || nothing_typed.get() data-test="search-here" data-words=move || found.with(|found| found.typed.to_string())>
                {results(rows)}
            </div>
            {part(move || (!nothing_typed.get()).then(|| view! {
                {part(move || none.get().then(|| nothing(words)))}
                {soon(move || beyond(context, words))}
            }.into_any()))}
        </div>
    }
    .into_any()
}

fn nothing(words: RwSignal<String>) -> AnyView {
    let title = move || {
        let words = words.get();
        fill(t(|t| t.search_none), &[("words", words.trim())])
    };
    view! { <div class="search-none">{move || view! { <Empty icon=icons::SEARCH title=title()/> }}</div> }
        .into_any()
}

//! The field, the scanner, and what they find: on the phone at once, in the GLPIs when the typing pauses.

use std::sync::Arc;

use futures::future::{AbortHandle, abortable};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::Label;
use tournee_core::ids::SourceId;

use super::memory;
use super::row::{choice_row, link_row};
use super::scanner::scanner;
use crate::components::{asset_kind_words, kept, part, sent, tap, typed};
use crate::contexts::{HeldAsset, Shelves, Tournee};
use crate::sync::{ApiFailure, failure_words};
use crate::text::{fill, plural, t};

/// The next letter often comes at once.
const PAUSE_MS: u32 = 500;
/// Fewer letters mean too much.
const LETTERS: usize = 3;
/// So many are shown; who wants fewer types on.
const SHOWN: usize = 40;

/// What is done with the one that is chosen.
pub type Choose = Arc<dyn Fn(&HeldAsset) + Send + Sync>;

/// What the GLPIs say.
#[derive(Clone, Debug, Default, PartialEq)]
struct Beyond {
    asking: bool,
    found: Vec<HeldAsset>,
    failed: Vec<(SourceId, ApiFailure)>,
    more: bool,
}

/// Finds an asset: of one GLPI `only`, where that is given. Each is a link to its page, or a button that calls `choose`.
pub fn finder(only: Option<SourceId>, words: RwSignal<String>, choose: Option<Choose>) -> AnyView {
    let tournee = Tournee::expect();
    let shelves = tournee.shelves();
    let held = {
        let only = only.clone();
        kept(move || {
            let label = words.with(|words| Label::of(words));
            shelves.with(|shelves| shelves.labelled(&label, only.as_ref()))
        })
    };
    let again = RwSignal::new(0_u32);
    let beyond = ask_as_one_types(tournee, only, words, again);
    let row: Arc<dyn Fn(&HeldAsset) -> AnyView + Send + Sync> = match choose {
        Some(choose) => Arc::new(move |held| choice_row(held, choose.clone())),
        None => Arc::new(link_row),
    };
    let of_glpi = row.clone();
    view! {
        <div class="stack" data-test="asset-finder">
            <form role="search" on:submit=sent(move || again.update(|n| *n += 1))>
                <label class="field">
                    <span>{t(|t| t.assets_field)}</span>
                    <input
                        type="search" name="asset" dir="auto" autocomplete="off" autocapitalize="characters" enterkeyhint="search"
                        placeholder=t(|t| t.assets_placeholder)
                        prop:value=move || words.get()
                        on:input=typed(move |value| words.set(value))
                    />
                </label>
            </form>
            {scanner(words)}
            {part(move || here(words, held, shelves, &*row))}
            {part(move || there(tournee, words, held, beyond, again, &*of_glpi))}
            {part(move || closed(shelves))}
        </div>
    }
    .into_any()
}

type Row<'a> = &'a (dyn Fn(&HeldAsset) -> AnyView + Send + Sync);

/// What the phone has.
fn here(
    words: RwSignal<String>,
    held: Memo<Vec<HeldAsset>>,
    shelves: RwSignal<Arc<Shelves>>,
    row: Row<'_>,
) -> Option<AnyView> {
    if words.with(|words| words.trim().is_empty()) {
        let known = shelves.with(|shelves| shelves.len());
        return Some(view! { <p class="muted" data-test="assets-known">{plural(known, |t| &t.assets_known)}</p> }.into_any());
    }
    let (rows, all) = held.with(|held| {
        let rows: Vec<AnyView> = held.iter().take(SHOWN).map(row).collect();
        (rows, held.len())
    });
    let said = match all {
        0 => t(|t| t.assets_none_here).to_owned(),
        all => plural(all, |t| &t.assets_here),
    };
    Some(
        view! {
            <section data-test="assets-here">
                <p class="small muted" role="status">{said}</p>
                <ul class="plain store-tickets">{rows}</ul>
            </section>
        }
        .into_any(),
    )
}

/// What the GLPIs have beside that.
fn there(
    tournee: Tournee,
    words: RwSignal<String>,
    held: Memo<Vec<HeldAsset>>,
    beyond: RwSignal<Beyond>,
    again: RwSignal<u32>,
    row: Row<'_>,
) -> Option<AnyView> {
    if !is_asked(&words.get()) {
        return None;
    }
    if !tournee.online().get() {
        return Some(
            view! { <p class="muted" data-test="assets-offline">{t(|t| t.assets_offline)}</p> }
                .into_any(),
        );
    }
    let beyond = beyond.get();
    let known: Vec<_> = held.with(|held| held.iter().map(HeldAsset::name).collect());
    let unheld: Vec<&HeldAsset> = beyond
        .found
        .iter()
        .filter(|found| !known.contains(&found.name()))
        .collect();
    let said = match (beyond.asking, unheld.len()) {
        (true, _) => t(|t| t.assets_asking).to_owned(),
        (false, 0) if beyond.failed.is_empty() => t(|t| t.assets_none_there).to_owned(),
        (false, 0) => String::new(),
        (false, n) if beyond.more => format!(
            "{} {}",
            plural(n, |t| &t.assets_there),
            t(|t| t.assets_more)
        ),
        (false, n) => plural(n, |t| &t.assets_there),
    };
    let failed = beyond.failed.iter().map(|(source, failure)| {
        let words = format!("{source} : {}", failure_words(failure));
        view! { <p class="error" role="alert">{words}</p> }.into_any()
    });
    let retry = (!beyond.failed.is_empty()).then(|| {
        view! { <button type="button" class="btn" on:click=tap(move || again.update(|n| *n += 1))>{t(|t| t.search_retry)}</button> }.into_any()
    });
    let rows: Vec<AnyView> = unheld.into_iter().map(row).collect();
    Some(
        view! {
            <section data-test="assets-there" aria-live="polite">
                <h2>{t(|t| t.search_beyond)}</h2>
                <p class="small muted">{said}</p>
                {failed.collect::<Vec<_>>()}
                {retry}
                <ul class="plain store-tickets">{rows}</ul>
            </section>
        }
        .into_any(),
    )
}

/// What a profile may not read, said plainly.
fn closed(shelves: RwSignal<Arc<Shelves>>) -> Option<AnyView> {
    let words = shelves.with(|shelves| {
        let one = |(source, kinds): &(SourceId, Vec<_>)| {
            let kinds: Vec<&str> = kinds.iter().map(|kind| asset_kind_words(*kind)).collect();
            let kinds = kinds.join(", ");
            fill(
                t(|t| t.assets_closed),
                &[("source", &source.0), ("kinds", &kinds)],
            )
        };
        shelves.closed().iter().map(one).collect::<Vec<_>>()
    });
    (!words.is_empty()).then(|| {
        view! { <p class="hint" data-test="assets-closed">{words.join(" ")}</p> }.into_any()
    })
}

fn is_asked(words: &str) -> bool {
    words.trim().chars().count() >= LETTERS
}

/// Asks when the typing pauses; gives up when it goes on.
fn ask_as_one_types(
    tournee: Tournee,
    only: Option<SourceId>,
    words: RwSignal<String>,
    again: RwSignal<u32>,
) -> RwSignal<Beyond> {
    let beyond = RwSignal::new(Beyond::default());
    let under_way = StoredValue::new(None::<AbortHandle>);
    let give_up = move || {
        if let Some(handle) = under_way.try_update_value(Option::take).flatten() {
            handle.abort();
        }
    };
    let typed = kept(move || words.with(|words| words.trim().to_owned()));
    Effect::new(move |_| {
        again.track();
        let (online, words) = (tournee.online().get(), typed.get());
        give_up();
        beyond.set(Beyond::default());
        if !online || !is_asked(&words) {
            return;
        }
        let (asking, handle) = abortable(ask(tournee, only.clone(), words, beyond));
        under_way.set_value(Some(handle));
        spawn_local(async move {
            // Given up: somebody asks anew.
            let _ = asking.await;
        });
    });
    on_cleanup(give_up);
    beyond
}

async fn ask(tournee: Tournee, only: Option<SourceId>, words: String, beyond: RwSignal<Beyond>) {
    let sources = tournee.with_untracked(|phone| phone.meta().sources.clone());
    let sources = sources.into_iter().map(|state| state.source);
    let sources: Vec<SourceId> = sources
        .filter(|source| only.as_ref().is_none_or(|only| only == source))
        .collect();
    beyond.try_update(|beyond| beyond.asking = true);
    TimeoutFuture::new(PAUSE_MS).await;
    let each = sources
        .iter()
        .map(|source| tournee.find_assets(source, &words));
    let answers = futures::future::join_all(each).await;
    let mut all = Beyond::default();
    for (source, answer) in sources.into_iter().zip(answers) {
        match answer {
            Ok(found) => {
                all.more |= found.more;
                let held = found.assets.into_iter().map(|asset| HeldAsset {
                    source: source.clone(),
                    asset,
                });
                all.found.extend(held);
            }
            Err(failure) => all.failed.push((source, failure)),
        }
    }
    all.found.iter().for_each(memory::see);
    beyond.try_set(all);
}

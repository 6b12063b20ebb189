//! The dossier: all that is known of a ticket in one file that opens anywhere, for a complaint or an audit; made on the
//! phone, with no network too.

mod paper;

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::{EntryKind, Thread};

use self::paper::{Paper, Pictures};
use super::Open;
use super::facts::facts;
use super::file::{bytes_on_phone, is_shown};
use super::history::Past;
use crate::components::{
    Icon, Sheet, Toasts, icons, kind_words, part, switched, tap, ticket_number,
};
use crate::platform::files;
use crate::platform::intl::{Form, instant};
use crate::text::{current, fill, t};

const MIME: &str = "text/html";

/// The file, made.
#[derive(Clone)]
struct Made {
    name: String,
    html: Arc<String>,
}

/// The button, and its sheet.
#[component]
pub fn DossierButton(
    /// The ticket.
    open: Open,
    /// Its history.
    past: Past,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    view! {
        <button
            type="button" class="btn" data-test="dossier" aria-haspopup="dialog"
            on:click=tap(move || shown.set(true))
        >
            <Icon of=icons::FILE/> {t(|t| t.dossier_open)}
        </button>
        <Sheet title=t(|t| t.dossier_open) open=shown>{move || sheet(open, past)}</Sheet>
    }
    .into_any()
}

/// It is made while the sheet opens: handing it to another app has to follow the tap at once.
fn sheet(open: Open, past: Past) -> AnyView {
    let private = RwSignal::new(true);
    let made = RwSignal::new(None::<Made>);
    Effect::new(move |_| {
        let private = private.get();
        made.set(None);
        spawn_local(async move {
            let dossier = make(open, past, private).await;
            made.try_set(Some(dossier));
        });
    });
    let hands = move || {
        Some(match made.get() {
            None => {
                view! { <p class="muted" role="status">{t(|t| t.dossier_making)}</p> }.into_any()
            }
            Some(made) => hands(made),
        })
    };
    view! {
        <div class="stack">
            <p>{t(|t| t.dossier_hint)}</p>
            <label class="switch">
                <input type="checkbox" name="dossier_private" prop:checked=move || private.get() on:change=switched(move |on| private.set(on))/>
                {t(|t| t.dossier_private)}
            </label>
            {part(hands)}
        </div>
    }
    .into_any()
}

fn hands(made: Made) -> AnyView {
    let toasts = Toasts::expect();
    let (saved, shared) = (made.clone(), made);
    let save = move || {
        if files::save(&saved.name, MIME, saved.html.as_bytes()).is_err() {
            toasts.failed(t(|t| t.mail_file_unsaved));
        }
    };
    let share = files::can_share(&shared.name, MIME).then(|| {
        let share = move || {
            let shared = shared.clone();
            spawn_local(async move {
                if files::share(&shared.name, MIME, shared.html.as_bytes())
                    .await
                    .is_err()
                {
                    toasts.failed(t(|t| t.dossier_unshared));
                }
            });
        };
        view! {
            <button type="button" class="btn wide" data-test="dossier-share" on:click=tap(share)>
                <Icon of=icons::OUT/> {t(|t| t.dossier_share)}
            </button>
        }
        .into_any()
    });
    view! {
        <button type="button" class="btn primary wide" data-test="dossier-save" on:click=tap(save)>
            <Icon of=icons::DOWN/> {t(|t| t.dossier_save)}
        </button>
        {share}
    }
    .into_any()
}

async fn make(open: Open, past: Past, private: bool) -> Made {
    let (acts, told) = past.to_print().await;
    let pictures = pictures(open).await;
    let threads = threads(open).await;
    let ticket = open.ticket.get_untracked();
    let number = ticket_number(ticket.key.id);
    let at = |at| instant(at, Form::Full);
    let facts = facts(&ticket, false).into_iter();
    let made_by = open.account().map(|account| account.name);
    let printed = [
        ("at", at(open.tournee.now())),
        ("by", made_by.unwrap_or_default()),
    ];
    let printed = printed
        .each_ref()
        .map(|(name, words)| (*name, words.as_str()));
    let html = Paper {
        language: current().tag(),
        title: format!("{number} {}", ticket.title),
        kind: format!("{} · {}", kind_words(ticket.kind), ticket.key.source),
        facts: facts.map(|fact| (fact.name, fact.words())).collect(),
        content: &ticket.content,
        entries: ticket.timeline.as_deref(),
        acts: &acts,
        told: &told,
        pictures: &pictures,
        threads: &threads,
        private,
        foot: fill(t(|t| t.dossier_made), &printed),
        at: &at,
    }
    .html();
    let digits: String = number.chars().filter(char::is_ascii_alphanumeric).collect();
    Made {
        name: format!("dossier-{}-{digits}.html", ticket.key.source),
        html: Arc::new(html),
    }
}

/// Those that are on the phone, whole, as addresses that hold them.
async fn pictures(open: Open) -> Pictures {
    let timeline = open.ticket.with_untracked(|ticket| ticket.timeline.clone());
    let mut found = BTreeMap::new();
    for entry in timeline.unwrap_or_default() {
        if let EntryKind::Document(document) = &entry.what
            && is_shown(&document.mime)
            && let Some(bytes) = bytes_on_phone(open, &entry, document).await
            && let Some(address) = files::inline(&document.mime, &bytes)
        {
            found.insert((entry.id, entry.change), address);
        }
    }
    found
}

/// The conversations that belong to it, with what was opened of them.
async fn threads(open: Open) -> Vec<Thread> {
    let key = open.key();
    let rows = open.tournee.with_untracked(|phone| phone.threads_of(&key));
    let mut threads = Vec::new();
    for row in rows {
        threads.extend(open.tournee.opened_thread(&row).await);
    }
    threads
}

//! A file of the timeline: a small picture, or its name; on a tap it is shown large, or saved.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::changes::AttachMailFile;
use tournee_core::domain::{Document, Entry};
use tournee_core::ids::FileHash;
use tournee_core::phone::KeptDocument;

use super::Open;
use crate::components::{Icon, Sheet, Toasts, icons, part, tap, whether};
use crate::platform::files;
use crate::sync::{ApiFailure, failure_words};
use crate::text::{fill, t};

/// A file that is to be seen.
#[derive(Clone)]
struct Seen {
    place: Place,
    name: String,
    mime: String,
}

/// Where its bytes are.
#[derive(Clone)]
enum Place {
    /// It was attached on this phone.
    Here(FileHash),
    /// In GLPI, and on the phone once it was opened.
    Glpi(KeptDocument),
    /// On its way from a mail.
    Mail(Box<AttachMailFile>),
}

/// A file that is shown large.
#[derive(Clone)]
pub struct Large {
    name: String,
    mime: String,
    address: String,
    bytes: std::sync::Arc<Vec<u8>>,
}

/// A file of the timeline.
pub fn file_view(open: Open, entry: &Entry, document: &Document) -> AnyView {
    let seen = seen(open, entry, document);
    match is_shown(&seen.mime) {
        true => picture(open, seen),
        false => button(open, seen),
    }
}

/// An address of a picture of the timeline, where it is on the phone.
pub async fn address_on_phone(open: Open, entry: &Entry, document: &Document) -> Option<String> {
    small_address(open, &seen(open, entry, document)).await
}

/// A file of the timeline as it is, where it is on the phone.
pub async fn bytes_on_phone(open: Open, entry: &Entry, document: &Document) -> Option<Vec<u8>> {
    match seen(open, entry, document).place {
        Place::Here(hash) => open.tournee.attached(&hash).await,
        Place::Glpi(document) => open.tournee.kept_document(&document).await,
        // Google has it, not the phone.
        Place::Mail(_) => None,
    }
}

fn seen(open: Open, entry: &Entry, document: &Document) -> Seen {
    let mine = entry.change.and_then(|change| {
        open.tournee.with_untracked(|phone| {
            let body = &phone.outbox().get(change)?.change.body;
            let here = body.file().map(|file| Place::Here(file.hash.clone()));
            let on_its_way = body.mail_file().filter(|_| document.id == 0);
            here.or_else(|| on_its_way.map(|file| Place::Mail(Box::new(file.clone()))))
        })
    });
    Seen {
        place: match mine {
            Some(place) => place,
            None => Place::Glpi(KeptDocument {
                ticket: open.key(),
                id: document.id,
            }),
        },
        name: document.name.clone(),
        mime: document.mime.clone(),
    }
}

/// What every browser shows as a picture.
pub fn is_shown(mime: &str) -> bool {
    matches!(
        mime,
        "image/jpeg" | "image/png" | "image/gif" | "image/webp"
    )
}

fn picture(open: Open, seen: Seen) -> AnyView {
    let address = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let small = seen.clone();
    spawn_local(async move {
        if let Some(found) = small_address(open, &small).await {
            // The page may have gone meanwhile.
            if address.try_set(Some(found.clone())).is_some() {
                files::forget_address(&found);
            }
        }
    });
    on_cleanup(move || {
        if let Some(Some(address)) = address.try_get_untracked() {
            files::forget_address(&address);
        }
    });
    let label = fill(t(|t| t.file_show), &[("name", &seen.name)]);
    let name = seen.name.clone();
    let inside = move || {
        Some(match address.get() {
            Some(address) => view! { <img src=address alt="" decoding="async"/> }.into_any(),
            None => view! { <Icon of=icons::PICTURES/> }.into_any(),
        })
    };
    let state = move || {
        busy.get()
            .then(|| view! { <span class="muted">{t(|t| t.mail_fetching)}</span> }.into_any())
    };
    let show = move || {
        let seen = seen.clone();
        open_file(open, seen, busy, move |large| {
            if address.try_get_untracked() == Some(None) {
                address.try_set(files::address_of(&large.mime, &large.bytes).ok());
            }
            open.large.set(Some(large));
        });
    };
    view! {
        <button type="button" class="thumb" data-test="file-picture" aria-label=label disabled=whether(move || busy.get()) on:click=tap(show)>
            <span class="thumb-box">{part(inside)}</span>
            <span class="thumb-name">{name} {part(state)}</span>
        </button>
    }
    .into_any()
}

fn button(open: Open, seen: Seen) -> AnyView {
    let busy = RwSignal::new(false);
    let toasts = Toasts::expect();
    let name = seen.name.clone();
    let state = move || {
        busy.get()
            .then(|| view! { <span class="muted">{t(|t| t.mail_fetching)}</span> }.into_any())
    };
    let save = move || {
        let seen = seen.clone();
        open_file(open, seen, busy, move |large| {
            files::forget_address(&large.address);
            save(toasts, &large);
        });
    };
    view! {
        <button type="button" class="btn mail-file" data-test="file-save" disabled=whether(move || busy.get()) on:click=tap(save)>
            <Icon of=icons::FILE/> <span class="t-cut">{name}</span> {part(state)}
        </button>
    }
    .into_any()
}

fn save(toasts: Toasts, large: &Large) {
    if files::save(&large.name, &large.mime, &large.bytes).is_err() {
        toasts.failed(t(|t| t.mail_file_unsaved));
    }
}

/// An address of a small picture, where there is one on the phone.
async fn small_address(open: Open, seen: &Seen) -> Option<String> {
    let bytes = match &seen.place {
        Place::Here(hash) => match open.tournee.attached_small(hash).await {
            Some(small) => Some(small),
            None => open.tournee.attached(hash).await,
        },
        Place::Glpi(document) => open.tournee.kept_document(document).await,
        // Opened mails have shown it where it came.
        Place::Mail(_) => None,
    };
    files::address_of(&seen.mime, &bytes?).ok()
}

/// Reads a file, from the phone or from GLPI, and goes on with it.
fn open_file(open: Open, seen: Seen, busy: RwSignal<bool>, then: impl Fn(Large) + 'static) {
    let toasts = Toasts::expect();
    busy.set(true);
    spawn_local(async move {
        let read = match &seen.place {
            Place::Here(hash) => match open.tournee.attached(hash).await {
                Some(bytes) => Ok(bytes),
                None => Err(t(|t| t.file_gone).to_owned()),
            },
            Place::Glpi(document) => {
                let read = open.tournee.document(document).await;
                read.map_err(|failure| unread(&failure))
            }
            Place::Mail(file) => {
                let tournee = open.tournee;
                let read = tournee.file(&file.thread, &file.mail, &file.part).await;
                read.map_err(|failure| unread(&failure))
            }
        };
        busy.try_set(false);
        let large = read.and_then(|bytes| {
            let unshown = |_| t(|t| t.attach_unreadable).to_owned();
            let address = files::address_of(&seen.mime, &bytes).map_err(unshown)?;
            Ok(Large {
                name: seen.name,
                mime: seen.mime,
                address,
                bytes: std::sync::Arc::new(bytes),
            })
        });
        match large {
            Ok(large) => then(large),
            Err(words) => toasts.failed(words),
        }
    });
}

fn unread(failure: &ApiFailure) -> String {
    match failure.is_network() {
        true => t(|t| t.file_offline).to_owned(),
        false => failure_words(failure),
    }
}

/// The picture that was tapped, as large as the screen.
#[component]
pub fn Viewer(
    /// The ticket.
    open: Open,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    let toasts = Toasts::expect();
    Effect::new(move |_| {
        if open.large.with(Option::is_some) {
            shown.set(true);
        }
    });
    Effect::new(move |before: Option<bool>| {
        let now = shown.get();
        if let (Some(true), false) = (before, now)
            && let Some(Some(large)) = open.large.try_update(Option::take)
        {
            files::forget_address(&large.address);
        }
        now
    });
    let inside = move || {
        let large = open.large.get_untracked()?;
        let (address, name) = (large.address.clone(), large.name.clone());
        let save = move || save(toasts, &large);
        Some(view! {
            <figure class="large" data-test="file-large">
                <img src=address alt=name.clone()/>
                <figcaption class="line">
                    <span class="t-cut">{name}</span>
                    <button type="button" class="btn push" data-test="file-save" on:click=tap(save)>{t(|t| t.attach_save)}</button>
                </figcaption>
            </figure>
        }
        .into_any())
    };
    view! { <Sheet title=t(|t| t.ticket_document) open=shown>{inside}</Sheet> }.into_any()
}

//! The files that came with a mail: named with their size, fetched when asked for, and kept.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::{Attachment, Mail};

use super::message::Unfolded;
use crate::components::{Icon, Toasts, icons, kept, part, tap, whether};
use crate::platform::files;
use crate::sync::failure_words;
use crate::text::{size, t};

/// The files of a mail, but for pictures within its text.
pub fn files(unfolded: Unfolded) -> AnyView {
    let Unfolded { open, mail, .. } = unfolded;
    let listed = kept(move || mail.with(|mail| mail.as_ref().map(listed).unwrap_or_default()));
    let row = open.tournee.thread_row(open.key());
    let view = move || {
        let (id, files) = listed.get();
        let files = files.into_iter().map(|file| {
            let name = format!("{id}/{}", file.part);
            let here = kept(move || {
                row.with(|row| row.as_ref().is_some_and(|row| row.kept.contains(&name)))
            });
            button(unfolded, id.clone(), file, here)
        });
        let files: Vec<AnyView> = files.collect();
        (!files.is_empty()).then(|| {
            view! { <div class="mail-files" role="group" aria-label=t(|t| t.mail_files)>{files}</div> }
                .into_any()
        })
    };
    part(view).into_any()
}

fn listed(mail: &Mail) -> (String, Vec<Attachment>) {
    let files = mail.attachments.iter().filter(|file| file.cid.is_none());
    (mail.id.clone(), files.cloned().collect())
}

fn button(unfolded: Unfolded, mail: String, file: Attachment, here: Memo<bool>) -> AnyView {
    let (open, toasts) = (unfolded.open, Toasts::expect());
    let busy = RwSignal::new(false);
    let (name, length) = (file.name.clone(), size(file.size));
    let fetch = move || {
        let (key, mail, file) = (open.key(), mail.clone(), file.clone());
        busy.set(true);
        spawn_local(async move {
            let fetched = open.tournee.file(&key, &mail, &file.part).await;
            busy.try_set(false);
            match fetched {
                Ok(bytes) => {
                    if files::save(&file.name, &file.mime, &bytes).is_err() {
                        toasts.failed(t(|t| t.mail_file_unsaved));
                    }
                }
                Err(failure) => toasts.failed(failure_words(&failure)),
            }
        });
    };
    let state = move || {
        let words = match (busy.get(), here.get()) {
            (true, _) => t(|t| t.mail_fetching),
            (false, true) => t(|t| t.mail_file_here),
            (false, false) => return None,
        };
        Some(view! { <span class="muted" data-test="mail-file-state">{words}</span> }.into_any())
    };
    view! {
        <button type="button" class="btn mail-file" data-test="mail-file" disabled=whether(move || busy.get()) on:click=tap(fetch)>
            <Icon of=icons::FILE/> <span class="t-cut">{name}</span> <span class="muted">{length}</span> {part(state)}
        </button>
    }
    .into_any()
}

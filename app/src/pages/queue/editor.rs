//! Another text for a change: a new change that takes its place.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::outbox::Queued;

use super::words::{change_words, retyped, typed_words};
use crate::components::{Sheet, Toasts, kept, sent, typed};
use crate::contexts::Tournee;
use crate::pages::ticket::{Draft, EmojiHint};
use crate::sync::edit_words;
use crate::text::t;

/// The sheet with the text of a change.
#[component]
pub fn Editor(
    /// The change.
    queued: Memo<Option<Queued>>,
    /// Whether the sheet is there.
    shown: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <Sheet title=t(|t| t.queue_edit_title) open=shown>
            {move || queued.get_untracked().map(|queued| form(queued, shown))}
        </Sheet>
    }
    .into_any()
}

fn form(queued: Queued, shown: RwSignal<bool>) -> AnyView {
    let (tournee, toasts) = (Tournee::expect(), Toasts::expect());
    let change = queued.change;
    let text = typed_words(&change.body).unwrap_or_default().to_owned();
    let draft = Draft::open(tournee, format!("edit:{}", change.id), text, String::new());
    let empty = kept(move || draft.text.with(|text| text.trim().is_empty()));
    let title = change_words(&change.body);
    let source = change.ticket().map(|key| key.source.clone());
    let account = tournee.with_untracked(|phone| phone.account(source.as_ref()?).cloned());
    let stores_emoji = account.is_none_or(|account| account.stores_emoji);
    let send = move || {
        let text = draft.text.get_untracked();
        let body = retyped(&change.body, text.clone());
        let (target, replaces) = (change.target.clone(), Some(change.id));
        spawn_local(async move {
            match tournee.edit(target, body, replaces).await {
                Ok(change) => {
                    draft.sent(&text);
                    shown.set(false);
                    toasts.made(t(|t| t.queue_edited), change);
                }
                Err(failure) => toasts.failed(edit_words(&failure)),
            }
        });
    };
    view! {
        <form class="stack" on:submit=sent(send)>
            <label class="field">
                <span>{title}</span>
                <textarea
                    name="text" dir="auto" rows="8" autofocus
                    prop:value=move || draft.text.get()
                    on:input=typed(move |value| draft.type_text(value))
                ></textarea>
            </label>
            <EmojiHint text=draft.text stores_emoji/>
            <button type="submit" class="btn primary wide" data-test="save-edit" disabled=move || empty.get()>
                {t(|t| t.queue_save)}
            </button>
        </form>
    }
    .into_any()
}

//! Writing a followup, in the thumb's reach.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::changes::{AddFollowup, ChangeBody};
use tournee_core::domain::Status;
use tournee_core::ids::ChangeId;

use super::attach::Attach;
use super::{Draft, EmojiHint, Open};
use crate::components::{Icon, Toasts, icons, kept, sent, switched, typed};
use crate::contexts::EditFailure;
use crate::sync::edit_words;
use crate::text::t;

const PRIVATE: &str = "private";

/// The composer, or why there is none.
#[component]
pub fn Composer(
    /// The ticket.
    open: Open,
) -> impl IntoView {
    let closed = kept(move || open.ticket.with(|ticket| ticket.status == Status::Closed));
    move || match closed.get() {
        true => {
            view! { <p class="composer muted small">{t(|t| t.ticket_closed_hint)}</p> }.into_any()
        }
        false => view! { <Form open/> }.into_any(),
    }
}

/// The note that is being written.
#[derive(Clone, Copy)]
pub struct Note {
    open: Open,
    draft: Draft,
    private: Memo<bool>,
}

impl Note {
    /// Whether there is anything to send.
    pub fn is_empty(self) -> bool {
        self.draft.text.with(|text| text.trim().is_empty())
    }

    /// Adds it to the ticket. What one goes on typing meanwhile stays where it is.
    pub async fn send(self) -> Result<ChangeId, EditFailure> {
        let content = self.draft.text.get_untracked();
        let body = ChangeBody::Followup(AddFollowup {
            content: content.clone(),
            private: self.private.get_untracked(),
        });
        let made = self.open.tournee.edit(self.open.key().into(), body, None);
        let change = made.await?;
        self.draft.sent(&content);
        Ok(change)
    }
}

#[component]
fn Form(open: Open) -> impl IntoView {
    let (tournee, toasts) = (open.tournee, Toasts::expect());
    let draft = Draft::on(tournee, "followup", &open.key());
    let private = kept(move || draft.extra.with(|extra| extra == PRIVATE));
    let empty = kept(move || draft.text.with(|text| text.trim().is_empty()));
    let note = Note {
        open,
        draft,
        private,
    };
    let send = move || {
        spawn_local(async move {
            match note.send().await {
                Ok(change) => toasts.made(t(|t| t.ticket_followup_made), change),
                Err(failure) => toasts.failed(edit_words(&failure)),
            }
        });
    };
    let key = move |event: KeyboardEvent| {
        if event.key() == "Enter"
            && (event.ctrl_key() || event.meta_key())
            && !empty.get_untracked()
        {
            send();
        }
    };
    let choose = move |private: bool| {
        draft.choose(if private { PRIVATE } else { "" }.to_owned());
    };
    view! {
        <form
            class="composer" class:private=private
            on:submit=sent(send)
        >
            <textarea
                name="followup" dir="auto" enterkeyhint="enter"
                rows=move || draft.text.with(|text| rows(text))
                placeholder=t(|t| t.ticket_write) aria-label=t(|t| t.ticket_write)
                prop:value=move || draft.text.get()
                on:input=typed(move |value| draft.type_text(value))
                on:keydown=key
            ></textarea>
            <EmojiHint text=draft.text stores_emoji=open.stores_emoji()/>
            <div class="line">
                <Attach open note/>
                <label class="switch">
                    <input
                        type="checkbox" name="private" prop:checked=move || private.get()
                        on:change=switched(choose)
                    />
                    {t(|t| t.ticket_private)}
                </label>
                <span class="hint">{move || private.get().then(|| t(|t| t.ticket_private_hint))}</span>
                <button type="submit" class="btn primary push" data-test="send-followup" disabled=move || empty.get()>
                    <Icon of=icons::SEND/> {t(|t| t.ticket_send)}
                </button>
            </div>
        </form>
    }
    .into_any()
}

/// Lines that the text takes, about: for browsers that don't size a field by what it holds.
fn rows(text: &str) -> usize {
    let lines = text.split('\n').map(|line| line.chars().count() / 42 + 1);
    lines.sum::<usize>().clamp(1, 7)
}

//! The signature of who was there: what was done, his name, his hand, as one picture on the ticket.

mod pad;
mod paper;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::changes::AttachFile;
use tournee_core::ids::ChangeId;
use web_sys::HtmlCanvasElement;

use self::pad::Pad;
use self::paper::{Paper, paper};
use super::{Draft, Open};
use crate::components::{Icon, Sheet, Toasts, icons, kept, sent, tap, ticket_number, typed};
use crate::platform::intl::{Form, instant};
use crate::platform::pictures;
use crate::sync::edit_words;
use crate::text::{fill, t};

/// The button, and its sheet.
#[component]
pub fn Sign(
    /// The ticket.
    open: Open,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    view! {
        <button type="button" class="btn" data-test="sign-open" aria-haspopup="dialog" on:click=tap(move || shown.set(true))>
            <Icon of=icons::PEN/> {t(|t| t.sign_open)}
        </button>
        <Sheet title=t(|t| t.sign_title) open=shown>{move || form(open, shown)}</Sheet>
    }
    .into_any()
}

fn form(open: Open, shown: RwSignal<bool>) -> AnyView {
    let draft = Draft::on(open.tournee, "signature", &open.key());
    let pad = Pad::new();
    let toasts = Toasts::expect();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    let unready = kept(move || {
        let named = !draft.extra.with(|name| name.trim().is_empty());
        let worded = !draft.text.with(|text| text.trim().is_empty());
        busy.get() || !(named && worded && pad.is_drawn())
    });
    let sign = move || {
        let Some(hand) = pad.canvas().filter(|_| !unready.get_untracked()) else {
            return;
        };
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let text = draft.text.get_untracked();
            match attach(open, draft, &hand).await {
                Ok(change) => {
                    draft.sent(&text);
                    shown.try_set(false);
                    toasts.made(t(|t| t.sign_made), change);
                }
                Err(words) => {
                    failure.try_set(Some(words));
                }
            }
            busy.try_set(false);
        });
    };
    view! {
        <form class="stack" on:submit=sent(sign)>
            <label class="field">
                <span>{t(|t| t.sign_done)}</span>
                <textarea
                    name="signed_work" dir="auto" rows="3" prop:value=move || draft.text.get()
                    on:input=typed(move |value| draft.type_text(value))
                ></textarea>
            </label>
            <label class="field">
                <span>{t(|t| t.sign_name)}</span>
                <input
                    type="text" name="signed_by" autocomplete="off" maxlength="80" prop:value=move || draft.extra.get()
                    on:input=typed(move |value| draft.choose(value))
                />
            </label>
            {pad.view()}
            <p class="error" role="alert" hidden=move || failure.with(Option::is_none)>{move || failure.get()}</p>
            <button type="submit" class="btn primary wide" data-test="sign" disabled=move || unready.get()>
                <Icon of=icons::DONE/> {t(|t| t.sign_attach)}
            </button>
        </form>
    }
    .into_any()
}

/// Puts all of it on a sheet of paper, and that on the ticket.
async fn attach(open: Open, draft: Draft, hand: &HtmlCanvasElement) -> Result<ChangeId, String> {
    let unreadable = |_| t(|t| t.attach_unreadable).to_owned();
    let at = instant(open.tournee.now(), Form::Full);
    let (number, title, place) = open.ticket.with_untracked(|ticket| {
        let place = ticket.location.as_ref().map(|place| place.name.clone());
        (
            ticket_number(ticket.key.id),
            ticket.title.clone(),
            place.unwrap_or_default(),
        )
    });
    let name = draft.extra.get_untracked();
    let words = Paper {
        title: fill(
            t(|t| t.sign_paper_title),
            &[("number", &number), ("title", &title)],
        ),
        lines: vec![place, at],
        done: draft.text.get_untracked(),
        signed: fill(t(|t| t.sign_paper_name), &[("name", name.trim())]),
    };
    let canvas = paper(&words, hand).map_err(unreadable)?;
    let picture = pictures::drawn(&canvas).await.map_err(unreadable)?;
    let hash = pictures::hash(&picture.bytes).await.map_err(unreadable)?;
    let file = AttachFile {
        name: format!("signature-{}.png", pictures::stamp()),
        mime: picture.mime.to_owned(),
        size: picture.bytes.len() as u64,
        hash,
        note: None,
    };
    let small = Some(picture.small.as_slice());
    let made = open.tournee.attach(open.key(), file, &picture.bytes, small);
    made.await.map_err(|failure| edit_words(&failure))
}

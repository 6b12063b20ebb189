//! The boxes that show the thread, and its move to another one: at one tap.

use leptos::prelude::*;
use tournee_core::changes::ChangeBody;
use tournee_core::domain::MailBox;

use super::Open;
use crate::components::{Press, Toasts, kept, press};
use crate::pages::mails::{box_hook, box_name};
use crate::pages::ticket::act;
use crate::text::{fill, t};

/// The four boxes, those that show it pressed.
#[component]
pub fn SortBar(
    /// The thread.
    open: Open,
) -> impl IntoView {
    let row = open.tournee.shown_thread_row(open.key());
    let boxes = kept(move || row.with(|row| row.as_ref().map(|row| row.boxes.clone())));
    let buttons = MailBox::ALL.map(|of| button(open, of, boxes));
    view! {
        <div class="seg boxes sort" role="group" aria-label=t(|t| t.mail_sort)>
            {buttons.into_iter().collect_view()}
        </div>
    }
    .into_any()
}

fn button(open: Open, of: MailBox, boxes: Memo<Option<Vec<MailBox>>>) -> AnyView {
    let toasts = Toasts::expect();
    let here = kept(move || boxes.with(|boxes| boxes.as_ref().is_some_and(|b| b.contains(&of))));
    let sort = move || {
        let key = open.key();
        let classify = open
            .tournee
            .with_untracked(|phone| phone.classify(&key, of));
        // A tap on where it is already asks for nothing.
        let moves = classify.filter(|classify| classify.from != classify.to);
        if let Some(classify) = moves {
            let words = fill(t(|t| t.mail_sorted), &[("name", box_name(of))]);
            let body = ChangeBody::Classify(classify);
            act(open.tournee, toasts, key.into(), body, words, |_| {});
        }
    };
    let Press { down, up, click } = press(sort);
    view! {
        <button
            type="button" data-test="sort-to" data-box=box_hook(of) aria-pressed=move || here.get().to_string()
            on:pointerdown=down on:pointerup=up on:click=click
        >
            <span>{box_name(of)}</span>
        </button>
    }
    .into_any()
}

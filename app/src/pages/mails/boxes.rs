//! The four boxes, as tabs with their counts.

use leptos::prelude::*;
use tournee_core::domain::MailBox;

use super::listing::Boxes;
use crate::components::{kept, tap};
use crate::text::{number, plural, t};

/// What a box is called.
pub fn box_name(of: MailBox) -> &'static str {
    t(|t| match of {
        MailBox::Urgent => t.mails_urgent,
        MailBox::InProgress => t.mails_in_progress,
        MailBox::Done => t.mails_done,
        MailBox::ToSort => t.mails_to_sort,
    })
}

/// What tests and styles call it.
pub fn box_hook(of: MailBox) -> &'static str {
    match of {
        MailBox::Urgent => "box-urgent",
        MailBox::InProgress => "box-in-progress",
        MailBox::Done => "box-done",
        MailBox::ToSort => "box-to-sort",
    }
}

/// The boxes to choose from, and what is in the one that is shown.
#[component]
pub fn BoxTabs(
    /// What is in them.
    boxes: Memo<Boxes>,
    /// The one that is shown.
    shown: Memo<MailBox>,
    /// Chooses another.
    choose: WriteSignal<Option<MailBox>>,
) -> impl IntoView {
    let count = kept(move || {
        let shelf = boxes.with(|boxes| boxes.shelf(shown.get()));
        (shelf.rows.len(), shelf.unread)
    });
    let words = move || {
        let (all, unread) = count.get();
        let all = plural(all, |t| &t.mails_count);
        match unread {
            0 => all,
            unread => format!("{all} · {}", plural(unread, |t| &t.nav_unread)),
        }
    };
    let tabs = MailBox::ALL.map(|of| tab(of, boxes, shown, choose));
    view! {
        <div class="tools">
            <div class="seg boxes" role="group" aria-label=t(|t| t.mails_boxes)>{tabs.into_iter().collect_view()}</div>
            <div class="found"><span data-test="row-count" role="status">{words}</span></div>
        </div>
    }
    .into_any()
}

fn tab(
    of: MailBox,
    boxes: Memo<Boxes>,
    shown: Memo<MailBox>,
    choose: WriteSignal<Option<MailBox>>,
) -> AnyView {
    let count = kept(move || boxes.with(|boxes| boxes.shelf(of).rows.len()));
    view! {
        <button
            type="button" data-test=box_hook(of) aria-pressed=move || (shown.get() == of).to_string()
            on:click=tap(move || choose.set(Some(of)))
        >
            <span>{box_name(of)}</span>
            <span class="n" data-test="box-count">{move || number(count.get())}</span>
        </button>
    }
    .into_any()
}

//! Moves between statuses, and what is asked behind some of them: when it is planned, why it waits. A move is made at one
//! tap; an answer is a change of its own.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::changes::{AddFollowup, ChangeBody, SetStatus};
use tournee_core::domain::Status;

use super::act::act;
use super::task::plan_form;
use super::{Draft, EmojiHint, Open};
use crate::components::{
    Icon, Press, Sheet, StatusBadge, Toasts, icons, kept, press, sent, status_name, status_words,
    switched, tap, typed,
};
use crate::platform::device::after_drawing;
use crate::sync::edit_words;
use crate::text::{fill, t};

/// The sheet with the moves, and what is asked behind some of them.
#[component]
pub fn StatusSheets(
    /// The ticket.
    open: Open,
    /// Whether the moves are there.
    shown: RwSignal<bool>,
) -> impl IntoView {
    let asking = RwSignal::new(None);
    view! {
        {moves(open, shown, asking)}
        {move || asking.get().map(|about| asked(open, about, asking))}
    }
    .into_any()
}

/// What a move leaves to say; the move itself lasts already.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    When,
    Why,
}

impl About {
    fn of(status: Status) -> Option<Self> {
        match status {
            Status::Planned => Some(Self::When),
            Status::Pending => Some(Self::Why),
            _ => None,
        }
    }
}

type Asking = RwSignal<Option<About>>;

fn moves(open: Open, shown: RwSignal<bool>, asking: Asking) -> AnyView {
    let toasts = Toasts::expect();
    let chosen = StoredValue::new(false);
    let choose = move |from: Status, to: Status| {
        // The sheet stays until the change lasts: a second finger meanwhile has chosen nothing.
        if chosen.try_update_value(|chosen| std::mem::replace(chosen, true)) != Some(false) {
            return;
        }
        let body = ChangeBody::Status(SetStatus { from, to });
        let words = fill(t(|t| t.ticket_moved), &[("status", status_words(to))]);
        act(
            open.tournee,
            toasts,
            open.key().into(),
            body,
            words,
            move |lasts| {
                chosen.try_set_value(false);
                shown.try_set(false);
                if lasts {
                    // The first sheet closes, then the second one opens.
                    after_drawing(move || {
                        asking.try_set(About::of(to));
                    });
                }
            },
        );
    };
    // While the sheet waits for his choice to last, it is not drawn anew around it.
    let status = move |last: Option<&Status>| match last {
        Some(last) if chosen.get_value() => *last,
        _ => open.ticket.with(|ticket| ticket.status),
    };
    let choices = move |from: Status| {
        let moves = from.moves().iter();
        let button = move |to: Status| {
            let Press { down, up, click } = press(move || choose(from, to));
            view! {
                <button
                    type="button" class="btn" data-test="status-to" data-status=status_name(to)
                    on:pointerdown=down on:pointerup=up on:click=click
                >
                    <StatusBadge status=to/>
                    {reopens(from, to).then(|| view! { <span class="push muted small">{t(|t| t.ticket_reopen)}</span> }.into_any())}
                </button>
            }
        };
        moves.copied().map(button).collect_view().into_any()
    };
    view! {
        <Sheet title=t(|t| t.ticket_move) open=shown>
            <div class="choices">{
                let status = Memo::new(status);
                move || choices(status.get())
            }</div>
        </Sheet>
    }
    .into_any()
}

fn reopens(from: Status, to: Status) -> bool {
    !from.is_open() && to.is_open()
}

fn asked(open: Open, about: About, asking: Asking) -> AnyView {
    let shown = RwSignal::new(true);
    Effect::new(move |_| {
        if !shown.get() {
            after_drawing(move || {
                asking.try_set(None);
            });
        }
    });
    let title = match about {
        About::When => t(|t| t.task_when),
        About::Why => t(|t| t.pending_why),
    };
    let content = move || match about {
        About::When => plan_form(open, shown),
        About::Why => why(open, shown),
    };
    view! { <Sheet title open=shown>{content()}</Sheet> }.into_any()
}

const PRIVATE: &str = "private";

/// Why it waits: a followup beside the move.
fn why(open: Open, shown: RwSignal<bool>) -> AnyView {
    let (tournee, toasts) = (open.tournee, Toasts::expect());
    let draft = Draft::on(tournee, "pending", &open.key());
    let private = kept(move || draft.extra.with(|extra| extra == PRIVATE));
    let empty = kept(move || draft.text.with(|text| text.trim().is_empty()));
    let send = move || {
        let content = draft.text.get_untracked();
        let body = ChangeBody::Followup(AddFollowup {
            content: content.clone(),
            private: private.get_untracked(),
        });
        spawn_local(async move {
            match tournee.edit(open.key().into(), body, None).await {
                Ok(change) => {
                    draft.sent(&content);
                    shown.try_set(false);
                    toasts.made(t(|t| t.pending_made), change);
                }
                Err(failure) => toasts.failed(edit_words(&failure)),
            }
        });
    };
    let choose = move |private: bool| {
        draft.choose(if private { PRIVATE } else { "" }.to_owned());
    };
    view! {
        <form class="stack" on:submit=sent(send)>
            <label class="field">
                <span>{t(|t| t.pending_reason)}</span>
                <textarea
                    name="reason" dir="auto" rows="3" autofocus
                    prop:value=move || draft.text.get()
                    on:input=typed(move |value| draft.type_text(value))
                ></textarea>
            </label>
            <EmojiHint text=draft.text stores_emoji=open.stores_emoji()/>
            <label class="switch">
                <input
                    type="checkbox" name="private" prop:checked=move || private.get()
                    on:change=switched(choose)
                />
                {t(|t| t.ticket_private)}
            </label>
            <button type="submit" class="btn primary wide" data-test="send-reason" disabled=move || empty.get()>
                <Icon of=icons::SEND/> {t(|t| t.pending_send)}
            </button>
            <button type="button" class="btn wide" data-test="no-reason" on:click=tap(move || shown.set(false))>
                {t(|t| t.pending_none)}
            </button>
        </form>
    }
    .into_any()
}

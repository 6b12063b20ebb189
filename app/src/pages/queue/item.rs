//! One change: on what, what it is, where it stands, what can be done.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::changes::{ChangeBody, SetStatus};
use tournee_core::domain::Status;
use tournee_core::ids::{ChangeId, TicketKey};
use tournee_core::outbox::{Queued, State};
use tournee_core::wire::{ProblemKind, Wish};

use super::copy::copy;
use super::editor::Editor;
use super::problem::problem_view;
use super::words::{change_words, notice_words, text_of};
use crate::components::{Standing, Ticks, Toasts, chip_of, kept, tap};
use crate::contexts::Tournee;
use crate::pages::tickets::address;
use crate::platform::intl::{Form, instant};
use crate::sync::{edit_words, storage_words};
use crate::text::t;

/// A change; `on_ticket` where its ticket is named already.
pub fn queued_item(id: &str, on_ticket: bool) -> AnyView {
    let Ok(id) = id.parse().map(ChangeId) else {
        return ().into_any();
    };
    let tournee = Tournee::expect();
    let queued = kept(move || tournee.with(|phone| phone.outbox().get(id).cloned()));
    let editing = RwSignal::new(false);
    let hands = Hands {
        tournee,
        toasts: Toasts::expect(),
        id,
        editing,
    };
    view! {
        {move || queued.with(|queued| queued.as_ref().map(|queued| body(hands, queued, on_ticket)))}
        <Editor queued shown=editing/>
    }
    .into_any()
}

fn body(hands: Hands, queued: &Queued, on_ticket: bool) -> AnyView {
    let change = &queued.change;
    let standing = Standing::of(queued);
    let text = text_of(&change.body).map(str::to_owned);
    let (problem, notices) = match &queued.state {
        State::NeedsYou { problem } if queued.wish.is_none() => {
            (Some(problem_view(problem)), Vec::new())
        }
        State::Delivered { notices, .. } => (None, notices.clone()),
        _ => (None, Vec::new()),
    };
    let notices = notices
        .into_iter()
        .map(|notice| view! { <p class="hint">{notice_words(notice)}</p> });
    view! {
        <article class="queued" data-test="queued" data-change=change.id.to_string() data-state=standing.name()>
            <div class="line small">
                <strong>{change_words(&change.body)}</strong>
                <span class="push muted">{instant(change.at, Form::Full)}</span>
            </div>
            {(!on_ticket).then(|| ticket_line(hands.tournee, &change.ticket))}
            {text.map(|text| view! { <p class="text" dir="auto">{text}</p> })}
            <Ticks standing/>
            {notices.collect::<Vec<_>>()}
            {problem}
            <div class="line acts">{hands.buttons(queued)}</div>
        </article>
    }
    .into_any()
}

fn ticket_line(tournee: Tournee, key: &TicketKey) -> AnyView {
    let title = tournee.with_untracked(|phone| phone.rows().get(key).map(|row| row.title.clone()));
    view! {
        <div class="line">
            <a href=address(key)>"#" {key.id.0} " " {title}</a>
            {chip_of(&key.source)}
        </div>
    }
    .into_any()
}

/// What the buttons of one change act with.
#[derive(Clone, Copy)]
struct Hands {
    tournee: Tournee,
    toasts: Toasts,
    id: ChangeId,
    editing: RwSignal<bool>,
}

impl Hands {
    fn buttons(self, queued: &Queued) -> Vec<AnyView> {
        let mut buttons = Vec::new();
        let problem = match &queued.state {
            State::NeedsYou { problem } if queued.wish.is_none() => Some(problem.kind),
            _ => None,
        };
        let text = text_of(&queued.change.body).map(str::to_owned);
        let undecided = queued.is_unsettled() && queued.wish != Some(Wish::Withdraw);
        if let Some(kind) = problem {
            self.ways_out(kind, queued, &mut buttons);
        }
        if undecided && text.is_some() {
            let edit = move || self.editing.set(true);
            buttons.push(button("edit", t(|t| t.queue_edit), "btn", edit));
        }
        if let Some(text) = text {
            buttons.push(button("copy", t(|t| t.queue_copy), "btn", move || {
                self.copy(text.clone())
            }));
        }
        if undecided {
            let words = match problem {
                Some(ProblemKind::Conflict) => t(|t| t.queue_keep_theirs),
                Some(_) => t(|t| t.queue_discard),
                None => t(|t| t.queue_withdraw),
            };
            let said = match text_of(&queued.change.body) {
                Some(_) => t(|t| t.queue_discarded),
                None => t(|t| t.ui_undone),
            };
            let discard = move || self.wish(Wish::Withdraw, said);
            buttons.push(button("discard", words, "btn danger", discard));
        }
        buttons
    }

    /// What can be done about a problem, the likeliest first.
    fn ways_out(self, kind: ProblemKind, queued: &Queued, buttons: &mut Vec<AnyView>) {
        let insist = move || self.wish(Wish::Insist, t(|t| t.queue_insisted));
        match kind {
            ProblemKind::Conflict => {
                buttons.push(button(
                    "insist",
                    t(|t| t.queue_insist),
                    "btn primary",
                    insist,
                ));
            }
            ProblemKind::TicketClosed => {
                let again = queued.clone();
                let reopen = move || self.reopen(again.clone());
                buttons.push(button(
                    "reopen",
                    t(|t| t.queue_reopen),
                    "btn primary",
                    reopen,
                ));
                buttons.push(button(
                    "insist",
                    t(|t| t.queue_insist_closed),
                    "btn",
                    insist,
                ));
            }
            _ => {}
        }
        let retry = move || self.wish(Wish::Retry, t(|t| t.queue_retried));
        buttons.push(button("retry", t(|t| t.queue_retry), "btn", retry));
    }

    fn wish(self, wish: Wish, words: &'static str) {
        spawn_local(async move {
            match self.tournee.wish(self.id, wish).await {
                Ok(()) => self.toasts.done(words),
                Err(problem) => self.toasts.failed(storage_words(&problem)),
            }
        });
    }

    /// Reopens the ticket, then makes the same change again behind that: changes on a ticket go in order.
    fn reopen(self, queued: Queued) {
        let change = queued.change;
        let reopen = ChangeBody::Status(SetStatus {
            from: Status::Closed,
            to: Status::Assigned,
        });
        spawn_local(async move {
            let made = match self.tournee.edit(change.ticket.clone(), reopen, None).await {
                Ok(_) => {
                    self.tournee
                        .edit(change.ticket, change.body, Some(change.id))
                        .await
                }
                Err(failure) => Err(failure),
            };
            match made {
                Ok(_) => self.toasts.done(t(|t| t.queue_reopened)),
                Err(failure) => self.toasts.failed(edit_words(&failure)),
            }
        });
    }

    fn copy(self, text: String) {
        spawn_local(async move {
            match copy(&text).await {
                true => self.toasts.done(t(|t| t.queue_copied)),
                false => self.toasts.failed(t(|t| t.queue_copy_failed)),
            }
        });
    }
}

fn button(
    hook: &'static str,
    words: &'static str,
    class: &'static str,
    act: impl Fn() + 'static,
) -> AnyView {
    view! { <button type="button" class=class data-test=hook on:click=tap(act)>{words}</button> }
        .into_any()
}

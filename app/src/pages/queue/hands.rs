//! What can be done about a change, and doing it: all of it works without a network.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::changes::{ChangeBody, SetStatus};
use tournee_core::domain::Status;
use tournee_core::ids::ChangeId;
use tournee_core::outbox::{Queued, State};
use tournee_core::wire::{ProblemKind, Wish};

use super::copy::copy;
use super::words::typed_words;
use crate::components::{Toasts, tap};
use crate::contexts::Tournee;
use crate::pages::tickets::create_address;
use crate::platform::device::focus;
use crate::sync::{edit_words, storage_words};
use crate::text::t;

/// Where a keyboard goes on once a change has left its place: the next one that needs him, or else the page's head.
const GO_ON: &str =
    ".queue [data-state=needs-you] .acts button, .queue h1, [data-test=ticket-title]";

/// How long the focus is looked after: a second, and longer on a slow phone, whose frames are slower too.
const FRAMES: u32 = 60;

/// What the buttons of one change act with.
#[derive(Clone, Copy)]
pub struct Hands {
    /// The phone.
    pub tournee: Tournee,
    /// Where it is said what was done.
    pub toasts: Toasts,
    /// The change.
    pub id: ChangeId,
    /// Whether its text is being edited.
    pub editing: RwSignal<bool>,
    /// Whether he is asked if it shall go.
    pub discarding: RwSignal<bool>,
}

impl Hands {
    /// The buttons of a change, the likeliest first.
    pub fn buttons(self, queued: &Queued) -> Vec<AnyView> {
        let mut buttons = Vec::new();
        let problem = match &queued.state {
            State::NeedsYou { problem } if queued.needs_you() => Some(problem.kind),
            _ => None,
        };
        let text = typed_words(&queued.change.body).map(str::to_owned);
        let undecided = queued.is_unsettled() && queued.wish != Some(Wish::Withdraw);
        if let Some(kind) = problem {
            self.ways_out(kind, queued, &mut buttons);
        }
        if undecided && queued.change.body.creation().is_some() {
            let (form, words) = (create_address(Some(self.id)), t(|t| t.queue_edit));
            buttons
                .push(view! { <a class="btn" href=form data-test="edit">{words}</a> }.into_any());
        } else if undecided && text.is_some() {
            let edit = move || self.editing.set(true);
            buttons.push(button("edit", t(|t| t.queue_edit), "btn", edit));
        }
        if undecided && problem != Some(ProblemKind::Conflict) {
            buttons.push(self.discard(problem.is_some(), text.is_some()));
        }
        if !undecided && !matches!(queued.state, State::Delivered { .. }) {
            let again = queued.clone();
            let remake = move || self.remake(again.clone());
            buttons.push(button("remake", t(|t| t.queue_remake), "btn", remake));
        }
        if let Some(text) = text {
            let copy = move || self.copy(text.clone());
            buttons.push(button("copy", t(|t| t.queue_copy), "btn", copy));
        }
        buttons
    }

    /// Typed words don't go at one tap.
    fn discard(self, stuck: bool, has_text: bool) -> AnyView {
        let words = match stuck {
            true => t(|t| t.queue_discard),
            false => t(|t| t.queue_withdraw),
        };
        let discard = move || match has_text {
            true => self.discarding.set(true),
            false => self.withdraw(),
        };
        button("discard", words, "btn danger", discard)
    }

    /// What can be done about a problem, the likeliest first.
    fn ways_out(self, kind: ProblemKind, queued: &Queued, buttons: &mut Vec<AnyView>) {
        let insist = move || self.wish(Wish::Insist, t(|t| t.queue_insisted));
        let mut also = |hook, words, class, act: Box<dyn Fn()>| {
            buttons.push(button(hook, words, class, act));
        };
        match kind {
            ProblemKind::Conflict => {
                let (mine, theirs) = (t(|t| t.queue_insist), t(|t| t.queue_keep_theirs));
                also("insist", mine, "btn primary", Box::new(insist));
                let withdraw = move || self.withdraw();
                also("theirs", theirs, "btn", Box::new(withdraw));
                return;
            }
            ProblemKind::TicketClosed => {
                let again = queued.clone();
                let reopen = move || self.reopen(again.clone());
                let words = t(|t| t.queue_reopen);
                also("reopen", words, "btn primary", Box::new(reopen));
                if !queued.change.body.waits_for_reopening() {
                    let words = t(|t| t.queue_insist_closed);
                    also("insist", words, "btn", Box::new(insist));
                }
                return;
            }
            // Insisting on a creation would make a second ticket.
            ProblemKind::AlreadySent if queued.change.body.creation().is_some() => return,
            ProblemKind::AlreadySent => {
                let words = t(|t| t.queue_insist_both);
                also("insist", words, "btn", Box::new(insist));
                return;
            }
            ProblemKind::OldClosed => {
                let words = t(|t| t.carry_anyway);
                also("insist", words, "btn", Box::new(insist));
                return;
            }
            ProblemKind::NoAccount => {
                let words = t(|t| t.sync_signed_out);
                buttons
                    .push(view! { <a class="btn primary" href="/sign-in">{words}</a> }.into_any());
            }
            _ => {}
        }
        let retry = move || self.wish(Wish::Retry, t(|t| t.queue_retried));
        let words = t(|t| match kind {
            ProblemKind::RevokedDevice => t.queue_revoked_send,
            _ => t.queue_retry,
        });
        buttons.push(button("retry", words, "btn", retry));
    }

    fn wish(self, wish: Wish, words: &'static str) {
        spawn_local(async move {
            match self.tournee.wish(self.id, wish).await {
                Ok(()) => self.toasts.done(words),
                Err(problem) => self.toasts.failed(storage_words(&problem)),
            }
            go_on();
        });
    }

    /// Takes the change back; the way back from there is offered.
    pub fn withdraw(self) {
        let queued = self.change();
        spawn_local(async move {
            match self.tournee.wish(self.id, Wish::Withdraw).await {
                Ok(()) => {
                    let has_text = queued
                        .as_ref()
                        .is_some_and(|q| typed_words(&q.change.body).is_some());
                    let words = match has_text {
                        true => t(|t| t.queue_discarded),
                        false => t(|t| t.ui_undone),
                    };
                    self.toasts.undoable(words, move || {
                        if let Some(queued) = &queued {
                            self.remake(queued.clone());
                        }
                    });
                }
                Err(problem) => self.toasts.failed(storage_words(&problem)),
            }
            go_on();
        });
    }

    fn change(self) -> Option<Queued> {
        let tournee = self.tournee;
        tournee.with_untracked(|phone| phone.outbox().get(self.id).cloned())
    }

    /// Makes the same change again in the place of the one that was taken back. Not by taking the wish back: the
    /// server may have carried it out already.
    fn remake(self, queued: Queued) {
        let change = queued.change;
        spawn_local(async move {
            let made = self
                .tournee
                .edit(change.target, change.body, Some(change.id));
            match made.await {
                Ok(_) => self.toasts.done(t(|t| t.queue_remade)),
                Err(failure) => self.toasts.failed(edit_words(&failure)),
            }
            go_on();
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
            let made = self.tournee.reopen_for(change.target, reopen, change.id);
            match made.await {
                Ok(_) => self.toasts.done(t(|t| t.queue_reopened)),
                Err(failure) => self.toasts.failed(edit_words(&failure)),
            }
            go_on();
        });
    }

    /// Puts its text into the clipboard.
    pub fn copy(self, text: String) {
        spawn_local(async move {
            match copy(&text).await {
                true => self.toasts.done(t(|t| t.queue_copied)),
                false => self.toasts.failed(t(|t| t.queue_copy_failed)),
            }
        });
    }
}

/// The button that had the focus may be gone with its change: at once, or when what was altered is drawn, or when the
/// sheet that asked closes.
fn go_on() {
    watch_focus(FRAMES);
}

fn watch_focus(frames: u32) {
    request_animation_frame(move || {
        if crate::platform::device::is_focus_lost() {
            focus(GO_ON);
        }
        if frames > 0 {
            watch_focus(frames - 1);
        }
    });
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

//! A new task: out of hand, out of the time that runs, or planned behind a move.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::changes::{AddTask, ChangeBody};
use tournee_core::domain::Actor;
use tournee_core::time::{Instant, Seconds};

use super::super::{Draft, EmojiHint, Open};
use super::fields::{Filled, fault, kinds, length, privacy, when};
use super::form::{Kind, TaskForm};
use crate::components::{Icon, Toasts, icons, kept, sent, tap, typed};
use crate::platform::intl::{local_field, local_instant};
use crate::sync::{edit_words, storage_words};
use crate::text::t;

const HOUR: Seconds = Seconds(3_600);

/// A form, with how it is sent.
#[derive(Clone, Copy)]
struct Adding {
    open: Open,
    toasts: Toasts,
    shown: RwSignal<bool>,
    draft: Draft,
    filled: Filled,
    /// Whether the time that runs stops with it.
    stops: bool,
}

impl Adding {
    /// A form that is kept as its text is.
    fn new(open: Open, shown: RwSignal<bool>, draft: Draft, first: TaskForm) -> Self {
        let form = Memo::new(move |_| {
            let kept = draft.extra.with(|extra| TaskForm::read(extra));
            kept.unwrap_or_else(|| first.clone())
        });
        Self {
            open,
            toasts: Toasts::expect(),
            shown,
            draft,
            filled: Filled::new(form, move |form| draft.choose(form.stored())),
            stops: false,
        }
    }

    /// One whose length is of this moment: another time, another length.
    fn stopping(open: Open, shown: RwSignal<bool>, draft: Draft, first: TaskForm) -> Self {
        Self {
            filled: Filled::fresh(first.clone()),
            stops: true,
            ..Self::new(open, shown, draft, first)
        }
    }

    fn send(self) {
        let Some(body) = self.body() else { return };
        let (tournee, toasts, open) = (self.open.tournee, self.toasts, self.open);
        let text = self.draft.text.get_untracked();
        let stops = self.stops;
        spawn_local(async move {
            let made = match stops {
                true => tournee.record_timer(open.key(), body).await,
                false => tournee.edit(open.key().into(), body, None).await,
            };
            match made {
                Ok(change) => {
                    self.draft.choose(String::new());
                    self.draft.sent(&text);
                    self.shown.try_set(false);
                    toasts.made(t(|t| t.task_made), change);
                }
                Err(failure) => toasts.failed(edit_words(&failure)),
            }
        });
    }

    /// The change, unless something is wrong: that is said where it was typed.
    fn body(self) -> Option<ChangeBody> {
        let form = self.filled.form.get_untracked();
        let time = form.time(local_instant(&form.from)).ok()?;
        let account = untrack(|| self.open.account());
        Some(ChangeBody::Task(Box::new(AddTask {
            content: self.draft.text.get_untracked(),
            private: form.private,
            state: form.kind.state(),
            time,
            technician: account.map(|account| Actor::User {
                id: account.user,
                name: account.name,
            }),
        })))
    }

    fn view(self, label: &'static str, parts: Vec<AnyView>, more: Option<AnyView>) -> AnyView {
        let (draft, filled) = (self.draft, self.filled);
        let empty = kept(move || draft.text.with(|text| text.trim().is_empty()));
        let wrong = kept(move || filled.form.with(fault).is_some());
        view! {
            <form class="stack" data-test="task-form" on:submit=sent(move || self.send())>
                <label class="field">
                    <span>{label}</span>
                    <textarea
                        name="task" dir="auto" rows="3" autofocus
                        prop:value=move || draft.text.get()
                        on:input=typed(move |value| draft.type_text(value))
                    ></textarea>
                </label>
                <EmojiHint text=draft.text stores_emoji=self.open.stores_emoji()/>
                {parts}
                <button type="submit" class="btn primary wide" data-test="send-task" disabled=move || empty.get() || wrong.get()>
                    <Icon of=icons::DONE/> {t(|t| t.task_save)}
                </button>
                {more}
            </form>
        }
        .into_any()
    }
}

/// The next full hour.
fn next_hour(now: Instant) -> String {
    local_field(Instant((now.0 / HOUR.0 + 1) * HOUR.0))
}

/// A new task.
pub fn add_form(open: Open, shown: RwSignal<bool>) -> AnyView {
    let draft = Draft::on(open.tournee, "task", &open.key());
    let from = next_hour(open.tournee.now());
    let first = TaskForm::new(Kind::Done, Seconds(0), from);
    let adding = Adding::new(open, shown, draft, first);
    let filled = adding.filled;
    let parts = vec![kinds(filled), length(filled), when(filled), privacy(filled)];
    adding.view(t(|t| t.task_text), parts, None)
}

/// A task of the time that runs, which stops with it. Until then it goes on: a sheet that is closed loses nothing.
pub fn stop_form(open: Open, shown: RwSignal<bool>) -> AnyView {
    let (tournee, toasts) = (open.tournee, Toasts::expect());
    let draft = Draft::on(tournee, "timed", &open.key());
    let elapsed = untrack(|| tournee.timer()).map(|timer| timer.elapsed(tournee.now()));
    let minutes = elapsed.map_or(0, |elapsed| (elapsed.0 + 30) / 60).max(1);
    let first = TaskForm::new(Kind::Done, Seconds(60 * minutes), String::new());
    let adding = Adding::stopping(open, shown, draft, first);
    let filled = adding.filled;
    let drop_it = move || {
        spawn_local(async move {
            match tournee.drop_timer().await {
                Ok(()) => {
                    shown.try_set(false);
                    toasts.done(t(|t| t.timer_dropped));
                }
                Err(problem) => toasts.failed(storage_words(&problem)),
            }
        });
    };
    let more = view! {
        <button type="button" class="btn danger wide" data-test="timer-drop" on:click=tap(drop_it)>
            {t(|t| t.timer_drop)}
        </button>
    };
    let parts = vec![length(filled), privacy(filled)];
    adding.view(t(|t| t.task_text), parts, Some(more.into_any()))
}

/// The planned task behind a move to *planned*, with words that stand there already.
pub fn plan_form(open: Open, shown: RwSignal<bool>) -> AnyView {
    let words = t(|t| t.task_planned_default).to_owned();
    let draft = Draft::from(open.tournee, "plan", &open.key(), words);
    let from = next_hour(open.tournee.now());
    let first = TaskForm::new(Kind::Planned, HOUR, from);
    let adding = Adding::new(open, shown, draft, first);
    let filled = adding.filled;
    let more = view! {
        <button type="button" class="btn wide" data-test="no-plan" on:click=tap(move || shown.set(false))>
            {t(|t| t.task_no_plan)}
        </button>
    };
    let parts = vec![when(filled), length(filled), privacy(filled)];
    adding.view(t(|t| t.task_todo_text), parts, Some(more.into_any()))
}

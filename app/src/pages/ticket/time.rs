//! The time that runs on this ticket, and the way to note what was done.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::Status;

use super::Open;
use super::task::TaskSheet;
use crate::components::{Icon, Toasts, icons, kept, length_words, tap, whether};
use crate::sync::edit_words;
use crate::text::{fill, t};

/// The two buttons. A closed ticket takes no task; a time that runs on it can still be stopped.
pub fn time_line(open: Open) -> AnyView {
    let toasts = Toasts::expect();
    let running = kept(move || {
        let timer = open.tournee.timer()?;
        open.ticket
            .with(|ticket| ticket.key == timer.ticket)
            .then_some(timer)
    });
    let closed = kept(move || open.ticket.with(|ticket| ticket.status == Status::Closed));
    let start = move || {
        spawn_local(async move {
            match open.tournee.start_timer(open.key()).await {
                Ok(None) => toasts.done(t(|t| t.timer_started)),
                Ok(Some(change)) => toasts.made(t(|t| t.timer_switched), change),
                Err(failure) => toasts.failed(edit_words(&failure)),
            }
        });
    };
    let timer = move || match running.get() {
        None => view! {
            <button type="button" class="btn" data-test="timer-start" on:click=tap(start)>
                <Icon of=icons::TIMER/> {t(|t| t.timer_start)}
            </button>
        }
        .into_any(),
        Some(timer) => {
            let words = move || length_words(timer.elapsed(open.now.get()));
            let stop = move || open.task.set(Some(TaskSheet::Stop));
            view! {
                <button type="button" class="btn running" data-test="timer-stop" aria-haspopup="dialog" on:click=tap(stop)>
                    <Icon of=icons::STOP/>
                    <span>{move || fill(t(|t| t.timer_stop), &[("length", &words())])}</span>
                </button>
            }
            .into_any()
        }
    };
    let add = move || open.task.set(Some(TaskSheet::Add));
    view! {
        <div class="actions" hidden=whether(move || closed.get() && running.with(Option::is_none))>
            {timer}
            <button
                type="button" class="btn" data-test="task-open" aria-haspopup="dialog"
                hidden=whether(move || closed.get()) on:click=tap(add)
            >
                <Icon of=icons::TASK/> {t(|t| t.task_add)}
            </button>
        </div>
    }
    .into_any()
}

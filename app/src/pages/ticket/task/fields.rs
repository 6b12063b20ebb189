//! The fields of a task: what it is, how long it took, when it will be done.

use leptos::prelude::*;
use tournee_core::time::Seconds;

use super::form::{Fault, Kind, TaskForm};
use crate::components::{part, switched, tap, typed};
use crate::platform::intl::local_instant;
use crate::text::t;

/// By how much a tap alters the length.
const STEPS: [(i64, &str); 4] = [(-15, "−15"), (5, "+5"), (15, "+15"), (60, "+60")];

/// What a form holds, and what happens when it is altered.
#[derive(Clone, Copy)]
pub struct Filled {
    pub form: Memo<TaskForm>,
    pub set: StoredValue<Box<dyn Fn(TaskForm) + Send + Sync>>,
}

impl Filled {
    pub fn new(form: Memo<TaskForm>, set: impl Fn(TaskForm) + Send + Sync + 'static) -> Self {
        Self {
            form,
            set: StoredValue::new(Box::new(set)),
        }
    }

    /// One that lasts as long as its sheet.
    pub fn fresh(first: TaskForm) -> Self {
        let form = RwSignal::new(first);
        Self::new(Memo::new(move |_| form.get()), move |altered| {
            form.set(altered)
        })
    }

    fn alter(self, alter: impl FnOnce(&mut TaskForm)) {
        let mut form = self.form.get_untracked();
        alter(&mut form);
        self.set.with_value(|set| set(form));
    }

    /// What is wrong with it, if anything is.
    pub fn fault(self) -> Option<Fault> {
        self.form.with(fault)
    }
}

/// What is wrong with a form, if anything is.
pub fn fault(form: &TaskForm) -> Option<Fault> {
    form.time(local_instant(&form.from)).err()
}

/// Done, to do, planned.
pub fn kinds(filled: Filled) -> AnyView {
    let one = |kind: Kind| {
        let words = match kind {
            Kind::Done => t(|t| t.ticket_done),
            Kind::Todo => t(|t| t.ticket_todo),
            Kind::Planned => t(|t| t.task_kind_planned),
        };
        let pressed = move || filled.form.with(|form| form.kind == kind).to_string();
        view! {
            <button
                type="button" data-test="task-kind" data-kind=kind.name() aria-pressed=pressed
                on:click=tap(move || filled.alter(|form| *form = form.clone().of_kind(kind)))
            >
                {words}
            </button>
        }
        .into_any()
    };
    let kinds: Vec<AnyView> = Kind::ALL.into_iter().map(one).collect();
    view! { <div class="seg" role="group" aria-label=t(|t| t.ticket_task)>{kinds}</div> }.into_any()
}

/// The length: typed, or by large steps.
pub fn length(filled: Filled) -> AnyView {
    let wrong = move || filled.fault() == Some(Fault::Length);
    let step = |(minutes, words): (i64, &'static str)| {
        let longer = move || {
            filled.alter(|form| *form = form.clone().longer(Seconds(60 * minutes)));
        };
        view! {
            <button type="button" class="btn" data-test="task-step" data-minutes=minutes.to_string() on:click=tap(longer)>
                {words}<span class="sr-only">" "{t(|t| t.task_minutes)}</span>
            </button>
        }
        .into_any()
    };
    let steps: Vec<AnyView> = STEPS.into_iter().map(step).collect();
    let fault = part(move || {
        wrong().then(|| {
            view! { <span class="error" id="length-fault">{t(|t| t.task_no_such_time)}</span> }
                .into_any()
        })
    });
    view! {
        <div class="stack tight">
            <label class="field">
                <span>{t(|t| t.task_length)}</span>
                <input
                    type="text" name="length" autocomplete="off" placeholder=t(|t| t.task_length_example)
                    aria-invalid=move || wrong().to_string() aria-describedby="length-fault"
                    prop:value=move || filled.form.with(|form| form.length.clone())
                    on:input=typed(move |value| filled.alter(|form| form.length = value))
                />
            </label>
            <div class="steps" role="group" aria-label=t(|t| t.task_length)>{steps}</div>
            {fault}
        </div>
    }
    .into_any()
}

/// When it will be done; nothing for what is not planned.
pub fn when(filled: Filled) -> AnyView {
    let planned = Memo::new(move |_| filled.form.with(|form| form.kind == Kind::Planned));
    let wrong = move || filled.fault() == Some(Fault::From);
    let field = move || {
        planned.get().then(|| {
            view! {
                <label class="field">
                    <span>{t(|t| t.task_from)}</span>
                    <input
                        type="datetime-local" name="from" required=true
                        aria-invalid=move || wrong().to_string()
                        prop:value=move || filled.form.with(|form| form.from.clone())
                        on:input=typed(move |value| filled.alter(|form| form.from = value))
                    />
                </label>
            }
            .into_any()
        })
    };
    part(field).into_any()
}

/// Whether the requester sees it.
pub fn privacy(filled: Filled) -> AnyView {
    view! {
        <label class="switch">
            <input
                type="checkbox" name="private" prop:checked=move || filled.form.with(|form| form.private)
                on:change=switched(move |private| filled.alter(|form| form.private = private))
            />
            {t(|t| t.ticket_private)}
        </label>
    }
    .into_any()
}

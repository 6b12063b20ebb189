//! The sheets of tasks: a new one, the one that stops the time, one that is corrected.

mod add;
mod alter;
mod fields;
mod form;

use leptos::prelude::*;
use tournee_core::changes::TaskKey;

use super::Open;
use crate::components::Sheet;
use crate::platform::device::after_drawing;
use crate::text::t;

pub use self::add::plan_form;
pub use self::alter::task_hands;

/// Which sheet of a task is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskSheet {
    /// A new task.
    Add,
    /// A new task out of the time that runs.
    Stop,
    /// Another text, length or hour for a task.
    Alter(TaskKey),
}

/// The sheet that is there, if one is.
#[component]
pub fn TaskSheets(
    /// The ticket.
    open: Open,
) -> impl IntoView {
    move || open.task.get().map(|sheet| task_sheet(open, sheet))
}

fn task_sheet(open: Open, sheet: TaskSheet) -> AnyView {
    let shown = RwSignal::new(true);
    Effect::new(move |_| {
        if !shown.get() {
            // The dialog closes first.
            after_drawing(move || {
                open.task.try_set(None);
            });
        }
    });
    let title = match sheet {
        TaskSheet::Add => t(|t| t.task_add),
        TaskSheet::Stop => t(|t| t.timer_record),
        TaskSheet::Alter(_) => t(|t| t.task_alter),
    };
    let content = move || match sheet {
        TaskSheet::Add => add::add_form(open, shown),
        TaskSheet::Stop => add::stop_form(open, shown),
        TaskSheet::Alter(task) => alter::alter_form(open, task, shown),
    };
    view! { <Sheet title open=shown>{content()}</Sheet> }.into_any()
}

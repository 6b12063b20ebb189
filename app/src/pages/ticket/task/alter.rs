//! A task of the timeline: ticked done at one tap, corrected in a sheet.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::changes::{ChangeBody, SetTask, TaskFact, TaskKey, TaskTime, plain_text};
use tournee_core::domain::{Entry, EntryKind, TaskState};
use tournee_core::time::Instant;

use super::super::act::act;
use super::super::{Draft, EmojiHint, Open};
use super::TaskSheet;
use super::fields::{Filled, fault, kinds, length, when};
use super::form::{Kind, TaskForm};
use crate::components::{Icon, Toasts, icons, kept, sent, tap, typed, whether};
use crate::platform::intl::{local_field, local_instant};
use crate::sync::edit_words;
use crate::text::t;

/// What can be done with an entry that is a task.
pub fn task_hands(open: Open, entry: &Entry) -> Option<AnyView> {
    let task = TaskKey::of(entry)?;
    let toasts = Toasts::expect();
    let tick = is_todo(entry).then(|| {
        let done = SetTask::on(entry, TaskFact::State(TaskState::Done));
        let tick = move || {
            if let Some(done) = done.clone() {
                let body = ChangeBody::TaskFact(Box::new(done));
                let words = t(|t| t.task_ticked).to_owned();
                act(open.tournee, toasts, open.key().into(), body, words, |_| {});
            }
        };
        view! {
            <button type="button" class="btn" data-test="task-done" on:click=tap(tick)>
                <Icon of=icons::DONE/> {t(|t| t.task_tick)}
            </button>
        }
        .into_any()
    });
    let alter = move || open.task.set(Some(TaskSheet::Alter(task)));
    let hands = view! {
        <div class="line task-hands" hidden=whether(move || !open.is_correctable())>
            {tick}
            <button
                type="button" class="btn quiet" data-test="task-alter" aria-haspopup="dialog"
                on:click=tap(alter)
            >
                <Icon of=icons::PEN/> {t(|t| t.queue_edit)}
            </button>
        </div>
    };
    Some(hands.into_any())
}

fn is_todo(entry: &Entry) -> bool {
    let todo = TaskState::Todo;
    matches!(&entry.what, EntryKind::Task { state, .. } if *state == todo)
}

/// Another text, another length, another hour: a change each, of what differs.
pub fn alter_form(open: Open, task: TaskKey, shown: RwSignal<bool>) -> AnyView {
    let entry = open
        .ticket
        .with_untracked(|ticket| task.find(ticket).cloned());
    let first = entry
        .as_ref()
        .and_then(|entry| TaskForm::of_task(&entry.what, local_field));
    let (Some(entry), Some(first)) = (entry, first) else {
        return view! { <p class="muted">{t(|t| t.queue_task_gone)}</p> }.into_any();
    };
    let (tournee, toasts) = (open.tournee, Toasts::expect());
    let draft = Draft::from(tournee, &draft_kind(task), &open.key(), text_of(&entry));
    let filled = Filled::fresh(first.clone());
    let empty = kept(move || draft.text.with(|text| text.trim().is_empty()));
    let wrong = kept(move || filled.form.with(fault).is_some());
    let send = move || {
        let form = filled.form.get_untracked();
        let text = draft.text.get_untracked();
        let from = local_instant(&form.from);
        let wanted = altered(&entry, &first, &form, from, &text);
        spawn_local(async move {
            for set in wanted {
                let body = ChangeBody::TaskFact(Box::new(set));
                match tournee.edit(open.key().into(), body, None).await {
                    Ok(change) => toasts.made(t(|t| t.task_altered), change),
                    Err(failure) => return toasts.failed(edit_words(&failure)),
                }
            }
            draft.sent(&text);
            shown.try_set(false);
        });
    };
    view! {
        <form class="stack" data-test="task-form" on:submit=sent(send)>
            <label class="field">
                <span>{t(|t| t.task_text)}</span>
                <textarea
                    name="task" dir="auto" rows="3"
                    prop:value=move || draft.text.get()
                    on:input=typed(move |value| draft.type_text(value))
                ></textarea>
            </label>
            <EmojiHint text=draft.text stores_emoji=open.stores_emoji()/>
            {kinds(filled)}
            {length(filled)}
            {when(filled)}
            <button type="submit" class="btn primary wide" data-test="send-task" disabled=move || empty.get() || wrong.get()>
                <Icon of=icons::DONE/> {t(|t| t.queue_save)}
            </button>
        </form>
    }
    .into_any()
}

fn draft_kind(task: TaskKey) -> String {
    match task {
        TaskKey::Item(id) => format!("task-{id}"),
        TaskKey::Change(id) => format!("task-{id}"),
    }
}

fn text_of(entry: &Entry) -> String {
    match &entry.what {
        EntryKind::Task { content, .. } => plain_text(content),
        _ => String::new(),
    }
}

/// What of a task was altered in its form. A plan brings its own length.
fn altered(
    entry: &Entry,
    before: &TaskForm,
    after: &TaskForm,
    from: Option<Instant>,
    text: &str,
) -> Vec<SetTask> {
    let mut wanted = vec![TaskFact::Text(text.to_owned())];
    if before.kind != after.kind {
        wanted.push(TaskFact::State(after.kind.state()));
    }
    match after.time(from) {
        Ok(TaskTime::Planned { from, to }) => {
            let moved = (&before.from, before.seconds()) != (&after.from, after.seconds());
            if moved || before.kind != Kind::Planned {
                wanted.push(TaskFact::Plan(Some((from, to))));
            }
        }
        Ok(TaskTime::Spent(length)) => wanted.push(TaskFact::Length(length)),
        Err(_) => {}
    }
    let sets = wanted.into_iter().filter_map(|to| SetTask::on(entry, to));
    // Words of a minute lose the seconds: what was not touched is left alone.
    let touched = |set: &SetTask| match set.to {
        TaskFact::Length(_) => before.length != after.length,
        _ => !set.from.is_same(&set.to),
    };
    sets.filter(touched).collect()
}

#[cfg(test)]
mod tests {
    use tournee_core::time::Seconds;

    use super::*;

    fn entry(state: TaskState, planned: Option<(Instant, Instant)>) -> Entry {
        Entry {
            id: 9,
            at: Instant(0),
            author: None,
            what: EntryKind::Task {
                content: "<p>Câble</p>".to_owned(),
                private: false,
                state,
                actiontime: Seconds(3_610),
                planned,
                technician: None,
            },
            change: None,
        }
    }

    fn facts(entry: &Entry, alter: impl FnOnce(&mut TaskForm), text: &str) -> Vec<TaskFact> {
        let words = |at: Instant| at.0.to_string();
        let before = TaskForm::of_task(&entry.what, words).unwrap();
        let mut after = before.clone();
        alter(&mut after);
        let from = after.from.parse().ok().map(Instant);
        let sets = altered(entry, &before, &after, from, text);
        sets.into_iter().map(|set| set.to).collect()
    }

    #[test]
    fn only_what_was_altered_is_changed() {
        let todo = entry(TaskState::Todo, None);
        assert_eq!(facts(&todo, |_| {}, "Câble"), []);
        let text = TaskFact::Text("Câble tiré".to_owned());
        assert_eq!(facts(&todo, |_| {}, "Câble tiré"), [text]);
        let done = facts(&todo, |form| form.kind = Kind::Done, "Câble");
        assert_eq!(done, [TaskFact::State(TaskState::Done)]);
        let longer = facts(&todo, |form| form.length = "1h30".to_owned(), "Câble");
        assert_eq!(longer, [TaskFact::Length(Seconds(5_400))]);
    }

    #[test]
    fn a_plan_is_altered_as_a_whole() {
        let (from, to) = (Instant(7_200), Instant(10_810));
        let planned = entry(TaskState::Todo, Some((from, to)));
        assert_eq!(facts(&planned, |_| {}, "Câble"), []);
        let later = facts(&planned, |form| form.from = "9000".to_owned(), "Câble");
        let plan = TaskFact::Plan(Some((Instant(9_000), Instant(12_600))));
        assert_eq!(later, [plan]);
        let todo = entry(TaskState::Todo, None);
        let plan = |form: &mut TaskForm| {
            form.kind = Kind::Planned;
            form.from = "7200".to_owned();
        };
        let wanted = TaskFact::Plan(Some((from, Instant(10_800))));
        assert_eq!(facts(&todo, plan, "Câble"), [wanted]);
    }
}

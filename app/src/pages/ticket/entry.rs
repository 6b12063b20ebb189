//! One thing that happened.

use leptos::prelude::*;
use tournee_core::domain::{Actor, Answer, Entry, EntryKind, TaskState};
use tournee_core::phone::Phone;
use tournee_core::time::{Instant, Seconds};

use super::Open;
use super::file::file_view;
use super::task::task_hands;
use crate::components::{Html, Icon, Standing, Ticks, icons, length_words, task_state_words};
use crate::platform::intl::{Form, instant};
use crate::text::{fill, t};

/// An entry of the timeline.
pub fn entry_view(open: Open, entry: &Entry) -> AnyView {
    let (kind, icon, name) = look(&entry.what);
    let private = is_private(&entry.what);
    let body = match &entry.what {
        EntryKind::Followup { content, .. }
        | EntryKind::Task { content, .. }
        | EntryKind::Solution { content, .. } => view! { <Html of=content.clone()/> }.into_any(),
        EntryKind::Document(document) => file_view(open, entry, document),
    };
    let tags = details(&entry.what).into_iter();
    let tags = tags.map(|words| view! { <span class="tag">{words}</span> }.into_any());
    let mut tags: Vec<AnyView> = tags.collect();
    if private {
        tags.insert(
            0,
            view! { <span class="tag private">{t(|t| t.ticket_private)}</span> }.into_any(),
        );
    }
    view! {
        <article class="entry" data-test="entry" data-kind=kind data-private=private.then_some("")>
            <div class="entry-head">
                <Icon of=icon/>
                <strong>{author(entry)}</strong>
                <span>{name}</span>
                <span>{instant(entry.at, Form::Full)}</span>
                {tags}
            </div>
            {body}
            {task_hands(open, entry)}
            {ticks(open, entry)}
        </article>
    }
    .into_any()
}

/// What kind of entry it is, for tests, for the eye, and in words.
pub fn look(what: &EntryKind) -> (&'static str, &'static str, &'static str) {
    match what {
        EntryKind::Followup { .. } => ("followup", icons::FOLLOWUP, t(|t| t.ticket_followup)),
        EntryKind::Task { .. } => ("task", icons::TASK, t(|t| t.ticket_task)),
        EntryKind::Solution { .. } => ("solution", icons::DONE, t(|t| t.ticket_solution)),
        EntryKind::Document(_) => ("document", icons::DOCUMENT, t(|t| t.ticket_document)),
    }
}

/// What the requester does not see.
pub fn is_private(what: &EntryKind) -> bool {
    matches!(
        what,
        EntryKind::Followup { private: true, .. } | EntryKind::Task { private: true, .. }
    )
}

/// Who it is of.
pub fn author(entry: &Entry) -> String {
    let author = entry.author.as_ref().map(Actor::label);
    author.unwrap_or_else(|| t(|t| t.ticket_nobody)).to_owned()
}

/// What only some kinds have: a task's state and times, a refused solution.
pub fn details(what: &EntryKind) -> Vec<String> {
    match what {
        EntryKind::Task {
            state,
            actiontime,
            planned,
            ..
        } => task(*state, *actiontime, *planned),
        EntryKind::Solution {
            answer: Some(Answer { approved: true, .. }),
            ..
        } => vec![t(|t| t.ticket_approved).to_owned()],
        EntryKind::Solution { refused: true, .. } => vec![t(|t| t.ticket_refused).to_owned()],
        _ => Vec::new(),
    }
}

fn task(state: TaskState, actiontime: Seconds, planned: Option<(Instant, Instant)>) -> Vec<String> {
    let state = match state {
        TaskState::Information => None,
        state => Some(task_state_words(state).to_owned()),
    };
    let spent = (actiontime.0 >= 60).then(|| length_words(actiontime));
    let planned = planned.map(|(from, to)| {
        let (from, to) = (instant(from, Form::Full), instant(to, Form::Full));
        fill(t(|t| t.ticket_planned), &[("from", &from), ("to", &to)])
    });
    [state, spent, planned].into_iter().flatten().collect()
}

/// Only our own entries have ticks; one that came from GLPI is in GLPI, whatever became of our note of it.
fn ticks(open: Open, entry: &Entry) -> Option<AnyView> {
    let change = entry.change?;
    let noted = |phone: &Phone| phone.outbox().get(change).map(Standing::of);
    let standing = match entry.id {
        0 => open.tournee.with(noted)?,
        _ => Standing::Delivered,
    };
    Some(view! { <div class="entry-foot"><Ticks standing/></div> }.into_any())
}

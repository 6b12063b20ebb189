//! One thing that happened.

use leptos::prelude::*;
use tournee_core::domain::{Actor, Document, Entry, EntryKind, TaskState};
use tournee_core::ids::ChangeId;
use tournee_core::time::{Instant, Seconds};

use super::Open;
use super::facts::duration;
use crate::components::{Html, Icon, Standing, Ticks, icons};
use crate::contexts::Tournee;
use crate::platform::intl::{Form, instant};
use crate::text::{fill, t};

/// An entry of the timeline.
#[component]
pub fn EntryView(
    /// The ticket.
    open: Open,
    /// What happened.
    entry: Memo<Entry>,
) -> impl IntoView {
    let (kind, icon, name) = entry.with_untracked(|entry| look(&entry.what));
    let private = Memo::new(move |_| entry.with(|entry| is_private(&entry.what)));
    let body = match entry.with_untracked(|entry| entry.what.clone()) {
        EntryKind::Document(document) => document_link(open, &document),
        _ => {
            let content = Memo::new(move |_| entry.with(|entry| content(&entry.what)));
            view! { <Html of=content/> }.into_any()
        }
    };
    view! {
        <article class="entry" data-test="entry" data-kind=kind data-private=move || private.get().then_some("")>
            <div class="entry-head">
                <Icon of=icon/>
                <strong>{move || entry.with(author)}</strong>
                <span>{name}</span>
                <span>{move || entry.with(|entry| instant(entry.at, Form::Full))}</span>
                {move || private.get().then(|| view! { <span class="tag private">{t(|t| t.ticket_private)}</span> }.into_any())}
                {move || entry.with(|entry| details(&entry.what))}
            </div>
            {body}
            {move || ticks(entry.with(|entry| (entry.change, entry.id)))}
        </article>
    }
    .into_any()
}

fn look(what: &EntryKind) -> (&'static str, &'static str, &'static str) {
    match what {
        EntryKind::Followup { .. } => ("followup", icons::FOLLOWUP, t(|t| t.ticket_followup)),
        EntryKind::Task { .. } => ("task", icons::TASK, t(|t| t.ticket_task)),
        EntryKind::Solution { .. } => ("solution", icons::DONE, t(|t| t.ticket_solution)),
        EntryKind::Document(_) => ("document", icons::DOCUMENT, t(|t| t.ticket_document)),
    }
}

fn is_private(what: &EntryKind) -> bool {
    matches!(
        what,
        EntryKind::Followup { private: true, .. } | EntryKind::Task { private: true, .. }
    )
}

fn content(what: &EntryKind) -> String {
    match what {
        EntryKind::Followup { content, .. }
        | EntryKind::Task { content, .. }
        | EntryKind::Solution { content, .. } => content.clone(),
        EntryKind::Document(_) => String::new(),
    }
}

fn author(entry: &Entry) -> String {
    let author = entry.author.as_ref().map(Actor::label);
    author.unwrap_or_else(|| t(|t| t.ticket_nobody)).to_owned()
}

/// What only some kinds have: a task's state and times, a refused solution.
fn details(what: &EntryKind) -> Option<AnyView> {
    let words = match what {
        EntryKind::Task {
            state,
            actiontime,
            planned,
            ..
        } => task(*state, *actiontime, *planned),
        EntryKind::Solution { refused: true, .. } => vec![t(|t| t.ticket_refused).to_owned()],
        _ => return None,
    };
    let tags = words
        .into_iter()
        .map(|words| view! { <span class="tag">{words}</span> });
    Some(tags.collect_view().into_any())
}

fn task(state: TaskState, actiontime: Seconds, planned: Option<(Instant, Instant)>) -> Vec<String> {
    let state = match state {
        TaskState::Information => None,
        TaskState::Todo => Some(t(|t| t.ticket_todo).to_owned()),
        TaskState::Done => Some(t(|t| t.ticket_done).to_owned()),
    };
    let spent = Some(duration(actiontime)).filter(|words| !words.is_empty());
    let planned = planned.map(|(from, to)| {
        let (from, to) = (instant(from, Form::Full), instant(to, Form::Full));
        fill(t(|t| t.ticket_planned), &[("from", &from), ("to", &to)])
    });
    [state, spent, planned].into_iter().flatten().collect()
}

fn document_link(open: Open, document: &Document) -> AnyView {
    let base = open
        .account
        .with_untracked(|a| a.as_ref().map(|a| a.web_url.clone()));
    let name = document.name.clone();
    match base.filter(|base| !base.is_empty()) {
        Some(base) => {
            let base = base.trim_end_matches('/');
            let file = format!("{base}/front/document.send.php?docid={}", document.id);
            view! { <a href=file target="_blank" rel="noopener noreferrer">{name}</a> }.into_any()
        }
        None => view! { <span>{name}</span> }.into_any(),
    }
}

/// Only our own entries have ticks; one that came from GLPI is in GLPI, whatever became of our note of it.
fn ticks((change, id): (Option<ChangeId>, u64)) -> Option<AnyView> {
    let known = Tournee::expect().with(|phone| phone.outbox().get(change?).map(Standing::of));
    let standing = match (change, known) {
        (None, _) => return None,
        (Some(_), _) if id > 0 => Standing::Delivered,
        (Some(_), known) => known?,
    };
    Some(view! { <div class="entry-foot"><Ticks standing/></div> }.into_any())
}

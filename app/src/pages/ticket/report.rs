//! The intervention's report: the ticket on paper, or as a PDF by the browser, with no network.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::{Actor, Entry, EntryKind, Ticket};
use tournee_core::ids::ChangeId;

use super::Open;
use super::entry::{is_private, look};
use super::file::{address_on_phone, is_shown};
use crate::components::{
    Html, Icon, icons, kind_words, length_words, part, status_words, tap, ticket_number,
};
use crate::platform::intl::{Form, instant};
use crate::platform::{device, files};
use crate::text::{fill, t};

/// A picture of the timeline, as it goes onto paper.
#[derive(Clone)]
pub struct Picture {
    entry: u64,
    change: Option<ChangeId>,
    address: String,
}

/// What is on paper: nothing until somebody asks for it. It stays, for a browser that prints later.
pub type Printed = RwSignal<Option<Arc<Vec<Picture>>>>;

/// The button.
#[component]
pub fn ReportButton(
    /// The ticket.
    open: Open,
) -> impl IntoView {
    let print = move || {
        spawn_local(async move {
            let pictures = Arc::new(pictures(open).await);
            let Some(before) = open.printed.try_update(|printed| printed.replace(pictures)) else {
                return;
            };
            forget(before);
            device::print(".report img").await;
        });
    };
    view! {
        <button type="button" class="btn" data-test="report" on:click=tap(print)>
            <Icon of=icons::DOCUMENT/> {t(|t| t.report_open)}
        </button>
    }
    .into_any()
}

/// What the printer sees in place of the screen.
#[component]
pub fn ReportPaper(
    /// The ticket.
    open: Open,
) -> impl IntoView {
    on_cleanup(move || forget(open.printed.try_update(Option::take).flatten()));
    let paper = move || {
        let pictures = open.printed.get()?;
        Some(
            open.ticket
                .with_untracked(|ticket| paper(open, ticket, &pictures)),
        )
    };
    part(paper)
}

fn forget(pictures: Option<Arc<Vec<Picture>>>) {
    for picture in pictures.iter().flat_map(|pictures| pictures.iter()) {
        files::forget_address(&picture.address);
    }
}

async fn pictures(open: Open) -> Vec<Picture> {
    let timeline = open.ticket.with_untracked(|ticket| ticket.timeline.clone());
    let mut found = Vec::new();
    for entry in timeline.unwrap_or_default() {
        if let EntryKind::Document(document) = &entry.what
            && is_shown(&document.mime)
            && let Some(address) = address_on_phone(open, &entry, document).await
        {
            found.push(Picture {
                entry: entry.id,
                change: entry.change,
                address,
            });
        }
    }
    found
}

fn paper(open: Open, ticket: &Ticket, pictures: &[Picture]) -> AnyView {
    let names = |actors: &[Actor]| {
        let names: Vec<&str> = actors.iter().map(Actor::label).collect();
        names.join(", ")
    };
    let place = ticket.location.as_ref().map(|place| place.name.clone());
    let rows = [
        (
            t(|t| t.tickets_column_status),
            status_words(ticket.status).to_owned(),
        ),
        (t(|t| t.tickets_column_location), place.unwrap_or_default()),
        (t(|t| t.tickets_column_requester), names(&ticket.requesters)),
        (t(|t| t.tickets_column_assignee), names(&ticket.assignees)),
        (
            t(|t| t.tickets_column_opened),
            instant(ticket.opened_at, Form::Full),
        ),
        (t(|t| t.ticket_time_spent), length_words(ticket.actiontime)),
    ];
    let rows = rows.into_iter().filter(|(_, words)| !words.is_empty());
    let rows: Vec<AnyView> = rows
        .map(|(name, words)| view! { <dt>{name}</dt><dd>{words}</dd> }.into_any())
        .collect();
    let entries = ticket.timeline.iter().flatten();
    let entries: Vec<AnyView> = entries
        // What the requester does not see is not for his paper.
        .filter(|entry| !is_private(&entry.what))
        .map(|entry| entry_on_paper(entry, pictures))
        .collect();
    let printed = instant(open.tournee.now(), Form::Full);
    view! {
        <section class="report" data-test="report-paper" aria-hidden="true">
            <h1>{t(|t| t.report_title)}</h1>
            <h2>{ticket_number(ticket.key.id)} " " {ticket.title.clone()}</h2>
            <p>{kind_words(ticket.kind)} " · " {ticket.key.source.to_string()}</p>
            <dl>{rows}</dl>
            <h3>{t(|t| t.ticket_description)}</h3>
            <Html of=ticket.content.clone()/>
            <h3>{t(|t| t.ticket_timeline)}</h3>
            {entries}
            <p class="report-foot">{fill(t(|t| t.report_printed), &[("at", &printed)])}</p>
        </section>
    }
    .into_any()
}

fn entry_on_paper(entry: &Entry, pictures: &[Picture]) -> AnyView {
    let (_, _, kind) = look(&entry.what);
    let body = match &entry.what {
        EntryKind::Followup { content, .. }
        | EntryKind::Task { content, .. }
        | EntryKind::Solution { content, .. } => html(content),
        EntryKind::Document(document) => {
            let mut mine = pictures.iter();
            let picture = mine.find(|p| p.entry == entry.id && p.change == entry.change);
            let name = document.name.clone();
            match picture {
                Some(picture) => {
                    let address = picture.address.clone();
                    view! { <figure><img src=address alt=""/><figcaption>{name}</figcaption></figure> }
                        .into_any()
                }
                None => view! { <p>{name}</p> }.into_any(),
            }
        }
    };
    let author = entry
        .author
        .as_ref()
        .map(|author| author.label().to_owned());
    view! {
        <article>
            <p class="report-head"><strong>{kind}</strong> " · " {instant(entry.at, Form::Full)} " · " {author}</p>
            {body}
        </article>
    }
    .into_any()
}

fn html(content: &str) -> AnyView {
    view! { <Html of=content.to_owned()/> }.into_any()
}

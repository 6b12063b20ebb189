//! Which thread this is, and where it stands.

use std::sync::Arc;

use leptos::prelude::*;
use tournee_core::domain::ThreadRow;

use super::Open;
use crate::components::{Icon, chip_of, icons, kept, part};
use crate::pages::mails::{box_name, convert_address, ticket_of};
use crate::pages::tickets;
use crate::text::{plural, t};

/// The head of the page.
#[component]
pub fn Head(
    /// The thread.
    open: Open,
) -> impl IntoView {
    let row = open.tournee.thread_row(open.key());
    let subject = move || {
        let subject = open
            .thread
            .with(|thread| thread.subject().trim().to_owned());
        match subject.is_empty() {
            true => t(|t| t.mails_no_subject).to_owned(),
            false => subject,
        }
    };
    let count = move || {
        open.thread
            .with(|thread| plural(thread.mails.len(), |t| &t.mail_count))
    };
    let mailbox = open.key().mailbox.0;
    // Nobody needs to be told which of one.
    let several = kept(move || open.tournee.with(|phone| phone.meta().mailboxes.len() > 1));
    let mailbox = move || {
        let mailbox = mailbox.clone();
        several
            .get()
            .then(|| view! { <span class="chip">{mailbox}</span> }.into_any())
    };
    view! {
        <div class="line ticket-nav">
            <a class="icon-btn back" href="/mails" aria-label=t(|t| t.mail_back)><Icon of=icons::BACK/></a>
            {part(move || row.get().map(|row| boxes(&row)))}
            {part(move || row.get().map(|row| linked(open, &row)))}
        </div>
        <h1 tabindex="-1" data-test="thread-subject">{subject}</h1>
        <div class="line small muted"><span>{count}</span>{part(mailbox)}</div>
    }
    .into_any()
}

fn boxes(row: &ThreadRow) -> AnyView {
    let tags = row.boxes.iter();
    tags.map(|of| {
        view! { <span class="tag small" data-test="thread-box">{box_name(*of)}</span> }.into_any()
    })
    .collect_view()
    .into_any()
}

/// The way to its ticket; or to the form of one, which says where a thread belongs that GLPI tells of.
fn linked(open: Open, row: &Arc<ThreadRow>) -> AnyView {
    let followed = row.clone();
    let ticket = kept(move || open.tournee.with(|phone| phone.ticket_of(&followed)));
    let row = row.clone();
    let shown = move || {
        let words = || ticket_of(&row);
        let make = || convert_address(&row.key);
        Some(match (ticket.get(), row.told_of) {
            (Some(key), _) => view! { <a class="btn quiet push" href=tickets::address(&key) data-test="thread-ticket">{words()} {chip_of(&key.source)}</a> }
                .into_any(),
            (None, Some(_)) => view! { <a class="btn quiet push" href=make() data-test="thread-make">{words()}</a> }.into_any(),
            (None, None) => view! {
                <a class="btn push" href=make() data-test="thread-make"><Icon of=icons::MAKE/> {t(|t| t.convert_make)}</a>
            }
            .into_any(),
        })
    };
    part(shown).into_any()
}

//! The mails that it was made of, and the way to them.

use std::sync::Arc;

use leptos::prelude::*;
use tournee_core::domain::ThreadRow;

use super::Open;
use crate::components::{Icon, icons, kept, part};
use crate::pages::mails;
use crate::platform::intl::{Form, instant};
use crate::text::t;

/// Its threads, if it has any.
#[component]
pub fn Mails(
    /// The ticket.
    open: Open,
) -> impl IntoView {
    // Thousands of rows are looked through: only when one of them, or the outbox, has moved.
    let threads = kept(move || {
        let key = open.ticket.with(|ticket| ticket.key.clone());
        open.tournee.with(|phone| phone.threads_of(&key))
    });
    let section = move || {
        let rows: Vec<AnyView> = threads.with(|threads| threads.iter().map(row).collect());
        (!rows.is_empty()).then(|| {
            view! {
                <section class="section" aria-label=t(|t| t.ticket_mails) data-test="ticket-mails">
                    <div class="mail-files">{rows}</div>
                </section>
            }
            .into_any()
        })
    };
    part(section).into_any()
}

fn row(row: &Arc<ThreadRow>) -> AnyView {
    let (from, at) = (row.from.clone(), instant(row.at, Form::Full));
    view! {
        <a class="btn mail-file" href=mails::address(&row.key) data-test="ticket-mail">
            <Icon of=icons::MAIL/> <span class="t-cut">{mails::subject_of(row)}</span>
            <span class="muted small t-cut">{from} " · " {at}</span>
        </a>
    }
    .into_any()
}

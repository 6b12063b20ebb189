//! Which ticket this is, and how it stands.

use leptos::prelude::*;
use tournee_core::changes::Field;
use tournee_core::domain::Ticket;

use super::Open;
use super::edit::{Editing, hook};
use crate::components::{
    Icon, Priority, StatusBadge, back_to, chip_of, icons, kind_words, status_name, tap,
    ticket_number, whether,
};
use crate::text::t;

/// The head of the page.
#[component]
pub fn Head(
    /// The ticket.
    open: Open,
    /// What is being corrected.
    editing: Editing,
) -> impl IntoView {
    let key = open.key();
    let title = move || open.ticket.with(|ticket| ticket.title.clone());
    view! {
        <div class="line ticket-nav">
            <a class="icon-btn back" href=back_to("/tickets") aria-label=t(|t| t.ticket_back)><Icon of=icons::BACK/></a>
            <span class="t-num">{ticket_number(key.id)}</span>
            {chip_of(&key.source)}
            {glpi_link(open)}
        </div>
        <div class="title-line">
            <h1 tabindex="-1" data-test="ticket-title">{title}</h1>
            <button
                type="button" class="icon-btn" data-test=hook(Field::Title) aria-haspopup="dialog"
                aria-label=t(|t| t.fact_edit_title) hidden=whether(move || !open.is_correctable())
                on:click=tap(move || editing.set(Some(Field::Title)))
            >
                <Icon of=icons::PEN/>
            </button>
        </div>
        {move || open.ticket.with(|ticket| standing(ticket))}
    }
    .into_any()
}

fn glpi_link(open: Open) -> Option<AnyView> {
    let page = open.in_glpi(&format!("ticket.form.php?id={}", open.key().id))?;
    let link = view! {
        <a
            class="btn quiet small push" href=page target="_blank" rel="noopener noreferrer"
            aria-label=t(|t| t.ticket_in_glpi) data-test="in-glpi"
        >
            "GLPI" <Icon of=icons::OUT/>
        </a>
    };
    Some(link.into_any())
}

fn standing(ticket: &Ticket) -> AnyView {
    let kind = kind_words(ticket.kind);
    view! {
        <div class="line small">
            <span data-test="ticket-status" data-status=status_name(ticket.status)>
                <StatusBadge status=ticket.status/>
            </span>
            <Priority level=ticket.priority/>
            <span class="tag">{kind}</span>
        </div>
    }
    .into_any()
}

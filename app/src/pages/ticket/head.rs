//! Which ticket this is, and how it stands.

use leptos::prelude::*;
use tournee_core::domain::{Ticket, TicketType};

use super::Open;
use crate::components::{Icon, Priority, StatusBadge, chip_of, icons, status_name, ticket_number};
use crate::text::t;

/// The head of the page.
#[component]
pub fn Head(
    /// The ticket.
    open: Open,
) -> impl IntoView {
    let key = open.key();
    let title = move || open.ticket.with(|ticket| ticket.title.clone());
    view! {
        <div class="line ticket-nav">
            <a class="icon-btn back" href="/tickets" aria-label=t(|t| t.ticket_back)><Icon of=icons::BACK/></a>
            <span class="t-num">{ticket_number(key.id)}</span>
            {chip_of(&key.source)}
            {glpi_link(open)}
        </div>
        <h1 tabindex="-1" data-test="ticket-title">{title}</h1>
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
    let kind = match ticket.kind {
        TicketType::Incident => t(|t| t.ticket_incident),
        TicketType::Request => t(|t| t.ticket_request),
    };
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

//! A ticket that only its GLPI holds: read when it is opened, to be read and no more.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::Ticket;
use tournee_core::ids::TicketKey;
use tournee_core::time::Instant;

use super::SEARCH;
use crate::components::{Empty, Icon, chip_of, icons, tap, ticket_number};
use crate::contexts::Tournee;
use crate::pages::ticket::ReadTicket;
use crate::sync::{ApiFailure, failure_words};
use crate::text::t;

/// How far the reading is.
#[derive(Clone)]
enum Reading {
    Asking,
    Read(Box<Ticket>, Instant),
    Failed(ApiFailure),
}

/// The page of a ticket that this phone does not hold.
#[component]
pub fn UnheldTicket(
    /// Which.
    ticket: TicketKey,
) -> impl IntoView {
    let tournee = Tournee::expect();
    let reading = RwSignal::new(Reading::Asking);
    let key = ticket.clone();
    let ask = move || {
        let key = key.clone();
        reading.set(Reading::Asking);
        spawn_local(async move {
            reading.try_set(match tournee.read_ticket(&key).await {
                Ok(ticket) => Reading::Read(Box::new(ticket), tournee.now()),
                Err(failure) => Reading::Failed(failure),
            });
        });
    };
    ask();
    move || match reading.get() {
        Reading::Read(ticket, at) => view! { <ReadTicket ticket=*ticket at/> }.into_any(),
        Reading::Asking => waiting(
            &ticket,
            view! { <p role="status">{t(|t| t.search_reading_ticket)}</p> }.into_any(),
        ),
        Reading::Failed(failure) => {
            let ask = ask.clone();
            let words = failure_words(&failure);
            waiting(
                &ticket,
                view! {
                    <Empty icon=icons::TICKETS title=t(|t| t.search_not_read)>
                        <p role="alert">{words}</p>
                        <button type="button" class="btn" on:click=tap(ask)>{t(|t| t.search_retry)}</button>
                    </Empty>
                }
                .into_any(),
            )
        }
    }
}

fn waiting(ticket: &TicketKey, what: AnyView) -> AnyView {
    view! {
        <article class="ticket">
            <div class="ticket-scroll">
                <header class="ticket-head">
                    <div class="line ticket-nav">
                        <a class="icon-btn back" href=SEARCH aria-label=t(|t| t.search_back)><Icon of=icons::BACK/></a>
                        {chip_of(&ticket.source)}
                    </div>
                    <h1 tabindex="-1">{ticket_number(ticket.id)}</h1>
                </header>
                <section class="section">{what}</section>
            </div>
        </article>
    }
    .into_any()
}

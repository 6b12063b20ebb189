//! Carrying the ticket over to the newer GLPI; and what it says of the other one, once that was done.

use leptos::prelude::*;
use tournee_core::ids::TicketKey;

use super::Open;
use crate::components::{Icon, chip_of, icons, kept, part, ticket_number};
use crate::pages::create::carry_address;
use crate::pages::tickets;
use crate::text::{fill, t};

/// The way to the form, where there is a newer GLPI and no ticket of it has the place.
pub fn button(open: Open) -> AnyView {
    let key = open.key();
    let target = kept(move || {
        let ticket = open.ticket.get();
        let fits = ticket.status.is_open() && ticket.timeline.is_some();
        let source = &ticket.key.source;
        let to = open.tournee.with(|phone| {
            let free = phone.carried_into(&ticket).is_none();
            phone.carries_to(source).filter(|_| free && fits)
        })?;
        (!ticket.key.id.is_local()).then(|| open.tournee.glpi_name(&to))
    });
    part(move || {
        target.get().map(|glpi| {
            let label = fill(t(|t| t.carry_to), &[("glpi", &glpi)]);
            view! {
                <a class="btn" href=carry_address(&key) data-test="carry" aria-label=label>
                    {t(|t| t.carry_button)}
                </a>
            }
            .into_any()
        })
    })
    .into_any()
}

/// The other ticket of the two.
pub fn note(open: Open) -> AnyView {
    let others = kept(move || {
        let ticket = open.ticket.get();
        open.tournee
            .with(|phone| (phone.carried_into(&ticket), phone.carried_from(&ticket)))
    });
    part(move || {
        let (into, from) = others.get();
        let into = into.map(|key| line(t(|t| t.carry_into), &key, "carried-into"));
        let from = from.map(|key| line(t(|t| t.carry_from), &key, "carried-from"));
        (into.is_some() || from.is_some()).then(|| view! { {into} {from} }.into_any())
    })
    .into_any()
}

fn line(words: &'static str, key: &TicketKey, hook: &'static str) -> AnyView {
    view! {
        <a class="btn quiet small made-of" href=tickets::address(key) data-test=hook>
            <Icon of=icons::TICKETS/> <span>{words} " " {ticket_number(key.id)}</span> {chip_of(&key.source)}
        </a>
    }
    .into_any()
}

//! The sheets of who is on the ticket.

use std::sync::Arc;

use leptos::prelude::*;
use tournee_core::changes::{ChangeBody, Field, Seat, SetSeat};
use tournee_core::domain::{Actor, Ticket};

use super::Sheeted;
use super::chooser::{Offers, chooser};
use super::seats::{Crew, people as directory, workers};
use crate::components::{Icon, icons, tap};
use crate::pages::create::suggest::{Offer, Usage};
use crate::text::{fill, t};

/// The sheet of one role: who has it, each to be taken off; and who may.
pub fn people(sheeted: Sheeted, field: Field) -> AnyView {
    let ticket = sheeted.open.ticket;
    let set = move |seat: Seat, taken: bool| {
        let words = match taken {
            true => t(|t| t.seat_added),
            false => t(|t| t.seat_removed),
        };
        let words = fill(words, &[("name", seat.label())]);
        let body = ChangeBody::Seat(SetSeat { seat, taken });
        // Who takes somebody off may want another one on.
        sheeted.queue(body, words, move |_| {
            if taken {
                sheeted.shown.try_set(false);
            }
        });
    };
    let one = move |seat: Seat| {
        let name = seat.label().to_owned();
        let label = fill(t(|t| t.seat_remove), &[("name", &name)]);
        view! {
            <li class="line">
                <span>{name}</span>
                <button
                    type="button" class="icon-btn push" data-test="seat-remove" aria-label=label
                    on:click=tap(move || set(seat.clone(), false))
                >
                    <Icon of=icons::CLOSE/>
                </button>
            </li>
        }
        .into_any()
    };
    let seated = move || {
        let seats = ticket.with(|ticket| seats(ticket, field));
        seats.into_iter().map(one).collect::<Vec<_>>()
    };
    let offered = StoredValue::new(Vec::<Seat>::new());
    let offers = offers(sheeted, field, offered);
    let choose = move |offer: &Offer| {
        let place = usize::try_from(offer.id).unwrap_or_default();
        let seat = offered.with_value(|seats| seats.get(place).cloned());
        if let Some(seat) = seat {
            set(seat, true);
        }
    };
    let label = match field {
        Field::Assignees | Field::Groups => t(|t| t.seat_search),
        _ => t(|t| t.seat_search_people),
    };
    view! { <div class="stack"><ul class="seats" data-test="seats">{seated}</ul>{chooser(label, offers, choose)}</div> }
        .into_any()
}

fn seats(ticket: &Ticket, field: Field) -> Vec<Seat> {
    let of = |actors: &[Actor], seat: fn(Actor) -> Seat| actors.iter().cloned().map(seat).collect();
    match field {
        Field::Requesters => of(&ticket.requesters, Seat::Requester),
        Field::Observers => of(&ticket.observers, Seat::Observer),
        _ => {
            let mut seats: Vec<Seat> = of(&ticket.assignees, Seat::Assignee);
            seats.extend(ticket.groups.iter().cloned().map(Seat::Group));
            seats
        }
    }
}

/// What is offered; `offered` keeps who stands behind each number.
fn offers(sheeted: Sheeted, field: Field, offered: StoredValue<Vec<Seat>>) -> Offers {
    let ticket: Arc<Ticket> = sheeted.open.ticket.get_untracked();
    let tournee = sheeted.open.tournee;
    let crew = StoredValue::new(tournee.with_untracked(|phone| Crew::of(phone, &ticket)));
    let source = ticket.key.source.clone();
    let usage = StoredValue::new(tournee.with_untracked(|phone| Usage::of(phone, &source)));
    Box::new(move |typed| {
        let Some(lists) = sheeted.lists.get() else {
            return Vec::new();
        };
        let all =
            sheeted.open.ticket.with(|ticket| match field {
                Field::Requesters => usage
                    .with_value(|usage| directory(&lists, usage, ticket, typed, Seat::Requester)),
                Field::Observers => usage
                    .with_value(|usage| directory(&lists, usage, ticket, typed, Seat::Observer)),
                _ => crew.with_value(|crew| workers(&lists, crew, ticket)),
            });
        offered.set_value(all.iter().map(|(seat, ..)| seat.clone()).collect());
        all.into_iter()
            .map(|(_, offer, used)| (offer, used))
            .collect()
    })
}

//! Who may sit on the ticket: colleagues with their load, those who know its store or what it is about first.

use std::collections::{BTreeMap, BTreeSet};

use tournee_core::changes::Seat;
use tournee_core::domain::{Actor, Reference, Ticket, TicketRow};
use tournee_core::ids::UserId;
use tournee_core::phone::Phone;

use crate::pages::create::suggest::{Offer, Usage};
use crate::text::{plural, t};

/// What the tickets on the phone tell of each technician.
#[derive(Debug, Default)]
pub struct Crew {
    open: BTreeMap<UserId, usize>,
    store: BTreeMap<UserId, usize>,
    category: BTreeMap<UserId, usize>,
}

impl Crew {
    /// As seen from a ticket.
    pub fn of(phone: &Phone, ticket: &Ticket) -> Self {
        let rows = phone.rows().iter().map(AsRef::as_ref);
        Self::count(
            rows.filter(|row| row.key.source == ticket.key.source),
            ticket,
        )
    }

    fn count<'r>(rows: impl Iterator<Item = &'r TicketRow>, ticket: &Ticket) -> Self {
        let mut crew = Self::default();
        let name = |named: &Option<tournee_core::domain::Named>| {
            named
                .as_ref()
                .map(|named| named.name.clone())
                .unwrap_or_default()
        };
        let (store, category) = (name(&ticket.location), name(&ticket.category));
        for row in rows {
            for user in row.assignees.iter().copied() {
                let add = |to: &mut BTreeMap<UserId, usize>, counts: bool| {
                    if counts {
                        *to.entry(user).or_default() += 1;
                    }
                };
                add(&mut crew.open, row.status.is_open());
                add(&mut crew.store, !store.is_empty() && row.location == store);
                add(
                    &mut crew.category,
                    !category.is_empty() && row.category == category,
                );
            }
        }
        crew
    }

    /// Those who know both first, then the store, then the category; among them, who has less to do.
    fn rank(&self, user: UserId) -> usize {
        let knows = |of: &BTreeMap<UserId, usize>| usize::from(of.contains_key(&user));
        let load = self.open.get(&user).copied().unwrap_or_default().min(999);
        knows(&self.store) * 2_000 + knows(&self.category) * 1_000 + (999 - load)
    }

    fn words(&self, user: UserId) -> String {
        let mut words = vec![plural(
            self.open.get(&user).copied().unwrap_or_default(),
            |t| &t.seat_load,
        )];
        if self.store.contains_key(&user) {
            words.push(t(|t| t.seat_knows_store).to_owned());
        }
        if self.category.contains_key(&user) {
            words.push(t(|t| t.seat_knows_category).to_owned());
        }
        words.join(" · ")
    }
}

/// Technicians and groups that are not on it yet, each with its offer (numbered by its place) and how much speaks for
/// it.
pub fn workers(lists: &Reference, crew: &Crew, ticket: &Ticket) -> Vec<(Seat, Offer, usize)> {
    let technicians = lists.technicians.iter().map(|named| {
        let id = UserId(named.id);
        let name = named.name.clone();
        let seat = Seat::Assignee(Actor::User { id, name });
        (seat, crew.words(id), crew.rank(id))
    });
    let groups = lists.groups.iter().map(|group| {
        let words = t(|t| t.seat_group).to_owned();
        (Seat::Group(group.clone()), words, 0)
    });
    numbered(technicians.chain(groups), ticket)
}

/// Everybody of the directory who is not on it yet, and an address that was typed.
pub fn people(
    lists: &Reference,
    usage: &Usage,
    ticket: &Ticket,
    typed: &str,
    seat: fn(Actor) -> Seat,
) -> Vec<(Seat, Offer, usize)> {
    let store = ticket
        .location
        .as_ref()
        .map_or("", |store| store.name.as_str());
    let typed = typed.trim();
    let known: BTreeSet<&str> = lists
        .people
        .iter()
        .filter_map(|p| p.address.as_deref())
        .collect();
    let people = lists.people.iter().map(|person| {
        let detail = person.address.clone().unwrap_or_default();
        (
            seat(person.actor()),
            detail,
            usage.requester(&person.name, store),
        )
    });
    let is_address = typed
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.ends_with('.'));
    let alone = (is_address && !known.contains(typed)).then(|| {
        let address = typed.to_owned();
        (
            seat(Actor::Email { address }),
            t(|t| t.seat_address).to_owned(),
            0,
        )
    });
    numbered(people.chain(alone), ticket)
}

fn numbered(
    seats: impl Iterator<Item = (Seat, String, usize)>,
    ticket: &Ticket,
) -> Vec<(Seat, Offer, usize)> {
    let free = seats.filter(|(seat, ..)| !seat.is_taken(ticket));
    let numbered = free.zip(0..).map(|((seat, detail, used), id)| {
        let offer = Offer::new(id, seat.label(), &detail);
        (seat, offer, used)
    });
    numbered.collect()
}

#[cfg(test)]
mod tests {
    use tournee_core::domain::{Named, Status, TicketRow};

    use super::*;
    use crate::pages::tickets::samples;

    fn row(id: u64, user: u64, location: &str, status: Status) -> TicketRow {
        TicketRow {
            status,
            location: location.to_owned(),
            category: String::new(),
            assignees: vec![UserId(user)],
            ..TicketRow::of(&samples::ticket("ancien", id), false)
        }
    }

    #[test]
    fn who_knows_the_place_comes_first_and_then_who_has_less_to_do() {
        let mut ticket = samples::ticket("ancien", 1);
        let name = "Magasin St-Zac".to_owned();
        ticket.location = Some(Named { id: 4, name });
        ticket.category = None;
        let rows = [
            row(2, 7, "Magasin Les Arcs", Status::Assigned),
            row(3, 8, "Magasin St-Zac", Status::Closed),
            row(4, 8, "Magasin Les Arcs", Status::Pending),
            row(5, 8, "Magasin Les Arcs", Status::Pending),
        ];
        let crew = Crew::count(rows.iter(), &ticket);
        let mut users = [7, 8, 9].map(UserId);
        users.sort_by_key(|user| std::cmp::Reverse(crew.rank(*user)));
        assert_eq!(users, [8, 9, 7].map(UserId));
    }
}

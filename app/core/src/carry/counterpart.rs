//! What a ticket's facts are called in another GLPI, as far as that has them.

use crate::domain::{Actor, Named, Person, Reference, Ticket};
use crate::fold::fold;
use crate::proposal::{Because, Reason, same_name};

/// The lists of both GLPIs.
#[derive(Clone, Copy, Debug)]
pub struct Lists<'a> {
    /// Of the ticket's; none while they have not come.
    pub from: Option<&'a Reference>,
    /// Of the one that it is carried over to.
    pub to: &'a Reference,
}

/// The counterparts; where there is none although the ticket has the fact, it is to be asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counterparts {
    /// What about.
    pub category: Option<Because<Named>>,
    /// Where.
    pub location: Option<Because<Named>>,
    /// Who asked.
    pub requester: Option<Because<Actor>>,
    /// Who else asked.
    pub requesters: Vec<Actor>,
    /// Who looks on.
    pub observers: Vec<Actor>,
    /// Who works on it.
    pub technicians: Vec<Named>,
    /// Which groups do.
    pub groups: Vec<Named>,
    /// Where it belongs.
    pub entity: Option<Named>,
}

/// What a ticket's facts are called there.
pub fn counterparts(ticket: &Ticket, lists: Lists<'_>) -> Counterparts {
    let to = lists.to;
    let alike = |named: &Option<Named>, list: &[Named]| place(named.as_ref()?, list);
    let people = |actors: &[Actor]| -> Vec<Actor> {
        let found = actors.iter().filter_map(|actor| person(actor, lists));
        found.map(|found| found.value).collect()
    };
    let named = |name: &str, list: &[Named]| {
        let found = only(list.iter().filter(|other| same_name(&other.name, name)));
        found.cloned()
    };
    let others = ticket.requesters.get(1..).unwrap_or_default();
    Counterparts {
        category: alike(&ticket.category, &to.categories),
        location: alike(&ticket.location, &to.locations),
        requester: ticket.requesters.first().and_then(|a| person(a, lists)),
        requesters: people(others),
        observers: people(&ticket.observers),
        technicians: ticket
            .assignees
            .iter()
            .filter_map(|actor| named(actor.label(), &to.technicians))
            .collect(),
        groups: ticket
            .groups
            .iter()
            .filter_map(|group| named(&group.name, &to.groups))
            .collect(),
        entity: place(&ticket.entity, &to.entities).map(|found| found.value),
    }
}

/// By its whole name, or else by its own, below whatever it hangs there, if that names one alone.
fn place(of: &Named, list: &[Named]) -> Option<Because<Named>> {
    let whole = fold(of.name.trim());
    if let Some(same) = list.iter().find(|other| fold(other.name.trim()) == whole) {
        return Some(Because::new(same.clone(), Reason::SameName));
    }
    let own = own_name(&whole);
    let alike = list
        .iter()
        .filter(|other| own_name(&fold(&other.name)) == own);
    let found = only(alike).filter(|_| !own.is_empty())?;
    Some(Because::new(found.clone(), Reason::SameOwnName))
}

fn own_name(folded: &str) -> String {
    let own = folded.rsplit('>').next().unwrap_or_default();
    own.trim().to_owned()
}

/// By address, else by name; by the address alone where nobody there has it.
fn person(actor: &Actor, lists: Lists<'_>) -> Option<Because<Actor>> {
    let address = address(actor, lists.from);
    let people = &lists.to.people;
    let has_it = |person: &&Person| {
        let its = person.address.as_deref().zip(address);
        its.is_some_and(|(one, two)| one.eq_ignore_ascii_case(two))
    };
    let namesake = |person: &&Person| same_name(&person.name, actor.label());
    let mut by_address = people.iter().filter(has_it);
    let found = match (by_address.clone().count(), by_address.next()) {
        (1, Some(person)) => Some((person, Reason::Address)),
        (0, _) => only(people.iter().filter(namesake)).map(|p| (p, Reason::SameName)),
        _ => only(people.iter().filter(has_it).filter(namesake)).map(|p| (p, Reason::Address)),
    };
    if let Some((person, reason)) = found {
        return Some(Because::new(person.actor(), reason));
    }
    let address = address?.to_owned();
    Some(Because::new(Actor::Email { address }, Reason::Stranger))
}

fn address<'a>(actor: &'a Actor, from: Option<&'a Reference>) -> Option<&'a str> {
    match actor {
        Actor::Email { address } => Some(address),
        Actor::User { id, .. } => {
            let mut people = from?.people.iter();
            people.find(|person| person.id == *id)?.address.as_deref()
        }
    }
}

fn only<'a, T>(mut found: impl Iterator<Item = &'a T>) -> Option<&'a T> {
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

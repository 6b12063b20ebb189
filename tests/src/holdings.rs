//! What a GLPI holds of its tickets, so that before and after can be compared.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use tournee_sandbox::accounts::TECHNICIAN;
use tournee_sandbox::{Glpi, World};

/// A user's part in a ticket.
const ASSIGNED: i64 = 2;

/// All tickets of one GLPI.
#[derive(Clone, Debug, PartialEq)]
pub struct Holdings(BTreeMap<i64, Held>);

/// One ticket, without the dates that every write moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// GLPI's number of its status.
    pub status: i64,
    /// Users it is assigned to.
    pub assigned: Vec<i64>,
    /// Author, text, private; oldest first.
    pub followups: Vec<(i64, String, bool)>,
    /// Texts, oldest first.
    pub solutions: Vec<String>,
    /// How many tasks and documents.
    pub others: (usize, usize),
    /// In the trash.
    pub trashed: bool,
}

impl Holdings {
    /// All of it, as it is now.
    pub fn of(glpi: &Glpi) -> Self {
        let world = glpi.world();
        let ids = world.ticket_ids();
        Self(
            ids.into_iter()
                .filter_map(|id| Some((id, Held::of(&world, id)?)))
                .collect(),
        )
    }

    /// One ticket.
    pub fn ticket(&self, id: i64) -> Result<&Held> {
        self.0
            .get(&id)
            .with_context(|| format!("GLPI has no ticket {id}"))
    }

    /// The tickets that are not as they were, in order.
    pub fn moved_since(&self, before: &Holdings) -> Vec<i64> {
        let mut ids: Vec<i64> = self.0.keys().chain(before.0.keys()).copied().collect();
        ids.sort_unstable();
        ids.dedup();
        ids.retain(|id| self.0.get(id) != before.0.get(id));
        ids
    }
}

impl Held {
    fn of(world: &World, id: i64) -> Option<Self> {
        let ticket = world.ticket(id)?;
        let assigned = ticket.actors.iter().filter(|actor| actor.role == ASSIGNED);
        let followups = world.followups(id).into_iter();
        Some(Self {
            status: ticket.status,
            assigned: assigned.map(|actor| actor.who).collect(),
            followups: followups
                .map(|one| (one.user, one.content, one.is_private))
                .collect(),
            solutions: world
                .solutions(id)
                .into_iter()
                .map(|one| one.content)
                .collect(),
            others: (world.tasks(id).len(), world.documents(id).len()),
            trashed: ticket.is_deleted,
        })
    }
}

/// Whether nobody and no group has it, it is new and not in the trash.
pub fn is_free(world: &World, id: i64) -> bool {
    world.ticket(id).is_some_and(|ticket| {
        let roles = ticket
            .actors
            .iter()
            .chain(&ticket.groups)
            .map(|actor| actor.role);
        ticket.status == 1 && !ticket.is_deleted && roles.into_iter().all(|role| role != ASSIGNED)
    })
}

/// Some tickets in the demo technician's hands.
///
/// # Errors
/// There are not so many.
pub fn his<const N: usize>(glpi: &Glpi) -> Result<[i64; N]> {
    let world = glpi.world();
    let user = world.user_id(TECHNICIAN).context("the demo technician")?;
    let ids = world.ticket_ids().into_iter();
    let his = ids.filter(|id| is_in_the_hands_of(&world, *id, user));
    let some: Vec<i64> = his.take(N).collect();
    some.try_into().ok().context("enough tickets of his")
}

/// Whether this user has it, *en cours (attribué)*.
pub fn is_in_the_hands_of(world: &World, id: i64, user: i64) -> bool {
    world.ticket(id).is_some_and(|ticket| {
        let mut actors = ticket.actors.iter();
        ticket.status == 2
            && !ticket.is_deleted
            && actors.any(|actor| actor.role == ASSIGNED && actor.who == user)
    })
}

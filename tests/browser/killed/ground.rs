//! The tickets in play: whose each is, and what is done to it.

use anyhow::{Context, Result};
use tournee_sandbox::World;
use tournee_sandbox::accounts::technician;
use tournee_tests::stage::{NEW, OLD, Stage};

use super::phone::PHONES;

/// A ticket: its GLPI and its number there.
pub type Key = (&'static str, i64);

/// Tickets that nobody has, for each phone in each GLPI.
const FREE: usize = 3;
const ASSIGNED: i64 = 2;

/// Who does what with a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// One phone alone moves it about and notes on it.
    Of(usize),
    /// Nobody's, until this phone takes it, and brings it to its end.
    FreeFor(usize),
    /// All note on it.
    Shared,
    /// Two technicians move it away from the same status.
    DisputedStatus,
    /// Two technicians take it.
    DisputedTake,
}

/// All tickets in play.
pub struct Ground {
    /// Each with its role.
    pub tickets: Vec<(Key, Role)>,
    /// Where GLPI's log stood before: what is behind was done by the phones.
    logged: [i64; 2],
}

/// The technicians: two of the three phones are one man's.
pub fn login(phone: usize) -> String {
    technician(if phone < PHONES - 1 { 0 } else { 2 })
}

/// A phone's `User` in a GLPI.
pub fn user(world: &World, phone: usize) -> Result<i64> {
    world.user_id(&login(phone)).context("a technician")
}

impl Ground {
    /// Chooses the tickets, and gives them to whom they belong, before anybody has signed in.
    pub fn lay(stage: &Stage) -> Result<Self> {
        let mut tickets = Vec::new();
        let mut logged = [0; 2];
        for (at, source) in [OLD, NEW].into_iter().enumerate() {
            let mut world = stage.glpi(source).world();
            let men = [user(&world, 0)?, user(&world, PHONES - 1)?];
            let mut fit = fit(&world, &men).into_iter();
            for role in roles() {
                let id = fit.next().context("a ticket that fits")?;
                world.unassign_all(id, men[0]);
                world.set("Ticket", id, "status", 1.into());
                for man in owners(&world, role)? {
                    world.assign(id, man, man);
                }
                tickets.push(((source, id), role));
            }
            logged[at] = world.table("Log").context("the log")?.next_id();
        }
        Ok(Self { tickets, logged })
    }

    /// The tickets with a role.
    pub fn with(&self, role: Role) -> impl Iterator<Item = Key> {
        let fits = move |(_, its): &&(Key, Role)| *its == role;
        self.tickets.iter().filter(fits).map(|(key, _)| *key)
    }

    /// The first line of a GLPI's log that can be the phones' doing.
    pub fn logged(&self, source: &str) -> i64 {
        self.logged[usize::from(source == NEW)]
    }
}

fn roles() -> Vec<Role> {
    let mut roles = vec![Role::Shared, Role::DisputedStatus, Role::DisputedTake];
    for phone in 0..PHONES {
        roles.push(Role::Of(phone));
        roles.extend([Role::FreeFor(phone); FREE]);
    }
    roles
}

fn owners(world: &World, role: Role) -> Result<Vec<i64>> {
    let both = [0, PHONES - 1];
    match role {
        Role::Of(phone) => Ok(vec![user(world, phone)?]),
        Role::FreeFor(_) | Role::DisputedTake => Ok(Vec::new()),
        Role::Shared | Role::DisputedStatus => {
            both.iter().map(|phone| user(world, *phone)).collect()
        }
    }
}

/// Open tickets that the technicians have no other part in, and that were never solved.
fn fit(world: &World, men: &[i64]) -> Vec<i64> {
    let ids = world.ticket_ids().into_iter();
    let fits = |id: &i64| {
        world.ticket(*id).is_some_and(|ticket| {
            let mut others = ticket.actors.iter().filter(|actor| actor.role != ASSIGNED);
            ticket.status < 5
                && !ticket.is_deleted
                && world.solutions(*id).is_empty()
                && others.all(|actor| !men.contains(&actor.who))
        })
    };
    ids.filter(fits).collect()
}

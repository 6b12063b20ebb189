//! What really happened in a GLPI, told by comparing its tickets before and after each request and each edit of other
//! people: the truth that the server's words are held to.

use std::collections::{BTreeMap, VecDeque};

use tournee_core::changes::Field;
use tournee_sandbox::World;
use tournee_sandbox::world::{FollowupView, SolutionView, TicketView};

use crate::births::Births;
use crate::moment::{Facts, Moment, What};
use crate::tasks::{self, TaskIs};

/// So many looks at a ticket are remembered: more than one reading of it makes, of which the first alone shows its facts.
const LOOKS: usize = 12;

/// Who did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The server, in this technician's name.
    Ours(i64),
    /// Somebody on GLPI's own page, by his account; the technician himself among them.
    Person(i64),
}

/// A deed, with its place in time.
#[derive(Clone, Debug)]
pub struct Deed {
    /// Simulated milliseconds.
    pub at_ms: u64,
    /// GLPI's clock, in seconds.
    pub stamp: i64,
    /// The ticket.
    pub ticket: i64,
    /// Who.
    pub by: By,
    /// What.
    pub what: What,
    /// What the technician's session had been shown lately, for a deed of ours.
    pub seen: Vec<Seen>,
}

/// What a look at a ticket shows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its status.
    pub status: i64,
    /// Its facts.
    pub facts: Facts,
    /// Its tasks.
    pub tasks: BTreeMap<i64, TaskIs>,
}

impl Seen {
    /// A fact of it, or of one of its tasks.
    pub fn get(&self, task: Option<i64>, field: Field) -> Option<&str> {
        match task {
            Some(task) => self.tasks.get(&task)?.get(field),
            None => self.facts.get(field),
        }
    }
}

/// Why the server may have been told no, or nothing, about a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Snag {
    /// It was refused in words.
    Refused,
    /// It was answered as if it were done.
    NoEffect,
    /// Its outcome was kept from the server.
    Unknown,
    /// For some minutes nothing of it was shown.
    Broken,
}

/// A ticket as it was before anybody came.
#[derive(Clone, Debug, PartialEq)]
pub struct Untouched {
    /// Its facts.
    pub ticket: Option<TicketView>,
    /// Its followups.
    pub followups: Vec<FollowupView>,
    /// Its solutions.
    pub solutions: Vec<SolutionView>,
    /// Its first moment.
    pub moment: Moment,
}

impl Untouched {
    /// A ticket, whole.
    pub fn of(world: &World, ticket: i64) -> Self {
        Self {
            moment: Moment::of(world, ticket),
            ticket: world.ticket(ticket),
            followups: world.followups(ticket),
            solutions: world.solutions(ticket),
        }
    }
}

/// Everything that happened in one GLPI.
#[derive(Default)]
pub struct Chronicle {
    /// In order.
    pub deeds: Vec<Deed>,
    /// All tickets at the beginning.
    pub before: BTreeMap<i64, Untouched>,
    /// What became of requests that create tickets.
    pub births: Births,
    snags: Vec<(i64, Snag)>,
    looks: BTreeMap<(i64, i64), VecDeque<Seen>>,
}

impl Chronicle {
    /// The beginning.
    pub fn begin(world: &World) -> Self {
        let tickets = world.ticket_ids().into_iter();
        Self {
            before: tickets.map(|id| (id, Untouched::of(world, id))).collect(),
            ..Self::default()
        }
    }

    /// A technician's session was shown a ticket.
    pub fn look(&mut self, world: &World, user: i64, ticket: i64) {
        let Some(view) = world.ticket(ticket) else {
            return;
        };
        let looks = self.looks.entry((user, ticket)).or_default();
        if looks.len() == LOOKS {
            looks.pop_front();
        }
        looks.push_back(Seen {
            status: view.status,
            facts: Facts::of(world, &view),
            tasks: tasks::of(world, ticket),
        });
    }

    /// Something may have been done to a ticket. Answers what was.
    pub fn compare(
        &mut self,
        (at_ms, stamp): (u64, i64),
        ticket: i64,
        by: By,
        before: &Moment,
        after: &Moment,
    ) -> Vec<What> {
        let differences = before.differences(after);
        let seen = match by {
            By::Ours(user) => self.looks.get(&(user, ticket)),
            By::Person(_) => None,
        };
        let seen: Vec<Seen> = seen.into_iter().flatten().cloned().collect();
        for what in &differences {
            self.deeds.push(Deed {
                at_ms,
                stamp,
                ticket,
                by,
                what: what.clone(),
                seen: seen.clone(),
            });
        }
        differences
    }

    /// The server was told no, or nothing, about a write to this ticket.
    pub fn snag(&mut self, ticket: i64, snag: Snag) {
        self.snags.push((ticket, snag));
    }

    /// Whether that ever happened.
    pub fn had(&self, ticket: i64, snag: Snag) -> bool {
        self.snags.contains(&(ticket, snag))
    }

    /// What happened to one ticket, in order.
    pub fn of_ticket(&self, ticket: i64) -> impl Iterator<Item = &Deed> {
        self.deeds.iter().filter(move |deed| deed.ticket == ticket)
    }

    /// The tickets that were created with this word in them, in order.
    pub fn born(&self, token: &str) -> Vec<i64> {
        let with_it = |deed: &&Deed| matches!(&deed.what, What::Created(as_it_was) if as_it_was.words.contains(token));
        let born = self.deeds.iter().filter(with_it);
        born.map(|deed| deed.ticket).collect()
    }

    /// A ticket at its beginning, or at the world's.
    pub fn first(&self, ticket: i64) -> Option<&Moment> {
        let before = self.before.get(&ticket).map(|was| &was.moment);
        before.or_else(|| {
            self.of_ticket(ticket).find_map(|deed| match &deed.what {
                What::Created(as_it_was) => Some(as_it_was.as_ref()),
                _ => None,
            })
        })
    }
}

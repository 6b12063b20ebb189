//! What really happened in a GLPI, told by comparing its tickets before and after each request and each edit of other
//! people: the truth that the server's words are held to.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use tournee_sandbox::World;
use tournee_sandbox::world::{FollowupView, SolutionView, TicketView};

use crate::births::Births;

/// So many looks at a ticket are remembered.
const LOOKS: usize = 8;

/// Who did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The server, in this technician's name.
    Ours(i64),
    /// Somebody on GLPI's own page.
    Person,
}

/// What was done to a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It was created.
    Created {
        /// Title and description.
        words: String,
        /// What its status was from the beginning.
        status: i64,
        /// Who had it from the beginning.
        assigned: BTreeSet<i64>,
    },
    /// Its status moved.
    Status {
        /// What it was.
        from: i64,
        /// What it is.
        to: i64,
    },
    /// A technician came.
    Assigned(i64),
    /// A technician left.
    Unassigned(i64),
    /// A followup came.
    Followup {
        /// Its number.
        id: i64,
        /// Its text.
        content: String,
    },
    /// A solution came, or another one in its place.
    Solution {
        /// Its text.
        content: String,
    },
    /// Something that nobody compares: a group, the date of its last change.
    Other,
    /// It went to the trash.
    Trashed,
    /// It came back.
    Restored,
    /// It is gone for good.
    Purged,
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
    /// Statuses that the technician's session had been shown lately, for a deed of ours.
    pub seen: Vec<i64>,
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
}

/// A ticket at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    there: bool,
    words: String,
    deleted: bool,
    status: i64,
    assigned: BTreeSet<i64>,
    followups: BTreeMap<i64, String>,
    solutions: Vec<String>,
    modified: String,
}

impl Moment {
    /// The ticket as it is.
    pub fn of(world: &World, ticket: i64) -> Self {
        let Some(view) = world.ticket(ticket) else {
            return Self::default();
        };
        let assigned = view.actors.iter().filter(|actor| actor.role == 2);
        let followups = world.followups(ticket).into_iter();
        let solutions = world.solutions(ticket).into_iter();
        Self {
            there: true,
            words: format!("{} {}", view.name, view.content),
            deleted: view.is_deleted,
            status: view.status,
            assigned: assigned.map(|actor| actor.who).collect(),
            followups: followups.map(|one| (one.id, one.content)).collect(),
            solutions: solutions.map(|one| one.content).collect(),
            modified: view.date_mod,
        }
    }

    fn differences(&self, after: &Self) -> Vec<What> {
        if !after.there {
            return if self.there {
                vec![What::Purged]
            } else {
                Vec::new()
            };
        }
        if !self.there {
            return vec![What::Created {
                words: after.words.clone(),
                status: after.status,
                assigned: after.assigned.clone(),
            }];
        }
        let mut all = Vec::new();
        match (self.deleted, after.deleted) {
            (false, true) => all.push(What::Trashed),
            (true, false) => all.push(What::Restored),
            _ => {}
        }
        all.extend(
            after
                .assigned
                .difference(&self.assigned)
                .map(|who| What::Assigned(*who)),
        );
        all.extend(
            self.assigned
                .difference(&after.assigned)
                .map(|who| What::Unassigned(*who)),
        );
        for (id, content) in &after.followups {
            if !self.followups.contains_key(id) {
                let (id, content) = (*id, content.clone());
                all.push(What::Followup { id, content });
            }
        }
        for content in &after.solutions {
            if !self.solutions.contains(content) {
                let content = content.clone();
                all.push(What::Solution { content });
            }
        }
        if self.status != after.status {
            let (from, to) = (self.status, after.status);
            all.push(What::Status { from, to });
        }
        if all.is_empty() && self.modified != after.modified {
            all.push(What::Other);
        }
        all
    }
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
}

impl Untouched {
    /// A ticket, whole.
    pub fn of(world: &World, ticket: i64) -> Self {
        Self {
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
    looks: BTreeMap<(i64, i64), VecDeque<i64>>,
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
        let Some(row) = world.row("Ticket", ticket) else {
            return;
        };
        let looks = self.looks.entry((user, ticket)).or_default();
        if looks.len() == LOOKS {
            looks.pop_front();
        }
        looks.push_back(row.int("status"));
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
            By::Person => None,
        };
        let seen: Vec<i64> = seen.into_iter().flatten().copied().collect();
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
        let with_it = |deed: &&Deed| matches!(&deed.what, What::Created { words, .. } if words.contains(token));
        let born = self.deeds.iter().filter(with_it);
        born.map(|deed| deed.ticket).collect()
    }

    /// A ticket's status and technicians at its beginning, or at the world's.
    pub fn first(&self, ticket: i64) -> Option<(i64, BTreeSet<i64>)> {
        let before = self.before.get(&ticket).and_then(|was| was.ticket.as_ref());
        if let Some(view) = before {
            let assigned = view.actors.iter().filter(|actor| actor.role == 2);
            return Some((view.status, assigned.map(|actor| actor.who).collect()));
        }
        self.of_ticket(ticket).find_map(|deed| match &deed.what {
            What::Created {
                status, assigned, ..
            } => Some((*status, assigned.clone())),
            _ => None,
        })
    }
}

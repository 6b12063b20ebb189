//! What really happened in a GLPI, told by comparing its tickets before and after each request and each edit of other
//! people: the truth that the server's words are held to.

use std::collections::{BTreeMap, VecDeque};

use tournee_core::changes::{ChangeBody, Field, Seat, SetSeat};
use tournee_sandbox::World;
use tournee_sandbox::world::{FollowupView, SolutionView, TicketView};

use crate::births::Births;
use crate::moment::{Facts, Moment, Sitting, What, value};

/// So many looks at a ticket are remembered: more than one reading of it makes, of which the first alone shows its facts.
const LOOKS: usize = 12;
const SOLVED: i64 = 5;
const CLOSED: i64 = 6;

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

    /// Whether GLPI has had what a change without words of its own wants, at `since_ms` or after it.
    pub fn took_effect(&self, ticket: i64, body: &ChangeBody, user: i64, since_ms: u64) -> bool {
        match body {
            ChangeBody::Take(_) => {
                let there = |was: &Moment| was.assigned.contains(&user);
                let came = |deed: &Deed| deed.what == What::Assigned(user);
                self.first(ticket).is_some_and(there) || self.of_ticket(ticket).any(came)
            }
            ChangeBody::Status(status) => {
                let to = i64::from(status.to.to_glpi());
                let had = self.had_since(
                    ticket,
                    since_ms,
                    |was| was.status,
                    |what| match what {
                        What::Status { to, .. } => Some(*to),
                        _ => None,
                    },
                );
                had.contains(&to) || (to == SOLVED && had.contains(&CLOSED))
            }
            ChangeBody::Fact(fact) => {
                let wanted = value(&fact.to);
                self.facts_since(ticket, since_ms, fact.to.field())
                    .contains(&wanted)
            }
            ChangeBody::Seat(wanted) => self.sat_since(ticket, since_ms, wanted),
            ChangeBody::Asset(wanted) => {
                let place = Sitting::of_asset(wanted.asset.key);
                let had = self.was_taken_since(ticket, since_ms, &place);
                had.contains(&wanted.linked)
            }
            ChangeBody::Followup(_)
            | ChangeBody::Solution(_)
            | ChangeBody::Create(_)
            | ChangeBody::Attach(_)
            | ChangeBody::MailFile(_)
            | ChangeBody::TicketFile(_)
            | ChangeBody::Carry(_)
            | ChangeBody::Task(_)
            | ChangeBody::TaskFact(_)
            | ChangeBody::Classify(_)
            | ChangeBody::Link(_)
            | ChangeBody::Reply(_) => true,
        }
    }

    fn facts_since(&self, ticket: i64, since_ms: u64, wanted: Field) -> Vec<String> {
        let first = |was: &Moment| was.facts.get(wanted).unwrap_or_default().to_owned();
        self.had_since(ticket, since_ms, first, |what| match what {
            What::Fact { field, to, .. } if *field == wanted => Some(to.clone()),
            _ => None,
        })
    }

    fn sat_since(&self, ticket: i64, since_ms: u64, wanted: &SetSeat) -> bool {
        let had = match (Sitting::of(&wanted.seat), assignee(wanted)) {
            (Some(place), _) => self.was_taken_since(ticket, since_ms, &place),
            (None, user) => self.had_since(
                ticket,
                since_ms,
                |was| was.assigned.contains(&user),
                |what| match what {
                    What::Assigned(who) if *who == user => Some(true),
                    What::Unassigned(who) if *who == user => Some(false),
                    _ => None,
                },
            ),
        };
        had.contains(&wanted.taken)
    }

    fn was_taken_since(&self, ticket: i64, since_ms: u64, place: &Sitting) -> Vec<bool> {
        self.had_since(
            ticket,
            since_ms,
            |was| was.seats.contains(place),
            |what| match what {
                What::Seated { who, taken } if who == place => Some(*taken),
                _ => None,
            },
        )
    }

    /// The values that something had at a moment and after it.
    fn had_since<T>(
        &self,
        ticket: i64,
        since_ms: u64,
        first: impl Fn(&Moment) -> T,
        moved: impl Fn(&What) -> Option<T>,
    ) -> Vec<T> {
        let mut had: Vec<T> = self.first(ticket).map(first).into_iter().collect();
        for deed in self.of_ticket(ticket) {
            if let Some(to) = moved(&deed.what) {
                if deed.at_ms < since_ms {
                    had.clear();
                }
                had.push(to);
            }
        }
        had
    }
}

/// The technician that a change puts on a ticket, or takes off it.
pub fn assignee(wanted: &SetSeat) -> i64 {
    match &wanted.seat {
        Seat::Assignee(actor) => actor.user().map_or(0, |user| user.0.cast_signed()),
        _ => 0,
    }
}

//! Whether a GLPI has had what a change without words of its own wants: told from what happened to its tickets.

use tournee_core::changes::{ChangeBody, Field, Seat, SetSeat, TaskKey};

use crate::chronicle::{Chronicle, Deed};
use crate::ledger::Made;
use crate::moment::{Moment, Sitting, What, value};
use crate::tasks;

const SOLVED: i64 = 5;
const CLOSED: i64 = 6;

impl Chronicle {
    /// Whether GLPI has had it on this ticket since it was made, or as it was made.
    pub fn took_effect(&self, made: &Made, ticket: i64, user: i64) -> bool {
        let since_ms = made.at_ms;
        match &made.change.body {
            ChangeBody::Take(_) => {
                let there = |was: &Moment| was.assigned.contains(&user);
                let came = |deed: &Deed| deed.what == What::Assigned(user);
                self.first(ticket).is_some_and(there) || self.of_ticket(ticket).any(came)
            }
            ChangeBody::Status(status) => {
                let to = i64::from(status.to.to_glpi());
                let had = self.statuses_since(ticket, since_ms);
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
            ChangeBody::TaskFact(fact) => {
                let task = self.task_of(made, ticket);
                let wanted = tasks::value(&fact.to);
                task.is_some_and(|task| {
                    let had = self.task_since(ticket, since_ms, task, fact.to.field());
                    had.contains(&wanted)
                })
            }
            ChangeBody::Followup(_)
            | ChangeBody::Solution(_)
            | ChangeBody::Create(_)
            | ChangeBody::Attach(_)
            | ChangeBody::MailFile(_)
            | ChangeBody::TicketFile(_)
            | ChangeBody::Carry(_)
            | ChangeBody::Task(_)
            | ChangeBody::Classify(_)
            | ChangeBody::Link(_)
            | ChangeBody::Reply(_) => true,
        }
    }

    /// The statuses that a ticket had at a moment and after it.
    pub fn statuses_since(&self, ticket: i64, since_ms: u64) -> Vec<i64> {
        self.had_since(
            ticket,
            since_ms,
            |was| was.status,
            |what| match what {
                What::Status { to, .. } => Some(*to),
                _ => None,
            },
        )
    }

    fn facts_since(&self, ticket: i64, since_ms: u64, wanted: Field) -> Vec<String> {
        let first = |was: &Moment| was.facts.get(wanted).unwrap_or_default().to_owned();
        self.had_since(ticket, since_ms, first, |what| match what {
            What::Fact { field, to, .. } if *field == wanted => Some(to.clone()),
            _ => None,
        })
    }

    /// GLPI's number of the task that a change alters, where GLPI has it, or had it.
    pub fn task_of(&self, made: &Made, ticket: i64) -> Option<i64> {
        let ChangeBody::TaskFact(fact) = &made.change.body else {
            return None;
        };
        match fact.task {
            TaskKey::Item(id) => Some(id.cast_signed()),
            TaskKey::Change(_) => {
                let token = made.base.as_ref()?;
                let mut deeds = self.of_ticket(ticket);
                deeds.find_map(|deed| match &deed.what {
                    What::Task { id, is } if is.text() == token => Some(*id),
                    _ => None,
                })
            }
        }
    }

    fn task_since(&self, ticket: i64, since_ms: u64, task: i64, of: Field) -> Vec<String> {
        let first = |was: &Moment| {
            let task = was.tasks.get(&task);
            task.and_then(|is| is.get(of))
                .unwrap_or_default()
                .to_owned()
        };
        self.had_since(ticket, since_ms, first, |what| match what {
            What::Task { id, is } if *id == task => is.get(of).map(str::to_owned),
            What::TaskFact { id, field, to, .. } if *id == task && *field == of => Some(to.clone()),
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

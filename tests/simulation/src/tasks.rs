//! A task at one moment, and what lies between two of them.

use std::collections::BTreeMap;

use tournee_core::changes::{AddTask, Field, TaskFact, plain_text};
use tournee_core::domain::{Actor, Entry, EntryKind, TaskState, Ticket};
use tournee_core::time::Instant;
use tournee_sandbox::World;
use tournee_sandbox::clock::parse_local;
use tournee_sandbox::world::TaskView;

use crate::moment::What;
use crate::words::telling;

/// The facts of a task that can be corrected, in the order in which [`TaskIs`] keeps them.
const CORRECTED: [Field; 4] = [
    Field::TaskText,
    Field::TaskState,
    Field::TaskLength,
    Field::TaskPlan,
];

/// A task, in words that can be compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskIs {
    facts: [String; CORRECTED.len()],
    /// What nobody corrects.
    rest: String,
}

impl TaskIs {
    /// One of its facts.
    pub fn get(&self, field: Field) -> Option<&str> {
        let at = CORRECTED.iter().position(|one| *one == field)?;
        Some(&self.facts[at])
    }

    /// The word in its text that no other has.
    pub fn text(&self) -> &str {
        &self.facts[0]
    }

    /// As GLPI has it.
    pub fn of(world: &World, task: &TaskView) -> Self {
        let at = |date: &str| parse_local(date, &world.zone).map(|at| Instant(at.as_second()));
        let plan = task.begin.as_deref().and_then(at);
        let plan = plan.zip(task.end.as_deref().and_then(at));
        let state = match task.state {
            0 => TaskState::Information,
            2 => TaskState::Done,
            _ => TaskState::Todo,
        };
        Self {
            facts: [
                telling(&task.content).to_owned(),
                value(&TaskFact::State(state)),
                task.actiontime.to_string(),
                value(&TaskFact::Plan(plan)),
            ],
            rest: rest(task.is_private, task.technician, at(&task.date)),
        }
    }

    /// As a phone has it; nothing of what is no task.
    pub fn shown(entry: &Entry) -> Option<Self> {
        Self::entered(&entry.what, entry.at)
    }

    /// As it is to come.
    pub fn wanted(task: &AddTask, at: Instant) -> Option<Self> {
        use tournee_core::changes::ChangeKind as _;
        Self::entered(&task.entry()?, at)
    }

    fn entered(what: &EntryKind, at: Instant) -> Option<Self> {
        let EntryKind::Task {
            content,
            private,
            state,
            actiontime,
            planned,
            technician,
        } = what
        else {
            return None;
        };
        let who = technician.as_ref().and_then(Actor::user);
        let who = who.map_or(0, |user| user.0.cast_signed());
        Some(Self {
            facts: [
                telling(&plain_text(content)).to_owned(),
                value(&TaskFact::State(*state)),
                value(&TaskFact::Length(*actiontime)),
                value(&TaskFact::Plan(*planned)),
            ],
            rest: rest(*private, who, Some(at)),
        })
    }
}

fn rest(private: bool, technician: i64, at: Option<Instant>) -> String {
    let at = at.map_or(0, |at| at.0);
    format!("private {private}, technician {technician}, at {at}")
}

/// A fact's value in the words of [`TaskIs`].
pub fn value(fact: &TaskFact) -> String {
    match fact {
        TaskFact::State(state) => format!("{state:?}"),
        TaskFact::Length(length) => length.0.to_string(),
        TaskFact::Text(words) => telling(words).to_owned(),
        TaskFact::Plan(None) => String::new(),
        TaskFact::Plan(Some((from, to))) => format!("{} to {}", from.0, to.0),
    }
}

/// A ticket's tasks, by number.
pub fn of(world: &World, ticket: i64) -> BTreeMap<i64, TaskIs> {
    let all = world.tasks(ticket);
    all.iter()
        .map(|task| (task.id, TaskIs::of(world, task)))
        .collect()
}

/// A ticket's tasks as a phone has them, by number.
pub fn shown(ticket: &Ticket) -> BTreeMap<i64, TaskIs> {
    let entries = ticket.timeline.iter().flatten();
    entries
        .filter_map(|entry| Some((entry.id.cast_signed(), TaskIs::shown(entry)?)))
        .collect()
}

/// What was done to a ticket's tasks between two moments.
pub fn differences(before: &BTreeMap<i64, TaskIs>, after: &BTreeMap<i64, TaskIs>) -> Vec<What> {
    let mut all = Vec::new();
    let gone = before.keys().filter(|id| !after.contains_key(id));
    all.extend(gone.map(|id| What::TaskGone(*id)));
    for (id, is) in after {
        let Some(was) = before.get(id) else {
            let (id, is) = (*id, is.clone());
            all.push(What::Task { id, is });
            continue;
        };
        let both = was.facts.iter().zip(&is.facts);
        for (field, (from, to)) in CORRECTED.iter().zip(both).filter(|(_, (a, b))| a != b) {
            let (id, field, from, to) = (*id, *field, from.clone(), to.clone());
            all.push(What::TaskFact {
                id,
                field,
                from,
                to,
            });
        }
        if was.rest != is.rest {
            all.push(What::TaskElse(*id));
        }
    }
    all
}

//! Each task came as it was made, and its time is its ticket's.

use tournee_core::changes::{ChangeBody, TaskFact};
use tournee_sandbox::World;

use super::Facts;
use crate::chronicle::Chronicle;
use crate::ledger::Made;
use crate::moment::{Correction, What};
use crate::tasks::{TaskIs, value};

const TIMES: &str = "a ticket's time is that of its tasks";

impl Facts<'_> {
    /// GLPI adds the time of tasks up where it is asked as it wants to be.
    pub(super) fn times(&self) {
        for side in self.sides {
            let (world, chronicle) = (side.glpi.world(), side.chronicle());
            for id in world.ticket_ids() {
                let Some((has, of_tasks)) = times(&world, id).filter(|(has, sum)| has != sum)
                else {
                    continue;
                };
                if chronicle.of_ticket(id).next().is_some() {
                    let what = format!("{}#{id} has {has} s, its tasks {of_tasks}", side.source);
                    self.broke(TIMES, what);
                }
            }
        }
    }
}

fn times(world: &World, id: i64) -> Option<(i64, i64)> {
    let tasks = world.tasks(id);
    let of_tasks = tasks.iter().map(|task| task.actiontime).sum();
    Some((world.ticket(id)?.actiontime, of_tasks))
}

/// Whether a change adds a task just like this one.
pub(super) fn adds(made: &Made, is: &TaskIs) -> bool {
    match &made.change.body {
        ChangeBody::Task(task) => TaskIs::wanted(task, made.change.at).as_ref() == Some(is),
        _ => false,
    }
}

/// The value that a change was made on, where it wants this correction of a task.
pub(super) fn based_on(
    made: &Made,
    chronicle: &Chronicle,
    wanted: &Correction<'_>,
) -> Option<String> {
    let ChangeBody::TaskFact(fact) = &made.change.body else {
        return None;
    };
    if wanted.task.is_none() || chronicle.task_of(made, made.number()) != wanted.task {
        return None;
    }
    if fact.to.field() == wanted.field && value(&fact.to) == wanted.to {
        return Some(value(&fact.from));
    }
    // GLPI makes the length of what is planned.
    let TaskFact::Plan(Some((from, until))) = fact.to else {
        return None;
    };
    let length = TaskFact::Length(until - from);
    let is_its_length = length.field() == wanted.field && value(&length) == wanted.to;
    is_its_length.then(|| wanted.from.to_owned())
}

/// Whether it is the task of a change that came to nothing.
pub(super) fn is_gone(made: &Made, chronicle: &Chronicle) -> bool {
    let task = chronicle.task_of(made, made.number());
    let mut deeds = chronicle.of_ticket(made.number());
    task.is_some_and(|task| deeds.any(|deed| deed.what == What::TaskGone(task)))
}

//! Tasks that are not in GLPI yet, and what was done to them meanwhile.

use super::{Batch, Phone};
use crate::changes::{AddTask, ChangeBody, TaskFact};
use crate::ids::ChangeId;
use crate::wire::Wish;

impl Phone {
    /// A task that takes another's place takes over what was done to that one; but the words that were typed last stand.
    pub(super) fn fold_into(&self, task: &mut AddTask, replaces: Option<ChangeId>) {
        let Some(old) = replaces else { return };
        let before = self.outbox.get(old).map(|queued| &queued.change.body);
        let is_retyped =
            matches!(before, Some(ChangeBody::Task(before)) if before.content != task.content);
        for queued in self.outbox.built_on(old).filter(|q| q.is_on_its_way()) {
            match &queued.change.body {
                ChangeBody::TaskFact(fact) if is_retyped && is_text(&fact.to) => {}
                ChangeBody::TaskFact(fact) => *task = task.clone().with(&fact.to),
                _ => {}
            }
        }
    }

    /// What alters a thing that is not to be goes with it. A file that was taken for a note does not: it stands by itself.
    pub(super) fn withdraw_built_on(&mut self, id: ChangeId, batch: &mut Batch) {
        let built = self.outbox.built_on(id);
        let built = built.filter(|queued| queued.change.body.file().is_none());
        let built: Vec<ChangeId> = built.map(|queued| queued.change.id).collect();
        for id in built {
            if let Some(queued) = self.outbox.wish(id, Wish::Withdraw) {
                batch.put_queued(queued);
            }
        }
    }
}

fn is_text(fact: &TaskFact) -> bool {
    matches!(fact, TaskFact::Text(_))
}

//! Tasks that are not in GLPI yet, and what was done to them meanwhile.

use super::{Batch, Phone};
use crate::changes::{AddTask, ChangeBody};
use crate::ids::ChangeId;
use crate::wire::Wish;

impl Phone {
    /// A task that takes another's place takes over what was done to that one.
    pub(super) fn fold_into(&self, task: &mut AddTask, replaces: Option<ChangeId>) {
        let Some(old) = replaces else { return };
        for queued in self.outbox.built_on(old).filter(|q| q.is_on_its_way()) {
            if let ChangeBody::TaskFact(fact) = &queued.change.body {
                *task = task.clone().with(&fact.to);
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

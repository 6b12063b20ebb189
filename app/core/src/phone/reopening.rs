//! A closed ticket opened again for a change that waits on it.

use super::{Batch, EditError, NewChange, Phone};
use crate::changes::ChangeBody;
use crate::ids::ChangeId;
use crate::wire::Wish;

impl Phone {
    /// Opens the ticket again, and behind that makes the waiting change once more. Not in its place: that lies before the
    /// reopening, where it would find the ticket closed again.
    ///
    /// # Errors
    /// What is wrong with it; nothing is altered then.
    pub fn reopen_for(
        &mut self,
        reopening: NewChange,
        again: ChangeId,
        waiting: ChangeId,
    ) -> Result<(ChangeId, Batch), EditError> {
        let old = self.outbox.get(waiting).ok_or(EditError::NoTicket)?;
        let mut body = old.change.body.clone();
        let mut phone = self.clone();
        let (target, phone_clock) = (reopening.target.clone(), reopening.phone_clock);
        let (id, mut batch) = phone.edit(reopening)?;
        if batch.is_empty() {
            return Ok((id, batch));
        }
        if let ChangeBody::Task(task) = &mut body {
            phone.fold_into(task, Some(waiting));
        }
        phone.withdraw_built_on(waiting, &mut batch);
        batch.merge(phone.wish(waiting, Wish::Withdraw));
        let (_, made) = phone.edit(NewChange {
            id: again,
            phone_clock,
            target,
            body,
            replaces: None,
        })?;
        batch.merge(made);
        *self = phone;
        Ok((id, batch))
    }
}

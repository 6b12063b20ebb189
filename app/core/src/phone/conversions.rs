//! Mails and the tickets that were made of them: known here before the server tells.

use super::{Batch, EditError, NewChange, Phone};
use crate::changes::{ChangeBody, ChangeKind as _};
use crate::domain::ThreadRow;
use crate::ids::{ChangeId, ThreadKey, TicketKey};
use crate::outbox::{Queued, State};
use crate::proposal::{Choice, Choices};
use crate::wire::Wish;

impl Phone {
    /// Makes a ticket, and with it whatever one gesture does beside: to the new ticket, to the thread of the mail that it
    /// is made of, to the ticket whose place it takes. All of it is one batch.
    ///
    /// # Errors
    /// What is wrong with a part of it; nothing is made then.
    pub fn convert(
        &mut self,
        new: NewChange,
        beside: &[(ChangeId, ChangeBody)],
    ) -> Result<(ChangeId, Batch), EditError> {
        for (_, body) in beside {
            body.validate()?;
        }
        let phone_clock = new.phone_clock;
        let create = new.body.creation();
        let origin = create.and_then(|create| create.origin.clone());
        let old = create.and_then(|create| create.carried.clone());
        self.check_carried(&new)?;
        let mut phone = self.clone();
        let (id, mut batch) = phone.edit(new)?;
        let made = phone.outbox.get(id).ok_or(EditError::NoTicket)?;
        let ticket = made.change.target.clone();
        for (beside, body) in beside {
            let (body, target) = match (body, &origin, &old) {
                (body, Some(origin), _) if body.is_on_thread() => {
                    (body.clone(), origin.thread.clone().into())
                }
                (ChangeBody::Carry(step), _, Some(old)) => (step.on(&ticket), old.clone().into()),
                (body, ..) => (body.clone(), ticket.clone()),
            };
            let (_, more) = phone.edit(NewChange {
                id: *beside,
                phone_clock,
                target,
                body,
                replaces: None,
            })?;
            batch.merge(more);
        }
        *self = phone;
        Ok((id, batch))
    }

    /// The ticket of a thread: as the server tells, or as it is being made here. It may have no number yet.
    pub fn ticket_of(&self, row: &ThreadRow) -> Option<TicketKey> {
        let told = row.ticket.as_ref().map(|key| self.resolve(key));
        told.or_else(|| self.made_of(&row.key))
    }

    /// The ticket that was made here of a thread, unless that was taken back or parted from it.
    pub fn made_of(&self, thread: &ThreadKey) -> Option<TicketKey> {
        let mut on_thread = self.outbox().of_thread(thread).filter(|q| is_wanted(q));
        let last = on_thread.rfind(|q| {
            !matches!(
                q.change.body,
                ChangeBody::Classify(_) | ChangeBody::Reply(_)
            )
        })?;
        last.change.body.creation()?;
        Some(self.resolve(last.change.ticket()?))
    }

    /// Remembers what was chosen for a sender's mail; `before`, as storage has it.
    pub fn remember(&self, sender: &str, before: Choices, choice: Choice) -> Batch {
        let mut choices = before;
        choices.learn(choice);
        let mut batch = Batch::default();
        batch.put_choices(sender, &choices);
        batch
    }
}

pub(super) fn is_wanted(queued: &Queued) -> bool {
    queued.wish != Some(Wish::Withdraw) && !matches!(queued.state, State::Withdrawn { .. })
}

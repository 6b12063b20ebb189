//! Mails and the tickets that were made of them: known here before the server tells.

use std::sync::Arc;

use super::{Batch, Phone};
use crate::domain::ThreadRow;
use crate::ids::{ThreadKey, TicketKey};
use crate::outbox::{Queued, State};
use crate::proposal::{Choice, Choices};
use crate::wire::Wish;

impl Phone {
    /// The ticket of a thread: as the server tells, or as it is being made here. It may have no number yet.
    pub fn ticket_of(&self, row: &ThreadRow) -> Option<TicketKey> {
        let told = row.ticket.clone();
        told.or_else(|| self.made_of(&row.key))
    }

    /// The ticket that was made here of a thread, unless that was taken back.
    pub fn made_of(&self, thread: &ThreadKey) -> Option<TicketKey> {
        let mut creations = self.outbox().iter().rev();
        let creation = creations.find(|queued| is_made_of(queued, thread))?;
        Some(self.resolve(&creation.change.ticket))
    }

    /// The threads of a ticket, the newest first.
    pub fn threads_of(&self, ticket: &TicketKey) -> Vec<Arc<ThreadRow>> {
        let made_of = self.outbox().of_ticket(ticket).find_map(|queued| {
            let origin = queued.change.body.creation()?.origin.as_ref()?;
            is_made_of(queued, &origin.thread).then(|| origin.thread.clone())
        });
        let is_its = |row: &&Arc<ThreadRow>| match &row.ticket {
            Some(key) => key == ticket,
            None => made_of.as_ref() == Some(&row.key),
        };
        let mut rows: Vec<_> = self.threads().iter().filter(is_its).cloned().collect();
        rows.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.key.cmp(&b.key)));
        rows
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

fn is_made_of(queued: &Queued, thread: &ThreadKey) -> bool {
    let origin = queued
        .change
        .body
        .creation()
        .and_then(|create| create.origin.as_ref());
    let is_wanted =
        queued.wish != Some(Wish::Withdraw) && !matches!(queued.state, State::Withdrawn { .. });
    is_wanted && origin.is_some_and(|origin| origin.thread == *thread)
}

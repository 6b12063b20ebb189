//! The time that runs on a ticket: one at a time, kept with every start and stop, so that no killed app loses it.

use serde::{Deserialize, Serialize};

use super::{Batch, EditError, NewChange, Phone};
use crate::ids::{ChangeId, TicketId, TicketKey};
use crate::time::{Instant, Seconds};

/// A time that runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// For which ticket.
    pub ticket: TicketKey,
    /// Since when, by the server's clock: that of the phone may be set while it runs.
    pub since: Instant,
}

impl Timer {
    /// How long it has run, given the server's clock.
    pub fn elapsed(&self, now: Instant) -> Seconds {
        Seconds((now - self.since).0.max(0))
    }
}

impl Phone {
    /// The time that runs, if any does.
    pub fn timer(&self) -> Option<&Timer> {
        self.meta.timer.as_ref()
    }

    /// Lets the time run for a ticket. One that runs for it already goes on; one that runs for another is to be recorded
    /// or dropped first, and goes on too.
    pub fn start_timer(&mut self, ticket: &TicketKey, phone_clock: Instant) -> Batch {
        if self.meta.timer.is_some() {
            return Batch::default();
        }
        self.meta.timer = Some(Timer {
            ticket: self.resolve(ticket),
            since: self.corrected(phone_clock),
        });
        self.keep_meta()
    }

    /// Drops the time that runs.
    pub fn drop_timer(&mut self) -> Batch {
        match self.meta.timer.take() {
            Some(_) => self.keep_meta(),
            None => Batch::default(),
        }
    }

    /// Makes the change that records the time, and stops it, in one: neither is without the other.
    ///
    /// # Errors
    /// What is wrong with the change; the time then goes on.
    pub fn record_timer(&mut self, new: NewChange) -> Result<(ChangeId, Batch), EditError> {
        let ticket = new.target.ticket().map(|key| self.resolve(key));
        let (id, mut batch) = self.edit(new)?;
        let timer = self.meta.timer.as_ref();
        if timer.is_some_and(|timer| Some(&timer.ticket) == ticket.as_ref()) {
            batch.writes.extend(self.drop_timer().writes);
        }
        Ok((id, batch))
    }

    /// Its ticket has GLPI's number now.
    pub(super) fn timer_lands(&mut self, local: &TicketKey, id: TicketId) {
        if let Some(timer) = &mut self.meta.timer
            && timer.ticket == *local
        {
            timer.ticket.id = id;
        }
    }

    fn keep_meta(&self) -> Batch {
        let mut batch = Batch::default();
        batch.put_meta(&self.meta);
        batch
    }
}

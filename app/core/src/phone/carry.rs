//! Tickets that another GLPI's take the place of: known here before the server tells.

use super::conversions::is_wanted;
use super::{EditError, NewChange, Phone};
use crate::domain::{Ticket, carried_from, carried_into};
use crate::ids::{SourceId, TicketKey};

impl Phone {
    /// The GLPI that this one's tickets are carried over to: the newest of those of a newer version.
    pub fn carries_to(&self, source: &SourceId) -> Option<SourceId> {
        let version = self.account(source)?.version;
        let newer = self.meta.sources.iter().filter(|state| {
            let there = state.account.version;
            version > 0 && there > version
        });
        let newest = newer.max_by_key(|state| state.account.version)?;
        Some(newest.source.clone())
    }

    /// The ticket that takes this one's place: as it is being made here, or as its notes tell. It may have no number yet.
    pub fn carried_into(&self, ticket: &Ticket) -> Option<TicketKey> {
        self.made_for(&ticket.key).or_else(|| carried_into(ticket))
    }

    /// The ticket whose place this one takes.
    pub fn carried_from(&self, ticket: &Ticket) -> Option<TicketKey> {
        let creation = self.outbox.creation(&ticket.key);
        let made = creation.and_then(|queued| queued.change.body.creation()?.carried.clone());
        made.or_else(|| carried_from(&ticket.content))
    }

    /// The ticket that was made here in this one's place, unless that was taken back.
    pub fn made_for(&self, old: &TicketKey) -> Option<TicketKey> {
        let made = self.outbox.iter().rfind(|queued| {
            let create = queued.change.body.creation();
            let carried = create.and_then(|create| create.carried.as_ref());
            carried == Some(old) && is_wanted(queued)
        })?;
        Some(self.resolve(made.change.ticket()?))
    }

    /// One ticket is carried over once.
    pub(super) fn check_carried(&self, new: &NewChange) -> Result<(), EditError> {
        let create = new.body.creation();
        let Some(old) = create.and_then(|create| create.carried.as_ref()) else {
            return Ok(());
        };
        let again = new.replaces.is_some() || self.outbox.get(new.id).is_some();
        match !again && self.made_for(old).is_some() {
            true => Err(EditError::Carried),
            false => Ok(()),
        }
    }
}

//! Tickets that are not in GLPI yet: shown out of the change that creates them, renamed when they land.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Absorbed, Batch, Phone};
use crate::changes::Target;
use crate::domain::{Ticket, TicketRow};
use crate::ids::{ChangeId, TicketId, TicketKey};
use crate::outbox::{KEPT_AFTER_SETTLING, Queued};
use crate::overlay;
use crate::time::Instant;
use crate::wire::Wish;

/// A local number and the real one: addresses, drafts and open pages still name the first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Landing {
    /// The ticket as the phone named it.
    pub local: TicketKey,
    /// GLPI's number.
    pub id: TicketId,
    /// When that became known here.
    pub at: Instant,
}

impl Phone {
    /// The ticket as it is named today: a local one may have landed.
    pub fn resolve(&self, key: &TicketKey) -> TicketKey {
        let mut landings = self.meta.landings.iter();
        let landing = landings.find(|landing| key.id.is_local() && landing.local == *key);
        TicketKey {
            source: key.source.clone(),
            id: landing.map_or(key.id, |landing| landing.id),
        }
    }

    /// What a ticket that was made here was called until it landed.
    pub fn local_name(&self, key: &TicketKey) -> Option<TicketKey> {
        let mut landings = self.meta.landings.iter();
        let landing = landings.find(|l| l.id == key.id && l.local.source == key.source)?;
        Some(landing.local.clone())
    }

    /// A ticket that is not in GLPI yet, as the screen shows it.
    pub fn local_ticket(&self, key: &TicketKey) -> Option<Ticket> {
        let base = self.local_base(self.outbox.creation(key)?)?;
        Some(overlay::ticket(&base, self.outbox.of_ticket(key)))
    }

    /// All rows as the screen shows them, those that are not in GLPI yet last.
    pub fn shown_rows(&self) -> impl Iterator<Item = Arc<TicketRow>> {
        let on_its_way = self.outbox.iter().filter(|queued| queued.is_on_its_way());
        let changed: BTreeSet<&TicketKey> = on_its_way.filter_map(|q| q.change.ticket()).collect();
        let shown = move |row: &Arc<TicketRow>| match changed.contains(&row.key) {
            true => Arc::new(overlay::row(row, self.outbox.of_ticket(&row.key))),
            false => row.clone(),
        };
        let locals = self.local_rows().into_iter().map(Arc::new);
        self.rows.iter().map(shown).chain(locals)
    }

    /// The rows of all tickets that are not in GLPI yet.
    pub fn local_rows(&self) -> Vec<TicketRow> {
        let locals = self.outbox.locals();
        locals
            .filter_map(|creation| self.local_row(creation))
            .collect()
    }

    pub(super) fn local_row(&self, creation: &Queued) -> Option<TicketRow> {
        let row = TicketRow::of(&self.local_base(creation)?, false);
        let on_it = self.outbox.of_ticket(creation.change.ticket()?);
        Some(overlay::row(&row, on_it))
    }

    fn local_base(&self, creation: &Queued) -> Option<Ticket> {
        let change = &creation.change;
        let create = change.body.creation()?;
        Some(create.ticket(change.ticket()?.clone(), change.at))
    }

    /// Whether there is something that a change can be made on.
    pub(super) fn can_be_changed(&self, target: &Target) -> bool {
        let local = target.ticket().filter(|key| key.id.is_local());
        local.is_none_or(|key| self.outbox.creation(key).is_some())
    }

    /// Whether it is a step on a ticket whose place none takes any more.
    fn carries_nowhere(&self, queued: &Queued) -> bool {
        let carry = queued.change.body.carry();
        carry.is_some_and(|carry| !self.can_be_changed(&carry.to.clone().into()))
    }

    /// Whether another text of the ticket that a change was to create is still wanted.
    fn is_typed_anew(&self, creation: ChangeId, key: &TicketKey) -> bool {
        self.outbox.of_ticket(key).any(|queued| {
            let creates = queued.change.body.creation().is_some();
            let wanted = queued.is_unsettled() && queued.wish != Some(Wish::Withdraw);
            creates && wanted && queued.change.id != creation
        })
    }

    /// What was done to a ticket that is not to be created goes with it.
    pub(super) fn withdraw_with(&mut self, creation: ChangeId, batch: &mut Batch) {
        let Some(queued) = self.outbox.get(creation) else {
            return;
        };
        let creates = queued.change.body.creation().is_some();
        let Some(key) = queued.change.ticket().filter(|key| key.id.is_local()) else {
            return;
        };
        if !creates {
            return;
        }
        let key = key.clone();
        if self.is_typed_anew(creation, &key) {
            // It is to be created all the same, and what is on it waits for that.
            return;
        }
        let on_it: Vec<ChangeId> = self.outbox.of_ticket(&key).map(|q| q.change.id).collect();
        let steps = self.outbox.carried_to(&key).map(|q| q.change.id);
        let on_it: Vec<ChangeId> = on_it.into_iter().chain(steps).collect();
        for id in on_it.into_iter().filter(|id| *id != creation) {
            if let Some(queued) = self.outbox.wish(id, Wish::Withdraw) {
                batch.put_queued(queued);
            }
        }
    }

    /// A server without memory does not know what was taken back: what is left on a ticket that is not to be created
    /// goes after it.
    pub(super) fn withdraw_orphans(&mut self, batch: &mut Batch) {
        let unsettled = self.outbox.iter().filter(|queued| queued.is_unsettled());
        let orphans: Vec<ChangeId> = unsettled
            .filter(|queued| {
                !self.can_be_changed(&queued.change.target) || self.carries_nowhere(queued)
            })
            .map(|queued| queued.change.id)
            .collect();
        for id in orphans {
            if let Some(queued) = self.outbox.wish(id, Wish::Withdraw) {
                batch.put_queued(queued);
            }
        }
    }

    /// A ticket landed: everything that names it is told.
    pub(super) fn land(
        &mut self,
        local: TicketKey,
        id: TicketId,
        now: Instant,
        batch: &mut Batch,
        absorbed: &mut Absorbed,
    ) {
        if !local.id.is_local() {
            return;
        }
        for change in self.outbox.land(&local, id) {
            if let Some(queued) = self.outbox.get(change) {
                batch.put_queued(queued);
            }
        }
        self.timer_lands(&local, id);
        let landings = &mut self.meta.landings;
        landings.retain(|old| now - old.at <= KEPT_AFTER_SETTLING && old.local != local);
        absorbed.tickets.insert(local.clone());
        absorbed.tickets.insert(TicketKey {
            source: local.source.clone(),
            id,
        });
        landings.push(Landing { local, id, at: now });
    }
}

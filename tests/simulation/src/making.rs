//! What was made on a phone: stored as a whole, and written down in the ledger once it is durable.

use tournee_core::changes::{Change, ChangeBody, ChangeKind as _, Fact};
use tournee_core::ids::ChangeId;
use tournee_core::phone::{Batch, Phone, Table};

use crate::counters::Count;
use crate::hand::{Failed, Hand};
use crate::ledger::Made;

impl Hand {
    /// Stores what one gesture made, each with its word.
    ///
    /// # Errors
    /// It was not made, or nobody knows.
    pub(crate) fn keep(
        &mut self,
        next: Phone,
        batch: Batch,
        made: &[(ChangeId, Option<String>)],
    ) -> Result<(), Failed> {
        let queued = made.iter().filter_map(|(id, token)| {
            let queued = next.outbox().get(*id)?;
            Some((queued.change.clone(), token.clone()))
        });
        let queued: Vec<_> = queued.collect();
        let stored = self.commit(next, batch, false);
        // Killed or not: what is in the storage was made.
        for (change, token) in queued {
            if self.pocket.has(Table::Outbox, &change.id.to_string()) {
                self.write_down(change, token);
            }
        }
        stored
    }

    fn write_down(&self, change: Change, token: Option<String>) {
        let weather = &self.world.weather;
        weather.count(Count::Edit);
        if let Some(count) = counted(&change.body) {
            weather.count(count);
        }
        let saw = change.ticket().and_then(|key| self.pocket.ticket(key));
        let thread = change.target.thread();
        let boxes = thread.and_then(|key| self.phone.threads().get(key));
        // Also where a copy of this phone has typed the ticket anew, and only the rest is left here.
        let named = self.phone.outbox().iter();
        let named = named.filter_map(|queued| queued.change.ticket());
        let unlanded = named.filter(|key| key.id.is_local()).cloned();
        let mut pages = self.world.ledger.open();
        let base = change.body.builds_on();
        let base = base.and_then(|base| pages.get((change.device, base)));
        if base.is_some() {
            weather.count(match change.body.file() {
                Some(_) => Count::EditFileOfNote,
                None => Count::EditOfUnsent,
            });
        }
        let made = Made {
            hand: self.index,
            base: base.and_then(|base| base.token.clone()),
            technician: self.technician,
            token,
            named: change.ticket().cloned(),
            unlanded: unlanded.collect(),
            out_of_scope: change
                .ticket()
                .is_some_and(|key| self.phone.meta().kept.contains(key)),
            at_ms: weather.clock.elapsed_ms(),
            saw_boxes: boxes.map_or_else(Vec::new, |row| row.boxes.clone()),
            saw_modified: saw.map_or(0, |ticket| ticket.modified_at.0),
            acknowledged: false,
            against: Vec::new(),
            taken_back: false,
            waited: None,
            unread: false,
            unsettled: false,
            change,
        };
        self.say(format_args!("made {made}"));
        if let Some(old) = made.change.replaces {
            weather.count(Count::Replaced);
            if let Some(old) = pages.get_mut((made.change.device, old)) {
                old.taken_back = true;
            }
        }
        self.mark_what_goes(&mut pages);
        if pages.has_twin(made.name()) {
            weather.count(Count::TwinId);
        }
        pages.make(made);
    }
}

/// What a change is counted as, beside an edit.
fn counted(body: &ChangeBody) -> Option<Count> {
    Some(match body {
        ChangeBody::Fact(fact) => match fact.to {
            Fact::Description(_) => Count::EditDescription,
            _ => Count::EditFact,
        },
        ChangeBody::Seat(_) => Count::EditSeat,
        ChangeBody::Asset(_) => Count::EditAsset,
        ChangeBody::Task(_) => Count::EditTask,
        ChangeBody::TaskFact(_) => Count::EditTaskFact,
        ChangeBody::Create(create) if create.origin.is_some() => Count::EditConvert,
        ChangeBody::Link(_) => Count::EditLink,
        ChangeBody::Classify(_) => Count::EditSort,
        ChangeBody::Reply(_) => Count::EditReply,
        ChangeBody::Attach(_) => Count::EditAttach,
        _ => return None,
    })
}

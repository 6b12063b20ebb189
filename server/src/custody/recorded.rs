//! When custody last put a ticket on record: a read that began before may come in after it, and be older.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tournee_core::ids::TicketKey;
use tournee_core::time::{Instant, Seconds};

use crate::store::TechnicianId;

/// No read takes longer.
const KEPT: Seconds = Seconds(3_600);

/// The tickets that were put on record lately.
#[derive(Default)]
pub struct Recorded(Mutex<BTreeMap<(TechnicianId, TicketKey), Instant>>);

impl Recorded {
    /// A ticket is on record as it was just read back.
    pub(super) fn note(&self, who: TechnicianId, ticket: TicketKey, now: Instant) {
        let mut all = self.all();
        all.retain(|_, at| now - *at < KEPT);
        all.insert((who, ticket), now);
    }

    /// Whether that was since a read began.
    pub fn since(&self, who: TechnicianId, ticket: &TicketKey, began: Instant) -> bool {
        let all = self.all();
        let at = all.get(&(who, ticket.clone()));
        at.is_some_and(|at| *at >= began)
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<(TechnicianId, TicketKey), Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_counts_for_reads_that_began_before_it_and_is_forgotten_in_time() {
        let (who, key) = (TechnicianId(1), TicketKey::new("ancien", 7));
        let (other, at) = (TicketKey::new("ancien", 8), Instant(10_000));
        let recorded = Recorded::default();
        recorded.note(who, key.clone(), at);
        assert!(recorded.since(who, &key, at - Seconds(5)));
        assert!(!recorded.since(who, &key, at + Seconds(1)));
        assert!(!recorded.since(TechnicianId(2), &key, at));
        assert!(!recorded.since(who, &other, at));
        recorded.note(who, other, at + KEPT);
        assert!(!recorded.since(who, &key, at - Seconds(5)));
    }
}

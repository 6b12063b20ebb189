//! When a ticket was last put on record, by custody for one technician and by anybody for all: a read that began before may
//! come in after it, and be older.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tournee_core::domain::Ticket;
use tournee_core::ids::TicketKey;
use tournee_core::time::{Instant, Seconds};

use crate::store::TechnicianId;

/// No read takes longer.
const KEPT: Seconds = Seconds(3_600);
const SWEPT_EVERY: Seconds = Seconds(60);
/// An answer is dated as it begins, and a ticket while it is written.
const SLOW: Seconds = Seconds(5);

/// The tickets that were put on record lately.
#[derive(Default)]
pub struct Recorded(Mutex<Lately>);

#[derive(Default)]
struct Lately {
    /// By custody.
    written: BTreeMap<(TechnicianId, TicketKey), Instant>,
    /// By whoever.
    all: BTreeMap<TicketKey, Read>,
    count: u64,
    swept: Option<Instant>,
}

#[derive(Clone, Copy)]
struct Read {
    at: Instant,
    /// Of which date the ticket was.
    modified: Instant,
    /// Of how many it is the last.
    count: u64,
}

/// How many readings there were when a look began.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen(u64);

impl Recorded {
    /// A ticket is on record as custody just read it back.
    pub(super) fn note(&self, who: TechnicianId, ticket: TicketKey, now: Instant) {
        self.lately(now).written.insert((who, ticket), now);
    }

    /// Whether that was since a read began.
    pub fn since(&self, who: TechnicianId, ticket: &TicketKey, began: Instant) -> bool {
        let lately = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = lately.written.get(&(who, ticket.clone()));
        at.is_some_and(|at| *at >= began)
    }

    /// A reading is on record, with what it says of mails. To be said in the write that brings it there.
    pub fn of_all(&self, read: &Ticket, now: Instant) {
        // Else it says nothing of mails.
        if read.timeline.is_some() {
            let mut lately = self.lately(now);
            lately.put(&read.key, now, read.modified_at);
        }
    }

    /// Whether a later one came on record since a read began: one of a later date, or of after its GLPI's clock was put
    /// back. `clock`: what that shows.
    pub fn is_overtaken(
        &self,
        ticket: &TicketKey,
        modified: Instant,
        began: Instant,
        clock: Option<Instant>,
    ) -> bool {
        let lately = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = lately.all.get(ticket);
        newest.is_some_and(|newest| {
            let later = newest.modified > modified || is_of_before_a_jump(modified, clock);
            newest.at >= began && later
        })
    }

    /// A look begins.
    pub(super) fn seen(&self) -> Seen {
        Seen(self.0.lock().unwrap_or_else(PoisonError::into_inner).count)
    }

    /// Whether one of any date came on record since.
    pub(super) fn is_read_since(&self, ticket: &TicketKey, seen: Seen) -> bool {
        let lately = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let read = lately.all.get(ticket);
        read.is_some_and(|read| read.count > seen.0)
    }

    fn lately(&self, now: Instant) -> MutexGuard<'_, Lately> {
        let mut lately = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A first read brings thousands: not at each.
        if lately.swept.is_none_or(|swept| now - swept >= SWEPT_EVERY) {
            lately.written.retain(|_, at| now - *at < KEPT);
            lately.all.retain(|_, read| now - read.at < KEPT);
            lately.swept = Some(now);
        }
        lately
    }
}

/// Whether a date lies ahead of the clock that gave it: that was put back since. `clock`: what it showed in its last answer.
pub(crate) fn is_of_before_a_jump(modified: Instant, clock: Option<Instant>) -> bool {
    clock.is_some_and(|now| modified > now + SLOW)
}

impl Lately {
    fn put(&mut self, ticket: &TicketKey, at: Instant, modified: Instant) {
        self.count += 1;
        let count = self.count;
        let read = Read {
            at,
            modified,
            count,
        };
        self.all.insert(ticket.clone(), read);
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

    #[test]
    fn a_reading_is_overtaken_by_a_later_one_that_came_on_record_since_it_began() {
        let (key, at, dated) = (TicketKey::new("ancien", 7), Instant(10_000), Instant(9_990));
        let recorded = Recorded::default();
        let before = recorded.seen();
        recorded.lately(at).put(&key, at, dated);
        assert!(recorded.is_read_since(&key, before));
        assert!(!recorded.is_read_since(&key, recorded.seen()));
        let is_overtaken =
            |modified, began, clock| recorded.is_overtaken(&key, modified, began, clock);
        let before = dated - Seconds(3);
        assert!(is_overtaken(before, at - Seconds(5), None));
        assert!(!is_overtaken(dated, at - Seconds(5), Some(at)));
        // That clock was put back: before both, and between them.
        assert!(!is_overtaken(before, at + Seconds(1), None));
        let put_back = Some(dated - Seconds(100));
        assert!(is_overtaken(dated + Seconds(3), at - Seconds(5), put_back));
        assert!(!is_overtaken(dated + Seconds(3), at + Seconds(1), put_back));
    }
}

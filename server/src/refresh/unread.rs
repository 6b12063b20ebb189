//! Tickets that GLPI answers with an error while it shows others: they keep none of these from the phones, and are asked for
//! again.

use std::collections::BTreeMap;

use tournee_core::ids::TicketId;
use tournee_core::time::{Instant, Seconds};

/// So often with each read; one that fails on is asked for now and then.
const AT_ONCE: u32 = 3;
const NOW_AND_THEN: Seconds = Seconds(60);

/// Those of an account, with how often that was so, and when last.
#[derive(Default)]
pub(super) struct Unread(BTreeMap<TicketId, (u32, Instant)>);

impl Unread {
    /// It was answered with an error.
    pub fn note(&mut self, id: TicketId, now: Instant) {
        let (times, last) = self.0.entry(id).or_insert((0, now));
        *times += 1;
        *last = now;
    }

    /// It was shown, or is not his.
    pub fn forget(&mut self, id: TicketId) {
        self.0.remove(&id);
    }

    /// Those whose turn it is.
    pub fn due(&self, now: Instant) -> Vec<TicketId> {
        let is_due =
            |(times, last): &(u32, Instant)| *times <= AT_ONCE || now - *last >= NOW_AND_THEN;
        let due = self.0.iter().filter(|(_, so_far)| is_due(so_far));
        due.map(|(id, _)| *id).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_fails_on_is_asked_for_now_and_then() {
        let (mut unread, id) = (Unread::default(), TicketId(5));
        for second in 0..4 {
            unread.note(id, Instant(second));
            assert_eq!(unread.due(Instant(second)).is_empty(), second == 3);
        }
        assert!(unread.due(Instant(62)).is_empty());
        assert_eq!(unread.due(Instant(63)), [id]);
        unread.forget(id);
        assert!(unread.due(Instant(63)).is_empty());
    }
}

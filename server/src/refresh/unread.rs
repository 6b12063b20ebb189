//! Tickets that GLPI answers with an error while it shows others: they keep none of these from the phones, and are asked for
//! again.

use std::collections::BTreeMap;

use tournee_core::ids::TicketId;
use tournee_core::time::{Instant, Seconds};

/// So often with each read; one that fails on is asked for now and then, ever more rarely.
const AT_ONCE: u32 = 3;
const AT_FIRST: Seconds = Seconds(60);
const AT_LAST: Seconds = Seconds(600);
/// So many in one read: one may take GLPI half a minute.
const MOST: usize = 8;

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
        let is_due = |(times, last): &(u32, Instant)| {
            let rests = times.saturating_sub(AT_ONCE + 1).min(8);
            let wait = Seconds(AT_FIRST.0 << rests).min(AT_LAST);
            *times <= AT_ONCE || now - *last >= wait
        };
        let mut due: Vec<_> = self.0.iter().filter(|(_, so_far)| is_due(so_far)).collect();
        due.sort_by_key(|(_, (times, _))| *times);
        due.truncate(MOST);
        due.into_iter().map(|(id, _)| *id).collect()
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

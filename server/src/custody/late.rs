//! What GLPI may still be working on: a look that does not find a write proves nothing until GLPI must be done with it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// When each change was last sent in this life of the server, by its number.
pub(super) struct Sent {
    since: Instant,
    at: Mutex<BTreeMap<i64, Instant>>,
}

impl Default for Sent {
    fn default() -> Self {
        Self {
            since: Instant::now(),
            at: Mutex::default(),
        }
    }
}

impl Sent {
    /// A change is about to be sent.
    pub fn note(&self, num: i64) {
        self.at().insert(num, Instant::now());
    }

    /// Whether it was sent in this life.
    pub fn has_left(&self, num: i64) -> bool {
        self.at().contains_key(&num)
    }

    /// It is settled, or GLPI said that it did nothing of it.
    pub fn forget(&self, num: i64) {
        self.at().remove(&num);
    }

    /// How long a change that is not in GLPI may still get there, where GLPI takes `late` at most. One that was not sent
    /// in this life may have been sent at the end of the last.
    pub fn may_land_for(&self, num: i64, late: Duration) -> Option<Duration> {
        let sent = self.at().get(&num).copied().unwrap_or(self.since);
        let left = late.saturating_sub(sent.elapsed());
        (!left.is_zero()).then_some(left)
    }

    fn at(&self) -> MutexGuard<'_, BTreeMap<i64, Instant>> {
        self.at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATE: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn what_was_sent_may_land_until_glpi_must_be_done_with_it() {
        let sent = Sent::default();
        tokio::time::advance(LATE).await;
        // The last life's are over, this one is not.
        assert_eq!(sent.may_land_for(1, LATE), None);
        sent.note(1);
        tokio::time::advance(LATE / 3).await;
        assert_eq!(sent.may_land_for(1, LATE), Some(LATE * 2 / 3));
        tokio::time::advance(LATE * 2 / 3).await;
        assert_eq!(sent.may_land_for(1, LATE), None);
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_last_life_sent_counts_from_this_ones_beginning() {
        let sent = Sent::default();
        tokio::time::advance(LATE / 2).await;
        assert_eq!(sent.may_land_for(7, LATE), Some(LATE / 2));
        sent.note(7);
        sent.forget(7);
        assert_eq!(sent.may_land_for(7, LATE), Some(LATE / 2));
    }
}

//! What GLPI may still be working on: a look that does not find a write proves nothing until GLPI must be done with it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tournee_core::time::Instant as Altered;

/// When each change was last sent in this life of the server, by its number.
pub(super) struct Sent(Mutex<Lately>);

struct Lately {
    since: Instant,
    at: BTreeMap<i64, Sending>,
}

#[derive(Clone, Copy)]
struct Sending {
    at: Instant,
    /// How its ticket stood then.
    stood: Option<Stood>,
    /// In the life before this one, of the same process.
    of_before: bool,
}

/// How a ticket stood as something was sent to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stood {
    /// GLPI's date of its last change.
    pub altered: Altered,
    /// What GLPI's clock had shown last.
    pub there: Option<Altered>,
}

impl Sending {
    fn now(stood: Option<Stood>) -> Self {
        let (at, of_before) = (Instant::now(), false);
        Self {
            at,
            stood,
            of_before,
        }
    }
}

impl Default for Sent {
    fn default() -> Self {
        Self(Mutex::new(Lately {
            since: Instant::now(),
            at: BTreeMap::new(),
        }))
    }
}

impl Sent {
    /// A change is about to be sent.
    pub fn note(&self, num: i64) {
        self.lately().at.insert(num, Sending::now(None));
    }

    /// One is about to be sent to a ticket that stands so.
    pub fn note_on(&self, num: i64, stood: Stood) {
        self.lately().at.insert(num, Sending::now(Some(stood)));
    }

    /// How its ticket stood before it was last sent in this life: a try of before that is not to be seen then did nothing.
    pub fn stood(&self, num: i64) -> Option<Stood> {
        self.lately().at.get(&num)?.stood
    }

    /// Whether it was sent in this life, so that nobody can have done anything to what came of it before.
    pub fn has_left_in_this_life(&self, num: i64) -> bool {
        let lately = self.lately();
        lately
            .at
            .get(&num)
            .is_some_and(|sending| !sending.of_before)
    }

    /// Whether it was sent by this process.
    pub fn has_left(&self, num: i64) -> bool {
        self.lately().at.contains_key(&num)
    }

    /// It is settled, or GLPI said that it did nothing of it.
    pub fn forget(&self, num: i64) {
        self.lately().at.remove(&num);
    }

    /// Another life begins, with nothing sent in it: what the last one sent may land from now on.
    pub fn begin_anew(&self) {
        let mut lately = self.lately();
        lately.since = Instant::now();
        for sending in lately.at.values_mut() {
            let of_before = true;
            *sending = Sending {
                of_before,
                ..Sending::now(None)
            };
        }
    }

    /// How long a change that is not in GLPI may still get there, where GLPI takes `late` at most. One that was not sent
    /// in this life may have been sent at the end of the last.
    pub fn may_land_for(&self, num: i64, late: Duration) -> Option<Duration> {
        let lately = self.lately();
        let sent = lately.at.get(&num).map_or(lately.since, |it| it.at);
        let left = late.saturating_sub(sent.elapsed());
        (!left.is_zero()).then_some(left)
    }

    fn lately(&self) -> MutexGuard<'_, Lately> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATE: Duration = Duration::from_secs(60);

    fn stood(altered: i64) -> Stood {
        Stood {
            altered: Altered(altered),
            there: None,
        }
    }

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
    async fn what_was_sent_before_another_life_began_has_left_and_may_land() {
        let sent = Sent::default();
        sent.note_on(1, stood(10));
        tokio::time::advance(LATE).await;
        assert!(sent.has_left_in_this_life(1));
        sent.begin_anew();
        assert!(sent.has_left(1) && !sent.has_left_in_this_life(1));
        assert_eq!(sent.stood(1), None);
        assert_eq!(sent.may_land_for(1, LATE), Some(LATE));
        assert_eq!(sent.may_land_for(2, LATE), Some(LATE));
        sent.note(1);
        assert!(sent.has_left_in_this_life(1));
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_last_life_sent_counts_from_this_ones_beginning() {
        let sent = Sent::default();
        tokio::time::advance(LATE / 2).await;
        assert_eq!(sent.may_land_for(7, LATE), Some(LATE / 2));
        sent.note_on(7, stood(10));
        sent.note_on(7, stood(20));
        assert_eq!(sent.stood(7), Some(stood(20)));
        sent.forget(7);
        assert_eq!(sent.stood(7), None);
        assert_eq!(sent.may_land_for(7, LATE), Some(LATE / 2));
    }
}

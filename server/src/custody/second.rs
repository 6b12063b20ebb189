//! GLPI dates by the second. What is known by the ticket's state alone is begun when the second of the ticket's last change is
//! over: else its own change has the same date, and so has one that puts back what stood.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant as Moment;
use tournee_core::ids::TicketKey;
use tournee_core::time::{Instant, Seconds};

use super::chain::Chain;
use super::company::is_by_state;
use crate::store::changes::{Held, Phase};

const SECOND: Duration = Duration::from_secs(1);
/// One clock goes a little faster than the other.
const DRIFT: Duration = Duration::from_millis(50);
/// What is known of a second that is over is kept for so long: where that clock stands still, nobody waits for it again and again.
const KEPT: Duration = Duration::from_secs(10);
/// A ticket that was changed later than that after what GLPI's clock shows was so before the clock was set back.
const BEHIND_AT_MOST: Seconds = Seconds(5);

/// Tickets that were changed just now: in which second of GLPI's, and from when on it is over.
#[derive(Default)]
pub(super) struct Fresh(Mutex<BTreeMap<TicketKey, (Instant, Moment)>>);

impl Fresh {
    /// A ticket as it was just read. `there`: what GLPI's clock showed with it.
    pub fn seen(&self, ticket: &TicketKey, altered: Instant, there: Option<Instant>) {
        let now = Moment::now();
        let behind = altered - there.unwrap_or(altered);
        let mut fresh = self.fresh();
        fresh.retain(|_, (_, over)| *over + KEPT > now);
        if !(Seconds(0)..=BEHIND_AT_MOST).contains(&behind) {
            fresh.remove(ticket);
            return;
        }
        let seconds = u64::try_from(behind.0).unwrap_or_default();
        let over = now + Duration::from_secs(seconds) + SECOND + DRIFT;
        let known = fresh.entry(ticket.clone()).or_insert((altered, over));
        if known.0 != altered {
            *known = (altered, over);
        }
    }

    /// How long until the second of that change is over.
    pub fn left(&self, ticket: &TicketKey, altered: Instant) -> Option<Duration> {
        let known = self.fresh().get(ticket).copied();
        let (_, over) = known.filter(|(second, _)| *second == altered)?;
        let left = over.saturating_duration_since(Moment::now());
        (!left.is_zero()).then_some(left)
    }

    fn fresh(&self) -> MutexGuard<'_, BTreeMap<TicketKey, (Instant, Moment)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Chain<'_> {
    /// The ticket was just read, and was changed then.
    pub(super) fn saw(&self, altered: Instant) {
        let fresh = &self.server.custody.fresh;
        fresh.seen(&self.key.ticket, altered, self.client.clock());
    }

    /// How long what is to be begun on the ticket has to wait, where that was changed then.
    pub(super) fn waits_a_second(&self, todo: &[Held], altered: Instant) -> Option<Duration> {
        let begins = |row: &Held| row.phase == Phase::Queued && is_by_state(&row.change.body);
        let left = self.server.custody.fresh.left(&self.key.ticket, altered);
        left.filter(|_| todo.iter().any(begins))
    }
}

#[cfg(test)]
mod tests {
    use tournee_core::ids::{SourceId, TicketId};

    use super::*;

    const ALTERED: Instant = Instant(1_795_431_322);

    fn ticket() -> TicketKey {
        TicketKey {
            source: SourceId::new("nouveau"),
            id: TicketId(7),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn its_second_is_over_a_second_after_it_was_first_seen() {
        let fresh = Fresh::default();
        fresh.seen(&ticket(), ALTERED, Some(ALTERED));
        tokio::time::advance(SECOND / 2).await;
        // Seen again, it does not begin anew.
        fresh.seen(&ticket(), ALTERED, Some(ALTERED));
        assert_eq!(fresh.left(&ticket(), ALTERED), Some(SECOND / 2 + DRIFT));
        tokio::time::advance(SECOND / 2 + DRIFT).await;
        assert_eq!(fresh.left(&ticket(), ALTERED), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_clock_that_stands_still_is_not_waited_for_twice() {
        let fresh = Fresh::default();
        fresh.seen(&ticket(), ALTERED, Some(ALTERED));
        tokio::time::advance(SECOND * 2).await;
        fresh.seen(&ticket(), ALTERED, Some(ALTERED));
        assert_eq!(fresh.left(&ticket(), ALTERED), None);
    }

    #[tokio::test(start_paused = true)]
    async fn who_alters_it_meanwhile_begins_another() {
        let fresh = Fresh::default();
        fresh.seen(&ticket(), ALTERED, Some(ALTERED));
        let later = ALTERED + Seconds(1);
        assert_eq!(fresh.left(&ticket(), later), None);
        fresh.seen(&ticket(), later, None);
        assert_eq!(fresh.left(&ticket(), later), Some(SECOND + DRIFT));
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_changed_before_what_the_clock_shows_waits_for_nothing() {
        let fresh = Fresh::default();
        fresh.seen(&ticket(), ALTERED, Some(ALTERED));
        fresh.seen(&ticket(), ALTERED, Some(ALTERED + Seconds(1)));
        assert_eq!(fresh.left(&ticket(), ALTERED), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_clock_that_goes_a_little_behind_is_waited_for_and_one_that_was_set_back_is_not() {
        let fresh = Fresh::default();
        fresh.seen(&ticket(), ALTERED, Some(ALTERED - Seconds(2)));
        assert_eq!(fresh.left(&ticket(), ALTERED), Some(SECOND * 3 + DRIFT));
        fresh.seen(&ticket(), ALTERED, Some(ALTERED - Seconds(3_600)));
        assert_eq!(fresh.left(&ticket(), ALTERED), None);
    }
}

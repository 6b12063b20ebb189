//! The way to one mailbox: few requests at a time, so many units a minute, and rest where Google asks for it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use crate::chance::Chance;

/// Google refuses the sixth.
const IN_FLIGHT: usize = 5;
const WINDOW: Duration = Duration::from_secs(60);
/// What others may spend of the mailbox's units: the owner's own programs count too.
const SHARE: f64 = 0.9;
/// What work that nobody waits for may spend of ours.
const IDLE_SHARE: f64 = 0.7;
const FIRST_REST: Duration = Duration::from_secs(1);
const LAST_REST: Duration = Duration::from_secs(64);
/// The longest that Google may ask for.
const LONGEST_ASKED: Duration = Duration::from_secs(600);

/// Whether somebody waits for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Haste {
    /// A person.
    Now,
    /// Nobody: leave units for who does.
    Idle,
}

/// One mailbox's gate.
pub struct Gate {
    places: Semaphore,
    pace: Mutex<Pace>,
    limit: f64,
    chance: Chance,
}

#[derive(Default)]
struct Pace {
    spent: VecDeque<(Instant, u32)>,
    rest_until: Option<Instant>,
    rests: u32,
}

impl Gate {
    /// A gate for so many units a minute.
    pub fn new(units_per_minute: u32, chance: Chance) -> Self {
        Self {
            places: Semaphore::new(IN_FLIGHT),
            pace: Mutex::default(),
            limit: f64::from(units_per_minute) * SHARE,
            chance,
        }
    }

    /// Waits for a place and for units, and takes both.
    pub async fn enter(&self, units: u32, haste: Haste) -> Option<SemaphorePermit<'_>> {
        let place = self.places.acquire().await.ok()?;
        loop {
            let wait = self
                .pace()
                .take(Instant::now(), units, self.limit_of(haste));
            match wait {
                None => return Some(place),
                Some(until) => tokio::time::sleep_until(until).await,
            }
        }
    }

    fn limit_of(&self, haste: Haste) -> u32 {
        let share = match haste {
            Haste::Now => 1.0,
            Haste::Idle => IDLE_SHARE,
        };
        // One request must always fit, else it would wait for ever.
        ((self.limit * share) as u32).max(100)
    }

    /// Google answered.
    pub fn answered(&self) {
        self.pace().rests = 0;
    }

    /// Google asks to wait, or does not answer. Each time the rest doubles.
    pub fn rest(&self, asked: Option<u32>) {
        let jitter = self.chance.between(0.75, 1.25);
        let mut pace = self.pace();
        let doubled = FIRST_REST
            .saturating_mul(1 << pace.rests.min(10))
            .min(LAST_REST);
        let asked = asked.map_or(Duration::ZERO, |seconds| {
            Duration::from_secs(seconds.into())
        });
        let wait = doubled.mul_f64(jitter).max(asked.min(LONGEST_ASKED));
        let until = Instant::now() + wait;
        pace.rests = pace.rests.saturating_add(1);
        pace.rest_until = Some(pace.rest_until.map_or(until, |before| before.max(until)));
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pace {
    /// Takes units, or says when to ask again.
    fn take(&mut self, now: Instant, units: u32, limit: u32) -> Option<Instant> {
        if let Some(until) = self.rest_until.filter(|until| *until > now) {
            return Some(until);
        }
        self.rest_until = None;
        while self
            .spent
            .front()
            .is_some_and(|(at, _)| now - *at >= WINDOW)
        {
            self.spent.pop_front();
        }
        let spent: u32 = self.spent.iter().map(|(_, units)| *units).sum();
        if spent + units <= limit {
            self.spent.push_back((now, units));
            return None;
        }
        self.spent.front().map(|(at, _)| *at + WINDOW)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_minute_never_sees_more_units_than_there_are() {
        let gate = Gate::new(1_000, Chance::seeded(1));
        let start = Instant::now();
        for _ in 0..45 {
            drop(gate.enter(20, Haste::Now).await);
        }
        assert_eq!(start.elapsed(), Duration::ZERO, "900 fit at once");
        drop(gate.enter(20, Haste::Now).await);
        assert_eq!(start.elapsed(), WINDOW);
    }

    #[tokio::test(start_paused = true)]
    async fn work_that_nobody_waits_for_leaves_units_for_who_does() {
        let gate = Gate::new(1_000, Chance::seeded(1));
        for _ in 0..31 {
            drop(gate.enter(20, Haste::Idle).await);
        }
        let start = Instant::now();
        drop(gate.enter(100, Haste::Now).await);
        assert_eq!(start.elapsed(), Duration::ZERO);
        drop(gate.enter(20, Haste::Idle).await);
        assert_eq!(start.elapsed(), WINDOW);
    }

    #[tokio::test(start_paused = true)]
    async fn rests_double_and_what_google_asks_for_is_kept() {
        let gate = Gate::new(6_000, Chance::seeded(1));
        let start = Instant::now();
        gate.rest(Some(7));
        drop(gate.enter(1, Haste::Now).await);
        assert_eq!(start.elapsed(), Duration::from_secs(7));
        gate.rest(None);
        gate.rest(None);
        let start = Instant::now();
        drop(gate.enter(1, Haste::Now).await);
        assert!(
            start.elapsed() >= Duration::from_secs(3),
            "{:?}",
            start.elapsed()
        );
    }

    #[tokio::test(start_paused = true)]
    async fn five_go_at_once() {
        let gate = Gate::new(6_000, Chance::seeded(1));
        let mut held = Vec::new();
        for _ in 0..5 {
            held.push(gate.enter(1, Haste::Now).await.unwrap());
        }
        let sixth = tokio::time::timeout(Duration::from_secs(1), gate.enter(1, Haste::Now));
        assert!(sixth.await.is_err());
        held.pop();
        assert!(gate.enter(1, Haste::Now).await.is_some());
    }
}

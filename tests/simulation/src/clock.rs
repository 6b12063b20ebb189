//! One simulated time for everybody: tokio's paused clock on a fixed day, and how wrong each clock on the wall is.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use tokio::time::Instant;

/// 2026-11-23 08:00:00 UTC: a Monday morning.
const MORNING: i64 = 1_795_420_800;

/// The last simulated millisecond of a second of the right clock.
pub fn last_ms_of(at: tournee_core::time::Instant) -> u64 {
    u64::try_from((at.0 - MORNING) * 1_000 + 999).unwrap_or_default()
}

/// A clock that shows the simulated time, or a wrong one.
pub struct SimClock {
    start: Instant,
    ahead: AtomicI64,
}

impl SimClock {
    /// A right clock. The simulation begins now.
    pub fn new() -> Self {
        Self::since(Instant::now(), 0)
    }

    /// Another clock of the same time, wrong by so many seconds.
    pub fn wrong_by(&self, seconds: i64) -> Self {
        Self::since(self.start, seconds)
    }

    fn since(start: Instant, ahead: i64) -> Self {
        Self {
            start,
            ahead: AtomicI64::new(ahead),
        }
    }

    /// Sets how wrong it is.
    pub fn set_ahead(&self, seconds: i64) {
        self.ahead.store(seconds, Ordering::Relaxed);
    }

    /// How wrong it is.
    pub fn ahead(&self) -> i64 {
        self.ahead.load(Ordering::Relaxed)
    }

    /// Simulated milliseconds since the beginning.
    pub fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Milliseconds since 1970, as this clock shows them.
    pub fn unix_ms(&self) -> i64 {
        let elapsed = i64::try_from(self.elapsed_ms()).unwrap_or(i64::MAX);
        (MORNING + self.ahead()) * 1_000 + elapsed
    }

    /// The instant that this clock shows, with its fractions.
    pub fn timestamp(&self) -> Timestamp {
        Timestamp::from_millisecond(self.unix_ms()).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// The instant that this clock shows.
    pub fn instant(&self) -> tournee_core::time::Instant {
        tournee_core::time::Instant(self.unix_ms().div_euclid(1_000))
    }
}

impl Default for SimClock {
    fn default() -> Self {
        Self::new()
    }
}

impl tournee::clock::Clock for SimClock {
    fn now(&self) -> tournee_core::time::Instant {
        self.instant()
    }
}

impl tournee_sandbox::Clock for SimClock {
    fn now(&self) -> Timestamp {
        self.timestamp()
    }
}

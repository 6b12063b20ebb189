//! The chains of mails of which a ticket was made lately: whoever was looking for one meanwhile may have looked too early.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tournee_core::domain::MailOrigin;
use tournee_core::time::{Instant, Seconds};

/// No look takes longer.
const KEPT: Seconds = Seconds(3_600);

/// How many there were when a look began.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen(u64);

/// Those of this life: a look that is under way does not outlive it.
#[derive(Default)]
pub(super) struct Landed(Mutex<Lately>);

#[derive(Default)]
struct Lately {
    count: u64,
    chains: Vec<(u64, Instant, MailOrigin)>,
}

impl Landed {
    /// A look begins.
    pub fn seen(&self) -> Seen {
        Seen(self.lately().count)
    }

    /// One was made of this mail, and is on record.
    pub fn note(&self, origin: &MailOrigin, now: Instant) {
        let mut lately = self.lately();
        lately.count += 1;
        let count = lately.count;
        lately.chains.retain(|(_, at, _)| now - *at < KEPT);
        lately.chains.push((count, now, origin.clone()));
    }

    /// Whether one was made of this chain since.
    pub fn since(&self, seen: Seen, origin: &MailOrigin) -> bool {
        let lately = self.lately();
        let mut chains = lately.chains.iter();
        chains.any(|(count, _, other)| *count > seen.0 && other.is_chain_of(origin))
    }

    fn lately(&self) -> MutexGuard<'_, Lately> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

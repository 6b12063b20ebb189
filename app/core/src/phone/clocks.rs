//! How far the server's clock is ahead of the phone's, of what an exchange shows of both.

use crate::time::{Instant, Seconds};
use crate::wire::SyncResponse;

/// When the phone asked and was answered, by its own clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchanged {
    /// Before the request left.
    pub asked: Instant,
    /// When the answer was there, whole.
    pub answered: Instant,
}

impl From<Instant> for Exchanged {
    /// One that took no time.
    fn from(at: Instant) -> Self {
        Self {
            asked: at,
            answered: at,
        }
    }
}

impl Exchanged {
    /// The server heard it after it was asked, and spoke before the answer was there. What is known of the clocks stays where it
    /// agrees with that, so an answer that takes half a minute on its way puts no clock wrong by as much; else the least that
    /// may be counts: what he does is dated early, by the way down, rather than late.
    pub(super) fn offset(self, response: &SyncResponse, known: Option<Seconds>) -> Seconds {
        let least = response.now - self.answered;
        let most = response.heard.unwrap_or(response.now) - self.asked;
        known
            .filter(|known| (least..=most).contains(known))
            .unwrap_or(least)
    }
}

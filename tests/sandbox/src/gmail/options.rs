//! What a simulated Gmail is made from.

use std::sync::Arc;

use crate::{
    clock::{Clock, SystemClock},
    options::Speed,
};

/// The make of one simulated Gmail.
#[derive(Clone)]
pub struct Options {
    /// The seed of the demo data, of ids and of the chances in faults.
    pub seed: u64,
    /// How many mails the two mailboxes of the demo hold together.
    pub mails: usize,
    /// How many technicians have a mailbox; all but the first one's are empty.
    pub technicians: usize,
    /// How fast it answers.
    pub speed: Speed,
    /// Where it reads the time; tokens expire and units come back by it.
    pub clock: Arc<dyn Clock>,
    /// Units that one user may spend in a minute.
    pub units_per_minute: u32,
    /// The history id at the start. Real ones fit 64 bits; a client must not count on it.
    pub history_base: u128,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            seed: 2026,
            mails: 500,
            technicians: 6,
            speed: Speed::Instant,
            clock: Arc::new(SystemClock),
            units_per_minute: 6_000,
            history_base: 9_120_000,
        }
    }
}

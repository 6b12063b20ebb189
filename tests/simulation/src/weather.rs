//! What every player shares: the time, the storm, the trace, the counts.

use std::fmt::Arguments;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::clock::SimClock;
use crate::counters::{Count, Counters};
use crate::dice::Dice;
use crate::storm::Storm;
use crate::trace::Trace;

/// The weather of one run.
pub struct Weather {
    /// The seed.
    pub seed: u64,
    /// The right clock.
    pub clock: SimClock,
    /// What was drawn.
    pub storm: Storm,
    /// What happened.
    pub trace: Trace,
    /// How often.
    pub counters: Counters,
    healed: AtomicBool,
}

impl Weather {
    /// The beginning of a run.
    pub fn new(seed: u64, storm: Storm, kept: usize) -> Self {
        Self {
            seed,
            clock: SimClock::new(),
            storm,
            trace: Trace::keeping(kept),
            counters: Counters::default(),
            healed: AtomicBool::new(true),
        }
    }

    /// A player's own stream of chance.
    pub fn dice(&self, player: &str) -> Dice {
        Dice::of(self.seed, player)
    }

    /// Whether faults strike at present.
    pub fn storms(&self) -> bool {
        !self.healed.load(Ordering::Relaxed)
    }

    /// From now on faults strike.
    pub fn begin(&self) {
        self.healed.store(false, Ordering::Relaxed);
    }

    /// From now on nothing goes wrong.
    pub fn heal(&self) {
        self.healed.store(true, Ordering::Relaxed);
    }

    /// Whether a fault with this chance strikes now.
    pub fn strikes(&self, dice: &mut Dice, chance: f64) -> bool {
        self.storms() && dice.hit(chance)
    }

    /// Adds a line to the trace.
    pub fn say(&self, who: &str, what: Arguments<'_>) {
        self.trace.say(self.clock.elapsed_ms(), who, what);
    }

    /// Counts.
    pub fn count(&self, count: Count) {
        self.counters.add(count);
    }
}

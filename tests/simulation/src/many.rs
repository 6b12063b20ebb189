//! Many seeds, spread over threads; each run has a runtime of its own.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tournee::mutation::Mutation;

use crate::counters::Counters;
use crate::run::{Outcome, Run};

/// Lines that are kept of a failing run.
const TAIL: usize = 400;

/// Which seeds, and how.
#[derive(Clone, Debug)]
pub struct Many {
    /// The first seed.
    pub from: u64,
    /// How many.
    pub seeds: u64,
    /// On how many threads.
    pub threads: usize,
    /// A virtue that the server misses.
    pub mutation: Option<Mutation>,
    /// Begin no other run after the first that fails.
    pub stop_at_first: bool,
}

/// What came of them.
pub struct Summary {
    /// How many ran.
    pub ran: u64,
    /// How long it took.
    pub took: Duration,
    /// How often what happened, in all of them.
    pub counters: Counters,
    /// The seeds that failed, in order, with the first thing that does not hold.
    pub failed: Vec<(u64, String)>,
}

impl Many {
    /// So many seeds, from 0.
    pub fn first(seeds: u64) -> Self {
        Self {
            from: 0,
            seeds,
            threads: std::thread::available_parallelism().map_or(2, Into::into),
            mutation: None,
            stop_at_first: false,
        }
    }

    /// Runs them.
    pub fn play(&self) -> Summary {
        let began = Instant::now();
        let (next, stop) = (AtomicU64::new(0), AtomicBool::new(false));
        let counters = Counters::default();
        let failed = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..self.threads.max(1) {
                scope.spawn(|| {
                    while !stop.load(Ordering::Relaxed) {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        if at >= self.seeds {
                            break;
                        }
                        let seed = self.from + at;
                        if let Some(why) = self.one(seed, &counters) {
                            let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                            failed.push((seed, why));
                            stop.fetch_or(self.stop_at_first, Ordering::Relaxed);
                        }
                    }
                });
            }
        });
        let mut failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
        failed.sort_unstable();
        Summary {
            ran: next.load(Ordering::Relaxed).min(self.seeds),
            took: began.elapsed(),
            counters,
            failed,
        }
    }

    /// Runs one, and answers what does not hold.
    fn one(&self, seed: u64, counters: &Counters) -> Option<String> {
        match self.run(seed, 0).play() {
            Ok(outcome) => {
                counters.merge(&outcome.counters);
                outcome.broken.first().map(ToString::to_string)
            }
            Err(error) => Some(error.to_string()),
        }
    }

    /// One of the seeds, once more, with the end of its trace.
    ///
    /// # Errors
    /// The simulation itself could not be set up.
    pub fn again(&self, seed: u64) -> anyhow::Result<Outcome> {
        self.run(seed, TAIL).play()
    }

    fn run(&self, seed: u64, kept: usize) -> Run {
        Run {
            mutation: self.mutation,
            kept,
            ..Run::of(seed)
        }
    }
}

impl Summary {
    /// Seeds in a minute.
    pub fn per_minute(&self) -> f64 {
        self.ran as f64 * 60.0 / self.took.as_secs_f64().max(0.001)
    }
}

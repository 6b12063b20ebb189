//! What happened, line by line: the last lines to read, all of them in one hash to compare two runs by.

use std::collections::VecDeque;
use std::fmt::{Arguments, Write as _};
use std::sync::{Mutex, MutexGuard, PoisonError};

const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0100_0000_01b3;

/// The trace of one run.
pub struct Trace {
    kept: usize,
    lines: Mutex<Lines>,
}

struct Lines {
    last: VecDeque<String>,
    hash: u64,
    count: u64,
}

impl Trace {
    /// A trace that keeps so many lines.
    pub fn keeping(kept: usize) -> Self {
        Self {
            kept,
            lines: Mutex::new(Lines {
                last: VecDeque::new(),
                hash: FNV_START,
                count: 0,
            }),
        }
    }

    /// Adds a line.
    pub fn say(&self, at_ms: u64, who: &str, what: Arguments<'_>) {
        let mut line = String::with_capacity(96);
        let (seconds, millis) = (at_ms / 1_000, at_ms % 1_000);
        // Writing to a string can't fail.
        let _ = write!(line, "{seconds:>5}.{millis:03} {who:<10} {what}");
        let mut lines = self.lines();
        for byte in line.bytes() {
            lines.hash = (lines.hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME);
        }
        lines.count += 1;
        if self.kept > 0 {
            if lines.last.len() == self.kept {
                lines.last.pop_front();
            }
            lines.last.push_back(line);
        }
    }

    /// All lines in one number.
    pub fn hash(&self) -> u64 {
        self.lines().hash
    }

    /// How many lines there were.
    pub fn count(&self) -> u64 {
        self.lines().count
    }

    /// The lines that were kept.
    pub fn tail(&self) -> Vec<String> {
        self.lines().last.iter().cloned().collect()
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

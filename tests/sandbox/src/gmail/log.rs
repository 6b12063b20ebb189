//! What a simulated Gmail was asked, and what it cost.

use std::collections::VecDeque;

use jiff::Timestamp;

/// One request and its answer.
#[derive(Clone, Debug)]
pub struct LogEntry {
    /// When it came.
    pub at: Timestamp,
    /// The mailbox, where a token named one.
    pub mailbox: Option<String>,
    /// Its verb.
    pub method: String,
    /// Its path.
    pub path: String,
    /// Its query.
    pub query: String,
    /// Google's name of the call (`users.messages.get`), where there is one.
    pub call: Option<&'static str>,
    /// The units it cost.
    pub units: u32,
    /// The bytes of the answer's body.
    pub bytes: u64,
    /// The status answered; `None` where nothing was.
    pub status: Option<u16>,
}

/// The last requests and their sums.
#[derive(Clone, Debug, Default)]
pub struct Log {
    entries: VecDeque<LogEntry>,
    total: u64,
    units: u64,
    bytes: u64,
}

const KEPT: usize = 20_000;

impl Log {
    /// How many requests there were since the start or the last [`Log::clear`]; the parts of a batch count each.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The units that they cost.
    pub fn units(&self) -> u64 {
        self.units
    }

    /// The bytes that were answered, batches once.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The last ones, oldest first.
    pub fn entries(&self) -> impl Iterator<Item = &LogEntry> {
        self.entries.iter()
    }

    /// How many of the kept ones are this call, by Google's name.
    pub fn count(&self, call: &str) -> usize {
        self.entries
            .iter()
            .filter(|entry| entry.call == Some(call))
            .count()
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        *self = Log::default();
    }

    pub(crate) fn push(&mut self, entry: LogEntry) {
        self.total += 1;
        self.units += u64::from(entry.units);
        self.bytes += entry.bytes;
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }
}

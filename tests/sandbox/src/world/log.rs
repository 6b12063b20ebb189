//! What a simulated GLPI was asked.

use std::collections::VecDeque;

use jiff::Timestamp;

/// One request and its answer.
#[derive(Clone, Debug)]
pub struct LogEntry {
    /// When it came.
    pub at: Timestamp,
    /// Its verb.
    pub method: String,
    /// Its path below `apirest.php`.
    pub path: String,
    /// Its query, as sent.
    pub query: String,
    /// The user of its session, where it had one.
    pub user: Option<i64>,
    /// Its body, where that was text.
    pub body: String,
    /// The status answered; `None` where nothing was.
    pub status: Option<u16>,
}

/// The last requests and their number.
#[derive(Debug, Default)]
pub struct RequestLog {
    entries: VecDeque<LogEntry>,
    total: u64,
}

const KEPT: usize = 20_000;
const BODY_KEPT: usize = 4_096;

impl RequestLog {
    /// How many requests there were since the start or the last [`RequestLog::clear`].
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The last ones, oldest first.
    pub fn entries(&self) -> impl Iterator<Item = &LogEntry> {
        self.entries.iter()
    }

    /// How many of the kept ones have this verb and hold this in their path.
    pub fn count(&self, method: &str, path_contains: &str) -> usize {
        self.entries
            .iter()
            .filter(|entry| entry.method == method && entry.path.contains(path_contains))
            .count()
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.total = 0;
    }

    pub(crate) fn push(&mut self, mut entry: LogEntry) {
        self.total += 1;
        if entry.body.len() > BODY_KEPT {
            entry.body = crate::text::cut(&entry.body, BODY_KEPT / 4);
        }
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }
}

//! The one clock of the server.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use tournee_core::time::Instant;

/// Tells the time. Waiting is tokio's business, whose clock a simulation can pause; this one it can set.
pub trait Clock: Send + Sync + 'static {
    /// Now, in UTC.
    fn now(&self) -> Instant;
}

/// A clock that everybody holds.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let seconds = since.map_or(0, |d| i64::try_from(d.as_secs()).unwrap_or(i64::MAX));
        Instant(seconds)
    }
}

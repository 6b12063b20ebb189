//! How often somebody may fail to sign in.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use tokio::sync::OwnedMutexGuard;
use tokio::time::{Instant, timeout};
use tournee_core::ids::SourceId;

use crate::turns::Turns;

/// The time in which failures count.
const WINDOW_SECONDS: u32 = 600;
/// Whoever's turn does not come so soon comes again.
const TURN_WITHIN: Duration = Duration::from_secs(20);
const COME_AGAIN_SECONDS: u32 = 10;

/// How many failures there may be in ten minutes.
#[derive(Clone, Copy, Debug)]
pub struct SignInLimits {
    /// From one address.
    pub per_address: NonZeroU32,
    /// On one account: Active Directory locks it after a few.
    pub per_account: NonZeroU32,
}

impl Default for SignInLimits {
    fn default() -> Self {
        Self {
            per_address: NonZeroU32::MIN.saturating_add(29),
            per_account: NonZeroU32::MIN.saturating_add(3),
        }
    }
}

/// An account by the name that somebody tries.
type Tried = (SourceId, String);

/// Counts failures by address and by account.
pub struct Limits {
    addresses: Failures<IpAddr>,
    accounts: Failures<Tried>,
    turns: Turns<Tried>,
}

impl Limits {
    /// Nobody has failed yet.
    pub fn new(limits: SignInLimits) -> Self {
        Self {
            addresses: Failures::new(limits.per_address),
            accounts: Failures::new(limits.per_account),
            turns: Turns::default(),
        }
    }

    /// Attempts at an account go one after the other: side by side, all of them would pass before the first is counted.
    ///
    /// # Errors
    /// The seconds to wait: others are before it for long.
    pub async fn turn(
        &self,
        source: &SourceId,
        login: Option<&str>,
    ) -> Result<Option<OwnedMutexGuard<()>>, u32> {
        let Some(login) = login else {
            return Ok(None);
        };
        let key = tried(source, login);
        let turn = timeout(TURN_WITHIN, self.turns.take(&key)).await;
        turn.map(Some).map_err(|_| COME_AGAIN_SECONDS)
    }

    /// Seconds to wait before another attempt, if there were too many.
    pub fn wait(&self, address: IpAddr, source: &SourceId, login: Option<&str>) -> Option<u32> {
        let by_address = self.addresses.wait(&address);
        let by_account = login.and_then(|login| self.accounts.wait(&tried(source, login)));
        by_address.max(by_account)
    }

    /// An attempt failed.
    pub fn failed(&self, address: IpAddr, source: &SourceId, login: Option<&str>) {
        self.addresses.count(address);
        if let Some(login) = login {
            self.accounts.count(tried(source, login));
        }
    }

    /// Forgets who has not failed lately.
    pub fn sweep(&self) {
        self.addresses.sweep();
        self.accounts.sweep();
    }
}

/// GLPI and Active Directory don't tell cases apart.
fn tried(source: &SourceId, login: &str) -> Tried {
    (source.clone(), login.trim().to_lowercase())
}

/// tokio's clock since its start: a simulation's runs at its own pace, and so must what counts by it.
#[derive(Clone, Debug)]
struct PausableClock(Instant);

impl Clock for PausableClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.elapsed().into()
    }
}

struct Failures<K: Hash + Eq + Clone> {
    counted: RateLimiter<K, DefaultKeyedStateStore<K>, PausableClock, NoOpMiddleware<Nanos>>,
    // `governor` can't be asked without counting, and a success must not count.
    blocked: Mutex<HashMap<K, Instant>>,
}

impl<K: Hash + Eq + Clone> Failures<K> {
    fn new(allowed: NonZeroU32) -> Self {
        let each = Duration::from_secs(u64::from(WINDOW_SECONDS / allowed.get()).max(1));
        let quota = Quota::with_period(each).unwrap_or(Quota::per_minute(allowed));
        Self {
            counted: RateLimiter::new(
                quota.allow_burst(allowed),
                DefaultKeyedStateStore::default(),
                PausableClock(Instant::now()),
            ),
            blocked: Mutex::default(),
        }
    }

    fn wait(&self, key: &K) -> Option<u32> {
        let blocked = self.blocked.lock().unwrap_or_else(PoisonError::into_inner);
        let left = blocked.get(key)?.checked_duration_since(Instant::now())?;
        u32::try_from(left.as_secs().saturating_add(1)).ok()
    }

    fn count(&self, key: K) {
        if let Err(refused) = self.counted.check_key(&key) {
            let wait = refused.wait_time_from(self.counted.clock().now());
            let mut blocked = self.blocked.lock().unwrap_or_else(PoisonError::into_inner);
            blocked.insert(key, Instant::now() + wait);
        }
    }

    fn sweep(&self) {
        let now = Instant::now();
        let mut blocked = self.blocked.lock().unwrap_or_else(PoisonError::into_inner);
        blocked.retain(|_, until| *until > now);
        drop(blocked);
        self.counted.retain_recent();
        self.counted.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_block_their_account_and_no_other() {
        let limits = Limits::new(SignInLimits::default());
        let source = SourceId::new("ancien");
        let address = IpAddr::from([192, 0, 2, 1]);
        for _ in 0..5 {
            assert_eq!(limits.wait(address, &source, Some("marcoux")), None);
            limits.failed(address, &source, Some("Marcoux "));
        }
        assert!(limits.wait(address, &source, Some("marcoux")).is_some());
        assert_eq!(limits.wait(address, &source, Some("garcin")), None);
        assert_eq!(
            limits.wait(address, &SourceId::new("nouveau"), Some("marcoux")),
            None
        );
    }

    #[test]
    fn failures_from_one_address_block_it_for_every_account() {
        let limits = Limits::new(SignInLimits::default());
        let source = SourceId::new("ancien");
        let address = IpAddr::from([192, 0, 2, 1]);
        for attempt in 0..=30 {
            limits.failed(address, &source, Some(&format!("name{attempt}")));
        }
        assert!(limits.wait(address, &source, Some("somebody")).is_some());
        let other = IpAddr::from([192, 0, 2, 2]);
        assert_eq!(limits.wait(other, &source, Some("somebody")), None);
    }
}

//! Turns: whoever looks at something and then acts on what he saw does so alone, or what another part of this server does
//! between the two is not seen.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedMutexGuard;

type Slot = Arc<tokio::sync::Mutex<()>>;

/// Who is at what.
pub struct Turns<K>(Mutex<BTreeMap<K, Slot>>);

impl<K> Default for Turns<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Clone + Ord> Turns<K> {
    /// Waits for it; it is the caller's until the guard is dropped.
    pub async fn take(&self, key: &K) -> OwnedMutexGuard<()> {
        let slot = {
            let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // Nobody is at those, nor waits for them.
            slots.retain(|_, slot| Arc::strong_count(slot) > 1);
            slots.entry(key.clone()).or_default().clone()
        };
        slot.lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn a_thing_is_one_s_at_a_time_and_is_forgotten_when_nobody_is_there() {
        let turns = Turns::default();
        let first = turns.take(&"1").await;
        assert!(turns.take(&"1").now_or_never().is_none());
        let other = turns.take(&"2").now_or_never();
        assert!(other.is_some());
        drop((first, other));
        assert!(turns.take(&"1").now_or_never().is_some());
        let _third = turns.take(&"3").await;
        assert_eq!(
            turns.0.lock().map(|slots| slots.len()).unwrap_or_default(),
            1
        );
    }
}

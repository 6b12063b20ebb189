//! Turns at a thread: whoever looks at its labels and then moves it does so alone, or what another part of this server moves
//! between the two is written over unseen.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedMutexGuard;
use tournee_core::ids::ThreadKey;

type Slot = Arc<tokio::sync::Mutex<()>>;

/// Who is at which thread.
#[derive(Default)]
pub struct Turns(Mutex<BTreeMap<ThreadKey, Slot>>);

impl Turns {
    /// Waits for the thread; it is the caller's until the guard is dropped.
    pub async fn take(&self, key: &ThreadKey) -> OwnedMutexGuard<()> {
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
    use tournee_core::ids::MailboxId;

    use super::*;

    fn key(id: &str) -> ThreadKey {
        ThreadKey {
            mailbox: MailboxId::of("a@b"),
            id: id.to_owned(),
        }
    }

    #[tokio::test]
    async fn a_thread_is_one_s_at_a_time_and_is_forgotten_when_nobody_is_there() {
        let turns = Turns::default();
        let first = turns.take(&key("1")).await;
        assert!(turns.take(&key("1")).now_or_never().is_none());
        let other = turns.take(&key("2")).now_or_never();
        assert!(other.is_some());
        drop((first, other));
        assert!(turns.take(&key("1")).now_or_never().is_some());
        let _third = turns.take(&key("3")).await;
        assert_eq!(
            turns.0.lock().map(|slots| slots.len()).unwrap_or_default(),
            1
        );
    }
}

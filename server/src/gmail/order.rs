//! In which order Google was asked of a mailbox, and what it answered came on record: an answer that somebody else's came
//! before may be of before that one.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tokio::time::{Duration, Instant};
use tournee_core::ids::{MailboxId, ThreadKey};

/// A first read of a large mailbox, within Google's quota, takes most of an hour.
const LONGEST_READ: Duration = Duration::from_secs(2 * 60 * 60);

/// When something was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asked(u64);

/// What came on record, and when.
#[derive(Default)]
pub struct Order(Mutex<Words>);

#[derive(Default)]
struct Words {
    last: u64,
    /// Of a thread alone, as it was moved or looked at.
    threads: BTreeMap<ThreadKey, (Asked, Instant)>,
    /// Of reads of a whole mailbox.
    mailboxes: BTreeMap<MailboxId, Asked>,
}

impl Words {
    fn next(&mut self) -> Asked {
        self.last += 1;
        Asked(self.last)
    }
}

impl Order {
    /// Something is asked now.
    pub fn ask(&self) -> Asked {
        Asked(self.words().last)
    }

    /// A thread comes on record. To be said in the write that brings it there.
    pub fn of_thread(&self, key: &ThreadKey) {
        let now = Instant::now();
        let mut words = self.words();
        let next = words.next();
        let is_young = |at: Instant| now.duration_since(at) < LONGEST_READ;
        words.threads.retain(|_, (_, at)| is_young(*at));
        words.threads.insert(key.clone(), (next, now));
    }

    /// What was read of a mailbox comes on record, in the same way.
    pub fn of_mailbox(&self, id: &MailboxId) {
        let mut words = self.words();
        let next = words.next();
        words.mailboxes.insert(id.clone(), next);
    }

    /// Whether the thread alone came on record since.
    pub fn has_thread_since(&self, key: &ThreadKey, asked: Asked) -> bool {
        let words = self.words();
        words.threads.get(key).is_some_and(|(at, _)| *at > asked)
    }

    /// Whether the thread came on record since, alone or with its mailbox.
    pub fn has_any_since(&self, key: &ThreadKey, asked: Asked) -> bool {
        let read = self.words().mailboxes.get(&key.mailbox).copied();
        read.is_some_and(|at| at > asked) || self.has_thread_since(key, asked)
    }

    fn words(&self) -> std::sync::MutexGuard<'_, Words> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answer_is_doubted_where_another_came_on_record_since_it_was_asked() {
        let order = Order::default();
        let key = |id: &str| ThreadKey {
            mailbox: MailboxId::of("pmarcoux@glpi.example"),
            id: id.to_owned(),
        };
        let (one, other) = (key("1a"), key("1b"));
        let before = order.ask();
        order.of_thread(&one);
        let after = order.ask();
        assert!(order.has_thread_since(&one, before) && order.has_any_since(&one, before));
        assert!(!order.has_thread_since(&one, after) && !order.has_any_since(&one, after));
        assert!(!order.has_any_since(&other, before));
        order.of_mailbox(&one.mailbox);
        assert!(order.has_any_since(&other, after) && !order.has_thread_since(&other, after));
        assert!(!order.has_any_since(&other, order.ask()));
    }

    #[tokio::test(start_paused = true)]
    async fn what_no_read_can_be_older_than_is_forgotten() {
        let order = Order::default();
        let key = ThreadKey {
            mailbox: MailboxId::of("pmarcoux@glpi.example"),
            id: "1a".to_owned(),
        };
        order.of_thread(&key);
        tokio::time::advance(LONGEST_READ).await;
        let other = ThreadKey {
            id: "1b".to_owned(),
            ..key
        };
        order.of_thread(&other);
        assert_eq!(order.words().threads.len(), 1);
    }
}

//! What really happened in the mailboxes, told by comparing them before and after each request and each deed of other people.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use tournee_core::domain::MailBox;
use tournee_core::ids::ThreadKey;
use tournee_sandbox::gmail::World;

use super::moment::{Moment, What, same};

/// So many looks at a thread are remembered.
const LOOKS: usize = 8;

/// Who did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The server.
    Ours,
    /// Somebody on Gmail's own page, or who wrote.
    Person,
}

/// A deed, with its place in time.
#[derive(Clone, Debug)]
pub struct Deed {
    /// Simulated milliseconds.
    pub at_ms: u64,
    /// The thread.
    pub thread: ThreadKey,
    /// Who.
    pub by: By,
    /// What.
    pub what: What,
    /// The boxes that the server had been shown lately, for a deed of ours.
    pub seen: Vec<Vec<MailBox>>,
}

/// Everything that happened.
#[derive(Default)]
pub struct Chronicle {
    /// In order.
    pub deeds: Vec<Deed>,
    /// The mailboxes at the beginning.
    pub before: Moment,
    hidden: BTreeSet<ThreadKey>,
    refused: BTreeSet<Option<ThreadKey>>,
    kept: BTreeSet<ThreadKey>,
    looks: BTreeMap<ThreadKey, VecDeque<Vec<MailBox>>>,
}

impl Chronicle {
    /// The beginning.
    pub fn begin(world: &World) -> Self {
        Self {
            before: Moment::of(world),
            ..Self::default()
        }
    }

    /// The server was shown a thread.
    pub fn look(&mut self, key: &ThreadKey, boxes: Vec<MailBox>) {
        let looks = self.looks.entry(key.clone()).or_default();
        if looks.len() == LOOKS {
            looks.pop_front();
        }
        looks.push_back(boxes);
    }

    /// Something may have been done. Answers what was.
    pub fn compare(
        &mut self,
        at_ms: u64,
        by: By,
        before: &Moment,
        after: &Moment,
    ) -> Vec<(ThreadKey, What)> {
        let differences = before.differences(after);
        for (thread, what) in &differences {
            // What we send to another of our mailboxes shows its thread there like any mail that comes.
            let came = |(of, what): &(ThreadKey, What)| of == thread && what.is_arrival();
            let by = match differences.iter().any(came) {
                true => By::Person,
                false => by,
            };
            let seen = match by {
                By::Ours => self.looks.get(thread),
                By::Person => None,
            };
            self.deeds.push(Deed {
                at_ms,
                thread: thread.clone(),
                by,
                what: what.clone(),
                seen: seen.into_iter().flatten().cloned().collect(),
            });
        }
        differences
    }

    /// The server does not know whether a write to this thread was done.
    pub fn hide(&mut self, thread: ThreadKey) {
        self.hidden.insert(thread);
    }

    /// Whether that ever happened.
    pub fn was_hidden(&self, thread: &ThreadKey) -> bool {
        self.hidden.contains(thread)
    }

    /// A write was refused, to this thread, or to what all threads have: labels.
    pub fn refuse(&mut self, thread: Option<ThreadKey>) {
        self.refused.insert(thread);
    }

    /// Whether one ever was.
    pub fn was_refused(&self, thread: &ThreadKey) -> bool {
        self.refused.contains(&None) || self.refused.contains(&Some(thread.clone()))
    }

    /// A draft in this thread was to be given up, and Gmail refused to.
    pub fn keep(&mut self, thread: ThreadKey) {
        self.kept.insert(thread);
    }

    /// Whether one ever was.
    pub fn was_kept(&self, thread: &ThreadKey) -> bool {
        self.kept.contains(thread)
    }

    /// What was done to one thread, in order.
    pub fn of_thread<'a>(
        &'a self,
        key: &'a ThreadKey,
    ) -> impl DoubleEndedIterator<Item = &'a Deed> {
        self.deeds.iter().filter(move |deed| deed.thread == *key)
    }

    /// The boxes that showed a thread at a moment and after it.
    pub fn boxes_since(&self, key: &ThreadKey, since_ms: u64) -> Vec<Vec<MailBox>> {
        let mut had = vec![self.before.thread(key).boxes];
        for deed in self.of_thread(key) {
            if let What::Boxes { to, .. } = &deed.what {
                if deed.at_ms < since_ms {
                    had.clear();
                }
                had.push(to.clone());
            }
        }
        had
    }

    /// Whether they showed it so at that moment, or after it.
    pub fn was_in(&self, key: &ThreadKey, boxes: &[MailBox], since_ms: u64) -> bool {
        let had = self.boxes_since(key, since_ms);
        had.iter().any(|had| same(had, boxes))
    }

    /// The places at which a mail with this word left.
    pub fn sent(&self, word: &str) -> Vec<&Deed> {
        let left = |deed: &&Deed| matches!(&deed.what, What::Came(mail) if mail.is_sent() && mail.word == word);
        self.deeds.iter().filter(left).collect()
    }

    /// The names of the first mails of the conversations that a thread is of.
    pub fn roots_of(&self, key: &ThreadKey) -> BTreeSet<String> {
        let first = self.before.thread(key);
        let first = first.mails.into_values().map(|mail| mail.root);
        let came = self.of_thread(key).filter_map(|deed| match &deed.what {
            What::Came(mail) => Some(mail.root.clone()),
            _ => None,
        });
        first.chain(came).collect()
    }

    /// Whether somebody took a mail of this thread away, or put it into the bin.
    pub fn lost_mail(&self, key: &ThreadKey) -> bool {
        let lost = |deed: &Deed| match &deed.what {
            What::Gone(_) => true,
            What::Labels(moved) => moved.contains("TRASH"),
            _ => false,
        };
        let mut deeds = self.of_thread(key);
        deeds.any(|deed| deed.by == By::Person && lost(deed))
    }
}

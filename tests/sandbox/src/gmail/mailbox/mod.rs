//! One mailbox: its messages in threads, labels, drafts and history.

mod drafts;
mod head;
mod history;
mod labels;
mod letter;
mod raw;
mod search;
mod view;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

pub use head::Head;
pub(crate) use history::HistoryQuery;
pub use labels::Label;
pub use letter::{File, Letter, Person};
pub use raw::Raw;
pub(crate) use search::Query;
pub(crate) use view::{Format, View};

use super::http::reply::Refusal;
use history::{Change, History};
use labels::Labels;

/// One message as it is kept.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its id in this mailbox.
    pub id: String,
    /// Its thread in this mailbox.
    pub thread_id: String,
    /// Ids of its labels.
    pub labels: BTreeSet<String>,
    /// When Gmail took it, in milliseconds.
    pub internal_date: i64,
    /// Its bytes.
    pub raw: Raw,
    /// What is known of it without parsing again.
    pub head: Head,
    pub(crate) history_id: u128,
}

/// One mailbox.
#[derive(Clone, Debug)]
pub struct Mailbox {
    /// Its address.
    pub address: String,
    /// Its owner's name.
    pub name: String,
    pub(crate) labels: Labels,
    pub(crate) history: History,
    messages: BTreeMap<String, Message>,
    threads: BTreeMap<String, Vec<String>>,
    drafts: BTreeMap<String, String>,
    by_message_id: HashMap<String, String>,
    made: u64,
}

impl Mailbox {
    /// An empty one.
    pub fn new(address: &str, name: &str, history: u128) -> Self {
        Mailbox {
            address: address.to_owned(),
            name: name.to_owned(),
            labels: Labels::new(),
            history: History::new(history),
            messages: BTreeMap::new(),
            threads: BTreeMap::new(),
            drafts: BTreeMap::new(),
            by_message_id: HashMap::new(),
            made: 0,
        }
    }

    /// A message.
    pub fn message(&self, id: &str) -> Option<&Message> {
        self.messages.get(id)
    }

    /// All messages, newest first.
    pub fn messages(&self) -> Vec<&Message> {
        let mut all: Vec<_> = self.messages.values().collect();
        all.sort_by(|a, b| (b.internal_date, &b.id).cmp(&(a.internal_date, &a.id)));
        all
    }

    /// The messages of a thread, oldest first.
    pub fn thread(&self, id: &str) -> Vec<&Message> {
        let ids = self.threads.get(id).map_or(&[][..], Vec::as_slice);
        let mut messages: Vec<_> = ids.iter().filter_map(|id| self.messages.get(id)).collect();
        messages.sort_by_key(|message| (message.internal_date, message.id.clone()));
        messages
    }

    /// How many threads there are.
    pub fn thread_count(&self) -> usize {
        self.threads.len()
    }

    /// The id of a label, by its name as it is written.
    pub fn label_id(&self, name: &str) -> Option<String> {
        self.labels.by_name(name).map(|label| label.id.clone())
    }

    /// Makes a label, as its owner does; gives back its id.
    pub fn create_label(&mut self, name: &str) -> Option<String> {
        let wish = serde_json::json!({"name": name});
        self.labels.create(&wish).ok().map(|label| label.id)
    }

    /// Gives a label another name; whether that was possible.
    pub fn rename_label(&mut self, id: &str, name: &str) -> bool {
        let wish = serde_json::json!({"name": name});
        self.labels.patch(id, &wish).is_ok()
    }

    /// Takes a label away.
    pub fn delete_label(&mut self, id: &str) -> bool {
        let done = self.labels.delete(id).is_ok();
        if done {
            self.forget_label(id);
        }
        done
    }

    /// The labels.
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        self.labels.iter()
    }

    /// The present history id.
    pub fn history_id(&self) -> String {
        self.history.current().to_string()
    }

    /// History up to now is forgotten: ids from before answer 404.
    pub fn expire_history(&mut self) {
        self.history.forget();
    }

    /// Puts a message in, into the thread that its references name unless one is given.
    pub(crate) fn add(
        &mut self,
        raw: Raw,
        labels: &[&str],
        at: Timestamp,
        thread: Option<&str>,
    ) -> String {
        let head = raw.head();
        let id = self.next_id();
        let thread_id = thread
            .map(str::to_owned)
            .or_else(|| self.thread_of(&head))
            .unwrap_or_else(|| id.clone());
        let labels: BTreeSet<String> = labels.iter().map(|label| (*label).to_owned()).collect();
        let history_id = self.history.record(&id, &thread_id, &labels, Change::Added);
        if !head.message_id.is_empty() {
            self.by_message_id
                .insert(head.message_id.clone(), thread_id.clone());
        }
        self.threads
            .entry(thread_id.clone())
            .or_default()
            .push(id.clone());
        let message = Message {
            id: id.clone(),
            thread_id,
            labels,
            internal_date: at.as_millisecond(),
            raw,
            head,
            history_id,
        };
        self.messages.insert(id.clone(), message);
        id
    }

    fn thread_of(&self, head: &Head) -> Option<String> {
        head.references.iter().rev().find_map(|reference| {
            let thread = self.by_message_id.get(reference)?;
            let first = self.thread(thread).first().map(|m| m.head.bare_subject())?;
            (first == head.bare_subject()).then(|| thread.clone())
        })
    }

    /// Whether a new message may stay in the thread that its sender names: same subject, and it refers to it.
    pub(crate) fn fits(&self, head: &Head, thread: &str) -> bool {
        let messages = self.thread(thread);
        let refers = messages
            .iter()
            .any(|message| head.references.contains(&message.head.message_id));
        let same = messages
            .first()
            .is_some_and(|first| first.head.bare_subject() == head.bare_subject());
        refers && same
    }

    /// Takes a message away for good.
    pub fn delete(&mut self, id: &str) -> bool {
        let Some(message) = self.messages.remove(id) else {
            return false;
        };
        if let Some(ids) = self.threads.get_mut(&message.thread_id) {
            ids.retain(|other| other != id);
            if ids.is_empty() {
                self.threads.remove(&message.thread_id);
            }
        }
        self.history
            .record(id, &message.thread_id, &message.labels, Change::Deleted);
        true
    }

    /// Adds and takes labels by id; says nothing to history where nothing changes.
    pub fn modify(&mut self, id: &str, add: &[String], remove: &[String]) -> bool {
        let Some(message) = self.messages.get_mut(id) else {
            return false;
        };
        let added: Vec<_> = add
            .iter()
            .filter(|label| message.labels.insert((*label).clone()))
            .cloned()
            .collect();
        let removed: Vec<_> = remove
            .iter()
            .filter(|label| message.labels.remove(*label))
            .cloned()
            .collect();
        let (thread, labels) = (message.thread_id.clone(), message.labels.clone());
        for (change, moved) in [
            (Change::LabelsAdded(added.clone()), added),
            (Change::LabelsRemoved(removed.clone()), removed),
        ] {
            if !moved.is_empty() {
                message.history_id = self.history.record(id, &thread, &labels, change);
            }
        }
        true
    }

    /// Ids that may be named in a change of labels.
    pub(crate) fn check_labels(&self, ids: &[String]) -> Result<(), Refusal> {
        for id in ids {
            let fixed = matches!(id.as_str(), "SENT" | "DRAFT");
            if fixed || self.labels.by_id(id).is_none() {
                return Err(Refusal::invalid(format!("Invalid label: {id}")));
            }
        }
        Ok(())
    }

    /// A label is no more: every message loses it.
    pub(crate) fn forget_label(&mut self, id: &str) {
        for message in self.messages.values_mut() {
            message.labels.remove(id);
        }
    }

    /// Ids look random, and never repeat in any mailbox.
    fn next_id(&mut self) -> String {
        self.made += 1;
        let salt = self.address.bytes().fold(0x9e37_79b9_u64, |sum, byte| {
            sum.rotate_left(7) ^ u64::from(byte).wrapping_mul(0x0100_0193)
        });
        let low = (salt ^ self.made.wrapping_mul(0x2545_f491_4f6c_dd1d)) & 0xffff_ffff;
        format!("19{:06x}{low:08x}", (0x4a_0000 + self.made) & 0xff_ffff)
    }
}

//! All mailboxes at one moment, and what lies between two of them.

use std::collections::{BTreeMap, BTreeSet};

use tournee_core::domain::{MailBox, Thread};
use tournee_core::ids::{MailboxId, ThreadKey};
use tournee_sandbox::gmail::World;
use tournee_sandbox::gmail::accounts::LABELS;
use tournee_sandbox::gmail::mailbox::{Mailbox, Message};

use crate::words::telling;

const INBOX: &str = "INBOX";
const HIDDEN: [&str; 3] = ["TRASH", "SPAM", "DRAFT"];

/// A mail, in what can be told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailIs {
    /// The names of its labels but for the three.
    pub labels: BTreeSet<String>,
    /// The word in it that no other has.
    pub word: String,
    /// Its `Message-ID`.
    pub name: String,
    /// That of the first mail of its conversation.
    pub root: String,
}

impl MailIs {
    fn has(&self, label: &str) -> bool {
        self.labels.contains(label)
    }

    /// Its owner sent it.
    pub fn is_sent(&self) -> bool {
        self.has("SENT")
    }

    /// It was laid down and has not left.
    pub fn is_draft(&self) -> bool {
        self.has("DRAFT")
    }

    /// It was not read.
    pub fn is_unread(&self) -> bool {
        self.has("UNREAD")
    }

    /// No box shows it.
    pub fn is_hidden(&self) -> bool {
        HIDDEN.iter().any(|label| self.has(label))
    }
}

/// A thread, in what can be told of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThreadIs {
    /// The boxes that show it.
    pub boxes: Vec<MailBox>,
    /// Its mails, by id.
    pub mails: BTreeMap<String, MailIs>,
}

/// What was done to a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It went from some boxes into others.
    Boxes {
        /// Where it was.
        from: Vec<MailBox>,
        /// Where it is.
        to: Vec<MailBox>,
    },
    /// A mail came.
    Came(MailIs),
    /// A mail is gone for good.
    Gone(MailIs),
    /// A mail came into the inbox, or left it.
    Inbox(bool),
    /// Labels that are nobody's business here.
    Labels(BTreeSet<String>),
}

impl What {
    /// A mail of somebody else's came.
    pub fn is_arrival(&self) -> bool {
        matches!(self, Self::Came(mail) if !mail.is_sent() && !mail.is_draft())
    }
}

/// All threads of all mailboxes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moment(BTreeMap<ThreadKey, ThreadIs>);

impl Moment {
    /// As they are.
    pub fn of(world: &World) -> Self {
        let mut all: BTreeMap<ThreadKey, ThreadIs> = BTreeMap::new();
        for mailbox in world.addresses().filter_map(|one| world.mailbox(one)) {
            for message in mailbox.messages() {
                let key = ThreadKey {
                    mailbox: MailboxId::of(&mailbox.address),
                    id: message.thread_id.clone(),
                };
                let thread = all.entry(key).or_default();
                thread
                    .mails
                    .insert(message.id.clone(), mail(mailbox, message));
            }
        }
        for (key, thread) in &mut all {
            if let Some(mailbox) = world.mailbox(&key.mailbox.0) {
                thread.boxes = boxes(mailbox, &key.id);
            }
        }
        Self(all)
    }

    /// The threads.
    pub fn threads(&self) -> &BTreeMap<ThreadKey, ThreadIs> {
        &self.0
    }

    /// One of them; empty where there is none.
    pub fn thread(&self, key: &ThreadKey) -> ThreadIs {
        self.0.get(key).cloned().unwrap_or_default()
    }

    /// What was done between this moment and a later one.
    pub fn differences(&self, after: &Self) -> Vec<(ThreadKey, What)> {
        let keys: BTreeSet<&ThreadKey> = self.0.keys().chain(after.0.keys()).collect();
        let mut all = Vec::new();
        for key in keys {
            let (was, is) = (self.0.get(key), after.0.get(key));
            if was == is {
                continue;
            }
            let nothing = ThreadIs::default();
            let both = (was.unwrap_or(&nothing), is.unwrap_or(&nothing));
            let whats = differences(both.0, both.1);
            all.extend(whats.into_iter().map(|what| (key.clone(), what)));
        }
        all
    }
}

fn differences(was: &ThreadIs, is: &ThreadIs) -> Vec<What> {
    let mut all = Vec::new();
    for (id, mail) in &was.mails {
        match is.mails.get(id) {
            None => all.push(What::Gone(mail.clone())),
            Some(now) => {
                let (before, after) = (mail.has(INBOX), now.has(INBOX));
                if before != after {
                    all.push(What::Inbox(after));
                }
                let moved = mail.labels.symmetric_difference(&now.labels).cloned();
                let moved: BTreeSet<String> = moved.filter(|label| label != INBOX).collect();
                if !moved.is_empty() {
                    all.push(What::Labels(moved));
                }
            }
        }
    }
    let came = is
        .mails
        .iter()
        .filter(|(id, _)| !was.mails.contains_key(*id));
    all.extend(came.map(|(_, mail)| What::Came(mail.clone())));
    if was.boxes != is.boxes {
        let (from, to) = (was.boxes.clone(), is.boxes.clone());
        all.push(What::Boxes { from, to });
    }
    all
}

fn mail(mailbox: &Mailbox, message: &Message) -> MailIs {
    let names = message.labels.iter().map(|id| name_of(mailbox, id));
    MailIs {
        labels: names
            .filter(|name| !LABELS.contains(&name.as_str()))
            .collect(),
        word: telling(&message.head.snippet).to_owned(),
        name: message.head.message_id.clone(),
        root: message
            .head
            .references
            .first()
            .unwrap_or(&message.head.message_id)
            .clone(),
    }
}

fn name_of(mailbox: &Mailbox, id: &str) -> String {
    let label = mailbox.labels().find(|label| label.id == id);
    label.map_or_else(|| id.to_owned(), |label| label.name.clone())
}

/// The boxes that show a thread.
fn boxes(mailbox: &Mailbox, thread: &str) -> Vec<MailBox> {
    let mails = mailbox.thread(thread).into_iter();
    let shown = mails.filter(|mail| !HIDDEN.iter().any(|label| mail.labels.contains(*label)));
    let labels: BTreeSet<&String> = shown.flat_map(|mail| &mail.labels).collect();
    let [in_progress, done, urgent] = LABELS.map(|name| {
        let id = mailbox.label_id(name);
        id.is_some_and(|id| labels.contains(&id))
    });
    let inbox = labels.iter().any(|label| *label == INBOX);
    Thread::boxes_of(urgent, in_progress, done, inbox)
}

/// Boxes are a set.
pub fn same(these: &[MailBox], those: &[MailBox]) -> bool {
    these.iter().all(|of| those.contains(of)) && those.iter().all(|of| these.contains(of))
}

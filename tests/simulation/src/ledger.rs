//! What the technicians did, and what has already gone wrong: the other half of what the checker compares.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tournee_core::changes::{Change, ChangeBody, ConflictValue, Target};
use tournee_core::domain::MailBox;
use tournee_core::ids::{ChangeId, DeviceId, MailboxId, SourceId, ThreadKey, TicketKey};
use tournee_core::wire::{Against, ProblemKind};

/// A change by its whole name.
pub type Name = (DeviceId, ChangeId);

/// A change that was once durable on a phone.
#[derive(Clone, Debug)]
pub struct Made {
    /// The change.
    pub change: Change,
    /// The handset.
    pub hand: usize,
    /// The technician, by his place in the sandbox's list.
    pub technician: usize,
    /// Words that no other change has, where it carries words.
    pub token: Option<String>,
    /// The word of the task that it alters, where that was not in GLPI yet as far as the phone knew.
    pub base: Option<String>,
    /// Its ticket, as the phone named it.
    pub named: Option<TicketKey>,
    /// The tickets that the phone still knew by their own numbers alone when it was made.
    pub unlanded: Vec<TicketKey>,
    /// The ticket had left his scope: the phone keeps it as it last was, for what waits on it.
    pub out_of_scope: bool,
    /// Simulated milliseconds.
    pub at_ms: u64,
    /// GLPI's date of the ticket that he saw.
    pub saw_modified: i64,
    /// The boxes of its thread, as the server last told him.
    pub saw_boxes: Vec<MailBox>,
    /// The server has said that it is on its disk.
    pub acknowledged: bool,
    /// What the technician was shown, and insisted against.
    pub against: Vec<Against>,
    /// The technician asked to take it back, or replaced it.
    pub taken_back: bool,
    /// It waited for him at some time; for what it did last.
    pub waited: Option<ProblemKind>,
    /// He was shown at some time that nobody knows whether it was there.
    pub unsettled: bool,
    /// And that nobody could look.
    pub unread: bool,
}

impl Made {
    /// Its whole name.
    pub fn name(&self) -> Name {
        (self.change.device, self.change.id)
    }

    /// Its ticket.
    pub fn ticket(&self) -> &TicketKey {
        match &self.change.target {
            Target::Ticket(key) => key,
            Target::Thread(key) => unreachable!("mails are checked by themselves: {key}"),
        }
    }

    /// The technician insisted.
    pub fn has_insisted(&self) -> bool {
        !self.against.is_empty()
    }

    /// Whether he insisted against this.
    pub fn insisted_against(&self, kind: ProblemKind) -> bool {
        self.against.iter().any(|against| against.kind == kind)
    }

    /// What of others' he was shown, and insisted over.
    pub fn over(&self) -> impl Iterator<Item = &ConflictValue> {
        self.against
            .iter()
            .filter_map(|against| against.theirs.as_ref())
    }

    /// Its thread, where it is done to one.
    pub fn thread(&self) -> Option<&ThreadKey> {
        self.change.target.thread()
    }

    /// Whether the phone could not know that they are on one ticket: it had one of them by a number of its own, and had not
    /// heard yet which ticket of GLPI's that is, one that it had made or one that was made of the mail before.
    pub fn was_apart_from(&self, earlier: &Self) -> bool {
        let mut names = [self, earlier]
            .into_iter()
            .filter_map(|made| made.named.as_ref());
        self.named != earlier.named && names.any(|named| self.unlanded.contains(named))
    }

    /// Its ticket's number, as the sandbox counts.
    pub fn number(&self) -> i64 {
        i64::try_from(self.ticket().id.0).unwrap_or_default()
    }
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match &self.change.body {
            ChangeBody::Take(_) => "take".to_owned(),
            ChangeBody::Status(status) => format!("{:?} to {:?}", status.from, status.to),
            ChangeBody::Followup(_) => "followup".to_owned(),
            ChangeBody::Solution(_) => "solution".to_owned(),
            ChangeBody::Create(_) => "create".to_owned(),
            ChangeBody::Fact(fact) => format!("{:?} to {:?}", fact.from, fact.to),
            ChangeBody::Seat(seat) => format!("{:?} {}", seat.seat, seat.taken),
            ChangeBody::Asset(asset) => format!("{} {}", asset.asset.key, asset.linked),
            ChangeBody::Attach(_) => "attach".to_owned(),
            ChangeBody::MailFile(_) => "mail file".to_owned(),
            ChangeBody::TicketFile(_) => "ticket file".to_owned(),
            ChangeBody::Carry(carry) => format!("carry over: {:?}", carry.step),
            ChangeBody::Classify(sort) => format!("{:?} to {:?}", sort.from, sort.to),
            ChangeBody::Link(_) => "link".to_owned(),
            ChangeBody::Reply(_) => "reply".to_owned(),
            ChangeBody::Task(_) => "task".to_owned(),
            ChangeBody::TaskFact(fact) => {
                format!("{:?}: {:?} to {:?}", fact.task, fact.from, fact.to)
            }
        };
        let token = self.token.as_deref().unwrap_or("");
        let (seq, ticket) = (self.change.seq, &self.change.target);
        write!(
            f,
            "phone {} seq {seq} on {ticket}: {what} {token}",
            self.hand
        )?;
        write!(f, " ({})", short(self.change.id))
    }
}

/// The end of a change's name, as the trace writes it.
pub fn short(id: ChangeId) -> String {
    let whole = id.to_string();
    whole.get(28..).unwrap_or_default().to_owned()
}

/// A rule that is on.
#[derive(Clone, Debug)]
pub struct Ruled {
    /// Its owner, by his place in the sandbox's list.
    pub technician: usize,
    /// Whose new mails it looks at.
    pub mailbox: MailboxId,
    /// Where its tickets are made.
    pub source: SourceId,
    /// Simulated milliseconds.
    pub since_ms: u64,
}

/// An invariant that does not hold.
#[derive(Clone, Debug)]
pub struct Broken {
    /// Which, as the README lists them.
    pub invariant: &'static str,
    /// Where.
    pub what: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.invariant, self.what)
    }
}

/// The ledger of one run.
#[derive(Default)]
pub struct Ledger(Mutex<Pages>);

/// What is written in it.
#[derive(Default)]
pub struct Pages {
    made: BTreeMap<Name, Made>,
    /// In the order in which they were made.
    order: Vec<Name>,
    broken: Vec<Broken>,
    /// The rules.
    pub rules: Vec<Ruled>,
    /// A server's backup was restored: what it said before may be void.
    pub server_restored: bool,
    /// When last, in simulated milliseconds.
    pub server_restored_ms: u64,
    /// It has not started since.
    pub server_is_to_start: bool,
    /// A phone's backup was restored, by handset.
    pub phones_restored: Vec<usize>,
}

impl Pages {
    /// Adds a change.
    pub fn make(&mut self, made: Made) {
        let name = made.name();
        if self.made.insert(name, made).is_none() {
            self.order.push(name);
        }
    }

    /// Whether another device made a change of the same id.
    pub fn has_twin(&self, (device, id): Name) -> bool {
        let mut names = self.made.keys();
        names.any(|name| name.1 == id && name.0 != device)
    }

    /// One change.
    pub fn get(&self, name: Name) -> Option<&Made> {
        self.made.get(&name)
    }

    /// One change, to write more about it.
    pub fn get_mut(&mut self, name: Name) -> Option<&mut Made> {
        self.made.get_mut(&name)
    }

    /// All changes, in the order in which they were made.
    pub fn all(&self) -> impl Iterator<Item = &Made> {
        self.order.iter().filter_map(|name| self.made.get(name))
    }

    /// What went wrong.
    pub fn broken(&self) -> &[Broken] {
        &self.broken
    }
}

impl Ledger {
    /// Opens it.
    pub fn open(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An invariant does not hold.
    pub fn broke(&self, invariant: &'static str, what: impl Into<String>) {
        let what = what.into();
        self.open().broken.push(Broken { invariant, what });
    }
}

//! What a phone holds, as a state machine: it takes what happens and answers the writes that make it last. The
//! caller stores each [`Batch`] in one transaction before the screen says anything.

mod absorb;
mod assets;
mod carry;
mod clocks;
mod conversions;
mod files;
mod local;
mod mails;
mod rebuild;
mod reopening;
mod revoked;
mod round;
mod rows;
pub mod schema;
mod stored;
mod tasks;
mod texts;
mod timer;

pub use absorb::Absorbed;
pub use clocks::Exchanged;
pub use files::{KeptDocument, document_key, history_key, preview_key};
pub use local::Landing;
pub use rows::{Row, Rows};
pub use stored::{Batch, LoadError, Meta, Stored, Table, TextPlaces, Write, opened_key};
pub use timer::Timer;

use std::collections::BTreeSet;

use self::files::Gate;
use crate::changes::{Change, ChangeBody, ChangeKind, Fact, Invalid, Target, TaskFact};
use crate::domain::{Account, Actor, ThreadRow, Ticket, TicketRow};
use crate::ids::{ChangeId, DeviceId, FileHash, SourceId, TicketId, TicketKey};
use crate::outbox::{Outbox, Queued, State};
use crate::overlay;
use crate::round::Book;
use crate::search::Segment;
use crate::time::{Instant, Seconds};
use crate::wire::{PROTOCOL, SourceTag, SyncRequest, Wish};
use std::sync::Arc;

/// Changes in one exchange: more go in the next.
const CHANGES_PER_EXCHANGE: usize = 100;
/// Bytes of changes in one exchange, so that a slow network makes progress.
const BYTES_PER_EXCHANGE: usize = 1_000_000;

/// The phone's memory: rows, outbox, cursor. Whole tickets and threads stay in storage until one is opened. A clone is cheap:
/// it shares what neither of the two alters.
#[derive(Clone, Debug)]
pub struct Phone {
    meta: Meta,
    rows: Rows,
    threads: Rows<ThreadRow>,
    outbox: Outbox,
    book: Arc<Book>,
    /// Words of what an exchange brought, until its batch is made.
    texts: Segment,
}

impl Phone {
    /// A phone from what it stored; a new one (with the id that the caller drew) where it stored nothing.
    ///
    /// # Errors
    /// A record that can't be read. The outbox is never given up silently.
    pub fn load(stored: &Stored, new_device: DeviceId) -> Result<Self, LoadError> {
        stored.read(new_device)
    }

    /// This installation.
    pub fn device(&self) -> DeviceId {
        self.meta.device
    }

    /// What is known beside tickets: cursor, accounts, last exchange.
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// The base rows.
    pub fn rows(&self) -> &Rows {
        &self.rows
    }

    /// The rows of the threads.
    pub fn threads(&self) -> &Rows<ThreadRow> {
        &self.threads
    }

    /// The outbox.
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// The account at one GLPI.
    pub fn account(&self, source: &SourceId) -> Option<&Account> {
        let mut sources = self.meta.sources.iter();
        sources
            .find(|state| state.source == *source)
            .map(|state| &state.account)
    }

    /// The phone's time as the server would say it: a phone's clock may be wrong by days.
    pub fn corrected(&self, phone_clock: Instant) -> Instant {
        phone_clock + self.meta.clock_offset
    }

    /// A row as the screen shows it.
    pub fn shown_row(&self, key: &TicketKey) -> Option<TicketRow> {
        match self.rows.get(key) {
            Some(base) => Some(overlay::row(base, self.outbox.of_ticket(key))),
            None => self.local_row(self.outbox.creation(key)?),
        }
    }

    /// A ticket as the screen shows it, given its stored base.
    pub fn shown_ticket(&self, base: &Ticket) -> Ticket {
        overlay::ticket(base, self.outbox.of_ticket(&base.key))
    }

    /// Makes a change, once: one that the outbox has already (its batch was stored, but nobody heard that it was)
    /// is not made again.
    ///
    /// # Errors
    /// What is wrong with it; nothing is altered then.
    pub fn edit(&mut self, new: NewChange) -> Result<(ChangeId, Batch), EditError> {
        if self.outbox.get(new.id).is_some() {
            return Ok((new.id, Batch::default()));
        }
        new.target.takes(&new.body)?;
        new.body.validate()?;
        let target = self.place_of(&new)?;
        let account = self.account_for(&target).ok_or(EditError::NoAccount)?;
        let mut body = new.body;
        match &mut body {
            ChangeBody::Create(create) => create.given_by(account),
            // What was done to the task that it takes the place of is done to it.
            ChangeBody::Task(task) => self.fold_into(task, new.replaces),
            _ => {}
        }
        let change = Change {
            id: new.id,
            device: self.meta.device,
            seq: self.outbox.next_seq(),
            at: self.corrected(new.phone_clock),
            author: Actor::User {
                id: account.user,
                name: account.name.clone(),
            },
            target,
            body,
            replaces: new.replaces,
        };
        let mut batch = Batch::default();
        if let Some(old) = new.replaces {
            self.withdraw_built_on(old, &mut batch);
            if let Some(queued) = self.outbox.wish(old, Wish::Withdraw) {
                batch.put_queued(queued);
            }
        }
        let queued = Queued::new(change, State::Phone);
        batch.put_queued(&queued);
        self.outbox.put(queued);
        Ok((new.id, batch))
    }

    /// What a new change is on: a new ticket's local number, the real one of a ticket that landed, a thread.
    fn place_of(&self, new: &NewChange) -> Result<Target, EditError> {
        let key = match &new.target {
            Target::Ticket(key) => key,
            thread @ Target::Thread(_) => return Ok(thread.clone()),
        };
        if new.body.creation().is_none() {
            let target = Target::Ticket(self.resolve(key));
            return match self.can_be_changed(&target) {
                true => Ok(target),
                false => Err(EditError::NoTicket),
            };
        }
        let replaced = new.replaces.and_then(|old| self.outbox.get(old));
        let place = replaced.map(|queued| queued.change.target.clone());
        Ok(place.unwrap_or_else(|| {
            Target::Ticket(TicketKey {
                source: key.source.clone(),
                id: TicketId::local(new.id),
            })
        }))
    }

    /// Who he is where the change goes. A mailbox knows him by whichever account comes first.
    fn account_for(&self, target: &Target) -> Option<&Account> {
        match target {
            Target::Ticket(key) => self.account(&key.source),
            Target::Thread(_) => self.meta.sources.first().map(|state| &state.account),
        }
    }

    /// Asks something of a change that is not settled.
    pub fn wish(&mut self, id: ChangeId, wish: Wish) -> Batch {
        let mut batch = Batch::default();
        if wish == Wish::Withdraw {
            self.withdraw_with(id, &mut batch);
            self.withdraw_built_on(id, &mut batch);
        }
        if let Some(queued) = self.outbox.wish(id, wish) {
            batch.put_queued(queued);
        }
        batch
    }

    /// The technician has seen these tickets: they are no longer news.
    pub fn look(&mut self, keys: impl IntoIterator<Item = TicketKey>) -> Batch {
        let mut batch = Batch::default();
        for key in keys {
            self.rows.look(&key);
        }
        self.rows.write_dirty(&mut batch);
        batch
    }

    /// What to say at the next exchange, while the server has none of the files that are to be attached.
    pub fn request(&self, pull: bool) -> SyncRequest {
        self.request_with(pull, &BTreeSet::new())
    }

    /// What to say at the next exchange. `ready` are the files that the server has whole: a change whose file it lacks
    /// waits, and what was done to its ticket later waits with it.
    pub fn request_with(&self, pull: bool, ready: &BTreeSet<FileHash>) -> SyncRequest {
        let mut bytes = 0;
        let mut gate = Gate::new(ready);
        let waiting = self.outbox.iter().filter(|q| q.state == State::Phone);
        // One that was typed anew lies behind what was done to its ticket before, and nothing gets there without it.
        let is_creation = |queued: &&Queued| queued.change.body.creation().is_some();
        let (creations, rest): (Vec<_>, Vec<_>) = waiting.partition(is_creation);
        let changes = creations
            .into_iter()
            .chain(rest)
            .filter(|queued| gate.lets_pass(queued))
            .map(|queued| queued.change.clone())
            .take(CHANGES_PER_EXCHANGE)
            .take_while(|change| {
                let fits = bytes < BYTES_PER_EXCHANGE;
                bytes += size(&change.body);
                fits
            })
            .collect();
        let wishes = self
            .outbox
            .iter()
            .filter(|queued| !self.is_replaced_by_unsent(queued))
            .filter_map(Queued::wish_for)
            .collect();
        SyncRequest {
            protocol: PROTOCOL,
            device: self.meta.device,
            epoch: self.meta.epoch.clone(),
            cursor: self.meta.cursor.clone(),
            changes,
            wishes,
            pull,
            holds: self.holds(),
            mails: true,
        }
    }

    /// The server takes it back when the new one comes. Before that, what is on a ticket to be created would go with it.
    fn is_replaced_by_unsent(&self, old: &Queued) -> bool {
        let unsent =
            |new: &Queued| new.state == State::Phone && new.change.replaces == Some(old.change.id);
        old.wish.is_some() && self.outbox.iter().any(unsent)
    }

    fn holds(&self) -> Vec<SourceTag> {
        let sources = self.meta.sources.iter();
        sources
            .map(|state| SourceTag {
                source: state.source.clone(),
                tag: state.tag.clone(),
            })
            .collect()
    }

    /// Whether a change waits behind one that waits for him on another phone: nothing here says so.
    pub fn is_held_elsewhere(&self, id: ChangeId) -> bool {
        let Some(queued) = self.outbox.get(id) else {
            return false;
        };
        let here = || {
            let all = self.outbox.iter();
            let mut waiting = all.filter(|other| matches!(other.state, State::NeedsYou { .. }));
            waiting.any(|other| {
                let behind = self.outbox.held_up_by(other);
                behind.iter().any(|held| held.change.id == id)
            })
        };
        queued.state == State::Server && self.meta.held.contains(&id) && !here()
    }

    /// Whether there is something to tell the server.
    pub fn has_something_to_say(&self) -> bool {
        self.outbox
            .iter()
            .any(|queued| queued.state == State::Phone || queued.wish.is_some())
    }

    /// How far the server's clock is ahead of the phone's.
    pub fn clock_offset(&self) -> Seconds {
        self.meta.clock_offset
    }
}

fn size(body: &ChangeBody) -> usize {
    match body {
        ChangeBody::Followup(followup) => followup.content.len(),
        ChangeBody::Solution(solution) => solution.content.len(),
        ChangeBody::Create(create) => create.content.len() + create.title.len() + 512,
        ChangeBody::Fact(fact) => match &fact.to {
            Fact::Description(text) => 2 * text.len() + 512,
            _ => 512,
        },
        ChangeBody::Seat(_)
        | ChangeBody::Asset(_)
        | ChangeBody::Attach(_)
        | ChangeBody::Classify(_) => 512,
        ChangeBody::Link(_) | ChangeBody::MailFile(_) | ChangeBody::TicketFile(_) => 1_024,
        ChangeBody::Carry(_) => 512,
        ChangeBody::Reply(reply) => reply.text.len() + 4_096,
        ChangeBody::Task(task) => task.content.len() + 512,
        ChangeBody::TaskFact(fact) => match &fact.to {
            TaskFact::Text(text) => 2 * text.len() + 512,
            _ => 512,
        },
        ChangeBody::Take(_) | ChangeBody::Status(_) => 64,
    }
}

/// What the screen knows when a change is made.
#[derive(Clone, Debug)]
pub struct NewChange {
    /// A fresh UUIDv7.
    pub id: ChangeId,
    /// The phone's clock.
    pub phone_clock: Instant,
    /// On what; of a creation, the source alone counts.
    pub target: Target,
    /// What.
    pub body: ChangeBody,
    /// The change that it takes the place of.
    pub replaces: Option<ChangeId>,
}

/// Why a change was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The change itself is wrong.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The ticket was never created: its creation was taken back.
    #[error("the ticket was never created")]
    NoTicket,
    /// The phone has no account at that GLPI.
    #[error("not signed in to this GLPI")]
    NoAccount,
    /// Another ticket takes its place already.
    #[error("it is carried over already")]
    Carried,
}

//! Taking in what the server said.

use std::collections::BTreeSet;

use super::{Batch, Exchanged, Phone};
use crate::changes::Target;
use crate::domain::{Ticket, TicketRow};
use crate::ids::{ThreadKey, TicketKey};
use crate::time::Instant;
use crate::wire::{ChangeReport, FeedItem, ReportState, SourceRead, SourceState, SyncResponse};

/// What an exchange moved, for the screen and the caller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Absorbed {
    /// Tickets that changed, came or left.
    pub tickets: BTreeSet<TicketKey>,
    /// Threads that changed, came or left.
    pub threads: BTreeSet<ThreadKey>,
    /// Some GLPI's lists came.
    pub lists: bool,
    /// The server had no memory of us: the exchange starts over.
    pub start_over: bool,
    /// There is more: ask again at once.
    pub more: bool,
}

impl Phone {
    /// Takes in a response to [`Phone::request`]. The cursor is in the batch with the items it stands for, so
    /// that it can't advance past something that is not stored.
    ///
    /// ## Control flow
    /// 1. Another epoch: drop the cursor, offer again what the server had; the items of this response are void.
    /// 2. Acknowledgements, then items in order (a report stands behind its ticket's new state).
    /// 3. Tickets that had left the scope but were named by the outbox go once it no longer names them.
    pub fn absorb(
        &mut self,
        response: SyncResponse,
        exchanged: impl Into<Exchanged>,
    ) -> (Batch, Absorbed) {
        let mut batch = Batch::default();
        let mut absorbed = Absorbed {
            more: response.more,
            ..Absorbed::default()
        };
        let known = self.meta.epoch.is_some().then_some(self.meta.clock_offset);
        self.meta.clock_offset = exchanged.into().offset(&response, known);
        if self
            .meta
            .epoch
            .as_ref()
            .is_some_and(|known| *known != response.epoch)
        {
            self.start_over(&response, &mut batch);
            absorbed.start_over = true;
            absorbed.more = true;
        } else {
            self.take_in(response, &mut batch, &mut absorbed);
        }
        self.meta.generation += 1;
        self.rows.write_dirty(&mut batch);
        self.threads.write_dirty(&mut batch);
        self.write_texts(&mut batch);
        batch.put_meta(&self.meta);
        (batch, absorbed)
    }

    /// Forgets everything that the server can tell again, for a sign-out. What remains is the batch's business.
    pub fn clear(&mut self) -> Batch {
        let mut batch = Batch::default();
        for row in self.rows.iter() {
            batch.delete_ticket(&row.key);
        }
        for queued in self.outbox.iter() {
            batch.delete_change(queued.change.id);
        }
        for state in &self.meta.sources {
            batch.delete_reference(&state.source);
        }
        for row in self.threads.iter() {
            batch.delete_thread(row);
        }
        self.delete_files(&mut batch);
        self.delete_texts(&mut batch);
        self.rows.clear();
        self.threads.clear();
        self.outbox = crate::outbox::Outbox::default();
        batch.merge(self.write_book(|book| *book = crate::round::Book::default()));
        let (generation, texts) = (self.meta.generation + 1, self.meta.texts);
        self.meta = super::Meta::new(self.meta.device);
        self.meta.generation = generation;
        // No number is given twice: who has read some of them knows what is new.
        self.meta.texts = texts;
        self.rows.write_dirty(&mut batch);
        self.threads.write_dirty(&mut batch);
        batch.put_meta(&self.meta);
        batch
    }

    fn start_over(&mut self, response: &SyncResponse, batch: &mut Batch) {
        self.meta.epoch = Some(response.epoch.clone());
        self.meta.cursor = None;
        self.meta.held.clear();
        self.meta.unconfirmed = self.rows.iter().map(|row| row.key.clone()).collect();
        self.meta.unconfirmed_threads = self.threads.iter().map(|row| row.key.clone()).collect();
        for id in self.outbox.forget_acknowledgements() {
            if let Some(queued) = self.outbox.get(id) {
                batch.put_queued(queued);
            }
        }
        self.withdraw_orphans(batch);
    }

    fn take_in(&mut self, response: SyncResponse, batch: &mut Batch, absorbed: &mut Absorbed) {
        let now = response.now;
        for id in response.received {
            if let Some(queued) = self.outbox.received(id) {
                batch.put_queued(queued);
            }
        }
        self.take_entrusted(response.entrusted, batch);
        self.take_sources(response.sources, response.reads);
        self.meta.held = response.held.into_iter().collect();
        self.meta.mailboxes = response.mailboxes;
        for item in response.items {
            match item {
                FeedItem::Ticket { ticket } => self.take_ticket(&ticket, batch, absorbed),
                FeedItem::Gone { key } => self.let_go(key, batch, absorbed),
                FeedItem::Report { report } => self.take_report(&report, now, batch, absorbed),
                FeedItem::Reference { reference } => {
                    batch.put_reference(&reference);
                    absorbed.lists = true;
                }
                FeedItem::Thread { thread } => self.take_thread(&thread, batch, absorbed),
                FeedItem::ThreadGone { key } => self.let_thread_go(key, batch, absorbed),
            }
        }
        self.meta.epoch = Some(response.epoch);
        self.meta.cursor = Some(response.cursor);
        if !response.more {
            self.meta.synced_at = Some(now);
            self.let_unconfirmed_threads_go(batch, absorbed);
            let sources = self.meta.sources.iter();
            let read =
                sources.filter(|state| state.progress.is_none() && state.refreshed_at.is_some());
            self.meta.settled = read.map(|state| state.source.clone()).collect();
            let reading = self.meta.sources.iter().any(|s| s.progress.is_some());
            if !reading && !self.meta.sources.is_empty() {
                self.meta.settled_in = true;
                // Of a GLPI that could not be read yet nobody knows what is gone.
                let waits = |key: &TicketKey| {
                    let mut sources = self.meta.sources.iter();
                    let is_there = sources.any(|state| state.source == key.source);
                    is_there && !self.meta.settled.contains(&key.source)
                };
                let unconfirmed = std::mem::take(&mut self.meta.unconfirmed);
                let (waiting, gone): (BTreeSet<_>, BTreeSet<_>) =
                    unconfirmed.into_iter().partition(waits);
                self.meta.unconfirmed = waiting;
                for key in gone {
                    self.let_go(key, batch, absorbed);
                }
            }
        }
        self.prune(now, batch);
        self.drop_unnamed(batch, absorbed);
    }

    /// In the order of before, so that nothing jumps on the screen.
    fn take_sources(&mut self, told: Vec<SourceState>, reads: Vec<SourceRead>) {
        let held = &mut self.meta.sources;
        held.retain(|state| {
            let is_told = told.iter().any(|new| new.source == state.source);
            is_told || reads.iter().any(|read| read.source == state.source)
        });
        for read in reads {
            if let Some(state) = held.iter_mut().find(|state| state.source == read.source) {
                state.refreshed_at = read.refreshed_at;
                state.progress = read.progress;
            }
        }
        for new in told {
            match held.iter_mut().find(|state| state.source == new.source) {
                Some(state) => *state = new,
                None => held.push(new),
            }
        }
    }

    fn take_ticket(&mut self, ticket: &Ticket, batch: &mut Batch, absorbed: &mut Absorbed) {
        let me = self.account(&ticket.key.source).map(|a| a.user);
        let by_me = ticket.modified_by.is_some() && ticket.modified_by == me;
        let news = match self.rows.get(&ticket.key) {
            Some(row) => row.news || (!by_me && row.modified_at != ticket.modified_at),
            None => self.meta.settled.contains(&ticket.key.source) && !by_me,
        };
        self.meta.kept.remove(&ticket.key);
        self.meta.unconfirmed.remove(&ticket.key);
        self.rows.insert(TicketRow::of(ticket, news));
        batch.put_ticket(ticket);
        self.texts.add_ticket(ticket);
        absorbed.tickets.insert(ticket.key.clone());
    }

    fn let_go(&mut self, key: TicketKey, batch: &mut Batch, absorbed: &mut Absorbed) {
        if self.outbox.names(&key) {
            self.meta.kept.insert(key);
            return;
        }
        self.rows.remove(&key);
        batch.delete_ticket(&key);
        self.let_documents_go(&key, batch);
        absorbed.tickets.insert(key);
    }

    fn take_report(
        &mut self,
        report: &ChangeReport,
        now: Instant,
        batch: &mut Batch,
        absorbed: &mut Absorbed,
    ) {
        // Reports on another device's changes belong to that device's outbox, unless this one took them over.
        let ours = self.outbox.get(report.change);
        if ours.is_none_or(|queued| queued.change.device != report.device) {
            return;
        }
        if let Some(queued) = self.outbox.report(report.change, &report.state, now) {
            let target = queued.change.target.clone();
            batch.put_queued(queued);
            let key = match target {
                Target::Ticket(key) => key,
                Target::Thread(key) => {
                    absorbed.threads.insert(key);
                    return;
                }
            };
            if let ReportState::Delivered {
                created: Some(id), ..
            } = report.state
            {
                self.land(key.clone(), id, now, batch, absorbed);
            }
            absorbed.tickets.insert(key);
        }
    }

    fn drop_unnamed(&mut self, batch: &mut Batch, absorbed: &mut Absorbed) {
        for key in std::mem::take(&mut self.meta.kept) {
            self.let_go(key, batch, absorbed);
        }
    }
}

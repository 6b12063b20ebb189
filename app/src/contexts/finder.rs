//! The index: read from storage when somebody looks for something, kept up while he does.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use futures::lock::Mutex;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::{Thread, Ticket};
use tournee_core::ids::{MailboxId, SourceId, ThreadKey, TicketKey};
use tournee_core::phone::{Batch, TextPlaces};
use tournee_core::search::excerpt::deep_in_mails;
use tournee_core::search::{Found, Index, Piece, Place, Query, deep};
use tournee_core::wire::{LookUp, LookedUp, LookedUpMails, ServiceTally, SourceState};

use super::Tournee;
use crate::platform::intl::ahead_of_utc;
use crate::storage::StorageProblem;
use crate::sync::{ApiFailure, api};

/// Bytes that are taken in before the screen has its turn.
const SLICE: usize = 120_000;
/// Tickets and threads that are read whole at a time where the index lacks them.
const LACKING_AT_ONCE: usize = 200;

/// The index in memory.
#[derive(Default)]
pub struct Finder {
    index: RefCell<Index>,
    /// Segments below are in it.
    read_to: Cell<Option<u64>>,
    /// Read whole in vain: not again.
    unreadable: RefCell<BTreeSet<String>>,
    /// One at a time.
    turn: Mutex<()>,
}

/// How far the index is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Indexed {
    /// Moves whenever what it finds may have moved.
    pub version: u64,
    /// It has been read; before that it finds nothing.
    pub ready: bool,
    /// Tickets and threads whose text it does not know yet.
    pub lacking: usize,
}

impl Tournee {
    /// Reads the index and keeps it up for as long as the caller lives.
    pub fn keep_index(&self) -> ReadSignal<Indexed> {
        let tournee = *self;
        let indexed = RwSignal::new(Indexed::default());
        Effect::new(move |_| {
            tournee.revision.track();
            spawn_local(async move {
                match tournee.read_index(indexed).await {
                    Ok(()) => tournee.complete_index().await,
                    Err(problem) => tournee.storage_problem.set(Some(problem)),
                }
            });
        });
        indexed.read_only()
    }

    /// What a query finds among all that the phone holds.
    pub fn find(&self, query: &Query) -> Found {
        self.held().finder.index.borrow().find(query, self.now())
    }

    /// Takes in what was stored since, and looks at what the phone holds now.
    async fn read_index(&self, indexed: RwSignal<Indexed>) -> Result<(), StorageProblem> {
        let held = self.held();
        let _turn = held.finder.turn.lock().await;
        let places = self.with_untracked(|phone| phone.meta().texts);
        let finder = &held.finder;
        match finder.read_to.get() {
            Some(read_to) if places.first <= read_to => {
                for number in read_to..places.next {
                    if let Some(segment) = held.storage.text(number).await? {
                        finder.index.borrow_mut().add(&segment);
                    }
                    finder.read_to.set(Some(number + 1));
                }
            }
            _ => self.read_whole_index(places).await?,
        }
        let mut index = finder.index.borrow_mut();
        self.with_untracked(|phone| index.settle(phone));
        indexed.try_update(|indexed| {
            *indexed = Indexed {
                version: indexed.version + 1,
                ready: true,
                lacking: index.lacking().len(),
            };
        });
        Ok(())
    }

    async fn read_whole_index(&self, places: TextPlaces) -> Result<(), StorageProblem> {
        let held = self.held();
        let mut index = Index::default();
        let mut taken = 0;
        let mut next = places.next;
        for (key, segment) in held.storage.texts().await? {
            let number: u64 = key.parse().unwrap_or(0);
            if number < places.first {
                continue;
            }
            next = next.max(number + 1);
            taken += segment.len();
            index.add(&segment);
            if taken > SLICE {
                taken = 0;
                TimeoutFuture::new(0).await;
            }
        }
        held.finder.index.replace(index);
        held.finder.read_to.set(Some(next));
        Ok(())
    }

    /// Reads whole what the index lacks and stores its words: that moves the phone, and the index follows. Packs it
    /// where nothing is lacking.
    async fn complete_index(&self) {
        let held = self.held();
        let Some(_turn) = held.finder.turn.try_lock() else {
            return;
        };
        let (tickets, threads) = self.lacking();
        if tickets.is_empty() && threads.is_empty() {
            self.pack_index().await;
            return;
        }
        let generation = self.with_untracked(|phone| phone.meta().generation);
        let (tickets, threads) = (self.whole(tickets).await, self.whole_threads(threads).await);
        // Words of what has moved meanwhile are stored already. A storage that fails here says so in its banner.
        let _ = self
            .change(&mut |phone| match phone.meta().generation == generation {
                true => phone.index(&tickets, &threads),
                false => Batch::default(),
            })
            .await;
    }

    fn lacking(&self) -> (Vec<TicketKey>, Vec<ThreadKey>) {
        let held = self.held();
        let index = held.finder.index.borrow();
        let unreadable = held.finder.unreadable.borrow();
        let lacking = index.lacking();
        let tickets = lacking.tickets.iter();
        let tickets = tickets.filter(|key| !unreadable.contains(&key.to_string()));
        let threads = lacking.threads.iter();
        let threads = threads.filter(|key| !unreadable.contains(&key.to_string()));
        (
            tickets.take(LACKING_AT_ONCE).cloned().collect(),
            threads.take(LACKING_AT_ONCE).cloned().collect(),
        )
    }

    async fn whole(&self, keys: Vec<TicketKey>) -> Vec<Ticket> {
        let held = self.held();
        let mut whole = Vec::new();
        for key in keys {
            match held.storage.ticket(&key).await {
                Ok(Some(ticket)) => whole.push(ticket),
                _ => self.give_up(key.to_string()),
            }
        }
        whole
    }

    async fn whole_threads(&self, keys: Vec<ThreadKey>) -> Vec<Thread> {
        let held = self.held();
        let mut whole = Vec::new();
        for key in keys {
            match held.storage.thread(&key).await {
                Ok(Some(thread)) => whole.push(thread),
                _ => self.give_up(key.to_string()),
            }
        }
        whole
    }

    fn give_up(&self, key: String) {
        self.held().finder.unreadable.borrow_mut().insert(key);
    }

    /// Stores the index in few pieces where there are many. The caller has the turn.
    async fn pack_index(&self) {
        let held = self.held();
        let finder = &held.finder;
        if !finder.index.borrow().is_worth_packing() {
            return;
        }
        let next = finder.read_to.get().unwrap_or(0);
        let (mut packed, mut fresh) = (Vec::new(), Index::default());
        while let Some(segment) = finder.index.borrow().packed(packed.len()) {
            fresh.add(&segment);
            packed.push(segment);
        }
        let stored = self
            .change(&mut |phone| phone.repack(packed.clone(), next))
            .await;
        let places = self.with_untracked(|phone| phone.meta().texts);
        if stored.is_ok() && places.first == next {
            finder.index.replace(fresh);
            finder.read_to.set(Some(next + packed.len() as u64));
        }
    }

    /// Forgets all words that are in memory.
    pub(super) fn forget_index(&self) {
        let held = self.held();
        held.finder.index.take();
        held.finder.read_to.set(None);
        held.finder.unreadable.take();
    }

    /// Where in a ticket's text what was looked for stands.
    pub async fn excerpt(
        &self,
        key: TicketKey,
        query: &Query,
        letters: usize,
    ) -> Option<(Place, Vec<Piece>)> {
        let ticket = match key.id.is_local() {
            true => self.with_untracked(|phone| phone.local_ticket(&key))?,
            false => {
                let base = self.held().storage.ticket(&key).await.ok()??;
                self.with_untracked(|phone| phone.shown_ticket(&base))
            }
        };
        deep(&ticket, query, letters)
    }

    /// The same of a thread.
    pub async fn mail_excerpt(
        &self,
        key: ThreadKey,
        query: &Query,
        letters: usize,
    ) -> Option<Vec<Piece>> {
        let thread = self.held().storage.thread(&key).await.ok()??;
        deep_in_mails(&thread, query, letters)
    }

    /// Looks for tickets in a GLPI itself. Whoever gives this up gives the call up.
    ///
    /// # Errors
    /// The call's.
    pub async fn look_up(&self, source: &SourceState, words: &str) -> Result<LookedUp, ApiFailure> {
        api::look_up(&source.source, &self.looked_up(words)).await
    }

    /// Looks for mails in all of a mailbox. Whoever gives this up gives the call up.
    ///
    /// # Errors
    /// The call's.
    pub async fn look_up_mails(
        &self,
        mailbox: &MailboxId,
        words: &str,
    ) -> Result<LookedUpMails, ApiFailure> {
        api::look_up_mails(mailbox, &self.looked_up(words)).await
    }

    /// What was typed, by this phone's calendar.
    fn looked_up(&self, words: &str) -> LookUp {
        LookUp {
            words: words.to_owned(),
            ahead: ahead_of_utc(self.now()),
        }
    }

    /// A thread that the phone does not hold, read at Gmail now.
    ///
    /// # Errors
    /// The call's.
    pub async fn read_thread(&self, key: &ThreadKey) -> Result<Thread, ApiFailure> {
        api::thread(key).await
    }

    /// Everything of a GLPI that he may see, counted there.
    ///
    /// # Errors
    /// The call's.
    pub async fn count_service(&self, source: &SourceId) -> Result<ServiceTally, ApiFailure> {
        api::count(source).await
    }

    /// A ticket that the phone does not hold, read from GLPI now.
    ///
    /// # Errors
    /// The call's.
    pub async fn read_ticket(&self, key: &TicketKey) -> Result<Ticket, ApiFailure> {
        api::ticket(key).await
    }
}

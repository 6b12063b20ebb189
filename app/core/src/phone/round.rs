//! The round on the phone: what waits in each store, as it is shown, and the technician's own book.

use std::sync::Arc;

use super::{Batch, Phone};
use crate::domain::{Account, Goals, StoreId, TicketRow};
use crate::ids::TicketKey;
use crate::round::{Book, Visit, WhatWaits};
use crate::time::Instant;

impl Phone {
    /// The technician's book of rounds.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// Writes in it.
    pub fn write_book(&mut self, write: impl FnOnce(&mut Book)) -> Batch {
        let mut batch = Batch::default();
        let mut book = Book::clone(&self.book);
        write(&mut book);
        if book != *self.book {
            batch.put_book(&book);
            self.book = Arc::new(book);
        }
        batch
    }

    /// How long a ticket of each priority may take where GLPI gives no due date.
    pub fn goals(&self) -> &Goals {
        static NONE: Goals = Goals(Vec::new());
        let mut sources = self.meta.sources.iter();
        let told = sources.find(|state| !state.goals.is_empty());
        told.map_or(&NONE, |state| &state.goals)
    }

    /// What waits in each store.
    pub fn what_waits(&self, now: Instant) -> WhatWaits {
        let accounts: Vec<&Account> = self.meta.sources.iter().map(|s| &s.account).collect();
        WhatWaits::of(self.shown_rows(), &accounts, self.goals(), now)
    }

    /// What a store is called, as far as tickets and visits name it.
    pub fn store_name(&self, id: &StoreId) -> Option<String> {
        let rows = self.rows.iter().map(|row| row.location.as_str());
        let visits = self.book.visits().iter().map(|visit| visit.name.as_str());
        let mut names = rows.chain(visits);
        let found = names.find(|name| StoreId::of(name).as_ref() == Some(id));
        found.map(str::to_owned)
    }

    /// The tickets of a store that he worked on while he was there, in the order in which he did.
    pub fn worked_on(&self, visit: &Visit) -> Vec<TicketKey> {
        let mut found: Vec<TicketKey> = Vec::new();
        for queued in self.outbox.iter() {
            let Some(ticket) = queued.change.ticket() else {
                continue;
            };
            let there = visit.covers(queued.change.at) && !found.contains(ticket);
            let in_store =
                |row: TicketRow| StoreId::of(&row.location).as_ref() == Some(&visit.store);
            if there && self.shown_row(ticket).is_some_and(in_store) {
                found.push(ticket.clone());
            }
        }
        found
    }
}

//! The round on the phone: what waits in each store, as it is shown, and the technician's own book.

use std::sync::Arc;

use super::{Batch, EditError, NewChange, Phone};
use crate::changes::{ChangeBody, TaskTime};
use crate::domain::{Account, Goals, Status, StoreId, TicketRow};
use crate::ids::{ChangeId, TicketKey};
use crate::outbox::{Queued, State};
use crate::round::{Book, Visit, WhatWaits};
use crate::time::{Instant, Seconds};
use crate::wire::Wish;

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

    /// What waits in each store, and those that he added.
    pub fn what_waits(&self, now: Instant) -> WhatWaits {
        let accounts: Vec<&Account> = self.meta.sources.iter().map(|s| &s.account).collect();
        let waits = WhatWaits::of(self.shown_rows(), &accounts, self.goals(), now);
        waits.with(self.book.added())
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
        for queued in self.done_during(visit) {
            let Some(ticket) = queued.change.ticket() else {
                continue;
            };
            let there = !found.contains(ticket);
            let in_store =
                |row: TicketRow| StoreId::of(&row.location).as_ref() == Some(&visit.store);
            if there && self.shown_row(ticket).is_some_and(in_store) {
                found.push(ticket.clone());
            }
        }
        found
    }

    /// The time that he noted during a visit on tickets of its store: it is not to be counted twice.
    pub fn noted_during(&self, visit: &Visit) -> Seconds {
        let here = self.worked_on(visit);
        let on_it = |queued: &&Queued| queued.change.ticket().is_some_and(|key| here.contains(key));
        let noted = self
            .done_during(visit)
            .filter(on_it)
            .map(|queued| match &queued.change.body {
                ChangeBody::Task(task) => match task.time {
                    TaskTime::Spent(length) => length.0,
                    TaskTime::Planned { .. } => 0,
                },
                _ => 0,
            });
        Seconds(noted.sum())
    }

    fn done_during(&self, visit: &Visit) -> impl Iterator<Item = &Queued> {
        self.outbox.iter().filter(|queued| {
            let taken_back = queued.wish == Some(Wish::Withdraw)
                || matches!(queued.state, State::Withdrawn { .. });
            !taken_back && visit.covers(queued.change.at)
        })
    }

    /// What solves a ticket and has not left yet. A GLPI that closes what is solved takes no task behind it, so a task
    /// that comes later has to go first.
    pub fn solves_unsent(&self, ticket: &TicketKey) -> Vec<(ChangeId, ChangeBody)> {
        let unsent = self.outbox.of_ticket(ticket).filter(|queued| {
            let solves = match &queued.change.body {
                ChangeBody::Solution(_) => true,
                ChangeBody::Status(set) => matches!(set.to, Status::Solved | Status::Closed),
                _ => false,
            };
            solves && queued.state == State::Phone && queued.wish.is_none()
        });
        unsent
            .map(|queued| (queued.change.id, queued.change.body.clone()))
            .collect()
    }

    /// The time of a visit becomes tasks, and it is decided about: all of it lasts, or nothing does.
    ///
    /// # Errors
    /// What is wrong with one of the changes; nothing is altered then.
    pub fn give_time(
        &mut self,
        visit: Instant,
        changes: impl IntoIterator<Item = NewChange>,
    ) -> Result<Batch, EditError> {
        let mut next = self.clone();
        let mut batch = Batch::default();
        for new in changes {
            batch.writes.extend(next.edit(new)?.1.writes);
        }
        let settled = next.write_book(|book| book.settle(visit));
        batch.writes.extend(settled.writes);
        *self = next;
        Ok(batch)
    }
}

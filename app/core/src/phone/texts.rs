//! The words of tickets and threads, stored in the batch that stores these.

use super::{Batch, Phone, Table, TextPlaces};
use crate::domain::{Thread, Ticket};
use crate::search::Segment;

impl Phone {
    /// Stores the words of tickets and threads that the index lacks; the caller has read them as this phone has them.
    pub fn index(&mut self, tickets: &[Ticket], threads: &[Thread]) -> Batch {
        let mut batch = Batch::default();
        for ticket in tickets.iter().filter(|t| self.rows.get(&t.key).is_some()) {
            self.texts.add_ticket(ticket);
        }
        for thread in threads
            .iter()
            .filter(|t| self.threads.get(&t.key).is_some())
        {
            self.texts.add_thread(thread);
        }
        if !self.texts.is_empty() {
            self.write_texts(&mut batch);
            batch.put_meta(&self.meta);
        }
        batch
    }

    /// Puts few segments in the place of all up to `next`; if another has come since, nothing: it is tried again.
    pub fn repack(&mut self, segments: Vec<Vec<u8>>, next: u64) -> Batch {
        let mut batch = Batch::default();
        if self.meta.texts.next != next {
            return batch;
        }
        self.delete_texts(&mut batch);
        for segment in segments {
            let key = TextPlaces::key(self.meta.texts.next);
            batch.put_bytes(Table::Texts, key, segment);
            self.meta.texts.next += 1;
        }
        batch.put_meta(&self.meta);
        batch
    }

    pub(super) fn write_texts(&mut self, batch: &mut Batch) {
        let segment: Segment = std::mem::take(&mut self.texts);
        if segment.is_empty() {
            return;
        }
        let key = TextPlaces::key(self.meta.texts.next);
        batch.put_bytes(Table::Texts, key, segment.pack());
        self.meta.texts.next += 1;
    }

    pub(super) fn delete_texts(&mut self, batch: &mut Batch) {
        let places = &mut self.meta.texts;
        for number in places.first..places.next {
            batch.delete(Table::Texts, TextPlaces::key(number));
        }
        places.first = places.next;
    }
}

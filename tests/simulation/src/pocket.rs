//! A phone's storage: every batch as a whole, or not at all.

use std::collections::BTreeMap;

use tournee_core::domain::{Thread, Ticket};
use tournee_core::ids::{ThreadKey, TicketKey};
use tournee_core::phone::{Batch, Stored, Table};

/// What a phone's storage holds.
#[derive(Clone, Debug, Default)]
pub struct Pocket(BTreeMap<(Table, String), Vec<u8>>);

impl Pocket {
    /// Stores a batch in one transaction.
    pub fn commit(&mut self, batch: Batch) {
        for write in batch.writes {
            let place = (write.table, write.key);
            match write.value {
                Some(value) => self.0.insert(place, value),
                None => self.0.remove(&place),
            };
        }
    }

    /// What is read from it at start.
    pub fn stored(&self) -> Stored {
        Stored {
            meta: self.table(Table::Meta),
            rows: self.table(Table::Rows),
            outbox: self.table(Table::Outbox),
            threads: self.table(Table::ThreadRows),
        }
    }

    /// Whether a record is there.
    pub fn has(&self, table: Table, key: &str) -> bool {
        self.0.contains_key(&(table, key.to_owned()))
    }

    /// A record.
    pub fn get(&self, table: Table, key: &str) -> Option<&[u8]> {
        self.0.get(&(table, key.to_owned())).map(Vec::as_slice)
    }

    /// A whole ticket.
    pub fn ticket(&self, key: &TicketKey) -> Option<Ticket> {
        let bytes = self.0.get(&(Table::Tickets, key.to_string()))?;
        serde_json::from_slice(bytes).ok()
    }

    /// A whole thread.
    pub fn thread(&self, key: &ThreadKey) -> Option<Thread> {
        let bytes = self.0.get(&(Table::Threads, key.to_string()))?;
        serde_json::from_slice(bytes).ok()
    }

    fn table(&self, table: Table) -> Vec<(String, Vec<u8>)> {
        let from = (table, String::new());
        let rows = self.0.range(from..).take_while(|((of, _), _)| *of == table);
        rows.map(|((_, key), value)| (key.clone(), value.clone()))
            .collect()
    }
}

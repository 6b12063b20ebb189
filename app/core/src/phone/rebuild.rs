//! Rows that another version of the app wrote are made anew, from what they are the rows of.

use super::rows::Row;
use super::stored::json;
use super::{Batch, LoadError, Rows, Stored, opened_key};
use crate::domain::{Thread, ThreadRow, Ticket, TicketRow};

impl Stored {
    /// Replaces rows of another version by rows of these stored tickets, and answers the writes that keep them.
    ///
    /// # Errors
    /// A ticket that can't be read.
    pub fn rebuild_rows(&mut self, tickets: &[(String, Vec<u8>)]) -> Result<Batch, LoadError> {
        let mut rows = Rows::default();
        for (key, value) in tickets {
            let ticket = json::<Ticket>(key, value)?;
            rows.insert(TicketRow::of(&ticket, false));
        }
        Ok(replace(&mut self.rows, rows))
    }

    /// The same of threads; `opened` are the keys of [`Table::Opened`].
    ///
    /// # Errors
    /// A thread that can't be read.
    pub fn rebuild_thread_rows(
        &mut self,
        threads: &[(String, Vec<u8>)],
        opened: &[String],
    ) -> Result<Batch, LoadError> {
        let mut rows = Rows::default();
        for (key, value) in threads {
            let thread = json::<Thread>(key, value)?;
            let of = opened_key(&thread.key, "");
            let kept = opened.iter().filter_map(|name| name.strip_prefix(&of));
            rows.insert(ThreadRow::of(&thread, kept.map(str::to_owned).collect()));
        }
        Ok(replace(&mut self.threads, rows))
    }
}

/// Puts rows in the place of stored buckets, and answers the writes that keep them.
fn replace<R: Row>(stored: &mut Vec<(String, Vec<u8>)>, mut rows: Rows<R>) -> Batch {
    let mut batch = Batch::default();
    for (key, _) in stored.iter() {
        batch.delete(R::TABLE, key.clone());
    }
    rows.write_dirty(&mut batch);
    *stored = batch
        .writes
        .iter()
        .filter_map(|write| Some((write.key.clone(), write.value.clone()?)))
        .collect();
    batch
}

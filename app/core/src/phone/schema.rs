//! The version of what is stored, and the way from each earlier one: pure, so that each is tried on records that the
//! app of that version wrote.
//!
//! The version moves when a table comes or goes, or when records move between tables. What is *inside* a record
//! grows by defaults (JSON), or is derived and made anew (rows).

use super::{Batch, Table};

/// Records of one table, by key.
pub type Records = [(String, Vec<u8>)];

/// The way from one version to the next.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// The table whose records it moves; all tables of [`Table::ALL`] are there.
    pub of: Table,
    moves: fn(&Records) -> Batch,
}

/// From version 1 on, one step a version.
const STEPS: [Step; 4] = [
    Step {
        of: Table::Meta,
        moves: references_apart,
    },
    // 2 → 3: tables for mails come. They start empty, and the server tells all threads to a phone that begins to ask.
    Step {
        of: Table::Threads,
        moves: |_| Batch::default(),
    },
    // 3 → 4: a table for the words of tickets and threads comes, which are made when somebody looks for something; and
    // one for files, which no earlier app could attach.
    Step {
        of: Table::Texts,
        moves: |_| Batch::default(),
    },
    // 4 → 5: a table for what was chosen for senders' mails comes, and starts empty.
    Step {
        of: Table::Choices,
        moves: |_| Batch::default(),
    },
];

/// Today's version.
pub const VERSION: u32 = 1 + STEPS.len() as u32;

/// The steps that lead from a version to today's, in order. A storage that was just made (0) needs none.
pub fn steps_from(version: u32) -> &'static [Step] {
    match version.checked_sub(1) {
        Some(done) => STEPS.get(done as usize..).unwrap_or_default(),
        None => &[],
    }
}

impl Step {
    /// What is to be written, of all records of its table.
    pub fn moves(&self, records: &Records) -> Batch {
        (self.moves)(records)
    }
}

/// 1 → 2: reference data leaves the table that every start reads.
fn references_apart(meta: &Records) -> Batch {
    let mut batch = Batch::default();
    for (key, value) in meta {
        if let Some(source) = key.strip_prefix("reference:") {
            batch.put_bytes(Table::References, source.to_owned(), value.clone());
            batch.delete(Table::Meta, key.clone());
        }
    }
    batch
}

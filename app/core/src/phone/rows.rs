//! The rows of all cached tickets, stored in buckets so that thousands load in one read and one change writes
//! one bucket.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Batch, Table};
use crate::domain::TicketRow;
use crate::ids::TicketKey;

const BUCKETS: u32 = 32;
/// The first byte of a bucket; another number means another version's form.
const FORM: u8 = 1;

/// All rows, by ticket.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    rows: BTreeMap<TicketKey, Arc<TicketRow>>,
    dirty: BTreeSet<u32>,
}

impl Rows {
    /// Rows from their buckets; `None` if these have another version's form.
    pub fn load(buckets: &[(String, Vec<u8>)]) -> Option<Self> {
        let mut rows = BTreeMap::new();
        for (_, bytes) in buckets {
            let (form, body) = bytes.split_first()?;
            if *form != FORM {
                return None;
            }
            let bucket: Vec<TicketRow> = postcard::from_bytes(body).ok()?;
            rows.extend(
                bucket
                    .into_iter()
                    .map(|row| (row.key.clone(), Arc::new(row))),
            );
        }
        Some(Self {
            rows,
            dirty: BTreeSet::new(),
        })
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// One row.
    pub fn get(&self, key: &TicketKey) -> Option<&Arc<TicketRow>> {
        self.rows.get(key)
    }

    /// All rows, by key.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<TicketRow>> {
        self.rows.values()
    }

    pub(super) fn insert(&mut self, row: TicketRow) {
        self.dirty.insert(bucket_of(&row.key));
        self.rows.insert(row.key.clone(), Arc::new(row));
    }

    pub(super) fn remove(&mut self, key: &TicketKey) {
        if self.rows.remove(key).is_some() {
            self.dirty.insert(bucket_of(key));
        }
    }

    pub(super) fn update(&mut self, key: &TicketKey, alter: impl FnOnce(&mut TicketRow)) {
        if let Some(row) = self.rows.get_mut(key) {
            let before = row.clone();
            alter(Arc::make_mut(row));
            if before != *row {
                self.dirty.insert(bucket_of(key));
            }
        }
    }

    pub(super) fn clear(&mut self) {
        self.dirty.extend(self.rows.keys().map(bucket_of));
        self.rows.clear();
    }

    pub(super) fn write_dirty(&mut self, batch: &mut Batch) {
        let dirty = std::mem::take(&mut self.dirty);
        if dirty.is_empty() {
            return;
        }
        let mut buckets: BTreeMap<u32, Vec<&TicketRow>> = dirty
            .into_iter()
            .map(|bucket| (bucket, Vec::new()))
            .collect();
        for (key, row) in &self.rows {
            if let Some(bucket) = buckets.get_mut(&bucket_of(key)) {
                bucket.push(row);
            }
        }
        for (bucket, rows) in buckets {
            let key = bucket.to_string();
            // Plain data without maps or floats: postcard can't fail on it.
            match postcard::to_allocvec(&rows) {
                Ok(body) if !rows.is_empty() => {
                    let mut bytes = vec![FORM];
                    bytes.extend(body);
                    batch.put_bytes(Table::Rows, key, bytes);
                }
                _ => batch.delete(Table::Rows, key),
            }
        }
    }
}

/// FNV-1a: the same in every version and on every machine, unlike the standard library's hasher.
fn bucket_of(key: &TicketKey) -> u32 {
    let source = key.source.0.bytes();
    let hash = source
        .chain(key.id.0.to_le_bytes())
        .fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
    hash % BUCKETS
}

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

/// All rows, by ticket. A copy shares them until one of the two alters some.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// In the order of their keys. Not a map: thousands are read at once and few altered.
    rows: Arc<Vec<Arc<TicketRow>>>,
    news: usize,
    dirty: BTreeSet<u32>,
}

impl Rows {
    /// Rows from their buckets; `None` if these have another version's form.
    pub fn load(buckets: &[(String, Vec<u8>)]) -> Option<Self> {
        let mut rows: Vec<Arc<TicketRow>> = Vec::new();
        for (_, bytes) in buckets {
            let (form, body) = bytes.split_first()?;
            if *form != FORM {
                return None;
            }
            let bucket: Vec<TicketRow> = postcard::from_bytes(body).ok()?;
            rows.extend(bucket.into_iter().map(Arc::new));
        }
        // Each bucket is in order already: a merge, not a sort from nothing.
        rows.sort_by(|a, b| a.key.cmp(&b.key));
        Some(Self {
            news: rows.iter().filter(|row| row.news).count(),
            rows: Arc::new(rows),
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

    /// How many are news.
    pub fn news(&self) -> usize {
        self.news
    }

    /// One row.
    pub fn get(&self, key: &TicketKey) -> Option<&Arc<TicketRow>> {
        self.rows.get(self.place(key).ok()?)
    }

    /// All rows, by key.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<TicketRow>> {
        self.rows.iter()
    }

    /// All rows, to be kept: as long as the phone answers the same ones (by pointer), none has altered.
    pub fn shared(&self) -> &Arc<Vec<Arc<TicketRow>>> {
        &self.rows
    }

    fn place(&self, key: &TicketKey) -> Result<usize, usize> {
        self.rows.binary_search_by(|row| row.key.cmp(key))
    }

    pub(super) fn insert(&mut self, row: TicketRow) {
        self.dirty.insert(bucket_of(&row.key));
        self.news += usize::from(row.news);
        let place = self.place(&row.key);
        let rows = Arc::make_mut(&mut self.rows);
        match place {
            Ok(at) => {
                let old = std::mem::replace(&mut rows[at], Arc::new(row));
                self.news -= usize::from(old.news);
            }
            Err(at) => rows.insert(at, Arc::new(row)),
        }
    }

    pub(super) fn remove(&mut self, key: &TicketKey) {
        if let Ok(at) = self.place(key) {
            let old = Arc::make_mut(&mut self.rows).remove(at);
            self.news -= usize::from(old.news);
            self.dirty.insert(bucket_of(key));
        }
    }

    /// No longer news, if it was.
    pub(super) fn look(&mut self, key: &TicketKey) {
        if let Some(row) = self.get(key).filter(|row| row.news) {
            let seen = TicketRow {
                news: false,
                ..TicketRow::clone(row)
            };
            self.insert(seen);
        }
    }

    pub(super) fn clear(&mut self) {
        let buckets: Vec<u32> = self.rows.iter().map(|row| bucket_of(&row.key)).collect();
        self.dirty.extend(buckets);
        self.rows = Arc::default();
        self.news = 0;
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
        for row in self.rows.iter() {
            if let Some(bucket) = buckets.get_mut(&bucket_of(&row.key)) {
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

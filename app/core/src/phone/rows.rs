//! The rows of all that is cached of one kind, stored in buckets so that thousands load in one read and one change
//! writes one bucket.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Batch, Table};
use crate::domain::{ThreadRow, TicketRow};
use crate::ids::{ThreadKey, TicketKey};

/// A row that is kept among others of its kind.
pub trait Row: Clone + Serialize + DeserializeOwned {
    /// What it is the row of.
    type Key: Ord;
    /// Where its buckets are.
    const TABLE: Table;
    /// How many there are.
    const BUCKETS: u32;
    /// The first byte of a bucket; another number means another version's form.
    const FORM: u8;

    /// What it is the row of.
    fn key(&self) -> &Self::Key;
    /// What the key's place in the buckets is made of.
    fn spread(key: &Self::Key) -> impl Iterator<Item = u8>;
    /// Whether it is counted: a ticket that is news, a thread that was not read.
    fn is_news(&self) -> bool;
}

impl Row for TicketRow {
    type Key = TicketKey;
    const TABLE: Table = Table::Rows;
    const BUCKETS: u32 = 32;
    const FORM: u8 = 3;

    fn key(&self) -> &TicketKey {
        &self.key
    }

    fn spread(key: &TicketKey) -> impl Iterator<Item = u8> {
        key.source.0.bytes().chain(key.id.0.to_le_bytes())
    }

    fn is_news(&self) -> bool {
        self.news
    }
}

impl Row for ThreadRow {
    type Key = ThreadKey;
    const TABLE: Table = Table::ThreadRows;
    // There may be ten thousand, and a first read brings them a page at a time: each page writes what it touches.
    const BUCKETS: u32 = 128;
    const FORM: u8 = 1;

    fn key(&self) -> &ThreadKey {
        &self.key
    }

    fn spread(key: &ThreadKey) -> impl Iterator<Item = u8> {
        key.mailbox.0.bytes().chain(key.id.bytes())
    }

    fn is_news(&self) -> bool {
        self.unread
    }
}

/// All rows of a kind, by key. A copy shares them until one of the two alters some.
#[derive(Clone, Debug)]
pub struct Rows<R: Row = TicketRow> {
    /// In the order of their keys. Not a map: thousands are read at once and few altered.
    rows: Arc<Vec<Arc<R>>>,
    news: usize,
    dirty: BTreeSet<u32>,
}

impl<R: Row> Default for Rows<R> {
    fn default() -> Self {
        Self {
            rows: Arc::default(),
            news: 0,
            dirty: BTreeSet::new(),
        }
    }
}

impl<R: Row> Rows<R> {
    /// Rows from their buckets; `None` if these have another version's form.
    pub fn load(buckets: &[(String, Vec<u8>)]) -> Option<Self> {
        let mut rows: Vec<Arc<R>> = Vec::new();
        for (_, bytes) in buckets {
            let (form, body) = bytes.split_first()?;
            if *form != R::FORM {
                return None;
            }
            let bucket: Vec<R> = postcard::from_bytes(body).ok()?;
            rows.extend(bucket.into_iter().map(Arc::new));
        }
        // Each bucket is in order already: a merge, not a sort from nothing.
        rows.sort_by(|a, b| a.key().cmp(b.key()));
        Some(Self {
            news: rows.iter().filter(|row| row.is_news()).count(),
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

    /// How many are counted.
    pub fn news(&self) -> usize {
        self.news
    }

    /// One row.
    pub fn get(&self, key: &R::Key) -> Option<&Arc<R>> {
        self.rows.get(self.place(key).ok()?)
    }

    /// All rows, by key.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<R>> {
        self.rows.iter()
    }

    /// All rows, to be kept: as long as the phone answers the same ones (by pointer), none has altered.
    pub fn shared(&self) -> &Arc<Vec<Arc<R>>> {
        &self.rows
    }

    fn place(&self, key: &R::Key) -> Result<usize, usize> {
        self.rows.binary_search_by(|row| row.key().cmp(key))
    }

    pub(super) fn insert(&mut self, row: R) {
        self.dirty.insert(bucket_of::<R>(row.key()));
        self.news += usize::from(row.is_news());
        let place = self.place(row.key());
        let rows = Arc::make_mut(&mut self.rows);
        match place {
            Ok(at) => {
                let old = std::mem::replace(&mut rows[at], Arc::new(row));
                self.news -= usize::from(old.is_news());
            }
            Err(at) => rows.insert(at, Arc::new(row)),
        }
    }

    pub(super) fn remove(&mut self, key: &R::Key) {
        if let Ok(at) = self.place(key) {
            let old = Arc::make_mut(&mut self.rows).remove(at);
            self.news -= usize::from(old.is_news());
            self.dirty.insert(bucket_of::<R>(key));
        }
    }

    pub(super) fn clear(&mut self) {
        let buckets: Vec<u32> = self
            .rows
            .iter()
            .map(|row| bucket_of::<R>(row.key()))
            .collect();
        self.dirty.extend(buckets);
        self.rows = Arc::default();
        self.news = 0;
    }

    pub(super) fn write_dirty(&mut self, batch: &mut Batch) {
        let dirty = std::mem::take(&mut self.dirty);
        if dirty.is_empty() {
            return;
        }
        let mut buckets: BTreeMap<u32, Vec<&R>> = dirty
            .into_iter()
            .map(|bucket| (bucket, Vec::new()))
            .collect();
        for row in self.rows.iter() {
            if let Some(bucket) = buckets.get_mut(&bucket_of::<R>(row.key())) {
                bucket.push(row);
            }
        }
        for (bucket, rows) in buckets {
            let key = bucket.to_string();
            // Plain data without maps or floats: postcard can't fail on it.
            match postcard::to_allocvec(&rows) {
                Ok(body) if !rows.is_empty() => {
                    let mut bytes = vec![R::FORM];
                    bytes.extend(body);
                    batch.put_bytes(R::TABLE, key, bytes);
                }
                _ => batch.delete(R::TABLE, key),
            }
        }
    }
}

impl Rows<TicketRow> {
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
}

/// FNV-1a: the same in every version and on every machine, unlike the standard library's hasher.
fn bucket_of<R: Row>(key: &R::Key) -> u32 {
    let hash = R::spread(key).fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    hash % R::BUCKETS
}

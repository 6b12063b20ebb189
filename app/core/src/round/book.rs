//! What the technician himself says of his round: order, choice, visits, what to take along. It never leaves the phone.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Stop, Visit};
use crate::domain::StoreId;
use crate::time::{Instant, Seconds};

/// How long a visit that is settled is kept.
const KEPT: Seconds = Seconds::days(90);
/// The longest line of what to take along.
pub const MAX_ITEM_LETTERS: usize = 200;

/// Something to take along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What.
    pub text: String,
    /// It is in the car.
    #[serde(default)]
    pub packed: bool,
}

/// Why something did not become a line of what to take along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoItem {
    /// Nothing was typed.
    #[error("the line is empty")]
    Empty,
    /// More than [`MAX_ITEM_LETTERS`].
    #[error("the line is longer than {MAX_ITEM_LETTERS} letters")]
    TooLong,
}

/// The stores that are left out, on one day: the next one begins with all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct LeftOut {
    day: i64,
    stores: BTreeSet<StoreId>,
}

/// The book of his rounds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Book {
    /// Stores in the order that he put them in; empty while he goes by the proposed one.
    pinned: Vec<StoreId>,
    left_out: LeftOut,
    /// Stores that he wants to visit although nothing waits there, with their names.
    added: BTreeMap<StoreId, String>,
    /// Oldest first; the last may be under way.
    visits: Vec<Visit>,
    /// What to take along, by store; under no store's id, for the whole round.
    to_take: BTreeMap<String, Vec<Item>>,
}

impl Book {
    /// Whether nothing was ever written.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The order that he put the stores in.
    pub fn pinned(&self) -> &[StoreId] {
        &self.pinned
    }

    /// Moves a store one place up or down in the order as it is shown. From then on that order is his.
    pub fn shift(&mut self, shown: &[Stop], id: &StoreId, up: bool) {
        let mut order: Vec<StoreId> = shown.iter().map(|stop| stop.id.clone()).collect();
        let Some(at) = order.iter().position(|other| other == id) else {
            return;
        };
        let to = match up {
            true => at.checked_sub(1),
            false => Some(at + 1).filter(|to| *to < order.len()),
        };
        if let Some(to) = to {
            order.swap(at, to);
        }
        // Those that wait for nobody today keep the place that he gave them, behind.
        let mut rest = std::mem::take(&mut self.pinned);
        rest.retain(|id| !order.contains(id));
        order.append(&mut rest);
        self.pinned = order;
    }

    /// Goes by the proposed order again.
    pub fn unpin(&mut self) {
        self.pinned.clear();
    }

    /// Whether a store is left out that day (days are counted by the phone's own calendar).
    pub fn is_out(&self, id: &StoreId, day: i64) -> bool {
        self.left_out.day == day && self.left_out.stores.contains(id)
    }

    /// Leaves a store out of that day's round, or takes it in again.
    pub fn set_out(&mut self, id: &StoreId, day: i64, out: bool) {
        if self.left_out.day != day {
            self.left_out = LeftOut {
                day,
                stores: BTreeSet::new(),
            };
        }
        match out {
            true => self.left_out.stores.insert(id.clone()),
            false => self.left_out.stores.remove(id),
        };
    }

    /// Stores that he added, although nothing waits there.
    pub fn added(&self) -> &BTreeMap<StoreId, String> {
        &self.added
    }

    /// Adds a store; it stays until he has been there, or takes it away again.
    pub fn add_store(&mut self, id: &StoreId, name: &str, day: i64) {
        self.added.insert(id.clone(), name.to_owned());
        if self.is_out(id, day) {
            self.set_out(id, day, false);
        }
    }

    /// Takes away a store that he added.
    pub fn drop_store(&mut self, id: &StoreId) {
        self.added.remove(id);
    }

    /// All visits, oldest first.
    pub fn visits(&self) -> &[Visit] {
        &self.visits
    }

    /// The one that is under way.
    pub fn running(&self) -> Option<&Visit> {
        self.visits.last().filter(|visit| visit.to.is_none())
    }

    /// Those that ended, and whose time nobody has decided about.
    pub fn undecided(&self) -> impl Iterator<Item = &Visit> {
        let visits = self.visits.iter();
        visits.filter(|visit| visit.to.is_some() && !visit.settled)
    }

    /// Begins a visit. He can't be in two places: one that is under way elsewhere ends.
    pub fn start(&mut self, store: &StoreId, name: &str, now: Instant) {
        if self.running().is_some_and(|visit| visit.store == *store) {
            return;
        }
        self.end(now);
        // Its beginning is its name: two that begin in the same second would be one.
        let last = self.visits.last().map(|visit| visit.from + Seconds(1));
        self.visits.push(Visit {
            store: store.clone(),
            name: name.to_owned(),
            from: last.map_or(now, |last| now.max(last)),
            to: None,
            settled: false,
        });
        self.visits
            .retain(|visit| !visit.settled || now - visit.from <= KEPT);
    }

    /// Ends the visit that is under way.
    pub fn end(&mut self, now: Instant) {
        if let Some(visit) = self.visits.last_mut().filter(|visit| visit.to.is_none()) {
            visit.to = Some(now.max(visit.from));
            self.added.remove(&visit.store);
        }
    }

    /// It is decided what becomes of a visit's time.
    pub fn settle(&mut self, from: Instant) {
        let mut visits = self.visits.iter_mut();
        if let Some(visit) = visits.find(|visit| visit.from == from) {
            visit.settled = true;
        }
    }

    /// What to take along, to a store or on the whole round.
    pub fn to_take(&self, store: Option<&StoreId>) -> &[Item] {
        self.to_take.get(&place(store)).map_or(&[], Vec::as_slice)
    }

    /// Adds something to take along.
    ///
    /// # Errors
    /// What is wrong with the line.
    pub fn add_item(&mut self, store: Option<&StoreId>, text: &str) -> Result<(), NoItem> {
        let text = text.trim();
        match text.chars().count() {
            0 => return Err(NoItem::Empty),
            letters if letters > MAX_ITEM_LETTERS => return Err(NoItem::TooLong),
            _ => {}
        }
        let items = self.to_take.entry(place(store)).or_default();
        // A line that is there already is not wanted twice.
        match items.iter_mut().find(|item| item.text == text) {
            Some(item) => item.packed = false,
            None => items.push(Item {
                text: text.to_owned(),
                packed: false,
            }),
        }
        Ok(())
    }

    /// It is in the car, or not.
    pub fn pack(&mut self, store: Option<&StoreId>, text: &str, packed: bool) {
        let items = self.to_take.entry(place(store)).or_default();
        if let Some(item) = items.iter_mut().find(|item| item.text == text) {
            item.packed = packed;
        }
    }

    /// It is not wanted any more.
    pub fn drop_item(&mut self, store: Option<&StoreId>, text: &str) {
        let key = place(store);
        let items = self.to_take.entry(key.clone()).or_default();
        items.retain(|item| item.text != text);
        if items.is_empty() {
            self.to_take.remove(&key);
        }
    }
}

fn place(store: Option<&StoreId>) -> String {
    store.map(ToString::to_string).unwrap_or_default()
}

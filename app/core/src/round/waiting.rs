//! What waits in each store.

use std::collections::BTreeMap;

use crate::domain::{Account, Due, Goals, Level, Status, StoreId, TicketRow};
use crate::time::Instant;

/// What waits in one store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The store.
    pub id: StoreId,
    /// As a ticket names it.
    pub name: String,
    /// Tickets that are neither solved nor closed.
    pub open: usize,
    /// Of these, the technician's own.
    pub mine: usize,
    /// Of these, those that are late.
    pub late: usize,
    /// The most urgent priority among those that wait for nobody else.
    pub urgent: Option<Level>,
    /// What is due first, its clock running.
    pub due: Option<Due>,
    /// When the next intervention is planned.
    pub planned: Option<Instant>,
}

impl Waiting {
    fn new(id: StoreId, name: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            open: 0,
            mine: 0,
            late: 0,
            urgent: None,
            due: None,
            planned: None,
        }
    }

    fn count(&mut self, row: &TicketRow, seen: &Seen<'_>) {
        self.open += 1;
        if seen.accounts.iter().any(|account| row.is_mine(account)) {
            self.mine += 1;
        }
        if let Some(planned) = row.planned_at {
            self.planned = Some(self.planned.map_or(planned, |known| known.min(planned)));
        }
        // What is pending waits for somebody else: it counts, and presses nobody.
        if row.status == Status::Pending {
            return;
        }
        self.urgent = self.urgent.max(Some(row.priority));
        if let Some(due) = row.timing().due(seen.goals) {
            self.late += usize::from(due.is_late(seen.now));
            let first = |known: &Due| known.order() <= due.order();
            self.due = self.due.filter(first).or(Some(due));
        }
    }
}

/// What rows are looked at with.
struct Seen<'a> {
    accounts: &'a [&'a Account],
    goals: &'a Goals,
    now: Instant,
}

/// What waits, store by store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WhatWaits {
    /// In the order of their ids.
    pub stores: Vec<Waiting>,
    /// Open tickets that are in no store.
    pub nowhere: usize,
}

impl WhatWaits {
    /// Out of rows as they are shown.
    pub fn of<R: AsRef<TicketRow>>(
        rows: impl IntoIterator<Item = R>,
        accounts: &[&Account],
        goals: &Goals,
        now: Instant,
    ) -> Self {
        let seen = Seen {
            accounts,
            goals,
            now,
        };
        // Few names and thousands of rows: each name is made an id once.
        let mut ids: BTreeMap<String, Option<StoreId>> = BTreeMap::new();
        let mut stores: BTreeMap<StoreId, Waiting> = BTreeMap::new();
        let mut nowhere = 0;
        for row in rows {
            let row = row.as_ref();
            if !row.status.is_open() {
                continue;
            }
            if !ids.contains_key(&row.location) {
                ids.insert(row.location.clone(), StoreId::of(&row.location));
            }
            match ids.get(&row.location).cloned().flatten() {
                None => nowhere += 1,
                Some(id) => {
                    let store = stores.entry(id.clone());
                    let store = store.or_insert_with(|| Waiting::new(id, &row.location));
                    store.count(row, &seen);
                }
            }
        }
        Self {
            stores: stores.into_values().collect(),
            nowhere,
        }
    }

    /// With stores in which nothing waits, for whom they were added by hand.
    #[must_use]
    pub fn with<'a>(mut self, added: impl IntoIterator<Item = (&'a StoreId, &'a String)>) -> Self {
        for (id, name) in added {
            if let Err(at) = self.stores.binary_search_by(|waiting| waiting.id.cmp(id)) {
                self.stores.insert(at, Waiting::new(id.clone(), name));
            }
        }
        self
    }

    /// What waits in one.
    pub fn store(&self, id: &StoreId) -> Option<&Waiting> {
        self.stores.iter().find(|waiting| waiting.id == *id)
    }
}

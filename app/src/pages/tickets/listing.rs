//! The rows that a filter leaves, in order: pure, so that thousands can be timed and tested without a browser.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use tournee_core::domain::{Account, TicketRow};
use tournee_core::ids::TicketKey;
use tournee_core::outbox::Queued;
use tournee_core::overlay;
use tournee_core::phone::Phone;

use super::filter::{Filter, Matcher, order};
use crate::components::Standing;

/// What the list shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    /// The wanted rows, in order.
    pub rows: Arc<Vec<Arc<TicketRow>>>,
    /// How many tickets the phone holds.
    pub held: usize,
    /// How many of these are new since the technician last looked.
    pub news: usize,
    /// The worst standing among the changes on a ticket, where some are not settled.
    pub standings: Arc<HashMap<TicketKey, Standing>>,
}

/// A row, and where it stands in the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// From 0.
    pub index: usize,
    /// The row.
    pub row: Arc<TicketRow>,
    /// The worst standing of the changes on it.
    pub standing: Option<Standing>,
}

impl Listing {
    /// Where a ticket stands in it.
    #[cfg(test)]
    pub fn position(&self, key: &TicketKey) -> Option<usize> {
        self.rows.iter().position(|row| row.key == *key)
    }

    /// The rows of a window, with their places.
    pub fn placed(&self, window: Range<usize>) -> Vec<Placed> {
        let rows = self.rows.iter().enumerate();
        rows.skip(window.start)
            .take(window.len())
            .map(|(index, row)| Placed {
                index,
                row: row.clone(),
                standing: self.standings.get(&row.key).copied(),
            })
            .collect()
    }
}

/// The listing of a phone. Only tickets that a change is on are copied; the thousands of others are shared.
pub fn listing(phone: &Phone, filter: &Filter) -> Listing {
    let accounts: Vec<&Account> = phone.meta().sources.iter().map(|s| &s.account).collect();
    let mut changes: HashMap<&TicketKey, Vec<&Queued>> = HashMap::new();
    for queued in phone.outbox().iter().filter(|q| q.is_on_its_way()) {
        changes
            .entry(&queued.change.ticket)
            .or_default()
            .push(queued);
    }
    let mut matcher = Matcher::new(filter, &accounts);
    let mut news = 0;
    let mut rows = Vec::with_capacity(phone.rows().len());
    for base in phone.rows().iter() {
        news += usize::from(base.news);
        // Hashing thousands of keys for nothing costs more than the rest of the filter.
        let queued = if changes.is_empty() {
            None
        } else {
            changes.get(&base.key)
        };
        let row = match queued {
            None => base.clone(),
            Some(queued) => Arc::new(overlay::row(base, queued.iter().copied())),
        };
        if matcher.wants(&row) {
            rows.push(row);
        }
    }
    rows.sort_unstable_by(|a, b| order(filter, a, b));
    Listing {
        rows: Arc::new(rows),
        held: phone.rows().len(),
        news,
        standings: Arc::new(standings(phone)),
    }
}

fn standings(phone: &Phone) -> HashMap<TicketKey, Standing> {
    let mut standings = HashMap::new();
    for queued in phone.outbox().iter().filter(|q| q.is_unsettled()) {
        let standing = Standing::of(queued);
        let worst = standings
            .entry(queued.change.ticket.clone())
            .or_insert(standing);
        *worst = standing.max(*worst);
    }
    standings
}

/// The stores that a filter can choose among: those of the tickets held, in alphabetical order.
pub fn locations(phone: &Phone) -> Vec<String> {
    let names: BTreeSet<&str> = phone
        .rows()
        .iter()
        .map(|row| row.location.as_str())
        .filter(|name| !name.is_empty())
        .collect();
    names.into_iter().map(str::to_owned).collect()
}

/// Tickets that are news.
pub fn news(phone: &Phone) -> Vec<TicketKey> {
    let news = phone.rows().iter().filter(|row| row.news);
    news.map(|row| row.key.clone()).collect()
}

#[cfg(test)]
#[path = "listing_tests.rs"]
mod tests;

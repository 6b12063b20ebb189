//! The rows that a filter leaves, in order: pure, so that thousands can be timed and tested without a browser.

use std::ops::Range;
use std::sync::Arc;

use tournee_core::domain::{Account, TicketRow};
use tournee_core::ids::TicketKey;
use tournee_core::outbox::Queued;
use tournee_core::overlay;
use tournee_core::phone::Phone;

use super::filter::{Filter, Matcher, order};
use super::fold::compare;
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
    /// Where each change stands that is not settled.
    pub unsettled: Arc<Vec<(TicketKey, Standing)>>,
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

    /// The worst standing of the changes on a ticket.
    fn standing(&self, key: &TicketKey) -> Option<Standing> {
        let on_it = self.unsettled.iter().filter(|(ticket, _)| ticket == key);
        on_it.map(|(_, standing)| *standing).max()
    }

    /// The rows of a window, with their places.
    pub fn placed(&self, window: Range<usize>) -> Vec<Placed> {
        let rows = self.rows.iter().enumerate();
        rows.skip(window.start)
            .take(window.len())
            .map(|(index, row)| Placed {
                index,
                row: row.clone(),
                standing: self.standing(&row.key),
            })
            .collect()
    }
}

/// The listing of a phone. Only tickets that a change is on are copied; the thousands of others are shared.
pub fn listing(phone: &Phone, filter: &Filter) -> Listing {
    let accounts: Vec<&Account> = phone.meta().sources.iter().map(|s| &s.account).collect();
    let mut changes: Vec<&Queued> = phone
        .outbox()
        .iter()
        .filter(|q| q.is_on_its_way())
        .collect();
    changes.sort_unstable_by_key(|queued| (&queued.change.ticket, queued.change.seq));
    let mut matcher = Matcher::new(filter, &accounts);
    let mut news = 0;
    let mut rows = Vec::with_capacity(phone.rows().len());
    for base in phone.rows().iter() {
        news += usize::from(base.news);
        let first = changes.partition_point(|queued| queued.change.ticket < base.key);
        let on_it = changes.iter().skip(first).copied();
        let mut on_it = on_it
            .take_while(|queued| queued.change.ticket == base.key)
            .peekable();
        let row = match on_it.peek() {
            None => base.clone(),
            Some(_) => Arc::new(overlay::row(base, on_it)),
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
        unsettled: Arc::new(unsettled(phone)),
    }
}

fn unsettled(phone: &Phone) -> Vec<(TicketKey, Standing)> {
    let queued = phone.outbox().iter().filter(|q| q.is_unsettled());
    queued
        .map(|queued| (queued.change.ticket.clone(), Standing::of(queued)))
        .collect()
}

/// The stores that a filter can choose among: those of the tickets held, in alphabetical order.
pub fn locations(phone: &Phone) -> Vec<String> {
    let rows = phone.rows().iter();
    let mut names: Vec<&str> = rows.map(|row| row.location.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names.sort_unstable_by(|a, b| compare(a, b));
    names.retain(|name| !name.is_empty());
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

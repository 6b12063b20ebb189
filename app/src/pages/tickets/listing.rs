//! The rows that a filter leaves, in order: pure, so that thousands can be timed and tested without a browser.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use tournee_core::domain::{Account, Goals, TicketRow};
use tournee_core::fold::compare;
use tournee_core::ids::{SourceId, TicketKey};
use tournee_core::outbox::Queued;
use tournee_core::phone::Phone;

use super::filter::{Filter, Matcher, order};
use crate::components::Standing;

/// Rows in the list's order.
pub type Rows = Arc<Vec<Arc<TicketRow>>>;

/// What the list shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    /// The wanted rows, in order.
    pub rows: Rows,
    /// How many tickets the phone holds.
    pub held: usize,
    /// What the choice has that is new since the technician last looked, whatever its status.
    pub news: Arc<Vec<TicketKey>>,
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

/// A row as the phone has it now, in the place where the list had it: where it belongs now is found a frame later.
pub fn followed(phone: &Phone, placed: Placed) -> Placed {
    let key = &placed.row.key;
    let changes = || phone.outbox().of_ticket(key);
    let row = match changes().any(Queued::is_on_its_way) {
        true => phone.shown_row(key).map(Arc::new),
        false => phone.rows().get(key).cloned(),
    };
    let unsettled = changes().filter(|queued| queued.is_unsettled());
    let standing = unsettled.map(Standing::of).max();
    Placed {
        row: row.unwrap_or(placed.row),
        standing,
        ..placed
    }
}

/// What a filter leaves of the phone's base. Looks at thousands: made anew only when the base or the filter moves, and
/// not for a change of the technician's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ground {
    /// The wanted rows, in order.
    rows: Rows,
    /// What would be shown of it if news alone were, whatever its status.
    news: Arc<Vec<TicketKey>>,
}

/// The ground of a phone's listing.
pub fn ground(phone: &Phone, filter: &Filter) -> Ground {
    let (accounts, goals) = (accounts(phone), phone.goals());
    let mut matcher = Matcher::new(filter, &accounts, goals);
    let wanted = phone.rows().iter().filter(|row| matcher.wants(row));
    let mut rows: Vec<Arc<TicketRow>> = wanted.cloned().collect();
    rows.sort_unstable_by(|a, b| order(filter, goals, a, b));
    let only_news = only_news(filter);
    let mut matcher = Matcher::new(&only_news, &accounts, goals);
    let news = phone.rows().iter().filter(|row| matcher.wants(row));
    Ground {
        rows: Arc::new(rows),
        news: Arc::new(news.map(|row| row.key.clone()).collect()),
    }
}

/// The listing of a phone, out of its ground: only rows that a change is on are made, and find their place.
pub fn listing(phone: &Phone, filter: &Filter, ground: &Ground) -> Listing {
    let on_its_way = phone.outbox().iter().filter(|q| q.is_on_its_way());
    let changed: BTreeSet<&TicketKey> = on_its_way
        .filter_map(|queued| queued.change.ticket())
        .collect();
    let locals = phone.local_rows();
    let held = phone.rows().len() + locals.len();
    let news = news(phone, filter, ground, &changed);
    let mut rows = ground.rows.clone();
    if !changed.is_empty() || !locals.is_empty() {
        let (accounts, goals) = (accounts(phone), phone.goals());
        let mut matcher = Matcher::new(filter, &accounts, goals);
        let rows = Arc::make_mut(&mut rows);
        for key in changed {
            let (Some(base), Some(shown)) = (phone.rows().get(key), phone.shown_row(key)) else {
                continue;
            };
            if let Ok(at) = rows.binary_search_by(|row| order(filter, goals, row, base)) {
                rows.remove(at);
            }
            if matcher.wants(&shown) {
                put(rows, filter, goals, shown);
            }
        }
        for row in locals.into_iter().filter(|row| matcher.wants(row)) {
            put(rows, filter, goals, row);
        }
    }
    Listing {
        rows,
        held,
        news,
        unsettled: Arc::new(unsettled(phone)),
    }
}

fn put(rows: &mut Vec<Arc<TicketRow>>, filter: &Filter, goals: &Goals, row: TicketRow) {
    let place = rows.binary_search_by(|other| order(filter, goals, other, &row));
    rows.insert(place.unwrap_or_else(|at| at), Arc::new(row));
}

/// Whose tickets are *mine*.
pub fn accounts(phone: &Phone) -> Vec<&Account> {
    phone.meta().sources.iter().map(|s| &s.account).collect()
}

fn unsettled(phone: &Phone) -> Vec<(TicketKey, Standing)> {
    let queued = phone.outbox().iter().filter(|q| q.is_unsettled());
    queued
        .filter_map(|queued| Some((queued.change.ticket()?.clone(), Standing::of(queued))))
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

/// The GLPIs whose tickets are of more than one entity.
pub fn divided(phone: &Phone) -> BTreeSet<SourceId> {
    let mut first: BTreeMap<&SourceId, &str> = BTreeMap::new();
    let mut divided = BTreeSet::new();
    for row in phone.rows().iter() {
        let (source, entity) = (&row.key.source, row.entity.as_str());
        if *first.entry(source).or_insert(entity) != entity && !divided.contains(source) {
            divided.insert(source.clone());
        }
    }
    divided
}

/// The same choice, showing news alone.
fn only_news(filter: &Filter) -> Filter {
    Filter {
        news: true,
        ..filter.clone()
    }
}

/// What the list would show of this choice if it showed news alone: who says that he has seen them means no others. Only
/// what a change is on is looked at again.
fn news(
    phone: &Phone,
    filter: &Filter,
    ground: &Ground,
    changed: &BTreeSet<&TicketKey>,
) -> Arc<Vec<TicketKey>> {
    let only_news = only_news(filter);
    let (accounts, goals) = (accounts(phone), phone.goals());
    let mut matcher = Matcher::new(&only_news, &accounts, goals);
    let mut news = ground.news.clone();
    for key in changed {
        let shown = phone.rows().get(key).and_then(|_| phone.shown_row(key));
        let is_there = news.binary_search(key);
        match (is_there, shown.is_some_and(|row| matcher.wants(&row))) {
            (Err(at), true) => Arc::make_mut(&mut news).insert(at, (*key).clone()),
            (Ok(at), false) => drop(Arc::make_mut(&mut news).remove(at)),
            _ => {}
        }
    }
    news
}

#[cfg(test)]
#[path = "listing_tests.rs"]
mod tests;

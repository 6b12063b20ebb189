//! How often each name was used lately in one GLPI, and by whom.

use std::collections::BTreeMap;

use crate::domain::{Account, TicketRow};
use crate::ids::SourceId;
use crate::phone::Phone;

/// How often each name was used lately in one GLPI.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    categories: BTreeMap<String, usize>,
    locations: BTreeMap<String, usize>,
    /// Tickets of a requester by store.
    requesters: BTreeMap<String, BTreeMap<String, usize>>,
}

/// What the technician works on himself counts for more.
const MINE: usize = 4;

impl Usage {
    /// Out of the tickets on the phone, those that are not in GLPI yet included.
    pub fn of(phone: &Phone, source: &SourceId) -> Self {
        let mut usage = Self::default();
        let account = phone.account(source);
        for row in phone.rows().iter().filter(|row| row.key.source == *source) {
            usage.count(row, account);
        }
        for row in phone.local_rows() {
            if row.key.source == *source {
                usage.count(&row, account);
            }
        }
        usage
    }

    pub(super) fn count(&mut self, row: &TicketRow, account: Option<&Account>) {
        let weight = match account.is_some_and(|account| row.is_mine(account)) {
            true => MINE,
            false => 1,
        };
        add(&mut self.categories, &row.category, weight);
        add(&mut self.locations, &row.location, weight);
        // "Garcin Magali +1" is two people; the first is named.
        let requester = row.requester.split(" +").next().unwrap_or_default();
        if !requester.is_empty() {
            let stores = self.requesters.entry(requester.to_owned()).or_default();
            *stores.entry(row.location.clone()).or_default() += weight;
        }
    }

    /// Of a category.
    pub fn category(&self, name: &str) -> usize {
        self.categories.get(name).copied().unwrap_or_default()
    }

    /// Of a store.
    pub fn location(&self, name: &str) -> usize {
        self.locations.get(name).copied().unwrap_or_default()
    }

    /// Of a requester; those who asked from that store before come first.
    pub fn requester(&self, name: &str, store: &str) -> usize {
        let Some(stores) = self.requesters.get(name) else {
            return 0;
        };
        let here = match store.is_empty() {
            true => 0,
            false => stores.get(store).copied().unwrap_or_default(),
        };
        stores.values().sum::<usize>() + here * 1000
    }

    /// Where somebody asks from most.
    pub fn usual_store(&self, requester: &str) -> Option<&str> {
        let stores = self.requesters.get(requester)?.iter();
        let most = stores
            .filter(|(store, _)| !store.is_empty())
            .max_by_key(|(_, count)| **count)?;
        Some(most.0)
    }
}

fn add(counts: &mut BTreeMap<String, usize>, name: &str, weight: usize) {
    if !name.is_empty() {
        *counts.entry(name.to_owned()).or_default() += weight;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_requester_s_usual_store_is_where_he_asked_from_most() {
        let mut usage = Usage::default();
        let stores = usage.requesters.entry("Garcin".into()).or_default();
        stores.insert("Magasin Les Arcs".into(), 3);
        stores.insert(String::new(), 9);
        stores.insert("Magasin St-Zac".into(), 1);
        assert_eq!(usage.usual_store("Garcin"), Some("Magasin Les Arcs"));
        assert!(usage.requester("Garcin", "Magasin St-Zac") > usage.requester("Garcin", ""));
        assert_eq!(usage.usual_store("Personne"), None);
    }
}

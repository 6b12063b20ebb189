//! What the tickets on the phone teach: which words went with which category.

use std::collections::BTreeMap;

use super::usage::Usage;
use super::words::Words;
use crate::domain::{Account, TicketRow};

/// A word of more than one ticket in so many says nothing about any of them.
const COMMON: usize = 4;

/// What the tickets of one GLPI teach.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lore {
    /// How often names were used.
    pub usage: Usage,
    /// Tickets that are assigned to the technician.
    pub mine: usize,
    tickets: usize,
    categories: Vec<String>,
    /// Where each stands in that list.
    places: BTreeMap<String, usize>,
    /// By stem: in how many tickets of each category it stands.
    stems: BTreeMap<String, BTreeMap<usize, usize>>,
}

impl Lore {
    /// Out of these rows.
    pub fn of_rows<'a>(
        rows: impl Iterator<Item = &'a TicketRow>,
        account: Option<&Account>,
    ) -> Self {
        let mut lore = Self::default();
        for row in rows {
            lore.learn(row, account);
        }
        lore
    }

    /// Takes in one ticket more.
    pub fn learn(&mut self, row: &TicketRow, account: Option<&Account>) {
        self.usage.count(row, account);
        self.mine += usize::from(account.is_some_and(|account| row.is_mine(account)));
        if row.category.is_empty() {
            return;
        }
        self.tickets += 1;
        let place = self.place_of(&row.category);
        for (stem, _) in Words::of(&row.title).telling() {
            let counts = self.stems.entry(stem.to_owned()).or_default();
            *counts.entry(place).or_default() += 1;
        }
    }

    fn place_of(&mut self, category: &str) -> usize {
        if let Some(place) = self.places.get(category) {
            return *place;
        }
        let place = self.categories.len();
        self.categories.push(category.to_owned());
        self.places.insert(category.to_owned(), place);
        place
    }

    /// The categories of tickets that say this word, with how many, and of how many; nothing for a word of so many
    /// tickets that it tells nothing.
    pub(super) fn categories_of(&self, stem: &str) -> Vec<(&str, usize, usize)> {
        let Some(counts) = self.stems.get(stem) else {
            return Vec::new();
        };
        let all: usize = counts.values().sum();
        // Few tickets have no common words yet.
        if self.tickets > 40 && all * COMMON > self.tickets {
            return Vec::new();
        }
        let named = counts.iter().filter_map(|(place, count)| {
            let name = self.categories.get(*place)?;
            Some((name.as_str(), *count, all))
        });
        named.collect()
    }
}

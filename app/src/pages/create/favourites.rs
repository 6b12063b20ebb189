//! What he likes best of a GLPI's lists: offered first, kept on this device.

use std::collections::BTreeSet;

use tournee_core::ids::SourceId;

use super::suggest::Offer;
use crate::platform::settings;
use crate::text::t;

/// More than any list is used: a favourite comes before whatever is used most.
const FIRST: usize = 1_000_000;

/// One of a GLPI's lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// ITIL categories.
    Categories,
    /// Stores and services.
    Locations,
}

impl List {
    fn key(self, source: &SourceId) -> String {
        match self {
            Self::Categories => format!("{source}.categories"),
            Self::Locations => format!("{source}.locations"),
        }
    }
}

/// The favourites of one list, by number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Favourites(BTreeSet<u64>);

impl Favourites {
    /// As they are kept.
    pub fn of(source: &SourceId, list: List) -> Self {
        Self::read(&settings::favourites(&list.key(source)))
    }

    fn read(text: &str) -> Self {
        Self(text.split(' ').filter_map(|id| id.parse().ok()).collect())
    }

    fn written(&self) -> String {
        let ids: Vec<String> = self.0.iter().map(u64::to_string).collect();
        ids.join(" ")
    }

    /// Whether one is among them.
    pub fn has(&self, id: u64) -> bool {
        self.0.contains(&id)
    }

    /// Adds one, or takes it out again, and keeps that.
    pub fn turn(source: &SourceId, list: List, id: u64) {
        let mut favourites = Self::of(source, list);
        if !favourites.0.remove(&id) {
            favourites.0.insert(id);
        }
        settings::set_favourites(&list.key(source), &favourites.written());
    }

    /// Puts them before all else that is offered, and says what they are.
    pub fn first(&self, mut offers: Vec<(Offer, usize)>) -> Vec<(Offer, usize)> {
        for (offer, used) in &mut offers {
            if self.has(offer.id) {
                *used += FIRST;
                t(|t| t.favourite_is).clone_into(&mut offer.detail);
            }
        }
        offers
    }
}

#[cfg(test)]
mod tests {
    use super::super::suggest::best;
    use super::*;

    #[test]
    fn a_favourite_is_offered_before_what_is_used_most() {
        let offers = vec![
            (Offer::new(1, "Réseau", ""), 40),
            (Offer::new(2, "Matériel", ""), 3),
            (Offer::new(3, "Logiciel", ""), 0),
        ];
        let favourites = Favourites::read("3");
        let first = best("", favourites.first(offers));
        let ids: Vec<u64> = first.iter().map(|offer| offer.id).collect();
        assert_eq!(ids, [3, 1, 2]);
        assert!(first[0].detail.contains("favori"));
    }

    #[test]
    fn they_are_read_as_they_were_written() {
        let favourites = Favourites(BTreeSet::from([12, 7]));
        assert_eq!(Favourites::read(&favourites.written()), favourites);
        assert_eq!(Favourites::read(""), Favourites::default());
        assert_eq!(Favourites::read("x 4").0, BTreeSet::from([4]));
    }
}

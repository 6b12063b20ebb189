//! What is offered while words are typed: what fits them, what is used most first.

use tournee_core::domain::Named;
use tournee_core::fold::{compare, fold};
pub use tournee_core::proposal::Usage;

/// How many are offered at once: a list that the thumb reaches without scrolling.
pub const OFFERED: usize = 6;

/// What may be offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its number in its list.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// What else may be typed for it, and is shown beside it.
    pub detail: String,
}

impl Offer {
    /// One of a list.
    pub fn new(id: u64, name: &str, detail: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            detail: detail.to_owned(),
        }
    }
}

/// The rows of a dropdown, each with how often it is used.
pub fn named(list: &[Named], used: impl Fn(&str) -> usize) -> Vec<(Offer, usize)> {
    let offers = list.iter();
    offers
        .map(|named| (Offer::new(named.id, &named.name, ""), used(&named.name)))
        .collect()
}

/// The best offers for what is typed: every word in the name or the detail, in any order; whole beginnings first, then
/// what is used most. Nothing typed: what is used most.
pub fn best(words: &str, offers: Vec<(Offer, usize)>) -> Vec<Offer> {
    let wanted = fold(words.trim());
    let pieces: Vec<&str> = wanted.split_whitespace().collect();
    let mut found: Vec<(bool, usize, Offer)> = Vec::new();
    for (offer, used) in offers {
        let name = fold(&offer.name);
        let all = format!("{name} {}", fold(&offer.detail));
        if pieces.iter().all(|piece| all.contains(piece)) {
            let begins = !wanted.is_empty() && begins(&name, &wanted);
            found.push((begins, used, offer));
        }
    }
    found.sort_by(|a, b| {
        let by_use = (b.0, b.1).cmp(&(a.0, a.1));
        by_use.then_with(|| compare(&a.2.name, &b.2.name))
    });
    found.truncate(OFFERED);
    found.into_iter().map(|(_, _, offer)| offer).collect()
}

/// Whether a name, or a word in it, begins so.
fn begins(name: &str, wanted: &str) -> bool {
    let after = |(at, _): (usize, &str)| name[..at].ends_with([' ', '-', '>', '\'', '.']);
    name.starts_with(wanted) || name.match_indices(wanted).any(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(id: u64, name: &str, detail: &str) -> Offer {
        Offer {
            id,
            name: name.to_owned(),
            detail: detail.to_owned(),
        }
    }

    fn ids(words: &str, offers: &[(Offer, usize)]) -> Vec<u64> {
        best(words, offers.to_vec()).iter().map(|o| o.id).collect()
    }

    #[test]
    fn without_words_what_is_used_most_is_offered() {
        let offers = [
            (offer(1, "Réseau", ""), 2),
            (offer(2, "Matériel", ""), 9),
            (offer(3, "Logiciel", ""), 2),
        ];
        assert_eq!(ids("", &offers), [2, 3, 1]);
    }

    #[test]
    fn words_are_found_in_any_order_without_accents_and_in_the_address() {
        let offers = [
            (offer(1, "Garcin Magali", "mgarcin@magasin.example"), 0),
            (offer(2, "Magne Étienne", ""), 50),
        ];
        assert_eq!(ids("magali gar", &offers), [1]);
        assert_eq!(ids("mgarcin@", &offers), [1]);
        assert_eq!(ids("etienne", &offers), [2]);
        assert_eq!(ids("personne", &offers), [] as [u64; 0]);
    }

    #[test]
    fn a_beginning_counts_for_more_than_use() {
        let offers = [
            (offer(1, "Encaissement", ""), 90),
            (offer(2, "Matériel > Caisse", ""), 1),
        ];
        assert_eq!(ids("caiss", &offers), [2, 1]);
    }

    #[test]
    fn no_more_than_fit_are_offered() {
        let offers: Vec<_> = (0..40).map(|id| (offer(id, "Magasin", ""), 0)).collect();
        assert_eq!(best("mag", offers).len(), OFFERED);
    }
}

//! A visit to a store: when it began and when it ended.

use serde::{Deserialize, Serialize};

use crate::domain::StoreId;
use crate::time::{Instant, Seconds};

/// A visit. Its beginning is its name: one runs at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Where.
    pub store: StoreId,
    /// As it was called then.
    pub name: String,
    /// When it began, by the server's clock.
    pub from: Instant,
    /// When it ended; one without an end is under way.
    pub to: Option<Instant>,
    /// Its time was given to tickets, or he said that it is not to be.
    #[serde(default)]
    pub settled: bool,
}

impl Visit {
    /// How long it lasted, or has lasted until now.
    pub fn length(&self, now: Instant) -> Seconds {
        let length = self.to.unwrap_or(now) - self.from;
        length.max(Seconds(0))
    }

    /// Whether this was while he was there.
    pub fn covers(&self, at: Instant) -> bool {
        self.from <= at && self.to.is_none_or(|to| at <= to)
    }
}

const A_MINUTE: i64 = 60;

/// A visit's time in equal parts of whole minutes; what does not divide goes to the first ones. Nothing is lost but
/// what is less than a minute.
pub fn shares(total: Seconds, parts: usize) -> Vec<Seconds> {
    let minutes = total.0.max(0) / A_MINUTE;
    let count = i64::try_from(parts).unwrap_or(i64::MAX).max(1);
    let of = |place: i64| minutes / count + i64::from(place < minutes % count);
    (0..count)
        .take(parts)
        .map(|place| Seconds(of(place) * A_MINUTE))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_visit_come_to_the_whole() {
        assert_eq!(shares(Seconds(3_600), 1), [Seconds(3_600)]);
        assert_eq!(
            shares(Seconds(50 * 60 + 59), 3),
            [Seconds(17 * 60), Seconds(17 * 60), Seconds(16 * 60)]
        );
        assert_eq!(shares(Seconds(-5), 2), [Seconds(0), Seconds(0)]);
        assert!(shares(Seconds(600), 0).is_empty());
        for (minutes, parts) in [(7, 5), (90, 4), (3, 9)] {
            let all: i64 = shares(Seconds(minutes * 60), parts)
                .iter()
                .map(|s| s.0)
                .sum();
            assert_eq!(all, minutes * 60);
        }
    }

    #[test]
    fn a_clock_that_was_put_back_makes_no_visit_shorter_than_nothing() {
        let visit = Visit {
            store: StoreId::of("Magasin").unwrap(),
            name: "Magasin".into(),
            from: Instant(1_000),
            to: Some(Instant(400)),
            settled: false,
        };
        assert_eq!(visit.length(Instant(9_999)), Seconds(0));
    }
}

//! What stands where, counted: the same for what a phone holds and for what a whole service has.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{Level, Status};
use crate::time::{Instant, Seconds};

/// Stores or categories that are counted by name; the rest together.
const NAMED: usize = 300;
/// Weeks that solved tickets are counted for: the present one and those before it.
pub const WEEKS: usize = 5;

/// A ticket, as far as it is counted.
#[derive(Clone, Copy, Debug)]
pub struct Counted<'a> {
    /// Where it stands.
    pub status: Status,
    /// Priority.
    pub priority: Level,
    /// Store, empty for none.
    pub location: &'a str,
    /// Category, empty for none.
    pub category: &'a str,
    /// Opened.
    pub opened_at: Instant,
    /// Its due date has passed.
    pub late: bool,
    /// Solved.
    pub solved_at: Option<Instant>,
    /// Time spent on it.
    pub spent: Seconds,
}

/// How long a ticket has been open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Age {
    /// Less than a day.
    Day,
    /// Less than a week.
    Week,
    /// Less than thirty days.
    Month,
    /// Longer.
    Longer,
}

impl Age {
    /// All, the youngest first.
    pub const ALL: [Age; 4] = [Age::Day, Age::Week, Age::Month, Age::Longer];

    /// The age of a ticket.
    pub fn of(opened_at: Instant, now: Instant) -> Self {
        let age = now - opened_at;
        match age {
            age if age < Seconds::days(1) => Self::Day,
            age if age < Seconds::days(7) => Self::Week,
            age if age < Seconds::days(30) => Self::Month,
            _ => Self::Longer,
        }
    }
}

impl Age {
    /// Since how long a ticket of this age is open at least, and at most.
    pub fn bounds(self) -> (Seconds, Option<Seconds>) {
        let days = Seconds::days;
        match self {
            Self::Day => (days(0), Some(days(1))),
            Self::Week => (days(1), Some(days(7))),
            Self::Month => (days(7), Some(days(30))),
            Self::Longer => (days(30), None),
        }
    }
}

/// How many there are of something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Count<T> {
    /// Of what.
    pub of: T,
    /// How many.
    pub n: usize,
}

/// A week's end result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Week {
    /// Tickets solved in it.
    pub solved: usize,
    /// Time spent on these.
    pub spent: Seconds,
}

/// Everything counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tally {
    /// Open tickets.
    pub open: usize,
    /// Of these, past their due date.
    pub late: usize,
    /// Time spent on open tickets so far.
    pub spent: Seconds,
    /// Open ones by status, in the order of their life.
    pub statuses: Vec<Count<Status>>,
    /// By priority, the most urgent first.
    pub priorities: Vec<Count<Level>>,
    /// By store, where most is first; tickets without one under the empty name.
    pub locations: Vec<Count<String>>,
    /// Open tickets of stores that are not named.
    pub more_locations: usize,
    /// By category, likewise.
    pub categories: Vec<Count<String>>,
    /// Open tickets of categories that are not named.
    pub more_categories: usize,
    /// By age, the youngest first.
    pub ages: Vec<Count<Age>>,
    /// Solved tickets week by week: the seven days until now first, then those before.
    pub weeks: Vec<Week>,
}

impl Tally {
    /// Counts tickets.
    pub fn of<'a>(tickets: impl IntoIterator<Item = Counted<'a>>, now: Instant) -> Self {
        let mut tally = Self {
            weeks: vec![Week::default(); WEEKS],
            ..Self::default()
        };
        let (mut statuses, mut priorities) = (BTreeMap::new(), BTreeMap::new());
        let (mut locations, mut categories) = (BTreeMap::new(), BTreeMap::new());
        let mut ages = BTreeMap::new();
        for ticket in tickets {
            if !ticket.status.is_open() {
                tally.add_solved(&ticket, now);
                continue;
            }
            tally.open += 1;
            tally.late += usize::from(ticket.late);
            tally.spent = Seconds(tally.spent.0 + ticket.spent.0);
            *statuses.entry(ticket.status).or_insert(0) += 1;
            *priorities.entry(ticket.priority).or_insert(0) += 1;
            *locations.entry(ticket.location).or_insert(0) += 1;
            *categories.entry(ticket.category).or_insert(0) += 1;
            *ages.entry(Age::of(ticket.opened_at, now)).or_insert(0) += 1;
        }
        tally.statuses = in_order(statuses);
        tally.priorities = in_order(priorities);
        tally.priorities.reverse();
        tally.ages = in_order(ages);
        (tally.locations, tally.more_locations) = most_first(locations);
        (tally.categories, tally.more_categories) = most_first(categories);
        tally
    }

    fn add_solved(&mut self, ticket: &Counted<'_>, now: Instant) {
        let Some(solved_at) = ticket.solved_at else {
            return;
        };
        if let Some(week) = week_of(solved_at, now).and_then(|week| self.weeks.get_mut(week)) {
            week.solved += 1;
            week.spent = Seconds(week.spent.0 + ticket.spent.0);
        }
    }
}

/// How many weeks ago something was: 0 within the last seven days. Nothing that is yet to come.
pub fn week_of(at: Instant, now: Instant) -> Option<usize> {
    let ago = (now - at).0;
    usize::try_from(ago).ok().map(|ago| ago / (7 * 86_400))
}

fn in_order<T>(counts: BTreeMap<T, usize>) -> Vec<Count<T>> {
    let counts = counts.into_iter();
    counts.map(|(of, n)| Count { of, n }).collect()
}

/// The names with most, and how many the others have together.
fn most_first(counts: BTreeMap<&str, usize>) -> (Vec<Count<String>>, usize) {
    let mut counts: Vec<Count<String>> = counts
        .into_iter()
        .map(|(of, n)| Count {
            of: of.to_owned(),
            n,
        })
        .collect();
    counts.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.of.cmp(&b.of)));
    let rest = counts.split_off(counts.len().min(NAMED));
    (counts, rest.iter().map(|count| count.n).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant(1_795_431_303);

    fn ticket(status: Status, location: &str) -> Counted<'_> {
        Counted {
            status,
            priority: Level::MEDIUM,
            location,
            category: "",
            opened_at: NOW - Seconds::days(2),
            late: false,
            solved_at: None,
            spent: Seconds(600),
        }
    }

    #[test]
    fn open_tickets_are_counted_by_all_and_solved_ones_by_week() {
        let solved = |days| Counted {
            solved_at: Some(NOW - Seconds::days(days)),
            ..ticket(Status::Solved, "Arles")
        };
        let tickets = [
            ticket(Status::New, "Arles"),
            ticket(Status::Pending, "Arles"),
            Counted {
                late: true,
                priority: Level::new(6).unwrap(),
                opened_at: NOW - Seconds::days(40),
                ..ticket(Status::New, "")
            },
            solved(0),
            solved(6),
            solved(8),
            solved(400),
            // Its clock is ahead of ours.
            solved(-3),
        ];
        let tally = Tally::of(tickets, NOW);
        assert_eq!(
            (tally.open, tally.late, tally.spent),
            (3, 1, Seconds(1_800))
        );
        let statuses: Vec<_> = tally.statuses.iter().map(|c| (c.of, c.n)).collect();
        assert_eq!(statuses, [(Status::New, 2), (Status::Pending, 1)]);
        assert_eq!(tally.priorities[0].of.number(), 6);
        let locations: Vec<_> = tally.locations.iter().map(|c| (&*c.of, c.n)).collect();
        assert_eq!(locations, [("Arles", 2), ("", 1)]);
        let ages: Vec<_> = tally.ages.iter().map(|c| (c.of, c.n)).collect();
        assert_eq!(ages, [(Age::Week, 2), (Age::Longer, 1)]);
        let solved: Vec<_> = tally.weeks.iter().map(|week| week.solved).collect();
        assert_eq!(solved, [2, 1, 0, 0, 0]);
        assert_eq!(tally.weeks[0].spent, Seconds(1_200));
    }

    #[test]
    fn every_open_ticket_is_in_each_count_once_however_many_stores_there_are() {
        let names: Vec<String> = (0..340).map(|n| format!("Magasin {n}")).collect();
        let tickets: Vec<_> = names.iter().map(|n| ticket(Status::New, n)).collect();
        let tally = Tally::of(tickets, NOW);
        let named: usize = tally.locations.iter().map(|count| count.n).sum();
        assert_eq!(tally.locations.len(), NAMED);
        assert_eq!(named + tally.more_locations, tally.open);
        assert_eq!(
            tally.categories,
            [Count {
                of: String::new(),
                n: 340
            }]
        );
    }

    #[test]
    fn an_age_begins_where_the_one_before_ends() {
        let aged = |seconds| Age::of(NOW - Seconds(seconds), NOW);
        assert_eq!(aged(-5), Age::Day);
        assert_eq!(aged(86_399), Age::Day);
        assert_eq!(aged(86_400), Age::Week);
        assert_eq!(aged(7 * 86_400), Age::Month);
        assert_eq!(aged(30 * 86_400), Age::Longer);
    }
}

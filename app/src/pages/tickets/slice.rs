//! The part of the tickets that a number of a chart stands for.

use tournee_core::dashboard::{Age, week_of};
use tournee_core::domain::{Goals, TicketRow};
use tournee_core::time::Instant;

use crate::text::{fill, number, t};

/// A part of the tickets, as it was when it was counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice {
    /// When.
    pub at: Instant,
    /// Which part.
    pub part: Part,
}

/// Which part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Past what they are due by.
    Late,
    /// Of one category; the empty name stands for tickets without one.
    Category(String),
    /// Open for so long.
    Aged(Age),
    /// Solved so many weeks ago.
    Solved(usize),
}

impl Slice {
    /// Whether a ticket is of it.
    pub fn has(&self, row: &TicketRow, goals: &Goals) -> bool {
        match &self.part {
            Part::Late => is_late(row, goals, self.at),
            Part::Category(name) => row.category == *name,
            Part::Aged(age) => Age::of(row.opened_at, self.at) == *age,
            Part::Solved(weeks) => {
                let solved_at = row.solved_at.filter(|_| !row.status.is_open());
                solved_at.and_then(|at| week_of(at, self.at)) == Some(*weeks)
            }
        }
    }
}

/// Whether a ticket is late, as the round and the rows have it: by GLPI's dates or else the settings' objectives, and
/// never while its clock stands.
pub fn is_late(row: &TicketRow, goals: &Goals, now: Instant) -> bool {
    let due = row.timing().due(goals);
    due.is_some_and(|due| due.is_late(now))
}

/// An age in words.
pub fn age_words(age: Age) -> &'static str {
    t(|t| match age {
        Age::Day => t.dashboard_day,
        Age::Week => t.dashboard_week,
        Age::Month => t.dashboard_month,
        Age::Longer => t.dashboard_longer,
    })
}

/// A week in words, by how many ago it was.
pub fn week_words(ago: usize) -> String {
    match ago {
        0 => t(|t| t.dashboard_this_week).to_owned(),
        1 => t(|t| t.dashboard_last_week).to_owned(),
        ago => fill(t(|t| t.dashboard_weeks_ago), &[("n", &number(ago))]),
    }
}

#[cfg(test)]
mod tests {
    use tournee_core::domain::Status;
    use tournee_core::time::Seconds;

    use super::super::samples::row;
    use super::*;

    fn slice(part: Part) -> Slice {
        let at = Instant(3_000_000);
        Slice { at, part }
    }

    #[test]
    fn a_slice_has_what_was_counted_and_nothing_else() {
        let (at, goals) = (Instant(3_000_000), Goals::default());
        let mut one = TicketRow::clone(&row("ancien", 1));
        (one.status, one.category, one.due_at) =
            (Status::New, "Réseau".into(), Some(at - Seconds(1)));
        one.opened_at = at - Seconds::days(3);
        assert!(slice(Part::Late).has(&one, &goals));
        assert!(slice(Part::Category("Réseau".into())).has(&one, &goals));
        assert!(!slice(Part::Category(String::new())).has(&one, &goals));
        assert!(slice(Part::Aged(Age::Week)).has(&one, &goals));
        assert!(!slice(Part::Solved(0)).has(&one, &goals));
        (one.status, one.solved_at) = (Status::Closed, Some(at - Seconds::days(8)));
        assert!(
            slice(Part::Solved(1)).has(&one, &goals) && !slice(Part::Solved(0)).has(&one, &goals)
        );
        assert!(!slice(Part::Late).has(&one, &goals));
    }

    #[test]
    fn what_is_late_is_so_by_its_clock_and_by_the_objective() {
        let mut one = TicketRow::clone(&row("ancien", 1));
        (one.status, one.due_at) = (Status::Pending, Some(Instant(1)));
        assert!(!slice(Part::Late).has(&one, &Goals::default()));
        (one.status, one.due_at) = (Status::Assigned, None);
        one.opened_at = Instant(3_000_000) - Seconds(7_200);
        assert!(!slice(Part::Late).has(&one, &Goals::default()));
        let goals = Goals(vec![Some(Seconds(3_600)); 6]);
        assert!(slice(Part::Late).has(&one, &goals));
    }
}

//! What is due, in words: how much time is left, until what, or that the clock stands.

use tournee_core::domain::{Basis, Due, Goals, Timing};
use tournee_core::time::{Instant, Seconds};

use crate::ago::{length, relative};
use crate::text::{fill, t};

/// Something due, in words, and whether it is late.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueWords {
    /// "éch. dans 2 j".
    pub words: String,
    /// It is late.
    pub late: bool,
}

/// What is due on a ticket, in a few words; none where nothing is.
pub fn due_words(timing: Timing, goals: &Goals, now: Instant) -> Option<DueWords> {
    let due = timing.due(goals)?;
    let late = due.is_late(now);
    let words = match due.stands {
        true => standing_words(&due, now),
        false => fill(
            basis_words(due.basis, late),
            &[("when", &relative(due.moment(now), now))],
        ),
    };
    Some(DueWords { words, late })
}

fn basis_words(basis: Basis, late: bool) -> &'static str {
    t(|t| match (basis, late) {
        (Basis::Resolve, false) => t.tickets_due,
        (Basis::Resolve, true) => t.tickets_overdue,
        (Basis::Own, false) => t.due_own,
        (Basis::Own, true) => t.due_own_late,
        (Basis::Goal, false) => t.due_goal,
        (Basis::Goal, true) => t.due_goal_late,
    })
}

/// GLPI stops the clock while a ticket is pending.
fn standing_words(due: &Due, now: Instant) -> String {
    match due.left(now) {
        Some(left) if left > Seconds(0) => {
            fill(t(|t| t.due_stands_left), &[("length", &length(left))])
        }
        _ => t(|t| t.due_stands).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use tournee_core::domain::{Clock, Status};

    use super::*;
    use crate::pages::tickets::samples::ticket;
    use crate::text::{Language, speak};

    const NOW: Instant = Instant(3_000_000);

    fn words(alter: impl FnOnce(&mut tournee_core::domain::Ticket)) -> (String, bool) {
        speak(Language::Fr);
        let mut ticket = ticket("ancien", 1);
        ticket.status = Status::Assigned;
        ticket.due_at = None;
        ticket.opened_at = NOW - Seconds(3_600);
        alter(&mut ticket);
        let goals = Goals(vec![Some(Seconds(3 * 3_600)); 6]);
        let due = due_words(ticket.timing(), &goals, NOW).unwrap();
        (due.words, due.late)
    }

    #[test]
    fn an_objective_is_not_called_a_due_date() {
        assert_eq!(words(|_| {}), ("objectif dans 2 h".into(), false));
        let late = words(|ticket| ticket.opened_at = NOW - Seconds(5 * 3_600));
        assert_eq!(late, ("objectif dépassé il y a 2 h".into(), true));
        let told = words(|ticket| ticket.due_at = Some(NOW - Seconds(7_200)));
        assert_eq!(told, ("échue il y a 2 h".into(), true));
    }

    #[test]
    fn a_clock_that_stands_says_what_is_left() {
        let pending = words(|ticket| {
            ticket.status = Status::Pending;
            ticket.due_at = Some(NOW - Seconds(7_200));
            ticket.clock = Clock {
                waiting_since: Some(NOW - Seconds(4 * 3_600)),
                ..Clock::default()
            };
        });
        assert_eq!(pending, ("horloge arrêtée, reste 2 h".into(), false));
    }

    #[test]
    fn a_new_ticket_is_to_be_taken_up() {
        let new = words(|ticket| {
            ticket.status = Status::New;
            ticket.clock.own_by = Some(NOW + Seconds(1_900));
        });
        assert_eq!(new, ("à prendre dans 31 min".into(), false));
    }
}

//! Why a store is where it is, in words.

use tournee_core::domain::{Basis, Due};
use tournee_core::round::Why;
use tournee_core::time::{Instant, Seconds};

use crate::ago::{length, relative};
use crate::components::level_words;
use crate::platform::intl::{Form, instant, local_day};
use crate::text::{fill, number, plural, t, tenths};

/// What put a store where it is.
pub fn why_words(why: Why, now: Instant) -> String {
    match why {
        Why::Late(n) => plural(n, |t| &t.round_late),
        Why::Planned(at) => fill(t(|t| t.round_planned), &[("when", &moment(at, now))]),
        Why::Urgent(level) => fill(
            t(|t| t.round_urgent),
            &[("priority", level_words(level.number()))],
        ),
        Why::Due(due) => due_in_store(&due, now),
        Why::Near(metres) => fill(t(|t| t.round_near), &[("distance", &distance(metres))]),
        Why::Open(_) => String::new(),
    }
}

/// What is due first in a store.
pub fn due_in_store(due: &Due, now: Instant) -> String {
    let words = t(|t| match due.basis {
        Basis::Own => t.due_own,
        Basis::Resolve => t.round_due,
        Basis::Goal => t.due_goal,
    });
    fill(words, &[("when", &relative(due.moment(now), now))])
}

/// A time of today by its hour, another day's whole.
pub fn moment(at: Instant, now: Instant) -> String {
    let form = match local_day(at) == local_day(now) {
        true => Form::Time,
        false => Form::Full,
    };
    instant(at, form)
}

/// From when to when.
pub fn span(from: Instant, to: Option<Instant>, now: Instant) -> String {
    let began = moment(from, now);
    match to {
        Some(to) => format!("{began} – {}", instant(to, Form::Time)),
        None => began,
    }
}

/// "800 m", "4,2 km", "38 km".
pub fn distance(metres: u32) -> String {
    let metres = usize::try_from(metres).unwrap_or(usize::MAX);
    let (words, n) = match metres {
        0..1_000 => (t(|t| t.round_metres), number(metres / 50 * 50)),
        1_000..10_000 => (t(|t| t.round_kilometres), tenths(metres / 100)),
        _ => (t(|t| t.round_kilometres), number(metres / 1_000)),
    };
    fill(words, &[("n", &n)])
}

/// "25 min", "1 h 05"; less than a minute is none.
pub fn minutes(time: Seconds) -> String {
    match time.0 / 60 {
        0 => fill(t(|t| t.ago_minutes), &[("n", "0")]),
        1..60 => length(time),
        all => fill(
            t(|t| t.ticket_hours),
            &[
                ("h", &(all / 60).to_string()),
                ("m", &format!("{:02}", all % 60)),
            ],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Language, speak};

    #[test]
    fn distances_are_as_exact_as_a_driver_wants_them() {
        speak(Language::Fr);
        let plain = |metres| {
            distance(metres)
                .replace('\u{a0}', " ")
                .replace('\u{202f}', " ")
        };
        assert_eq!(plain(830), "800 m");
        assert_eq!(plain(4_290), "4,2 km");
        assert_eq!(plain(38_999), "38 km");
    }

    #[test]
    fn a_visit_is_told_in_hours_and_minutes() {
        speak(Language::Fr);
        assert_eq!(minutes(Seconds(59)), "0 min");
        assert_eq!(minutes(Seconds(25 * 60)), "25 min");
        assert_eq!(minutes(Seconds(65 * 60)), "1 h 05");
    }
}

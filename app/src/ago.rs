//! How long ago, or how long until, in words. Our own: to make the browser's formatter takes a phone longer than to draw
//! a screen of rows, and the first screen can't do without one.

use tournee_core::time::{Instant, Seconds};

use crate::text::{fill, plural, t};

const A_MINUTE: i64 = 60;
const AN_HOUR: i64 = 3_600;
const A_DAY: i64 = 86_400;
const A_MONTH: i64 = 30 * A_DAY;
const A_YEAR: i64 = 365 * A_DAY;

/// The largest unit of which there is at least one: "il y a 3 h", "dans 2 j".
pub fn relative(at: Instant, now: Instant) -> String {
    let Seconds(length) = at - now;
    let size = length.abs();
    if size < A_MINUTE {
        return t(|t| t.ago_now).to_owned();
    }
    if size / A_DAY == 1 {
        let day = |past| {
            t(|t| {
                if past {
                    t.ago_yesterday
                } else {
                    t.ago_tomorrow
                }
            })
        };
        return day(length < 0).to_owned();
    }
    let direction = t(|t| match length < 0 {
        true => t.ago_past,
        false => t.ago_future,
    });
    fill(direction, &[("length", &words(size))])
}

/// How long, whichever way: "3 h", "2 j".
pub fn length(length: Seconds) -> String {
    words(length.0.abs())
}

fn words(size: i64) -> String {
    let count = |text: &str, unit: i64| fill(text, &[("n", &(size / unit).to_string())]);
    let of = |unit: i64| usize::try_from(size / unit).unwrap_or_default();
    match size {
        A_YEAR.. => plural(of(A_YEAR), |t| &t.ago_years),
        A_MONTH.. => count(t(|t| t.ago_months), A_MONTH),
        A_DAY.. => plural(of(A_DAY), |t| &t.ago_days),
        AN_HOUR.. => count(t(|t| t.ago_hours), AN_HOUR),
        _ => count(t(|t| t.ago_minutes), A_MINUTE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Language, speak};

    fn ago(seconds: i64) -> String {
        relative(Instant(1_000_000_000 - seconds), Instant(1_000_000_000))
    }

    #[test]
    fn the_largest_whole_unit_is_named_in_both_directions() {
        speak(Language::Fr);
        assert_eq!(ago(59), "à l’instant");
        assert_eq!(ago(-59), "à l’instant");
        assert_eq!(ago(3 * AN_HOUR + 5), "il y a 3 h");
        assert_eq!(ago(-5 * A_MINUTE), "dans 5 min");
        assert_eq!(ago(-2 * A_DAY), "dans 2 j");
        assert_eq!(ago(45 * A_DAY), "il y a 1 mois");
        assert_eq!(ago(400 * A_DAY), "il y a 1 an");
        assert_eq!(ago(800 * A_DAY), "il y a 2 ans");
        speak(Language::En);
        assert_eq!(ago(6 * A_DAY), "6 days ago");
        assert_eq!(ago(-90 * A_MINUTE), "in 1 hr");
        speak(Language::Fr);
    }

    #[test]
    fn a_day_has_a_name() {
        speak(Language::Fr);
        assert_eq!(ago(A_DAY), "hier");
        assert_eq!(ago(-A_DAY - AN_HOUR), "demain");
    }
}

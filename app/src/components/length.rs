//! Lengths of time in words, and out of words that are typed.

use tournee_core::time::Seconds;

use crate::text::{fill, t};

/// "1 h 05", "25 min"; also of no time at all.
pub fn length_words(length: Seconds) -> String {
    let minutes = length.0 / 60;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => fill(t(|t| t.ticket_minutes), &[("m", &minutes.to_string())]),
        (hours, minutes) => fill(
            t(|t| t.ticket_hours),
            &[("h", &hours.to_string()), ("m", &format!("{minutes:02}"))],
        ),
    }
}

/// What is typed as a length of time: `25`, `25 min`, `1h`, `1 h 30`, `1:30`, `1,5 h`. A bare number is minutes.
pub fn typed_length(typed: &str) -> Option<Seconds> {
    let typed = typed.trim().to_lowercase().replace(',', ".");
    let (hours, minutes) = match typed.split_once(['h', ':']) {
        Some((hours, minutes)) => (hours.trim(), minutes),
        None => ("0", typed.as_str()),
    };
    let minutes = minutes.trim_start_matches(|c: char| c.is_alphabetic());
    let minutes = minutes.trim_end_matches(|c: char| c.is_alphabetic() || c == '.');
    let number = |text: &str| -> Option<f64> {
        let is_plain = text.chars().all(|c| c.is_ascii_digit() || c == '.');
        is_plain.then(|| text.parse().ok())?
    };
    let minutes = match minutes.trim() {
        "" if hours == "0" => return None,
        "" => 0.0,
        minutes => number(minutes)?,
    };
    let total = number(hours)? * 60.0 + minutes;
    let sane = total.is_finite() && total < 1e6;
    sane.then_some(Seconds(60 * total.round() as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_understood() {
        let minutes = |typed| typed_length(typed).map(|length| length.0 / 60);
        for (typed, wanted) in [
            ("25", 25),
            (" 25 min ", 25),
            ("1h", 60),
            ("1 h 05", 65),
            ("1h30min", 90),
            ("1:30", 90),
            ("1,5 h", 90),
            ("2 heures", 120),
            ("1 hour 5", 65),
            ("0", 0),
            ("90", 90),
        ] {
            assert_eq!(minutes(typed), Some(wanted), "{typed}");
        }
        for nonsense in ["", "  ", "h", "longtemps", "-5", "1h-5", "1e9", "99999999"] {
            assert_eq!(minutes(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn what_is_said_is_understood_again() {
        for minutes in [0, 5, 59, 60, 65, 600] {
            let length = Seconds(60 * minutes);
            assert_eq!(typed_length(&length_words(length)), Some(length));
        }
    }
}

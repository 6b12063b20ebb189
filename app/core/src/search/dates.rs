//! Days as they are typed: `12/11`, `12/11/2026`, `2026-11-12`, `11/2026`, `2026`, `hier`.

use crate::fold::fold;
use crate::time::{Instant, Seconds};

const A_DAY: i64 = 86_400;
/// Letters of *hier* or *aujourd'hui* that mean it.
const LETTERS: usize = 2;
const YEARS: std::ops::RangeInclusive<u16> = 1970..=2999;

/// A day, a month or a year of the calendar, as far as it was named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Date {
    /// From 1.
    pub day: Option<u8>,
    /// From 1.
    pub month: Option<u8>,
    /// With all four digits.
    pub year: Option<u16>,
}

/// When something was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// So many days ago.
    Ago(u16),
    /// Then.
    On(Date),
}

impl When {
    /// What was typed; none where it is not, or not yet, a date.
    pub fn of(typed: &str) -> Option<Self> {
        let folded = fold(typed.trim());
        let begins = |words: &[&str]| {
            folded.len() >= LETTERS && words.iter().any(|word| word.starts_with(&folded))
        };
        if begins(&["hier", "yesterday"]) {
            return Some(Self::Ago(1));
        }
        if begins(&["aujourd'hui", "aujourd\u{2019}hui", "today"]) {
            return Some(Self::Ago(0));
        }
        let parts: Option<Vec<Part>> = folded.split(['/', '-', '.']).map(Part::of).collect();
        let date = match parts?.as_slice() {
            [Part::Year(year)] => Date {
                year: Some(*year),
                ..Date::default()
            },
            [Part::Year(year), Part::Small(month)] | [Part::Small(month), Part::Year(year)] => {
                Date {
                    month: Some(*month),
                    year: Some(*year),
                    day: None,
                }
            }
            [Part::Small(day), Part::Small(month)] => Date {
                day: Some(*day),
                month: Some(*month),
                year: None,
            },
            [Part::Year(year), Part::Small(month), Part::Small(day)]
            | [Part::Small(day), Part::Small(month), Part::Year(year)] => Date {
                day: Some(*day),
                month: Some(*month),
                year: Some(*year),
            },
            [Part::Small(day), Part::Small(month), Part::Small(year)] => Date {
                day: Some(*day),
                month: Some(*month),
                year: Some(2000 + u16::from(*year)),
            },
            _ => return None,
        };
        date.is_one().then_some(Self::On(date))
    }

    /// The date that is meant, on a day: without a year, the last one that has come.
    pub fn seen_on(self, today: Date) -> Date {
        match self {
            Self::Ago(days) => Date::of_day(today.first_day() - i64::from(days)),
            Self::On(date) if date.year.is_some() => date,
            Self::On(date) => {
                let year = today.year.unwrap_or(*YEARS.start());
                let this = Date {
                    year: Some(year),
                    ..date
                };
                match this.first_day() > today.first_day() {
                    true => Date {
                        year: Some(year - 1),
                        ..date
                    },
                    false => this,
                }
            }
        }
    }
}

enum Part {
    Year(u16),
    Small(u8),
}

impl Part {
    fn of(text: &str) -> Option<Self> {
        let is_number = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        match (is_number, text.len()) {
            (true, 4) => Some(Self::Year(text.parse().ok()?)),
            (true, 1 | 2) => Some(Self::Small(text.parse().ok()?)),
            _ => None,
        }
    }
}

impl Date {
    fn is_one(&self) -> bool {
        self.day.is_none_or(|day| (1..=31).contains(&day))
            && self.month.is_none_or(|month| (1..=12).contains(&month))
            && self.year.is_none_or(|year| YEARS.contains(&year))
    }

    /// The day of an instant, in a zone so far ahead of UTC.
    pub fn at(instant: Instant, ahead: Seconds) -> Self {
        Self::of_day((instant + ahead).0.div_euclid(A_DAY))
    }

    /// The day of a number: days since 1970-01-01, as the civil calendar has them (Howard Hinnant's algorithm).
    pub fn of_day(number: i64) -> Self {
        let shifted = number + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self {
            day: u8::try_from(day).ok(),
            month: u8::try_from(month).ok(),
            year: u16::try_from(year).ok(),
        }
    }

    /// The number of its first day.
    pub fn first_day(&self) -> i64 {
        let month = i64::from(self.month.unwrap_or(1));
        let day = i64::from(self.day.unwrap_or(1));
        let year = i64::from(self.year.unwrap_or(*YEARS.start())) - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    /// The number of the day behind its last.
    pub fn end(&self) -> i64 {
        match (self.day, self.month, self.year) {
            (Some(_), ..) => self.first_day() + 1,
            (None, Some(12), year) => Self {
                month: Some(1),
                year: year.map(|year| year + 1),
                day: None,
            }
            .first_day(),
            (None, Some(month), year) => Self {
                month: Some(month + 1),
                year,
                day: None,
            }
            .first_day(),
            (None, None, year) => Self {
                year: year.map(|year| year + 1),
                ..*self
            }
            .first_day(),
        }
    }

    /// Whether a day is in it.
    pub fn has(&self, day: &Self) -> bool {
        (self.first_day()..self.end()).contains(&day.first_day())
    }

    /// Its first instant and the first one behind it, in a zone so far ahead of UTC.
    pub fn bounds(&self, ahead: Seconds) -> (Instant, Instant) {
        let at = |day: i64| Instant(day * A_DAY) - ahead;
        (at(self.first_day()), at(self.end()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: u16, month: u8, day: u8) -> Date {
        Date {
            day: Some(day),
            month: Some(month),
            year: Some(year),
        }
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        let on = |typed: &str| match When::of(typed) {
            Some(When::On(date)) => Some(date),
            _ => None,
        };
        for typed in [
            "12/11/2026",
            "2026-11-12",
            "12.11.26",
            "12-11-2026",
            " 12/11/2026 ",
        ] {
            assert_eq!(on(typed), Some(date(2026, 11, 12)), "{typed}");
        }
        let november = Date {
            day: None,
            ..date(2026, 11, 1)
        };
        assert_eq!(on("11/2026"), Some(november));
        assert_eq!(on("2026-11"), Some(november));
        assert_eq!(on("2026").and_then(|date| date.month), None);
        assert_eq!(When::of("hier"), Some(When::Ago(1)));
        assert_eq!(When::of("Aujourd\u{2019}hui"), Some(When::Ago(0)));
        assert_eq!(When::of("yest"), Some(When::Ago(1)));
        for nothing in [
            "",
            "12",
            "h",
            "32/11",
            "12/13",
            "12/11/",
            "2026-13-01",
            "mardi",
            "1/2/3/4",
            "0000",
        ] {
            assert_eq!(When::of(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn the_calendar_and_the_count_of_days_agree() {
        assert_eq!(Date::of_day(0), date(1970, 1, 1));
        assert_eq!(Date::of_day(20_785), date(2026, 11, 28));
        for day in (-1_000..60_000).step_by(7) {
            let there = Date::of_day(day);
            if there.year.is_some_and(|year| year >= 1970) {
                assert_eq!(there.first_day(), day);
                assert_eq!(there.end(), day + 1);
            }
        }
        assert_eq!(date(2028, 2, 29).end(), date(2028, 3, 1).first_day());
    }

    #[test]
    fn a_day_without_a_year_is_the_last_one_that_has_come() {
        let today = date(2026, 11, 28);
        let seen = |typed: &str| When::of(typed).map(|when| when.seen_on(today));
        assert_eq!(seen("12/11"), Some(date(2026, 11, 12)));
        assert_eq!(seen("29/11"), Some(date(2025, 11, 29)));
        assert_eq!(seen("28/11"), Some(today));
        assert_eq!(seen("hier"), Some(date(2026, 11, 27)));
    }

    #[test]
    fn a_day_begins_where_its_zone_says() {
        let hour = Seconds(3_600);
        let late = Instant(date(2026, 11, 27).first_day() * A_DAY + A_DAY - 1_800);
        assert_eq!(Date::at(late, Seconds(0)), date(2026, 11, 27));
        assert_eq!(Date::at(late, hour), date(2026, 11, 28));
        let (from, until) = date(2026, 11, 28).bounds(hour);
        assert!(from <= late && late < until);
        let year = Date {
            year: Some(2026),
            ..Date::default()
        };
        assert!(year.has(&date(2026, 12, 31)) && !year.has(&date(2027, 1, 1)));
        let december = Date {
            day: None,
            ..date(2026, 12, 1)
        };
        assert!(december.has(&date(2026, 12, 31)) && !december.has(&date(2027, 1, 1)));
    }
}

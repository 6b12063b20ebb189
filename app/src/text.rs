//! The screen's words: `t(|t| t.key)` in the language of the settings. The shell builds the page anew when that
//! changes, so nothing here needs to be reactive.

use std::cell::Cell;
use std::fmt::Write as _;

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// A text that depends on a number; `{n}` in it is that number.
pub struct Plural {
    /// One of it (in French also none).
    pub one: &'static str,
    /// Any other number.
    pub other: &'static str,
}

/// The languages of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// French.
    Fr,
    /// English.
    En,
}

impl Language {
    /// As `<html lang>` and `Intl` want it.
    pub fn tag(self) -> &'static str {
        match self {
            Language::Fr => "fr",
            Language::En => "en",
        }
    }

    /// Reads back what [`Language::tag`] wrote.
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag {
            "fr" => Some(Language::Fr),
            "en" => Some(Language::En),
            _ => None,
        }
    }

    /// The first choice for somebody who never chose: French, unless his browser asks for English and not for
    /// French.
    pub fn preferred<'a>(browser: impl IntoIterator<Item = &'a str>) -> Self {
        browser
            .into_iter()
            .find_map(|tag| Self::from_tag(tag.get(..2)?))
            .unwrap_or(Language::Fr)
    }

    fn is_one(self, n: usize) -> bool {
        match self {
            Language::Fr => n < 2,
            Language::En => n == 1,
        }
    }
}

thread_local! {
    static CURRENT: Cell<Language> = const { Cell::new(Language::Fr) };
}

/// The language of the screen.
pub fn current() -> Language {
    CURRENT.get()
}

/// Changes it for all that is asked from now on.
pub fn speak(language: Language) {
    CURRENT.set(language);
}

fn texts() -> &'static Texts {
    match current() {
        Language::Fr => &FR,
        Language::En => &EN,
    }
}

/// A text: `t(|t| t.sync_offline)`.
pub fn t(pick: impl FnOnce(&'static Texts) -> &'static str) -> &'static str {
    pick(texts())
}

/// A text with its placeholders filled: `fill(t(|t| t.more_version), &[("version", "0.1.0")])`.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            filled.push('{');
            rest = after;
            continue;
        };
        match values.iter().find(|(key, _)| *key == name) {
            Some((_, value)) => filled.push_str(value),
            None => {
                let _ = write!(filled, "{{{name}}}");
            }
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// A text that depends on a number: `plural(3, |t| &t.sync_pending)`.
pub fn plural(n: usize, pick: impl FnOnce(&'static Texts) -> &'static Plural) -> String {
    let language = current();
    let forms = pick(texts());
    let form = if language.is_one(n) {
        forms.one
    } else {
        forms.other
    };
    fill(form, &[("n", &number(n))])
}

/// A whole number with its thousands apart, as the language writes them.
pub fn number(n: usize) -> String {
    let digits = n.to_string();
    let separator = match current() {
        Language::Fr => '\u{202f}',
        Language::En => ',',
    };
    let mut grouped = String::with_capacity(digits.len() + 6);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    grouped
}

/// A number of tenths with the language's decimal mark.
pub fn tenths(n: usize) -> String {
    let mark = match current() {
        Language::Fr => ',',
        Language::En => '.',
    };
    format!("{}{mark}{}", number(n / 10), n % 10)
}

/// So many bytes, as a person counts them: 12 ko, 1,3 Mo.
pub fn size(bytes: u64) -> String {
    let of = |unit: u64| usize::try_from(bytes.div_ceil(unit)).unwrap_or(usize::MAX);
    let (words, n) = match bytes {
        0..1_000 => (t(|t| t.size_bytes), number(of(1))),
        1_000..1_000_000 => (t(|t| t.size_kilobytes), number(of(1_000))),
        _ => (t(|t| t.size_megabytes), tenths(of(100_000))),
    };
    fill(words, &[("n", &n)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_and_unknown_ones_stay_visible() {
        assert_eq!(fill("{a} et {b}", &[("b", "2"), ("a", "1")]), "1 et 2");
        assert_eq!(fill("{a} {c} {", &[("a", "{c}")]), "{c} {c} {");
    }

    #[test]
    fn zero_is_singular_in_french_and_plural_in_english() {
        assert!(Language::Fr.is_one(0) && Language::Fr.is_one(1) && !Language::Fr.is_one(2));
        assert!(!Language::En.is_one(0) && Language::En.is_one(1) && !Language::En.is_one(2));
    }

    #[test]
    fn french_is_the_first_language_unless_the_browser_prefers_english() {
        assert_eq!(Language::preferred(["de-CH", "en-GB", "fr"]), Language::En);
        assert_eq!(Language::preferred(["fr-FR", "en"]), Language::Fr);
        assert_eq!(Language::preferred(["de"]), Language::Fr);
        assert_eq!(Language::preferred([""]), Language::Fr);
    }

    #[test]
    fn the_decimal_mark_is_the_language_s_own() {
        speak(Language::Fr);
        assert_eq!(tenths(133), "13,3");
        speak(Language::En);
        assert_eq!(tenths(5), "0.5");
    }

    #[test]
    fn sizes_are_in_the_unit_that_a_person_would_use() {
        speak(Language::En);
        assert_eq!(size(0), "0 B");
        assert_eq!(size(999), "999 B");
        assert_eq!(size(12_001), "13 kB");
        assert_eq!(size(20_000_000), "20.0 MB");
        speak(Language::Fr);
        assert_eq!(size(1_250_000).replace('\u{a0}', " "), "1,3 Mo");
    }

    #[test]
    fn thousands_stand_apart() {
        speak(Language::Fr);
        assert_eq!(number(7_754), "7\u{202f}754");
        assert_eq!(number(12), "12");
        speak(Language::En);
        assert_eq!(number(1_234_567), "1,234,567");
    }
}

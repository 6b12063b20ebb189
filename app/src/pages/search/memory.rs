//! What the search remembers: its words and place while the app is open, what was looked for between visits.

use std::cell::{Cell, RefCell};

use super::results::Shown;
use crate::platform::settings;

/// Earlier searches that are kept.
const KEPT: usize = 8;
/// Letters of one.
const LONGEST: usize = 80;

thread_local! {
    static WORDS: RefCell<String> = const { RefCell::new(String::new()) };
    static SHOWN: Cell<Shown> = const { Cell::new(Shown::Best) };
    static TOP: Cell<f64> = const { Cell::new(0.0) };
}

/// What was typed last.
pub fn words() -> String {
    WORDS.with_borrow(Clone::clone)
}

/// Keeps it.
pub fn keep_words(words: &str) {
    WORDS.with_borrow_mut(|kept| words.clone_into(kept));
}

/// Which results were shown.
pub fn shown() -> Shown {
    SHOWN.get()
}

/// Keeps it.
pub fn keep_shown(shown: Shown) {
    SHOWN.set(shown);
}

/// How far the results were scrolled.
pub fn top() -> f64 {
    TOP.get()
}

/// Keeps it.
pub fn keep_top(top: f64) {
    TOP.set(top);
}

/// What was looked for, the latest first.
pub fn recent() -> Vec<String> {
    settings::searches().lines().map(str::to_owned).collect()
}

/// Keeps what was looked for, and answers all of it.
pub fn keep_recent(words: &str) -> Vec<String> {
    let all = with(recent(), words);
    settings::set_searches(&all.join("\n"));
    all
}

/// Forgets one, and answers the others.
pub fn forget(words: &str) -> Vec<String> {
    let mut all = recent();
    all.retain(|other| other != words);
    settings::set_searches(&all.join("\n"));
    all
}

fn with(mut all: Vec<String>, words: &str) -> Vec<String> {
    let words: String = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() || words.chars().count() > LONGEST {
        return all;
    }
    all.retain(|other| *other != words);
    all.insert(0, words);
    all.truncate(KEPT);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_looked_for_again_comes_first_and_once() {
        let mut all = Vec::new();
        for words in ["caisse", "  7754 ", "caisse", "", "\n"] {
            all = with(all, words);
        }
        assert_eq!(all, ["caisse", "7754"]);
        for n in 0..20 {
            all = with(all, &n.to_string());
        }
        assert_eq!(all.len(), KEPT);
        assert_eq!(with(Vec::new(), &"x".repeat(500)), Vec::<String>::new());
    }
}

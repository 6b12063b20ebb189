//! What was typed, understood: `7754`, `#7754 ancien`, words and parts of words, `statut:attente`, `lieu:arcs`.

pub use super::narrowed::{Fact, Narrowed, Seen};

use super::narrowed::statuses;
use super::words::words;
use crate::fold::fold;
use crate::time::Seconds;

/// Words of one query that are looked for; nobody types more.
pub const MOST_TERMS: usize = 16;

/// Digits of a ticket's number.
const LONGEST_NUMBER: usize = 18;

/// What is looked for. All of it has to be there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Words, or parts of them, folded.
    pub terms: Vec<String>,
    /// A ticket's number, or how it begins.
    pub number: Option<String>,
    /// What narrows tickets.
    pub narrowed: Vec<Narrowed>,
    /// How far the clock of whoever typed it is ahead of UTC.
    pub ahead: Seconds,
}

impl Query {
    /// Understands what was typed; what it can't read as anything else is words.
    pub fn of(typed: &str) -> Self {
        let mut query = Self::default();
        let pieces = pieces(typed);
        let mut pieces = pieces.iter().peekable();
        while let Some(piece) = pieces.next() {
            let digits = piece.strip_prefix('#').filter(|rest| is_number(rest));
            if let (Some(digits), None) = (digits, &query.number) {
                query.number = Some(digits.to_owned());
                continue;
            }
            let named = piece.split_once(':');
            let named = named.map(|(name, value)| (fold(name), value.trim_matches('"')));
            match named {
                Some((name, value)) => {
                    // "statut:en cours" is one thing.
                    let longer = pieces.peek().map(|next| format!("{value} {next}"));
                    let is_status = matches!(name.as_str(), "statut" | "status");
                    let longer = longer.filter(|longer| is_status && !statuses(longer).is_empty());
                    if longer.is_some() {
                        pieces.next();
                    }
                    match Narrowed::named(&name, longer.as_deref().unwrap_or(value)) {
                        Some(narrowed) => query.narrowed.extend(narrowed),
                        None => query.terms.extend(words(piece)),
                    }
                }
                None => query.terms.extend(words(piece)),
            }
        }
        query.terms.dedup();
        query.terms.truncate(MOST_TERMS);
        query
    }

    /// The same, typed by somebody whose clock is so far ahead of UTC.
    pub fn ahead_by(self, ahead: Seconds) -> Self {
        Self { ahead, ..self }
    }

    /// Whether nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty() && self.number.is_none() && self.narrowed.is_empty()
    }

    /// Whether something of it may be a ticket's number.
    pub(super) fn asks_for_a_number(&self) -> bool {
        self.number.is_some() || self.terms.iter().any(|term| is_number(term))
    }
}

fn is_number(text: &str) -> bool {
    (1..=LONGEST_NUMBER).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Pieces between spaces; a space within quotation marks is no end.
fn pieces(typed: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut piece = String::new();
    let mut quoted = false;
    for letter in typed.chars() {
        quoted ^= letter == '"';
        match letter.is_whitespace() && !quoted {
            true => pieces.push(std::mem::take(&mut piece)),
            false => piece.push(letter),
        }
    }
    pieces.push(piece);
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dashboard::Age;
    use crate::domain::{Level, Status};

    fn status(of: &str) -> Vec<Narrowed> {
        Query::of(of).narrowed
    }

    #[test]
    fn a_number_with_its_sign_is_a_tickets_and_without_it_a_word_too() {
        let query = Query::of("#7754 Ancien");
        assert_eq!(query.number.as_deref(), Some("7754"));
        assert_eq!(query.terms, ["ancien"]);
        let query = Query::of("7754");
        assert_eq!((query.number, query.terms), (None, vec!["7754".to_owned()]));
        assert_eq!(Query::of("#").terms, Vec::<String>::new());
        assert_eq!(Query::of("#imprimante").terms, ["imprimante"]);
    }

    #[test]
    fn statuses_are_known_in_both_languages_and_by_their_beginning() {
        use Status::{Assigned, New, Pending, Planned};
        assert_eq!(status("statut:attente"), [Narrowed::Status(vec![Pending])]);
        assert_eq!(status("STATUS:pend"), [Narrowed::Status(vec![Pending])]);
        let in_progress = [Narrowed::Status(vec![Assigned, Planned])];
        assert_eq!(status("statut:en cours"), in_progress);
        assert_eq!(status("statut:\"en cours\""), in_progress);
        assert_eq!(
            status("statut:en")[0],
            Narrowed::Status(vec![Assigned, Planned, Pending])
        );
        let open = Narrowed::Status(vec![New, Assigned, Planned, Pending]);
        assert_eq!(status("statut:ouvert caisse"), [open]);
        assert_eq!(Query::of("statut:ouvert caisse").terms, ["caisse"]);
        assert_eq!(status("statut:"), []);
        assert_eq!(status("statut:bleu"), [Narrowed::Status(Vec::new())]);
    }

    #[test]
    fn facts_are_named_with_or_without_accents_and_unknown_names_are_words() {
        let fact = |fact, words: &[&str]| {
            Narrowed::Fact(fact, words.iter().map(|w| (*w).to_owned()).collect())
        };
        assert_eq!(
            status("lieu:\"Les Arcs\""),
            [fact(Fact::Location, &["les", "arcs"])]
        );
        assert_eq!(
            status("Catégorie:Réseau"),
            [fact(Fact::Category, &["reseau"])]
        );
        assert_eq!(status("lieu:"), []);
        let query = Query::of("http://srv:8080");
        assert_eq!(query.terms, ["http", "srv", "8080"]);
        assert!(query.narrowed.is_empty());
    }

    #[test]
    fn what_a_dashboard_counts_can_be_looked_for() {
        let levels = |numbers: &[u8]| {
            let levels = numbers.iter().filter_map(|n| Level::new(*n));
            [Narrowed::Priority(levels.collect())]
        };
        assert_eq!(status("priorité:\"Très haute\""), levels(&[5]));
        assert_eq!(status("priorité:haute"), levels(&[4]));
        assert_eq!(status("priority:very"), levels(&[1, 5]));
        assert_eq!(status("priorité:6"), levels(&[6]));
        assert_eq!(status("âge:mois"), [Narrowed::Aged(Age::Month)]);
        assert_eq!(
            status("retard:oui late:y"),
            [Narrowed::Late, Narrowed::Late]
        );
        assert_eq!(status("résolu:2"), [Narrowed::Solved(2)]);
        assert_eq!(status("lieu:-"), [Narrowed::Without(Fact::Location)]);
        assert_eq!(status("âge: retard: priorité: résolu:x retard:non"), []);
    }

    #[test]
    fn a_very_long_query_is_cut() {
        let typed: String = (0..100).map(|n| format!("mot{n} ")).collect();
        assert_eq!(Query::of(&typed).terms.len(), MOST_TERMS);
        assert!(Query::of(" \u{a0} ").is_empty());
    }
}

//! What was typed, understood: `7754`, `#7754 ancien`, words and parts of words, `statut:attente`, `lieu:arcs`.

use super::words::words;
use crate::domain::{Status, ThreadRow, TicketRow};
use crate::fold::fold;

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
}

/// A fact that was named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Narrowed {
    /// `statut:`.
    Status(Vec<Status>),
    /// Another one, and the words it has to have.
    Fact(Fact, Vec<String>),
}

/// The facts that can be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// `lieu:`.
    Location,
    /// `demandeur:`; of a mail, who wrote it.
    Requester,
    /// `technicien:`.
    Assignee,
    /// `catégorie:`.
    Category,
    /// `entité:`.
    Entity,
}

const FACTS: [(&str, Fact); 13] = [
    ("lieu", Fact::Location),
    ("magasin", Fact::Location),
    ("location", Fact::Location),
    ("store", Fact::Location),
    ("demandeur", Fact::Requester),
    ("requester", Fact::Requester),
    ("de", Fact::Requester),
    ("from", Fact::Requester),
    ("technicien", Fact::Assignee),
    ("technician", Fact::Assignee),
    ("categorie", Fact::Category),
    ("category", Fact::Category),
    ("entite", Fact::Entity),
];

/// In both languages, and as people say it.
const STATUSES: [(&str, &[Status]); 17] = {
    use Status::{Assigned, Closed, New, Pending, Planned, Solved};
    [
        ("nouveau", &[New]),
        ("new", &[New]),
        ("en cours", &[Assigned, Planned]),
        ("in progress", &[Assigned, Planned]),
        ("attribue", &[Assigned]),
        ("assigned", &[Assigned]),
        ("planifie", &[Planned]),
        ("planned", &[Planned]),
        ("en attente", &[Pending]),
        ("attente", &[Pending]),
        ("pending", &[Pending]),
        ("resolu", &[Solved]),
        ("solved", &[Solved]),
        ("clos", &[Closed]),
        ("closed", &[Closed]),
        ("ouvert", &[New, Assigned, Planned, Pending]),
        ("open", &[New, Assigned, Planned, Pending]),
    ]
};

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
                Some((name, value)) if matches!(name.as_str(), "statut" | "status") => {
                    // "statut:en cours" is one thing.
                    let longer = pieces.peek().map(|next| format!("{value} {next}"));
                    let longer = longer.filter(|longer| !statuses(longer).is_empty());
                    if longer.is_some() {
                        pieces.next();
                    }
                    query.narrow_status(longer.as_deref().unwrap_or(value));
                }
                Some((name, value)) => match FACTS.iter().find(|(known, _)| *known == name) {
                    Some((_, fact)) => query.narrow(*fact, value),
                    None => query.terms.extend(words(piece)),
                },
                None => query.terms.extend(words(piece)),
            }
        }
        query.terms.dedup();
        query.terms.truncate(MOST_TERMS);
        query
    }

    /// Whether nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty() && self.number.is_none() && self.narrowed.is_empty()
    }

    // A name without its value is still being typed.
    fn narrow_status(&mut self, value: &str) {
        if !value.trim().is_empty() {
            self.narrowed.push(Narrowed::Status(statuses(value)));
        }
    }

    fn narrow(&mut self, fact: Fact, value: &str) {
        let words = words(value);
        if !words.is_empty() {
            self.narrowed.push(Narrowed::Fact(fact, words));
        }
    }
}

impl Narrowed {
    /// Whether a ticket is as it has to be.
    pub fn wants_ticket(&self, row: &TicketRow) -> bool {
        match self {
            Self::Status(statuses) => statuses.contains(&row.status),
            Self::Fact(fact, words) => has(
                match fact {
                    Fact::Location => &row.location,
                    Fact::Requester => &row.requester,
                    Fact::Assignee => &row.assignee,
                    Fact::Category => &row.category,
                    Fact::Entity => &row.entity,
                },
                words,
            ),
        }
    }

    /// Of a thread only who wrote it can be named.
    pub fn wants_thread(&self, row: &ThreadRow) -> bool {
        match self {
            Self::Fact(Fact::Requester, words) => has(&row.from, words),
            _ => false,
        }
    }
}

fn has(text: &str, words: &[String]) -> bool {
    let text = fold(text);
    words.iter().all(|word| text.contains(word.as_str()))
}

fn is_number(text: &str) -> bool {
    (1..=LONGEST_NUMBER).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The statuses whose name begins so.
fn statuses(value: &str) -> Vec<Status> {
    let value = fold(value.trim());
    let mut found: Vec<Status> = STATUSES
        .iter()
        .filter(|(name, _)| name.starts_with(&value))
        .flat_map(|(_, statuses)| statuses.iter().copied())
        .collect();
    found.sort_unstable();
    found.dedup();
    found
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
    fn a_very_long_query_is_cut() {
        let typed: String = (0..100).map(|n| format!("mot{n} ")).collect();
        assert_eq!(Query::of(&typed).terms.len(), MOST_TERMS);
        assert!(Query::of(" \u{a0} ").is_empty());
    }
}

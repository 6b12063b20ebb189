//! The found words, marked where they stand.

use super::query::Query;
use super::text::{mail_text, ticket_pieces};
use crate::domain::{EntryKind, Thread, Ticket};
use crate::fold::plain;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// It.
    pub text: String,
    /// Whether it was looked for.
    pub found: bool,
}

/// Where an excerpt is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The ticket's description.
    Description,
    /// A followup.
    Followup,
    /// A task.
    Task,
    /// A solution.
    Solution,
    /// A document's name.
    Document,
    /// A mail.
    Mail,
}

/// Letters before the first found word.
const BEFORE: usize = 24;

/// A text with its found words marked.
pub fn marked(text: &str, query: &Query) -> Vec<Piece> {
    cut(text, &found_in(text, query).ranges, 0..text.len())
}

/// The part of a text that has the first found word in it, at most so many letters; nothing where none is in it.
pub fn excerpt(text: &str, query: &Query, letters: usize) -> Option<Vec<Piece>> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let found = found_in(&text, query);
    let (first, _) = *found.ranges.first()?;
    let start = match text[..first].char_indices().rev().nth(BEFORE) {
        // From a word's beginning.
        Some((at, _)) => text[at..first]
            .find(' ')
            .map_or(first, |space| at + space + 1),
        None => 0,
    };
    let end = text[start..].char_indices().nth(letters);
    let end = end.map_or(text.len(), |(end, _)| start + end);
    let mut pieces = cut(&text, &found.ranges, start..end);
    let more = |text: &str| Piece {
        text: text.to_owned(),
        found: false,
    };
    if start > 0 {
        pieces.insert(0, more("… "));
    }
    if end < text.len() {
        pieces.push(more(" …"));
    }
    Some(pieces)
}

/// Where in a ticket's text the most of what was looked for stands.
pub fn deep(ticket: &Ticket, query: &Query, letters: usize) -> Option<(Place, Vec<Piece>)> {
    let pieces = ticket_pieces(ticket).map(|(entry, text)| {
        let place = entry.map_or(Place::Description, |entry| match entry.what {
            EntryKind::Followup { .. } => Place::Followup,
            EntryKind::Task { .. } => Place::Task,
            EntryKind::Solution { .. } => Place::Solution,
            EntryKind::Document(_) => Place::Document,
        });
        (place, text)
    });
    best(pieces, query, letters)
}

/// The same of a thread.
pub fn deep_in_mails(thread: &Thread, query: &Query, letters: usize) -> Option<Vec<Piece>> {
    let mails = thread
        .mails
        .iter()
        .map(|mail| (Place::Mail, mail_text(mail)));
    best(mails, query, letters).map(|(_, pieces)| pieces)
}

fn best(
    texts: impl Iterator<Item = (Place, String)>,
    query: &Query,
    letters: usize,
) -> Option<(Place, Vec<Piece>)> {
    let mut best: Option<(usize, Place, String)> = None;
    for (place, text) in texts {
        let terms = found_in(&text, query).terms;
        if terms > best.as_ref().map_or(0, |(most, ..)| *most) {
            best = Some((terms, place, text));
        }
    }
    let (_, place, text) = best?;
    Some((place, excerpt(&text, query, letters)?))
}

/// What of a query is in a text.
#[derive(Default)]
struct Matches {
    /// Where, in order and without overlaps, in bytes.
    ranges: Vec<(usize, usize)>,
    /// How many of the terms.
    terms: usize,
}

fn found_in(text: &str, query: &Query) -> Matches {
    let folded = Folded::of(text);
    let mut matches = Matches::default();
    let terms = query.terms.iter().chain(&query.number);
    for term in terms {
        let single = term.chars().nth(1).is_none();
        let here = folded.text.match_indices(term.as_str());
        let here = here.map(|(at, _)| (at, at + term.len()));
        // A single letter is marked where it is a word.
        let here = here.filter(|range| !single || folded.is_word(*range));
        let ranges: Vec<_> = here.map(|range| folded.origin(range)).collect();
        matches.terms += usize::from(!ranges.is_empty());
        matches.ranges.extend(ranges);
    }
    matches.ranges.sort_unstable();
    matches.ranges.dedup_by(|next, last| {
        let touches = next.0 <= last.1;
        if touches {
            last.1 = last.1.max(next.1);
        }
        touches
    });
    matches
}

fn cut(text: &str, ranges: &[(usize, usize)], window: std::ops::Range<usize>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut add = |range: std::ops::Range<usize>, found| {
        if let Some(text) = text.get(range).filter(|text| !text.is_empty()) {
            pieces.push(Piece {
                text: text.to_owned(),
                found,
            });
        }
    };
    let mut from = window.start;
    for (start, end) in ranges {
        let (start, end) = ((*start).max(from), (*end).min(window.end));
        if start < end {
            add(from..start, false);
            add(start..end, true);
            from = end;
        }
    }
    add(from..window.end, false);
    pieces
}

/// A folded text, and which letter each of its bytes came from.
struct Folded {
    text: String,
    origins: Vec<(u32, u32)>,
}

impl Folded {
    fn of(text: &str) -> Self {
        let mut folded = Self {
            text: String::with_capacity(text.len()),
            origins: Vec::with_capacity(text.len()),
        };
        for (at, letter) in text.char_indices() {
            let origin = (at as u32, (at + letter.len_utf8()) as u32);
            let lower = letter.to_lowercase();
            for letter in lower.flat_map(|letter| plain(letter).into_iter().flatten()) {
                folded.text.push(letter);
                let bytes = letter.len_utf8();
                folded.origins.extend(std::iter::repeat_n(origin, bytes));
            }
        }
        folded
    }

    fn origin(&self, (start, end): (usize, usize)) -> (usize, usize) {
        let first = self.origins.get(start).map_or(0, |origin| origin.0);
        let last = self.origins.get(end - 1).map_or(0, |origin| origin.1);
        (first as usize, last as usize)
    }

    fn is_word(&self, (start, end): (usize, usize)) -> bool {
        let before = self.text[..start].chars().next_back();
        let after = self.text[end..].chars().next();
        let apart = |letter: Option<char>| letter.is_none_or(|letter| !letter.is_alphanumeric());
        apart(before) && apart(after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pieces: &[Piece]) -> String {
        let piece = |piece: &Piece| match piece.found {
            true => format!("[{}]", piece.text),
            false => piece.text.clone(),
        };
        pieces.iter().map(piece).collect()
    }

    #[test]
    fn found_words_are_marked_with_their_own_accents() {
        let query = Query::of("telephone coeur 7754");
        assert_eq!(
            shown(&marked("Téléphones du CŒUR #7754", &query)),
            "[Téléphone]s du [CŒUR] #[7754]"
        );
        assert_eq!(
            shown(&marked("e\u{301}te\u{301}", &Query::of("ete"))),
            "[e\u{301}te]\u{301}"
        );
        assert_eq!(shown(&marked("", &query)), "");
    }

    #[test]
    fn marks_that_touch_are_one_and_a_single_letter_is_a_word() {
        assert_eq!(shown(&marked("banane", &Query::of("ban nan"))), "[banan]e");
        assert_eq!(shown(&marked("l'a là", &Query::of("l"))), "[l]'a là");
    }

    #[test]
    fn an_excerpt_begins_near_the_first_found_word() {
        let text = format!(
            "{}la caisse  23\nest en panne {}",
            "mot ".repeat(40),
            "fin ".repeat(40)
        );
        let pieces = excerpt(&text, &Query::of("caisse panne"), 60);
        let shown = shown(&pieces.unwrap());
        assert!(shown.starts_with("… mot mot mot mot mot "), "{shown}");
        assert!(shown.contains("la [caisse] 23 est en [panne]"), "{shown}");
        assert!(shown.ends_with(" …"), "{shown}");
        assert_eq!(excerpt(&text, &Query::of("absent"), 60), None);
    }
}

//! What about: the category that was chosen before, that the mail names, that tickets of the same words have, or that its
//! words belong to.

use std::collections::BTreeMap;

use super::hints::HINTS;
use super::location::last_part;
use super::words::Words;
use super::{Because, Ground, Letter, Reason};
use crate::domain::Named;

/// A word of the subject counts for so many of the text.
const SUBJECT: f64 = 2.0;
/// As sure as tickets of the past must be.
const ENOUGH: f64 = 0.9;
/// By how much the best must be better than the next.
const CLEAR: f64 = 1.3;

pub(super) fn category(letter: &Letter, ground: &Ground<'_>) -> Option<Because<Named>> {
    let found = chosen(letter, ground)
        .or_else(|| named(letter, ground))
        .or_else(|| similar(letter, ground))
        .or_else(|| hinted(letter, ground))
        .or_else(|| always(ground));
    found.map(|(named, reason)| Because::new(named.clone(), reason))
}

type Found<'a> = Option<(&'a Named, Reason)>;

fn by_id<'a>(ground: &Ground<'a>, id: u64) -> Option<&'a Named> {
    ground.lists.categories.iter().find(|named| named.id == id)
}

/// What was chosen for this sender and words of this mail.
fn chosen<'a>(letter: &Letter, ground: &Ground<'a>) -> Found<'a> {
    let mut best: Option<(usize, &Named, &str)> = None;
    for choice in ground.choices.at(&ground.lists.source) {
        let shared: Vec<&str> = choice
            .words
            .iter()
            .filter_map(|stem| letter.word(stem))
            .collect();
        let (Some(word), Some(named)) = (shared.first(), by_id(ground, choice.category)) else {
            continue;
        };
        if best.is_none_or(|(most, ..)| shared.len() > most) {
            best = Some((shared.len(), named, word));
        }
    }
    let (_, named, word) = best?;
    let word = word.to_owned();
    Some((named, Reason::ChosenFor { word }))
}

/// What was always chosen for this sender.
fn always<'a>(ground: &Ground<'a>) -> Found<'a> {
    let usual = ground.choices.usual(&ground.lists.source, 2, |choice| {
        (choice.category != 0).then_some(choice.category)
    });
    Some((by_id(ground, usual?)?, Reason::Chosen))
}

/// The category whose own name the mail says: in the subject rather than in the text, the longer and deeper one.
fn named<'a>(letter: &Letter, ground: &Ground<'a>) -> Found<'a> {
    let mut best: Option<((bool, usize, usize), &Named, String)> = None;
    for named in &ground.lists.categories {
        let phrase = Words::of(last_part(&named.name));
        // "Informatique" says nothing in a mail to the computer people.
        if phrase.len() < 2 && phrase.telling().next().is_none() {
            continue;
        }
        let in_subject = letter.subject.phrase(&phrase);
        let rank = (
            in_subject.is_some(),
            phrase.len(),
            named.name.matches(" > ").count(),
        );
        let Some(words) = in_subject.or_else(|| letter.body.phrase(&phrase)) else {
            continue;
        };
        if best.as_ref().is_none_or(|(most, ..)| rank > *most) {
            best = Some((rank, named, words));
        }
    }
    best.map(|(_, named, words)| (named, Reason::Said { words }))
}

/// The category that tickets with the same words have.
fn similar<'a>(letter: &Letter, ground: &Ground<'a>) -> Found<'a> {
    /// The sum, the best word's part in it, that word, and its tickets.
    type Score<'l> = (f64, f64, &'l str, usize);
    let mut scores: BTreeMap<&str, Score<'_>> = BTreeMap::new();
    for stem in letter.stems() {
        let weight = match letter.subject.word(stem) {
            Some(_) => SUBJECT,
            None => 1.0,
        };
        for (category, count, all) in ground.lore.categories_of(stem) {
            // The surer, the more of its tickets are of one kind, and the more there are.
            let (count_f, all_f) = (count as f64, all as f64);
            let part = weight * (count_f / all_f) * (count_f / (count_f + 1.0));
            let score = scores.entry(category).or_insert((0.0, 0.0, stem, count));
            score.0 += part;
            if part > score.1 {
                (score.1, score.2, score.3) = (part, stem, count);
            }
        }
    }
    let mut ranked: Vec<(&str, Score<'_>)> = scores.into_iter().collect();
    ranked.sort_by(|a, b| b.1.0.total_cmp(&a.1.0));
    let (name, (score, _, stem, count)) = *ranked.first()?;
    let next = ranked.get(1).map_or(0.0, |(_, (score, ..))| *score);
    if score < ENOUGH || score < next * CLEAR {
        return None;
    }
    let named = ground
        .lists
        .categories
        .iter()
        .find(|named| named.name == name)?;
    let word = letter.word(stem)?.to_owned();
    Some((named, Reason::Similar { word, count }))
}

/// The category that a word of the trade belongs to.
fn hinted<'a>(letter: &Letter, ground: &Ground<'a>) -> Found<'a> {
    let mut said: Vec<(bool, String, &[&str])> = Vec::new();
    for (phrase, names) in HINTS {
        if let Some(words) = letter.says(phrase) {
            said.push((letter.subject.says(phrase).is_none(), words, *names));
        }
    }
    // The subject's words first; else in the order of the list.
    said.sort_by_key(|(in_text, ..)| *in_text);
    said.into_iter().find_map(|(_, words, names)| {
        let named = names.iter().find_map(|name| called(ground, name))?;
        Some((named, Reason::Said { words }))
    })
}

/// The deepest category whose own name has these words.
fn called<'a>(ground: &Ground<'a>, name: &str) -> Option<&'a Named> {
    let name = Words::of(name);
    let has_it = |named: &&Named| Words::of(last_part(&named.name)).phrase(&name).is_some();
    let found = ground.lists.categories.iter().filter(has_it);
    found.max_by_key(|named| named.name.matches(" > ").count())
}

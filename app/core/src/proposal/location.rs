//! Where: the store that the mail names, or where its sender works.

use std::collections::BTreeMap;

use super::requester::person;
use super::words::Words;
use super::{Because, Ground, Letter, Reason};
use crate::domain::Named;

pub(super) fn location(letter: &Letter, ground: &Ground<'_>) -> Option<Because<Named>> {
    let lists = ground.lists;
    let by_id = |id: u64| lists.locations.iter().find(|named| named.id == id);
    let by_name = |name: &str| lists.locations.iter().find(|named| named.name == name);
    let phrases = phrases(&lists.locations);
    let said = |text: &dyn Fn(&Words) -> Option<String>| best(&lists.locations, &phrases, text);
    let chosen = || {
        let usual = ground.choices.usual(&lists.source, 1, |choice| {
            (choice.location != 0).then_some(choice.location)
        });
        Some((by_id(usual?)?, Reason::Chosen))
    };
    let sender = person(letter, lists);
    let workplace = || Some((by_name(sender?.location.as_deref()?)?, Reason::Workplace));
    let usual = || {
        let store = ground.lore.usage.usual_store(&sender?.name)?;
        Some((by_name(store)?, Reason::Usual))
    };
    let named =
        said(&|phrase| letter.phrase(phrase)).map(|(named, words)| (named, Reason::Said { words }));
    let signed = || {
        let (named, _) = said(&|phrase| letter.signature.phrase(phrase))?;
        Some((named, Reason::Signature))
    };
    let found = named
        .or_else(chosen)
        .or_else(workplace)
        .or_else(signed)
        .or_else(usual);
    found.map(|(named, reason)| Because::new(named.clone(), reason))
}

/// What each store is called in a mail: the last part of its name, without the word that many of them begin with.
fn phrases(locations: &[Named]) -> Vec<Words> {
    let names: Vec<Words> = locations
        .iter()
        .map(|named| Words::of(last_part(&named.name)))
        .collect();
    let mut firsts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in &names {
        if let Some(first) = name.first() {
            *firsts.entry(first).or_default() += 1;
        }
    }
    let is_shared = |name: &Words| {
        let first = name.first().and_then(|first| firsts.get(first));
        name.len() > 1 && first.is_some_and(|count| *count > 1)
    };
    names
        .iter()
        .map(|name| name.without_first(usize::from(is_shared(name))))
        .collect()
}

pub(super) fn last_part(name: &str) -> &str {
    name.rsplit(" > ").next().unwrap_or(name)
}

/// The longest name that is said; a name of one short word, or of a number, could be anything.
fn best<'a>(
    locations: &'a [Named],
    phrases: &[Words],
    text: &dyn Fn(&Words) -> Option<String>,
) -> Option<(&'a Named, String)> {
    let mut found: Option<(usize, &Named, String)> = None;
    for (named, phrase) in locations.iter().zip(phrases) {
        let letters = |words: &str| {
            words
                .chars()
                .filter(|letter| letter.is_alphabetic())
                .count()
        };
        if let Some(words) = text(phrase).filter(|words| letters(words) >= 4) {
            let length = words.chars().count();
            if found.as_ref().is_none_or(|(longest, ..)| length > *longest) {
                found = Some((length, named, words));
            }
        }
    }
    found.map(|(_, named, words)| (named, words))
}

//! What a query finds, the best first: what is in the number or the title before what is in people and places, that
//! before what is somewhere in the text; a whole word before its beginning, that before a part; open tickets before
//! closed ones, the newest first. A ticket is found by the words of its mails too, and a mail by those of its ticket.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::dictionary::{Dictionary, Fit};
use super::index::{Index, LiveTicket};
use super::query::{MOST_TERMS, Query, Seen};
use super::text::Of;
use super::words::each_word;
use crate::domain::{ThreadRow, TicketRow};
use crate::time::Instant;

/// By where a word stands (title, facts, body) and how much of it was typed (a part, its beginning, all of it).
const WEIGHTS: [[u32; 3]; 3] = [[6, 9, 12], [4, 6, 8], [1, 2, 3]];
/// The ticket's own number, whole or begun.
const NUMBER: [u32; 2] = [30, 5];
/// A GLPI's name.
const SOURCE: u32 = 1;
/// Letters of a GLPI's name that mean it.
const SOURCE_LETTERS: usize = 3;
/// An open ticket.
const OPEN: u32 = 2;

/// Something that was found.
#[derive(Debug, PartialEq)]
pub struct Hit<R> {
    /// Its row, as the screen shows it.
    pub row: Arc<R>,
    /// How good it is.
    pub score: u32,
    /// Something that was looked for stands in the text alone: the row does not show why it was found.
    pub deep: bool,
    /// What it is linked with, where that has what it lacks itself.
    pub across: Option<Of>,
}

// Shared, whatever it is the row of.
impl<R> Clone for Hit<R> {
    fn clone(&self) -> Self {
        Self {
            row: self.row.clone(),
            across: self.across.clone(),
            ..*self
        }
    }
}

/// All that was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Tickets, the best first.
    pub tickets: Vec<Hit<TicketRow>>,
    /// Threads, the best first.
    pub threads: Vec<Hit<ThreadRow>>,
}

impl Found {
    /// Whether nothing was.
    pub fn is_empty(&self) -> bool {
        self.tickets.is_empty() && self.threads.is_empty()
    }

    /// Whether the best of all is a mail.
    pub fn mails_first(&self) -> bool {
        let best = |score: Option<u32>| score.unwrap_or(0);
        best(self.threads.first().map(|hit| hit.score))
            > best(self.tickets.first().map(|hit| hit.score))
    }
}

/// Which terms a word has in it: a bit a term for a part, its beginning and all of it.
type Mask = u64;
const BITS: usize = MOST_TERMS;

fn bits(term: usize, fit: Fit) -> Mask {
    let bit = 1 << term;
    match fit {
        Fit::Within => bit,
        Fit::Start => bit | bit << BITS,
        Fit::Whole => bit | bit << BITS | bit << (2 * BITS),
    }
}

/// How well a field has a term.
fn weight(field: usize, mask: Mask, term: usize) -> u32 {
    let has = |fit: usize| mask >> (fit * BITS + term) & 1 == 1;
    let best = (0..3).rev().find(|fit| has(*fit));
    best.map_or(0, |fit| WEIGHTS[field][fit])
}

impl Index {
    /// What a query finds among all that the phone holds. One without words finds nothing.
    pub fn find(&self, query: &Query, now: Instant) -> Found {
        if query.is_empty() {
            return Found::default();
        }
        let words = Masks::new(&self.words, query);
        let goals = &self.live.goals;
        let ahead = query.ahead;
        let seen = Seen { goals, now, ahead };
        let mut narrow = Narrow::new(query, seen);
        let live = &self.live;
        let of_tickets = live.tickets.iter();
        let of_tickets: Vec<_> = of_tickets
            .map(|ticket| self.ticket_masks(ticket, query, &words))
            .collect();
        let of_threads = live.threads.iter();
        let of_threads: Vec<_> = of_threads
            .map(|thread| match thread.text {
                Some(text) => self.masks(text, &words),
                None => thread_row_masks(&thread.row, query),
            })
            .collect();
        let mut found = Found::default();
        for (at, ticket) in live.tickets.iter().enumerate() {
            let row = &ticket.row;
            let score = |masks| self.score_ticket(row, masks, query);
            let mails = live.mails.get(&at).into_iter().flatten();
            let mails = mails.map(|mail| {
                (
                    Of::Thread(live.threads[*mail].row.key.clone()),
                    of_threads[*mail],
                )
            });
            if let Some((score, deep, across)) = own_or_across(of_tickets[at], mails, score)
                && narrow.wants(row)
            {
                found.tickets.push(Hit {
                    row: row.clone(),
                    score,
                    deep,
                    across,
                });
            }
        }
        for (at, thread) in live.threads.iter().enumerate() {
            let row = &thread.row;
            let score = |masks| score_thread(row, masks, query);
            let ticket = thread.ticket.into_iter();
            let ticket =
                ticket.map(|of| (Of::Ticket(live.tickets[of].row.key.clone()), of_tickets[of]));
            if let Some((score, deep, across)) = own_or_across(of_threads[at], ticket, score)
                && query.narrowed.iter().all(|n| n.wants_thread(row, &seen))
            {
                found.threads.push(Hit {
                    row: row.clone(),
                    score,
                    deep,
                    across,
                });
            }
        }
        let best = &mut found.tickets;
        best.sort_by(|a, b| ticket_order(a).cmp(&ticket_order(b)));
        let best = &mut found.threads;
        best.sort_by(|a, b| thread_order(a).cmp(&thread_order(b)));
        found
    }

    /// What is looked for of a text, by where it stands. A body is looked through only for what is not in title and facts: what
    /// stands there counts more, wherever else it is.
    fn masks(&self, text: usize, words: &Masks) -> [Mask; 3] {
        let [title, facts, body] = self.fields(text);
        let (title, facts) = (words.of(title), words.of(facts));
        let shown = title | facts;
        let body = match shown & words.terms == words.terms {
            true => 0,
            false => words.of(body),
        };
        [title, facts, body]
    }

    fn ticket_masks(&self, ticket: &LiveTicket, query: &Query, words: &Masks) -> [Mask; 3] {
        match (ticket.text, &ticket.over) {
            (Some(text), None) => self.masks(text, words),
            (text, over) => {
                let row = &ticket.row;
                // His title may have lost what the base's has, and the body with it: all of it counts.
                let stored = text.map(|text| self.fields(text).map(|numbers| words.of(numbers)));
                let [_, facts, body] = stored.unwrap_or_default();
                let shown = [
                    &row.location,
                    &row.requester,
                    &row.assignee,
                    &row.category,
                    &row.entity,
                ];
                let shown = shown.map(|fact| text_mask(fact, query));
                // Observers and a second requester are in no row: the base's facts stay found.
                let facts = shown.into_iter().fold(facts, |all, mask| all | mask);
                let typed = over.as_ref().map_or(0, |over| text_mask(over, query));
                [text_mask(&row.title, query), facts, body | typed]
            }
        }
    }

    fn score_ticket(
        &self,
        row: &TicketRow,
        masks: [Mask; 3],
        query: &Query,
    ) -> Option<(u32, bool)> {
        let numbered = query.asks_for_a_number() && !row.key.id.is_local();
        let id = numbered.then(|| row.key.id.to_string());
        let number = |typed: &str| number_weight(id.as_deref(), typed);
        let (mut score, mut deep) = (u32::from(row.status.is_open()) * OPEN, false);
        if let Some(typed) = &query.number {
            score += Some(number(typed)).filter(|weight| *weight > 0)?;
        }
        for (term, typed) in query.terms.iter().enumerate() {
            let own = weight(0, masks[0], term)
                .max(weight(1, masks[1], term))
                .max(number(typed))
                .max(self.source_weight(row, typed));
            let inside = weight(2, masks[2], term);
            deep |= own == 0;
            score += Some(own.max(inside)).filter(|weight| *weight > 0)?;
        }
        Some((score, deep))
    }

    fn source_weight(&self, row: &TicketRow, typed: &str) -> u32 {
        let mut sources = self.live.sources.iter();
        let named = typed.len() >= SOURCE_LETTERS
            && sources.any(|(source, words)| {
                *source == row.key.source
                    && words
                        .split(|letter: char| !letter.is_alphanumeric())
                        .any(|word| word.starts_with(typed))
            });
        u32::from(named) * SOURCE
    }
}

/// By its own words; else by its own and those of what it is linked with, which then count as words of its text.
fn own_or_across(
    own: [Mask; 3],
    linked: impl Iterator<Item = (Of, [Mask; 3])>,
    score: impl Fn([Mask; 3]) -> Option<(u32, bool)>,
) -> Option<(u32, bool, Option<Of>)> {
    if let Some((score, deep)) = score(own) {
        return Some((score, deep, None));
    }
    let [title, facts, mut body] = own;
    let mut most: Option<(u32, Of)> = None;
    for (of, masks) in linked {
        let theirs = masks.into_iter().fold(0, |all, mask| all | mask);
        // The one that brings most is shown.
        let brings = (theirs & !(title | facts | body)).count_ones();
        if most.as_ref().is_none_or(|(before, _)| brings > *before) {
            most = Some((brings, of));
        }
        body |= theirs;
    }
    let (_, across) = most?;
    let (score, deep) = score([title, facts, body])?;
    Some((score, deep, Some(across)))
}

fn score_thread(row: &ThreadRow, masks: [Mask; 3], query: &Query) -> Option<(u32, bool)> {
    let ticket = row.ticket.as_ref().map(|key| key.id.0).or(row.told_of);
    let ticket = ticket.filter(|_| query.asks_for_a_number());
    let id = ticket.map(|id| id.to_string());
    let number = |typed: &str| number_weight(id.as_deref(), typed) / 2;
    let (mut score, mut deep) = (0, false);
    if let Some(typed) = &query.number {
        score += Some(number(typed)).filter(|weight| *weight > 0)?;
    }
    for (term, typed) in query.terms.iter().enumerate() {
        let own = weight(0, masks[0], term)
            .max(weight(1, masks[1], term))
            .max(number(typed));
        let inside = weight(2, masks[2], term);
        deep |= own == 0;
        score += Some(own.max(inside)).filter(|weight| *weight > 0)?;
    }
    Some((score, deep))
}

fn number_weight(id: Option<&str>, typed: &str) -> u32 {
    match id {
        Some(id) if id == typed => NUMBER[0],
        Some(id) if typed.len() > 1 && id.starts_with(typed) => NUMBER[1],
        _ => 0,
    }
}

/// Of each word of the dictionary, which terms it has in it.
struct Masks {
    words: Vec<Mask>,
    /// What any word has.
    any: Mask,
    /// Each term, at least as a part.
    terms: Mask,
}

impl Masks {
    fn new(words: &Dictionary, query: &Query) -> Self {
        let mut masks = vec![0; words.len()];
        let (mut any, mut terms) = (0, 0);
        for (term, typed) in query.terms.iter().enumerate() {
            terms |= bits(term, Fit::Within);
            words.each_with(typed, |number, fit| {
                masks[number] |= bits(term, fit);
                any |= masks[number];
            });
        }
        Self {
            words: masks,
            any,
            terms,
        }
    }

    /// What these words have together.
    fn of(&self, numbers: &[u32]) -> Mask {
        let mut mask = 0;
        for number in numbers {
            // There is no more to be had.
            if mask == self.any {
                break;
            }
            mask |= self.words[*number as usize];
        }
        mask
    }
}

/// The same of a text that is in no dictionary.
fn text_mask(text: &str, query: &Query) -> Mask {
    let mut mask = 0;
    each_word(text, |word| {
        for (term, typed) in query.terms.iter().enumerate() {
            let single = typed.chars().nth(1).is_none();
            let fit = match () {
                () if word == typed => Fit::Whole,
                () if word.starts_with(typed.as_str()) => Fit::Start,
                () if !single && word.contains(typed.as_str()) => Fit::Within,
                () => continue,
            };
            mask |= bits(term, fit);
        }
    });
    mask
}

fn thread_row_masks(row: &ThreadRow, query: &Query) -> [Mask; 3] {
    [&row.subject, &row.from, &row.snippet].map(|text| text_mask(text, query))
}

fn ticket_order(hit: &Hit<TicketRow>) -> impl Ord + '_ {
    (
        Reverse(hit.score),
        Reverse(hit.row.modified_at),
        &hit.row.key,
    )
}

fn thread_order(hit: &Hit<ThreadRow>) -> impl Ord + '_ {
    (Reverse(hit.score), Reverse(hit.row.at), &hit.row.key)
}

/// What narrows a query, asked of each value once: thousands of tickets have few stores.
struct Narrow<'q> {
    query: &'q Query,
    seen: Seen<'q>,
    known: BTreeMap<Facts, bool>,
}

/// All that can be named of a row.
type Facts = (crate::domain::Status, [String; 5]);

impl<'q> Narrow<'q> {
    fn new(query: &'q Query, seen: Seen<'q>) -> Self {
        Self {
            query,
            seen,
            known: BTreeMap::new(),
        }
    }

    fn wants(&mut self, row: &TicketRow) -> bool {
        if self.query.narrowed.is_empty() {
            return true;
        }
        let facts = [
            &row.location,
            &row.requester,
            &row.assignee,
            &row.category,
            &row.entity,
        ];
        let facts = (row.status, facts.map(String::clone));
        let narrowed = &self.query.narrowed;
        let all = |of_names: bool| {
            let mut some = narrowed.iter().filter(|n| n.is_of_names() == of_names);
            some.all(|n| n.wants_ticket(row, &self.seen))
        };
        *self.known.entry(facts).or_insert_with(|| all(true)) && all(false)
    }
}

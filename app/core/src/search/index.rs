//! All segments in memory, and what the phone still holds of them. The rows say what there is; a text says what is
//! written on it; the outbox lies over both.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use super::dictionary::Dictionary;
use super::text::{Of, Segment, Text, entry_text, ticket_pieces};
use crate::changes::ChangeKind as _;
use crate::domain::{Goals, ThreadRow, TicketRow};
use crate::fold::fold;
use crate::ids::{SourceId, ThreadKey, TicketKey};
use crate::outbox::State;
use crate::phone::Phone;

/// Texts in one packed segment.
const PACKED: usize = 500;
/// Stored segments above which they are worth packing: each is a record to be read.
const MANY: usize = 40;

/// The index of what the phone holds.
#[derive(Clone, Debug, Default)]
pub struct Index {
    pub(super) words: Dictionary,
    numbers: Vec<u32>,
    texts: Vec<Kept>,
    tickets: BTreeMap<TicketKey, usize>,
    threads: BTreeMap<ThreadKey, usize>,
    segments: usize,
    pub(super) live: Live,
}

/// A text, as ranges of the numbers.
#[derive(Clone, Debug)]
struct Kept {
    of: Of,
    title: Range<usize>,
    facts: Range<usize>,
    body: Range<usize>,
}

/// What the phone holds now.
#[derive(Clone, Debug, Default)]
pub(super) struct Live {
    pub tickets: Vec<LiveTicket>,
    pub threads: Vec<LiveThread>,
    /// Threads by the ticket that they belong to, both by their places in the lists above.
    pub mails: BTreeMap<usize, Vec<usize>>,
    /// Each GLPI by the words of its id and name.
    pub sources: Vec<(SourceId, String)>,
    /// How long a ticket of each priority may take.
    pub goals: Goals,
    lacking: Lacking,
}

/// A ticket that the phone holds.
#[derive(Clone, Debug)]
pub(super) struct LiveTicket {
    pub row: Arc<TicketRow>,
    pub text: Option<usize>,
    /// What the outbox says on it. Its facts are then those of the row, as is so where there is no text.
    pub over: Option<String>,
}

/// A thread that the phone holds.
#[derive(Clone, Debug)]
pub(super) struct LiveThread {
    pub row: Arc<ThreadRow>,
    pub text: Option<usize>,
    /// Its ticket's place among those that are held.
    pub ticket: Option<usize>,
}

/// What the phone holds and the index does not know yet: after an update of the app, or where the index was lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lacking {
    /// Tickets.
    pub tickets: Vec<TicketKey>,
    /// Threads.
    pub threads: Vec<ThreadKey>,
}

impl Lacking {
    /// How many.
    pub fn len(&self) -> usize {
        self.tickets.len() + self.threads.len()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Index {
    /// Adds a stored segment; one of another version's form says nothing, and what it was of is lacking.
    pub fn add(&mut self, segment: &[u8]) {
        self.segments += 1;
        let Some((words, texts)) = Segment::unpack(segment) else {
            return;
        };
        let words: Vec<u32> = words.iter().map(|word| self.words.number(word)).collect();
        for text in texts {
            self.keep(text, &words);
        }
    }

    fn keep(&mut self, text: Text, words: &[u32]) {
        let at = self.texts.len();
        match &text.of {
            Of::Ticket(key) => self.tickets.insert(key.clone(), at),
            Of::Thread(key) => self.threads.insert(key.clone(), at),
        };
        let mut range = |numbers: Vec<u32>| {
            let start = self.numbers.len();
            let known = numbers.iter().filter_map(|n| words.get(*n as usize));
            self.numbers.extend(known);
            start..self.numbers.len()
        };
        self.texts.push(Kept {
            title: range(text.title),
            facts: range(text.facts),
            body: range(text.body),
            of: text.of,
        });
    }

    /// Looks at what the phone holds now.
    pub fn settle(&mut self, phone: &Phone) {
        let mut live = Live {
            sources: sources(phone),
            goals: phone.goals().clone(),
            ..Live::default()
        };
        let changed = changed(phone);
        for row in phone.rows().iter() {
            let text = self.tickets.get(&row.key).copied();
            if text.is_none() {
                live.lacking.tickets.push(row.key.clone());
            }
            let is_changed = changed.contains(&row.key);
            let shown = is_changed.then(|| phone.shown_row(&row.key)).flatten();
            live.tickets.push(LiveTicket {
                over: is_changed.then(|| typed_on(phone, &row.key)),
                row: shown.map_or_else(|| row.clone(), Arc::new),
                text,
            });
        }
        for row in phone.local_rows() {
            live.tickets.push(LiveTicket {
                over: Some(local_text(phone, &row.key)),
                row: Arc::new(row),
                text: None,
            });
        }
        let tickets = live.tickets.iter().enumerate();
        let tickets: BTreeMap<_, _> = tickets.map(|(at, t)| (t.row.key.clone(), at)).collect();
        let links = phone.tickets_of_threads();
        for row in phone.threads().iter() {
            let text = self.threads.get(&row.key).copied();
            if text.is_none() {
                live.lacking.threads.push(row.key.clone());
            }
            let ticket = links
                .get(&row.key)
                .and_then(|key| tickets.get(key))
                .copied();
            if let Some(at) = ticket {
                live.mails.entry(at).or_default().push(live.threads.len());
            }
            live.threads.push(LiveThread {
                row: row.clone(),
                text,
                ticket,
            });
        }
        self.live = live;
    }

    /// What is to be read whole and added.
    pub fn lacking(&self) -> &Lacking {
        &self.live.lacking
    }

    /// How many tickets and threads it looks through.
    pub fn len(&self) -> usize {
        self.live.tickets.len() + self.live.threads.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it is stored in so many pieces, or has so much in it that is gone, that it is worth packing.
    pub fn is_worth_packing(&self) -> bool {
        let (all, known) = (self.texts.len(), self.tickets.len() + self.threads.len());
        self.segments > MANY || all > 2 * known + PACKED
    }

    /// A part of the same in few segments, without what the phone no longer holds; nothing behind the last.
    pub fn packed(&self, part: usize) -> Option<Vec<u8>> {
        let tickets = self.live.tickets.iter().filter_map(|ticket| ticket.text);
        let threads = self.live.threads.iter().filter_map(|thread| thread.text);
        let texts = tickets.chain(threads).skip(part * PACKED).take(PACKED);
        let mut segment = Segment::default();
        for kept in texts.filter_map(|text| self.texts.get(text)) {
            segment.copy(&self.text(kept), &self.words);
        }
        (!segment.is_empty()).then(|| segment.pack())
    }

    fn text(&self, kept: &Kept) -> Text {
        let numbers = |range: &Range<usize>| self.numbers[range.clone()].to_vec();
        Text {
            of: kept.of.clone(),
            title: numbers(&kept.title),
            facts: numbers(&kept.facts),
            body: numbers(&kept.body),
        }
    }

    /// The numbers of a text's words, by where they stand: title, facts, body.
    pub(super) fn fields(&self, text: usize) -> [&[u32]; 3] {
        let kept = &self.texts[text];
        [&kept.title, &kept.facts, &kept.body].map(|range| &self.numbers[range.clone()])
    }
}

/// Tickets that the outbox says something of.
fn changed(phone: &Phone) -> BTreeSet<TicketKey> {
    let unsettled = phone.outbox().iter().filter(|q| q.is_unsettled());
    unsettled
        .filter_map(|queued| queued.change.ticket().cloned())
        .collect()
}

/// What was typed on a ticket and is not in GLPI yet.
fn typed_on(phone: &Phone, key: &TicketKey) -> String {
    let on_it = phone.outbox().of_ticket(key);
    let shown = on_it
        .filter(|queued| queued.is_on_its_way() || matches!(queued.state, State::NeedsYou { .. }));
    let entries = shown.filter_map(|queued| queued.change.body.entry());
    let texts: Vec<String> = entries.map(|entry| entry_text(&entry)).collect();
    texts.join("\n")
}

fn local_text(phone: &Phone, key: &TicketKey) -> String {
    let ticket = phone.local_ticket(key);
    let pieces = ticket.iter().flat_map(ticket_pieces);
    let texts: Vec<String> = pieces.map(|(_, text)| text).collect();
    texts.join("\n")
}

fn sources(phone: &Phone) -> Vec<(SourceId, String)> {
    let sources = phone.meta().sources.iter();
    let words =
        |state: &crate::wire::SourceState| fold(&format!("{} {}", state.source, state.name));
    sources
        .map(|state| (state.source.clone(), words(state)))
        .collect()
}

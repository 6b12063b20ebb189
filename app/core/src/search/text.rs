//! The words of one ticket or thread, and segments of them as they are stored: each exchange adds one, so that nothing
//! is read to be written again. A later text of the same thing stands for an earlier one.

use serde::{Deserialize, Serialize};

use super::dictionary::Dictionary;
use super::words::{each_word, plain_text};
use crate::domain::{Entry, EntryKind, Mail, Thread, Ticket};
use crate::ids::{ThreadKey, TicketKey};

/// The first byte of a stored segment; another number means another version's form.
const FORM: u8 = 1;

/// What a text is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Of {
    /// A ticket.
    Ticket(TicketKey),
    /// A thread.
    Thread(ThreadKey),
}

/// The words of one thing by where they stand, each once: numbers of a dictionary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// Of what.
    pub of: Of,
    /// Its title or subject.
    pub title: Vec<u32>,
    /// People, places, category.
    pub facts: Vec<u32>,
    /// What was written on it.
    pub body: Vec<u32>,
}

/// Texts that are stored together, with their own dictionary.
#[derive(Clone, Debug, Default)]
pub struct Segment {
    words: Dictionary,
    texts: Vec<Text>,
}

/// As it is stored.
#[derive(Serialize, Deserialize)]
struct Stored {
    words: Vec<String>,
    texts: Vec<Text>,
}

impl Segment {
    /// Whether there is no text in it.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Adds the words of a ticket.
    pub fn add_ticket(&mut self, ticket: &Ticket) {
        let of = Of::Ticket(ticket.key.clone());
        let title = self.field(|add| add(&ticket.title));
        let facts = self.field(|add| ticket_facts(ticket, add));
        let body = self.field(|add| ticket_body(ticket, add));
        self.add(Text {
            of,
            title,
            facts,
            body,
        });
    }

    /// Adds the words of a thread.
    pub fn add_thread(&mut self, thread: &Thread) {
        let of = Of::Thread(thread.key.clone());
        let title = self.field(|add| thread.mails.iter().for_each(|mail| add(&mail.subject)));
        let facts = self.field(|add| thread.mails.iter().for_each(|mail| mail_people(mail, add)));
        let body = self.field(|add| thread.mails.iter().for_each(|mail| mail_body(mail, add)));
        self.add(Text {
            of,
            title,
            facts,
            body,
        });
    }

    /// Adds the words of a text with another dictionary.
    pub(super) fn copy(&mut self, text: &Text, words: &Dictionary) {
        let mut renumbered = |numbers: &[u32]| {
            let numbers = numbers.iter();
            numbers.map(|n| self.words.number(words.word(*n))).collect()
        };
        let text = Text {
            of: text.of.clone(),
            title: renumbered(&text.title),
            facts: renumbered(&text.facts),
            body: renumbered(&text.body),
        };
        self.add(text);
    }

    fn add(&mut self, text: Text) {
        self.texts.retain(|other| other.of != text.of);
        self.texts.push(text);
    }

    fn field(&mut self, of: impl FnOnce(&mut dyn FnMut(&str))) -> Vec<u32> {
        let mut numbers = Vec::new();
        of(&mut |text| each_word(text, |word| numbers.push(self.words.number(word))));
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// As it is stored.
    pub fn pack(&self) -> Vec<u8> {
        let words = 0..self.words.len() as u32;
        let stored = Stored {
            words: words.map(|n| self.words.word(n).to_owned()).collect(),
            texts: self.texts.clone(),
        };
        let mut bytes = vec![FORM];
        // Plain data without maps or floats: postcard can't fail on it.
        bytes.extend(postcard::to_allocvec(&stored).unwrap_or_default());
        bytes
    }

    /// Reads what was stored; nothing, if it has another version's form. It is derived, and made anew.
    pub(super) fn unpack(bytes: &[u8]) -> Option<(Vec<String>, Vec<Text>)> {
        let (form, body) = bytes.split_first()?;
        let stored: Stored = (*form == FORM).then(|| postcard::from_bytes(body).ok())??;
        Some((stored.words, stored.texts))
    }
}

fn ticket_facts(ticket: &Ticket, add: &mut dyn FnMut(&str)) {
    let people = ticket.requesters.iter().chain(&ticket.assignees);
    for actor in people.chain(&ticket.observers) {
        add(actor.label());
    }
    for group in &ticket.groups {
        add(&group.name);
    }
    for place in [&ticket.location, &ticket.category].into_iter().flatten() {
        add(&place.name);
    }
    add(&ticket.entity.name);
}

fn ticket_body(ticket: &Ticket, add: &mut dyn FnMut(&str)) {
    add(&plain_text(&ticket.content));
    for entry in ticket.timeline.iter().flatten() {
        add(&entry_text(&entry.what));
        if let Some(author) = &entry.author {
            add(author.label());
        }
    }
}

/// What an entry says.
pub(super) fn entry_text(what: &EntryKind) -> String {
    match what {
        EntryKind::Followup { content, .. }
        | EntryKind::Task { content, .. }
        | EntryKind::Solution { content, .. } => plain_text(content),
        EntryKind::Document(document) => document.name.clone(),
    }
}

/// Everything that was written on a ticket, each piece apart.
pub(super) fn ticket_pieces(ticket: &Ticket) -> impl Iterator<Item = (Option<&Entry>, String)> {
    let entries = ticket.timeline.iter().flatten();
    let entries = entries.map(|entry| (Some(entry), entry_text(&entry.what)));
    std::iter::once((None, plain_text(&ticket.content))).chain(entries)
}

fn mail_people(mail: &Mail, add: &mut dyn FnMut(&str)) {
    for person in std::iter::once(&mail.from).chain(&mail.to).chain(&mail.cc) {
        add(&person.name);
        add(&person.address);
    }
}

fn mail_body(mail: &Mail, add: &mut dyn FnMut(&str)) {
    add(&mail_text(mail));
    if let Some(quoted) = mail.body.as_ref().and_then(|body| body.quoted.as_ref()) {
        add(&plain_text(quoted));
    }
    for file in &mail.attachments {
        add(&file.name);
    }
}

/// What a mail says, as far as the phone has it.
pub(super) fn mail_text(mail: &Mail) -> String {
    match &mail.body {
        Some(body) if body.text.is_empty() => plain_text(&body.html),
        Some(body) => body.text.clone(),
        None => mail.snippet.clone(),
    }
}

//! The mail that becomes a ticket: what of it is the title, what the description, what is kept beside them.

use super::plain::{plain, tidy};
use super::subject::{as_title, bare_subject, is_passed_on};
use super::tail;
use super::words::Words;
use crate::domain::{Correspondent, Mail};

/// Lines of what was cut that can be a signature.
const SIGNATURE: usize = 12;

/// A mail as a ticket takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Who wrote it.
    pub from: Correspondent,
    /// The subject, rid of *Re:* and the like; its first words where it has none.
    pub title: String,
    /// What it says: without signature and quotes, unless it passes on what another wrote.
    pub text: String,
    /// What was cut off that: nothing is lost.
    pub rest: String,
    /// Only its first words are on the phone.
    pub is_partial: bool,
    pub(super) subject: Words,
    pub(super) body: Words,
    /// Who signs it, and where he says he is.
    pub(super) signature: Words,
}

impl Letter {
    /// The letter of a mail.
    pub fn of(mail: &Mail) -> Self {
        let (new, quoted) = match &mail.body {
            Some(body) => {
                let quoted = body.quoted.as_deref().map(plain).unwrap_or_default();
                (tidy(&body.text), quoted)
            }
            None => (mail.snippet.trim().to_owned(), String::new()),
        };
        let (text, signature) = tail::split(&new);
        let is_passed_on = is_passed_on(&mail.subject);
        let (text, rest) = match is_passed_on {
            true => (joined(&[text, &quoted]), signature.to_owned()),
            false => (text.to_owned(), joined(&[signature, &quoted])),
        };
        let signed = match signature.is_empty() {
            false => signature.to_owned(),
            true => before_quotes(&quoted),
        };
        let subject = bare_subject(&mail.subject);
        Self {
            title: title(subject, &text, &mail.from),
            subject: Words::of(subject),
            body: Words::of(&text),
            signature: Words::of(&signed),
            from: mail.from.clone(),
            text,
            rest,
            is_partial: mail.body.is_none(),
        }
    }

    /// Where it says a phrase: in its subject first.
    pub(super) fn phrase(&self, phrase: &Words) -> Option<String> {
        let in_subject = self.subject.phrase(phrase);
        in_subject.or_else(|| self.body.phrase(phrase))
    }

    /// The same of a folded phrase.
    pub(crate) fn says(&self, phrase: &str) -> Option<String> {
        self.phrase(&Words::of(phrase))
    }

    /// The word of a stem.
    pub(super) fn word(&self, stem: &str) -> Option<&str> {
        self.subject.word(stem).or_else(|| self.body.word(stem))
    }

    /// The stems of what it says, those of its subject first, each once.
    pub fn stems(&self) -> Vec<&str> {
        let mut stems: Vec<&str> = self.subject.telling().map(|(stem, _)| stem).collect();
        for (stem, _) in self.body.telling() {
            if self.subject.word(stem).is_none() {
                stems.push(stem);
            }
        }
        stems
    }
}

fn title(subject: &str, text: &str, from: &Correspondent) -> String {
    if !subject.is_empty() {
        return as_title(subject);
    }
    let lines = text.lines().map(str::trim);
    let mut telling = lines.filter(|line| Words::of(line).telling().next().is_some());
    match telling.next() {
        Some(line) => as_title(line),
        None => as_title(from.label()),
    }
}

fn joined(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts
        .iter()
        .copied()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join("\n\n")
}

/// A signature may be all that was folded, or stand before what is quoted.
fn before_quotes(quoted: &str) -> String {
    let is_quote = |line: &&str| {
        let line = line.trim();
        line.starts_with('>') || line.ends_with(':') || line.starts_with("-----")
    };
    let lines = quoted.lines().take_while(|line| !is_quote(line));
    lines.take(SIGNATURE).collect::<Vec<_>>().join("\n")
}

//! The basics of Gmail's search: a list of terms that must all hold.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use super::{Mailbox, Message};

/// A search, parsed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Query(Vec<Term>);

#[derive(Clone, Debug, PartialEq)]
struct Term {
    negated: bool,
    what: What,
}

#[derive(Clone, Debug, PartialEq)]
enum What {
    From(String),
    To(String),
    Subject(String),
    MessageId(String),
    Attachment,
    Label(String),
    Anywhere,
    After(i64),
    Before(i64),
    Words(String),
    Any(Vec<Query>),
}

impl Query {
    pub(crate) fn parse(text: &str, now: Timestamp) -> Query {
        let mut words = split(text).into_iter().peekable();
        let mut terms = Vec::new();
        while let Some(word) = words.next() {
            let mut either = vec![word];
            while words.next_if(|next| next == "OR").is_some() {
                either.extend(words.next());
            }
            if let [one] = &either[..] {
                terms.extend(term(one, now));
                continue;
            }
            let choices = either.iter().map(|word| Query::parse(word, now)).collect();
            terms.push(Term {
                negated: false,
                what: What::Any(choices),
            });
        }
        Query(terms)
    }

    pub(crate) fn fits(&self, mailbox: &Mailbox, message: &Message) -> bool {
        self.0
            .iter()
            .all(|term| term.what.fits(mailbox, message) != term.negated)
    }

    /// Whether it asks for spam and trash as well.
    pub(crate) fn anywhere(&self) -> bool {
        let bins = |name: &str| matches!(name, "trash" | "spam" | "anywhere");
        self.0.iter().any(|term| match &term.what {
            What::Anywhere => true,
            What::Label(name) => bins(name),
            _ => false,
        })
    }
}

/// Words, with what is in quotes or braces kept together.
fn split(text: &str) -> Vec<String> {
    let (mut words, mut word) = (Vec::new(), String::new());
    let (mut quoted, mut depth) = (false, 0_usize);
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            '(' | '{' if !quoted => depth += 1,
            ')' | '}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c.is_whitespace() && !quoted && depth == 0 {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
        } else {
            word.push(c);
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn term(word: &str, now: Timestamp) -> Option<Term> {
    let (negated, word) = match word.strip_prefix('-') {
        Some(rest) if !rest.is_empty() => (true, rest),
        _ => (false, word),
    };
    if let Some(inner) = word.strip_prefix('{').and_then(|w| w.strip_suffix('}')) {
        let choices = split(inner).iter().map(|w| Query::parse(w, now)).collect();
        let what = What::Any(choices);
        return Some(Term { negated, what });
    }
    if let Some(inner) = word.strip_prefix('(').and_then(|w| w.strip_suffix(')')) {
        let what = What::Any(vec![Query::parse(inner, now)]);
        return Some(Term { negated, what });
    }
    let clean = |text: &str| text.trim_matches(['"', '(', ')']).to_lowercase();
    let what = match word.split_once(':') {
        Some((name, value)) => named(&name.to_lowercase(), &clean(value), now)
            .unwrap_or_else(|| What::Words(clean(word))),
        None => What::Words(clean(word)),
    };
    Some(Term { negated, what })
}

fn named(name: &str, value: &str, now: Timestamp) -> Option<What> {
    Some(match (name, value) {
        ("from", _) => What::From(value.to_owned()),
        ("to" | "cc" | "bcc", _) => What::To(value.to_owned()),
        ("subject", _) => What::Subject(value.to_owned()),
        ("rfc822msgid", _) => What::MessageId(value.trim_matches(['<', '>']).to_owned()),
        ("has", "attachment") => What::Attachment,
        ("in", "anywhere") => What::Anywhere,
        ("in" | "is" | "label", _) => What::Label(value.to_owned()),
        ("after", _) => What::After(instant(value)?),
        ("before", _) => What::Before(instant(value)?),
        ("newer_than", _) => What::After(ago(value, now)?),
        ("older_than", _) => What::Before(ago(value, now)?),
        _ => return None,
    })
}

fn instant(value: &str) -> Option<i64> {
    if let Ok(seconds) = value.parse::<i64>() {
        return Some(seconds * 1_000);
    }
    let date: Date = value.replace('/', "-").parse().ok()?;
    let at = date.to_zoned(TimeZone::UTC).ok()?;
    Some(at.timestamp().as_millisecond())
}

fn ago(value: &str, now: Timestamp) -> Option<i64> {
    let (number, unit) = value.split_at_checked(value.len().checked_sub(1)?)?;
    let days = match unit {
        "d" => 1,
        "m" => 30,
        "y" => 365,
        _ => return None,
    } * number.parse::<i64>().ok()?;
    let at = now
        .checked_sub(SignedDuration::from_hours(24 * days))
        .ok()?;
    Some(at.as_millisecond())
}

impl What {
    fn fits(&self, mailbox: &Mailbox, message: &Message) -> bool {
        let head = &message.head;
        let holds = |text: &str, part: &str| text.to_lowercase().contains(part);
        match self {
            What::From(part) => holds(&head.from, part),
            What::To(part) => holds(&head.to, part),
            What::Subject(part) => holds(&head.subject, part),
            What::MessageId(id) => head.message_id.eq_ignore_ascii_case(id),
            What::Attachment => head.has_attachment,
            What::Label(name) => message
                .labels
                .iter()
                .filter_map(|id| mailbox.labels.by_id(id))
                // As a name is written in a search: "tickets-en-cours" is not one of ours, and finds nothing.
                .any(|label| label.name.to_lowercase().replace([' ', '/'], "-") == *name),
            What::Anywhere => true,
            What::After(at) => message.internal_date >= *at,
            What::Before(at) => message.internal_date < *at,
            What::Words(words) => head.words.contains(words) || holds(&head.from, words),
            What::Any(queries) => queries.iter().any(|query| query.fits(mailbox, message)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gmail::mailbox::{Letter, Person};

    #[test]
    fn terms_hold_together_and_can_be_negated() {
        let now: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        let mut mailbox = Mailbox::new("moi@x.example", "Moi", 1);
        let from = Person::new("Noémie", "noemie@x.example");
        let to = Person::new("", "moi@x.example");
        let letter = Letter::new(from, to, "Caisse 23 bloquée", "Plus rien ne marche", now);
        let id = mailbox.add(letter.write().into(), &["INBOX", "UNREAD"], now, None);
        let message = mailbox.message(&id).unwrap();
        let fits = |text: &str| Query::parse(text, now).fits(&mailbox, message);
        for yes in [
            "",
            "from:noemie subject:caisse",
            "\"ne marche\" is:unread",
            "-has:attachment in:inbox",
            "{imprimante bloquée}",
            "imprimante OR caisse",
            "after:2026/11/22 before:2026/11/24 newer_than:2d",
        ] {
            assert!(fits(yes), "{yes}");
        }
        for no in [
            "-caisse",
            "has:attachment",
            "from:autre",
            "older_than:1d",
            "label:urgent",
        ] {
            assert!(!fits(no), "{no}");
        }
        let by_id = format!("rfc822msgid:<{}>", letter.message_id);
        assert!(fits(&by_id));
    }
}

//! The form of a JSON value: what kind it is, and how its text is encoded.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use serde_json::Value;

use super::compare::error_code;
use super::probes::{self, ENCODING, READS};
use super::recording::{Glpi, Recording, probe};
use super::route::Route;

/// The kind of a value, as a client must be ready to read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Null,
    Bool,
    Int,
    Float,
    Empty,
    DateTime,
    Digits,
    Text,
    List,
    Object,
}

/// How a text is encoded; each is a quirk of one version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Encoding {
    /// `&lt;` `&gt;`
    Named,
    /// `&#60;` `&#62;` `&#38;`
    Numeric,
    /// `&amp;`
    NamedAmpersand,
    RawAmpersand,
    RawAngle,
    FourByteUtf8,
}

pub fn kind(value: &Value) -> Kind {
    match value {
        Value::Null => Kind::Null,
        Value::Bool(_) => Kind::Bool,
        Value::Number(n) if n.is_f64() => Kind::Float,
        Value::Number(_) => Kind::Int,
        Value::Array(_) => Kind::List,
        Value::Object(_) => Kind::Object,
        Value::String(s) if s.is_empty() => Kind::Empty,
        Value::String(s) if is_date_time(s) => Kind::DateTime,
        Value::String(s) if s.parse::<f64>().is_ok() && s.bytes().any(|b| b.is_ascii_digit()) => {
            Kind::Digits
        }
        Value::String(_) => Kind::Text,
    }
}

/// `YYYY-MM-DD HH:MM:SS`, GLPI's only form of an instant.
pub fn is_date_time(s: &str) -> bool {
    s.len() == 19
        && s.bytes().enumerate().all(|(i, b)| match i {
            4 | 7 => b == b'-',
            10 => b == b' ',
            13 | 16 => b == b':',
            _ => b.is_ascii_digit(),
        })
}

pub fn encodings(text: &str) -> BTreeSet<Encoding> {
    let mut found = BTreeSet::new();
    for (at, c) in text.char_indices() {
        match c {
            '<' | '>' => drop(found.insert(Encoding::RawAngle)),
            '&' => drop(found.insert(entity(&text[at..]))),
            c if c.len_utf8() == 4 => drop(found.insert(Encoding::FourByteUtf8)),
            _ => {}
        }
    }
    found
}

fn entity(rest: &str) -> Encoding {
    if rest.starts_with("&lt;") || rest.starts_with("&gt;") {
        Encoding::Named
    } else if rest.starts_with("&#6") || rest.starts_with("&#38;") {
        Encoding::Numeric
    } else if rest.starts_with("&amp;") {
        Encoding::NamedAmpersand
    } else {
        Encoding::RawAmpersand
    }
}

/// Which forms each field was seen to take, over all recordings of one version.
///
/// A field may be null in one ticket and a date in another: that is data. Which forms it may take at all is GLPI's doing, and is
/// learnt here rather than ignored.
pub struct Learned {
    glpi: Glpi,
    kinds: BTreeMap<String, BTreeSet<Kind>>,
    encodings: BTreeMap<String, BTreeSet<Encoding>>,
    anywhere: BTreeSet<Encoding>,
}

impl Learned {
    pub fn from(glpi: Glpi, recordings: &[Recording]) -> Result<Self> {
        let mut learned = Self {
            glpi,
            kinds: BTreeMap::new(),
            encodings: BTreeMap::new(),
            anywhere: BTreeSet::new(),
        };
        for recording in recordings
            .iter()
            .filter(|r| error_code(&r.response.body).is_none())
        {
            let route = Route::of(&recording.request);
            learned.learn(&route.context, &recording.response.body);
        }
        for (name, row) in probe(glpi, READS)?.as_object().into_iter().flatten() {
            if let Some(context) = probes::context(name, glpi)
                && !row["body"].is_string()
            {
                learned.learn(&context, &row["body"]);
            }
        }
        for row in probe(glpi, ENCODING)?.as_array().into_iter().flatten() {
            for (way, field) in [
                ("name", "Ticket.name"),
                ("content", "Ticket.content"),
                ("followup", "Followup.content"),
            ] {
                learned.learn(field, &row[way]);
            }
            for (way, field) in [
                ("create_name", "Ticket.name"),
                ("create_content", "Ticket.content"),
                ("name", "search/Ticket.data.1"),
            ] {
                learned.learn(field, &row[way]);
            }
        }
        Ok(learned)
    }

    /// Takes in one more recorded value seen at `place`.
    pub fn learn(&mut self, place: &str, value: &Value) {
        self.kinds
            .entry(place.to_owned())
            .or_default()
            .insert(kind(value));
        match value {
            Value::String(s) => {
                let found = encodings(s);
                self.anywhere.extend(&found);
                self.encodings
                    .entry(place.to_owned())
                    .or_default()
                    .extend(found);
            }
            Value::Array(rows) => rows.iter().for_each(|row| self.learn(place, row)),
            Value::Object(fields) => fields
                .iter()
                .for_each(|(k, v)| self.learn(&inside(place, k), v)),
            _ => {}
        }
    }

    /// Why `value` has a form that was never seen at `place`, or `None`.
    pub fn objection(&self, place: &str, value: &Value) -> Option<String> {
        let seen = self.kinds.get(place)?;
        let got = kind(value);
        if !seen.contains(&got)
            && !self.equivalent(seen, got)
            && !self.plainly(place, got)
            && !gathers(place, got)
        {
            return Some(format!(
                "{place}: {got:?} {value} where only {seen:?} was recorded"
            ));
        }
        if let Value::String(text) = value {
            let here = self.encodings.get(place);
            let odd = encodings(text).into_iter().find(|e| match e {
                // A separator in a complete name is raw; in a text it never is.
                Encoding::RawAngle => !here.is_some_and(|h| h.contains(e)),
                _ => !self.anywhere.contains(e),
            });
            return odd
                .map(|e| format!("{place}: text encoded as {e:?}, never recorded: {text:?}"));
        }
        None
    }

    /// A switch that names or decodes leaves all other fields as they are without it.
    fn plainly(&self, place: &str, got: Kind) -> bool {
        let plain = place.replace("+expanded", "").replace("+decoded", "");
        let a_name = place.contains("+expanded") && got == Kind::Int;
        plain != place
            && !a_name
            && self
                .kinds
                .get(&plain)
                .is_some_and(|seen| seen.contains(&got))
    }

    /// Forms that one free text field takes by its data alone.
    fn equivalent(&self, seen: &BTreeSet<Kind>, got: Kind) -> bool {
        let text = seen.contains(&Kind::Text);
        match (self.glpi, got) {
            // 9.2 turns every numeric-looking text into a number, 10 none.
            (Glpi::V9_2, Kind::Int | Kind::Float)
            | (Glpi::V10_0, Kind::Digits)
            | (_, Kind::DateTime) => text,
            _ => false,
        }
    }
}

/// Columns of a search that hold one value, or a list of several: actors, groups, followups.
fn gathers(place: &str, got: Kind) -> bool {
    let column = place.rsplit('.').next().unwrap_or_default();
    got == Kind::List
        && place.starts_with("search/Ticket.data.")
        && ["4", "5", "8", "25", "66"].contains(&column)
}

/// The place of a field: ids that serve as keys are not part of it.
pub fn inside(place: &str, key: &str) -> String {
    let numbered = key.bytes().all(|b| b.is_ascii_digit());
    if numbered && !place.contains("search/") && !place.contains("listSearchOptions") {
        format!("{place}.#")
    } else {
        format!("{place}.{key}")
    }
}

//! Does the sandbox's answer match the recorded one? Every difference is a line.

use serde_json::{Map, Value};

use super::forms::{Learned, inside, kind};
use super::ids::Ids;
use super::recording::{Closeness, Recording};
use super::route::Route;
use super::world::Answer;

pub struct Comparison<'a> {
    pub learned: &'a Learned,
    pub ids: &'a mut Ids,
    /// What the clock showed: recorded, and here.
    pub clocks: (String, String),
    pub closeness: Closeness,
    pub found: Vec<String>,
}

impl Comparison<'_> {
    pub fn run(&mut self, recording: &Recording, answer: &Answer) {
        let expected = &recording.response;
        if expected.status != answer.status {
            self.say(format!(
                "status {} where {} was recorded: {}",
                answer.status,
                expected.status,
                answer.short()
            ));
            return;
        }
        let route = Route::of(&recording.request);
        super::headers::compare(self, recording, &route, answer);
        if expected.body.is_string() && answer.status >= 500 {
            return;
        }
        match (error_code(&expected.body), error_code(&answer.body)) {
            (Some(a), Some(b)) if a == b => {
                self.message(route.itemtype(), &expected.body, &answer.body)
            }
            (None, None) if self.closeness == Closeness::Values => {
                self.values(
                    &route.context,
                    route.itemtype(),
                    "",
                    &expected.body,
                    &answer.body,
                );
            }
            (None, None) => self.shape(&route.context, &expected.body, &answer.body),
            (a, b) => self.say(format!("error code {b:?} where {a:?} was recorded")),
        }
    }

    pub fn say(&mut self, line: String) {
        self.found.push(line);
    }

    /// The second member of an error: text, nothing, or the outcome of each row.
    fn message(&mut self, itemtype: &str, expected: &Value, got: &Value) {
        let (expected, got) = (&expected[1], &got[1]);
        match expected {
            Value::Array(_) => self.values("error", itemtype, "", expected, got),
            _ if blank(expected) != blank(got)
                || kind(expected) == kind(&Value::Null) && !got.is_null() =>
            {
                self.say(format!("message {got} where {expected} was recorded"));
            }
            _ => {}
        }
    }

    /// Same keys; each value in a form that was recorded for that field.
    fn shape(&mut self, place: &str, expected: &Value, got: &Value) {
        if let Some(objection) = self.learned.objection(place, got) {
            self.say(objection);
            return;
        }
        match (expected, got) {
            (Value::Object(e), Value::Object(g)) if is_map(place, e) => {
                let model = e.values().next();
                g.values().for_each(|g| {
                    model
                        .iter()
                        .for_each(|e| self.shape(&inside(place, "0"), e, g))
                });
            }
            (Value::Object(e), Value::Object(g)) => self.fields(place, e, g),
            (Value::Array(e), Value::Array(g)) => self.rows(place, e, g),
            _ => {}
        }
    }

    fn fields(&mut self, place: &str, expected: &Map<String, Value>, got: &Map<String, Value>) {
        self.keys(place, expected, got);
        for (key, value) in got {
            match expected.get(key) {
                Some(e) if key == "links" => self.links(place, e, value),
                Some(e) => self.shape(&inside(place, key), e, value),
                None => {}
            }
        }
    }

    pub fn keys(&mut self, place: &str, expected: &Map<String, Value>, got: &Map<String, Value>) {
        let missing: Vec<_> = expected.keys().filter(|k| !got.contains_key(*k)).collect();
        let extra: Vec<_> = got.keys().filter(|k| !expected.contains_key(*k)).collect();
        if !missing.is_empty() {
            self.say(format!("{place}: keys missing {missing:?}"));
        }
        if !extra.is_empty() && self.closeness != Closeness::Partial {
            self.say(format!("{place}: keys too many {extra:?}"));
        }
    }

    fn rows(&mut self, place: &str, expected: &[Value], got: &[Value]) {
        let whole = !place.contains('.') || place.ends_with(".data");
        if whole && expected.is_empty() != got.is_empty() {
            self.say(format!(
                "{place}: {} rows where the recording had {}",
                got.len(),
                expected.len()
            ));
        }
        let same_keys = |e: &Value, g: &Value| match (e.as_object(), g.as_object()) {
            (Some(e), Some(g)) => e.len() == g.len() && e.keys().all(|k| g.contains_key(k)),
            _ => kind(e) == kind(g),
        };
        for g in got {
            let model = expected
                .iter()
                .find(|e| same_keys(e, g))
                .or(expected.first());
            if let Some(e) = model {
                let before = self.found.len();
                self.shape(place, e, g);
                if self.found.len() > before {
                    return; // One bad row says enough.
                }
            }
        }
    }

    /// The collections under an item are the same for every item of its type; the links to other items are data.
    fn links(&mut self, place: &str, expected: &Value, got: &Value) {
        let collections = |links: &Value| -> Vec<String> {
            let all = links.as_array().into_iter().flatten();
            let hrefs = all.filter(|l| l["href"].as_str().is_some_and(|h| h.ends_with('/')));
            hrefs
                .filter_map(|l| l["rel"].as_str().map(str::to_owned))
                .collect()
        };
        let (e, g) = (collections(expected), collections(got));
        if e != g {
            self.say(format!(
                "{place}.links: collections {g:?} where {e:?} were recorded"
            ));
        }
        for link in got.as_array().into_iter().flatten() {
            if target(link).is_none() {
                self.say(format!("{place}.links: a link of another form: {link}"));
            }
        }
    }
}

/// `["ERROR_…", "localised text"]`
pub fn error_code(body: &Value) -> Option<&str> {
    body.get(0)?
        .as_str()
        .filter(|code| code.starts_with("ERROR"))
}

/// A link's item type, id and what follows.
pub fn target(link: &Value) -> Option<(String, u64, String)> {
    link["rel"].as_str()?;
    address(link["href"].as_str()?)
}

/// The same of an address.
pub fn address(href: &str) -> Option<(String, u64, String)> {
    let (_, path) = href.split_once("/apirest.php/")?;
    let mut parts = path.splitn(3, '/');
    let itemtype = parts.next()?.to_owned();
    let id = parts.next()?.parse().ok()?;
    Some((itemtype, id, parts.next().unwrap_or_default().to_owned()))
}

fn is_map(place: &str, expected: &Map<String, Value>) -> bool {
    let numbered = !expected.is_empty()
        && expected
            .keys()
            .all(|k| k.bytes().all(|b| b.is_ascii_digit()));
    numbered && (place.ends_with("+indexed.data") || inside(place, "0").ends_with('#'))
}

pub fn blank(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(str::is_empty)
}

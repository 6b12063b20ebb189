//! The second closeness: the values themselves, where they follow from what was sent.

use serde_json::{Map, Value};

use super::compare::{Comparison, blank, target};
use super::forms::{is_date_time, kind};
use super::ids::{column_type, field_type};

/// Fields that GLPI fills from a random source or from how long it took.
const FORM_ONLY: [&str; 9] = [
    "tag",
    "uuid",
    "prefix",
    "url",
    "deleteUrl",
    "filepath",
    "valid_id",
    "session_token",
    "timeline_position",
];

impl Comparison<'_> {
    /// The same values, ids translated and instants relative to the clock.
    pub fn values(
        &mut self,
        place: &str,
        itemtype: &str,
        key: &str,
        expected: &Value,
        got: &Value,
    ) {
        match (expected, got) {
            (Value::Object(e), Value::Object(g)) => self.same_fields(place, itemtype, e, g),
            (Value::Array(e), Value::Array(g)) if key == "links" => self.same_links(place, e, g),
            (Value::Array(e), Value::Array(g)) if e.len() == g.len() => {
                e.iter()
                    .zip(g)
                    .for_each(|(e, g)| self.values(place, itemtype, key, e, g));
            }
            (Value::String(e), Value::String(g)) if is_date_time(e) && is_date_time(g) => {
                self.instant(place, e, g)
            }
            (Value::Number(_), Value::Number(_))
                if key.ends_with("_stat") || key.ends_with("duration") => {}
            (e, g)
                if FORM_ONLY.contains(&key)
                    || place.contains("upload_result") && matches!(key, "name" | "id") =>
            {
                if kind(e) != kind(g) {
                    self.say(format!("{place}: {g} where {e} was recorded"));
                }
            }
            (e, g) if key == "message" => {
                if blank(e) != blank(g) {
                    self.say(format!("{place}: {g} where {e} was recorded"));
                }
            }
            (e, g) if e == g => {}
            (e, g) => self.say(format!("{place}: {g} where {e} was recorded")),
        }
    }

    fn same_fields(
        &mut self,
        place: &str,
        itemtype: &str,
        expected: &Map<String, Value>,
        got: &Map<String, Value>,
    ) {
        let a_row = place.starts_with("search/");
        let renamed = if a_row {
            expected.clone()
        } else {
            self.rename(itemtype, expected)
        };
        self.keys(place, &renamed, got);
        for (key, e) in &renamed {
            let Some(g) = got.get(key) else { continue };
            let place = format!("{place}.{key}");
            // The columns of groups and places show names.
            let column = column_type(key).filter(|found| matches!(*found, "User" | "Ticket"));
            let found = match column {
                // An upload has an id of the page's own.
                _ if place.contains("upload_result") => None,
                Some(column) if a_row => Some(column.to_owned()),
                _ => field_type(key, itemtype, expected),
            };
            match found {
                Some(found) => self.same_id(&place, &found, e, g),
                None => self.values(&place, itemtype, key, e, g),
            }
        }
    }

    /// A write answers with the id as a key.
    fn rename(&mut self, itemtype: &str, expected: &Map<String, Value>) -> Map<String, Value> {
        let translate = |key: &String| {
            key.parse()
                .map_or_else(|_| key.clone(), |id| self.ids.get(itemtype, id).to_string())
        };
        expected
            .iter()
            .map(|(k, v)| (translate(k), v.clone()))
            .collect()
    }

    fn same_id(&mut self, place: &str, itemtype: &str, expected: &Value, got: &Value) {
        match (expected, got) {
            (Value::Array(e), Value::Array(g)) if e.len() == g.len() => {
                e.iter()
                    .zip(g)
                    .for_each(|(e, g)| self.same_id(place, itemtype, e, g));
            }
            (e, g) => match (number(e), number(g)) {
                (Some(a), Some(b)) if kind(e) == kind(g) && self.ids.unify(itemtype, a, b) => {}
                (Some(a), Some(_)) => {
                    let wanted = self.ids.get(itemtype, a);
                    self.say(format!(
                        "{place}: {g} where {wanted} (recorded as {a}) was expected"
                    ));
                }
                _ if e == g => {}
                _ => self.say(format!("{place}: {g} where {e} was recorded")),
            },
        }
    }

    fn same_links(&mut self, place: &str, expected: &[Value], got: &[Value]) {
        let show = |links: &[Value]| {
            links
                .iter()
                .filter_map(|l| l["rel"].as_str())
                .collect::<Vec<_>>()
                .join(" ")
        };
        let (e, g) = (show(expected), show(got));
        if e != g {
            return self.say(format!("{place}: links {g:?} where {e:?} was recorded"));
        }
        for (e, g) in expected.iter().zip(got) {
            let ok = match (target(e), target(g)) {
                (Some((a, e_id, e_tail)), Some((b, g_id, g_tail))) => {
                    a == b && e_tail == g_tail && self.ids.unify(&a, e_id, g_id)
                }
                _ => false,
            };
            if !ok {
                self.say(format!(
                    "{place}: link {} where {} was recorded",
                    g["href"], e["href"]
                ));
            }
        }
    }

    /// An instant that was "now" when it was recorded must be now; any other must be the same.
    fn instant(&mut self, place: &str, expected: &str, got: &str) {
        let (then, now) = &self.clocks;
        let near = |a: &str, b: &str| {
            minutes(a)
                .zip(minutes(b))
                .is_some_and(|(a, b)| (a - b).abs() <= 15)
        };
        let ok = if near(expected, then) {
            near(got, now)
        } else {
            expected == got
        };
        if !ok {
            self.say(format!(
                "{place}: {got} where {expected} was recorded (its clock showed {then}, ours {now})"
            ));
        }
    }
}

/// An id, also where 10 writes it as a text.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// Minutes since a fixed day, good enough to tell near from far.
fn minutes(instant: &str) -> Option<i64> {
    let at: jiff::civil::DateTime = instant.replace(' ', "T").parse().ok()?;
    let zoned = at.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(zoned.timestamp().as_second() / 60)
}

//! Every difference between the two GLPIs that isn't a column: the whole of GLPI.md's table, in one place.

use crate::{
    options::Version,
    text::{self, v10, v92},
    value::Value,
};

/// The manners of one GLPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect(pub Version);

/// What a text is stored by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// An added ticket.
    TicketAdd,
    /// A changed ticket.
    TicketUpdate,
    /// Anything else.
    Other,
}

impl Dialect {
    /// Whether this is the old one.
    pub fn is_9_2(self) -> bool {
        self.0 == Version::V9_2
    }

    /// Where the API is mounted.
    pub fn base_path(self) -> &'static str {
        if self.is_9_2() {
            "/glpi/apirest.php"
        } else {
            "/apirest.php"
        }
    }

    /// What `getGlpiConfig` calls the version.
    pub fn version_text(self) -> &'static str {
        if self.is_9_2() { "9.2" } else { "10.0.17" }
    }

    /// The item type of followups.
    pub fn followup(self) -> &'static str {
        if self.is_9_2() {
            "TicketFollowup"
        } else {
            "ITILFollowup"
        }
    }

    /// The column by which a followup names its ticket.
    pub fn followup_parent(self) -> &'static str {
        if self.is_9_2() {
            "tickets_id"
        } else {
            "items_id"
        }
    }

    /// The status for a missing right.
    pub fn right_missing(self) -> u16 {
        if self.is_9_2() { 401 } else { 403 }
    }

    /// Whether a query parameter means yes: 9.2 takes every word but `0` for a yes.
    pub fn truthy(self, parameter: &str) -> bool {
        if self.is_9_2() {
            !matches!(parameter, "" | "0")
        } else {
            matches!(parameter, "1" | "true" | "on" | "yes")
        }
    }

    /// `is_deleted` ends in an SQL comparison, where 9.2 reads `true` as 0.
    pub fn wants_deleted(self, parameter: &str) -> bool {
        if self.is_9_2() {
            parameter.parse::<i64>().unwrap_or(0) != 0
        } else {
            self.truthy(parameter)
        }
    }

    /// A text as it is stored.
    pub fn store(self, write: Write, column: &str, text: &str) -> Value {
        let name = column == "name";
        let text = match write {
            Write::TicketAdd if name || !self.is_9_2() => text.trim_start(),
            _ => text,
        };
        let stored = if self.is_9_2() {
            match write {
                Write::TicketAdd if column == "content" => Some(v92::created_content(text)),
                Write::TicketAdd => Some(v92::sanitize(&v92::without_line_ends(text))),
                _ => Some(v92::sanitize(text)),
            }
        } else if column == "content" && write != Write::Other {
            v10::sanitize(&text.replace("\r\n", "\n"))
        } else {
            v10::sanitize(text)
        };
        match stored {
            Some(text) if name => Value::Text(text::cut(&text, 255)),
            Some(text) => Value::Text(text),
            None => Value::Null,
        }
    }

    /// How a value leaves: 9.2 turns what looks like a number into one.
    pub fn answer(self, value: Value, sanitized: bool) -> Value {
        if self.is_9_2() {
            text::number::checked(value)
        } else if sanitized {
            value
        } else {
            decoded(value)
        }
    }

    /// The id of a user in a search row.
    pub fn user_cell(self, id: i64) -> Value {
        if self.is_9_2() {
            Value::Int(id)
        } else {
            Value::Text(id.to_string())
        }
    }

    /// What an item type is called when asked for by another case: 9.2 doesn't mind.
    pub fn itemtype<'a>(
        self,
        asked: &str,
        known: impl Iterator<Item = &'a str>,
    ) -> Option<&'a str> {
        let mut known = known;
        if self.is_9_2() {
            known.find(|name| name.eq_ignore_ascii_case(asked))
        } else {
            known.find(|name| *name == asked)
        }
    }

    /// The priority of an urgency and an impact.
    pub fn priority(self, urgency: i64, impact: i64) -> i64 {
        match (urgency, impact) {
            (1..=5, 1..=5) => MATRIX[(urgency - 1) as usize][(impact - 1) as usize],
            _ => (urgency + impact + 1) / 2,
        }
    }

    /// Whether a solution closes the ticket at once (the default of a 9.2 entity).
    pub fn solution_closes(self) -> bool {
        self.is_9_2()
    }
}

const MATRIX: [[i64; 5]; 5] = [
    [1, 1, 2, 2, 2],
    [1, 2, 2, 3, 3],
    [2, 2, 3, 4, 4],
    [2, 3, 4, 4, 5],
    [2, 3, 4, 5, 5],
];

fn decoded(value: Value) -> Value {
    match value {
        Value::Text(text) => Value::Text(v10::decode(&text)),
        Value::List(list) => Value::List(list.into_iter().map(decoded).collect()),
        Value::Map(pairs) => Value::Map(pairs.into_iter().map(|(k, v)| (k, decoded(v))).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: Dialect = Dialect(Version::V9_2);
    const NEW: Dialect = Dialect(Version::V10_0);

    #[test]
    fn booleans_in_a_query() {
        assert!(OLD.truthy("false") && !OLD.truthy("0"));
        assert!(!NEW.truthy("false") && NEW.truthy("true"));
        assert!(!OLD.wants_deleted("true") && OLD.wants_deleted("1"));
    }

    #[test]
    fn the_matrix_is_the_measured_one() {
        assert_eq!(NEW.priority(5, 1), 2);
        assert_eq!(NEW.priority(4, 3), 4);
        assert_eq!(NEW.priority(5, 5), 5);
        assert_eq!(NEW.priority(42, 3), 23);
    }

    #[test]
    fn titles_are_cut_and_trimmed() {
        let long = "é".repeat(260);
        assert_eq!(
            NEW.store(Write::TicketUpdate, "name", &long),
            Value::text("é".repeat(255))
        );
        assert_eq!(
            OLD.store(Write::TicketAdd, "name", "  espaces  "),
            Value::text("espaces  ")
        );
        assert_eq!(
            NEW.store(Write::TicketAdd, "content", " 42"),
            Value::text("42")
        );
        assert_eq!(
            OLD.store(Write::TicketAdd, "name", "l1\nl2"),
            Value::text("l1nl2")
        );
        assert_eq!(
            NEW.store(Write::TicketUpdate, "content", "l1\r\nl2"),
            Value::text("l1\nl2")
        );
        assert_eq!(
            NEW.store(Write::Other, "content", "l1\r\nl2"),
            Value::text("l1\r\nl2")
        );
    }
}

//! Where the versions of GLPI differ, and nowhere else.

mod v10;
mod v9;

use serde_json::Value;
use tournee_core::wire::Notice;

use super::marks::Mark;

pub use v9::V9;
pub use v10::V10;

/// A text on its way into GLPI, in the form that survives there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// What is sent.
    pub content: String,
    /// What had to be altered.
    pub notices: Vec<Notice>,
}

/// A write, as this version wants it.
#[derive(Clone, Debug, PartialEq)]
pub struct WriteCall {
    /// `POST` or `PUT`.
    pub method: &'static str,
    /// Below `apirest.php/`.
    pub path: String,
    /// The `input`.
    pub input: Value,
}

/// A version of GLPI's API, in terms of our domain.
pub trait Dialect: Send + Sync {
    /// What `tournee check` shows.
    fn name(&self) -> &'static str;

    /// Whether texts may hold characters beyond the basic plane.
    fn stores_emoji(&self) -> bool;

    /// Whether the priority is computed anew where urgency or impact comes alone; else both have to.
    fn one_level_moves_the_priority(&self) -> bool;

    /// Whether a new ticket that nobody has is given to who creates it.
    fn assigns_creator(&self) -> bool;

    /// The item type of followups.
    fn followup_type(&self) -> &'static str;

    /// The item type of solutions, where they are items; else they are a field of the ticket.
    fn solution_type(&self) -> Option<&'static str>;

    /// The ticket that a row of a top-level list of followups or solutions belongs to.
    fn parent_ticket(&self, row: &Value) -> Option<u64>;

    /// Text as GLPI stores it, decoded once.
    fn decode(&self, text: &str) -> String;

    /// A phone number, as it was typed.
    fn phone(&self, value: &Value) -> String;

    /// Typed text in the form that a followup keeps, or a task.
    fn followup_text(&self, text: &str, mark: &Mark) -> Outgoing;

    /// The letters of typed text that this version can keep.
    fn kept_text(&self, text: &str) -> String {
        text.to_owned()
    }

    /// Typed text in the form that a solution keeps.
    fn solution_text(&self, text: &str, mark: &Mark) -> Outgoing;

    /// A title in the form that a new ticket keeps.
    fn ticket_title(&self, title: &str) -> Outgoing;

    /// Typed text in the form that a new ticket's description keeps.
    fn ticket_text(&self, text: &str, mark: &Mark) -> Outgoing;

    /// What a search for a ticket's mark looks for.
    fn mark_words(&self, mark: &Mark) -> String;

    /// Adds a followup.
    fn add_followup(&self, ticket: u64, content: &str, private: bool) -> WriteCall;

    /// Adds a solution.
    fn add_solution(&self, ticket: u64, content: &str, solution_type: Option<u64>) -> WriteCall;

    /// Whether a solution may close the ticket at once.
    fn may_close_at_once(&self) -> bool;
}

/// The dialect for a version, and whether that version was measured. What is newer than 9.2 has the items of 10, so
/// it uses the newest dialect, as does whatever comes after it.
pub fn for_version(version: &str) -> (&'static dyn Dialect, bool) {
    let mut numbers = version
        .split(|letter: char| !letter.is_ascii_digit())
        .map(|part| part.parse::<u32>().unwrap_or(0));
    let major = numbers.next().unwrap_or(0);
    let minor = numbers.next().unwrap_or(0);
    match (major, minor) {
        (9, 2) => (&V9, true),
        (10, 0) => (&V10, true),
        (9, 0..=1) => (&V9, false),
        _ => (&V10, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_chooses_the_dialect() {
        let choose = |version| {
            let (dialect, known) = for_version(version);
            (dialect.name(), known)
        };
        assert_eq!(choose("9.2"), ("9.2", true));
        assert_eq!(choose("9.2.4"), ("9.2", true));
        assert_eq!(choose("9.1.7"), ("9.2", false));
        assert_eq!(choose("9.5.13"), ("10.0", false));
        assert_eq!(choose("10.0.17"), ("10.0", true));
        assert_eq!(choose("11.0.2"), ("10.0", false));
        assert_eq!(choose(""), ("10.0", false));
    }
}

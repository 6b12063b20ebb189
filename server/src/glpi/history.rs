//! GLPI's log of a ticket: who altered what, and when.

use serde_json::Value;
use tournee_core::domain::{
    Act, ActValue, Deed, ItemDeed, Level, Linked, Property, Status, TicketType,
};
use tournee_core::ids::TicketId;
use tournee_core::time::{Instant, Seconds};

use super::call::Call;
use super::client::Client;
use super::error::GlpiError;
use super::json;
use super::session::Session;

/// The newest rows of a log that are read: a ticket has some dozens.
const MOST: usize = 500;

// `linked_action`, as GLPI's class Log counts them.
const UPDATED: u64 = 0;
const SAID: u64 = 12;
const TRASHED: u64 = 13;
const RESTORED: u64 = 14;
const LINKED: u64 = 15;
const UNLINKED: u64 = 16;
const ITEM_ADDED: u64 = 17;
const ITEM_CHANGED: u64 = 18;
const ITEM_REMOVED: u64 = 19;
const CREATED: u64 = 20;

/// Search options of what GLPI reckons by itself with each write: its last change and by whom, and how long things took.
const RECKONED: [u64; 6] = [19, 64, 150, 152, 153, 154];

/// A log that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// Oldest first.
    pub acts: Vec<Act>,
    /// There is more before the first.
    pub cut: bool,
}

impl Client {
    /// A ticket's log; none where his profile may not read logs, as the stock *Technician* may not.
    ///
    /// # Errors
    /// When GLPI does not answer, or not as its API does; and where the ticket is not there, or out of his reach.
    pub async fn log(&self, session: &Session, id: TicketId) -> Result<Option<Log>, GlpiError> {
        let call = Call::get(format!("Ticket/{id}/Log"))
            .with("get_hateoas", 0)
            .with("sort", "id")
            .with("order", "DESC")
            .with("range", format!("0-{}", MOST - 1));
        let answer = match self.call(session, call).await {
            Ok(answer) => answer,
            Err(GlpiError::Rights { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let rows = answer
            .body
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let names = match rows.iter().any(needs_a_name) {
            true => self.option_names(session).await?,
            false => Value::Null,
        };
        let reading = LogReading { session, names };
        let acts = rows.iter().rev().filter_map(|row| reading.act(row));
        Ok(Some(Log {
            acts: acts.collect(),
            cut: answer.total.is_some_and(|total| total > rows.len() as u64),
        }))
    }

    /// What GLPI calls the fields of a ticket, in the words of his session.
    async fn option_names(&self, session: &Session) -> Result<Value, GlpiError> {
        match self
            .call(session, Call::get("listSearchOptions/Ticket"))
            .await
        {
            Ok(answer) => Ok(answer.body),
            // A field without its name is worth more than no log.
            Err(GlpiError::Rights { .. } | GlpiError::NotFound) => Ok(Value::Null),
            Err(error) => Err(error),
        }
    }
}

fn needs_a_name(row: &Value) -> bool {
    let option = json::number(row, "id_search_option");
    json::number(row, "linked_action") == UPDATED
        && property(option).is_none()
        && !RECKONED.contains(&option)
}

/// Rows of a log as what they say.
struct LogReading<'a> {
    session: &'a Session,
    names: Value,
}

impl LogReading<'_> {
    /// What a row says; none of what the timeline shows by itself, and of what GLPI reckons.
    fn act(&self, row: &Value) -> Option<Act> {
        let at = self.instant(&json::text(row, "date_mod"));
        Some(Act {
            at: at.unwrap_or(Instant(0)),
            who: bare_name(&json::text(row, "user_name")).to_owned(),
            what: self.deed(row)?,
            change: None,
        })
    }

    fn deed(&self, row: &Value) -> Option<Deed> {
        let (old, new) = (self.words(row, "old_value"), self.words(row, "new_value"));
        let linked = || linked(row);
        Some(match json::number(row, "linked_action") {
            UPDATED => return self.update(row, &old, &new),
            CREATED => Deed::Created,
            TRASHED => Deed::Trashed,
            RESTORED => Deed::Restored,
            LINKED | UNLINKED if linked() == Linked::Document => match old.is_empty() {
                // It is in the timeline.
                true => return None,
                false => Deed::Linked {
                    what: Linked::Document,
                    name: bare_name(&old).to_owned(),
                    added: false,
                },
            },
            LINKED => Deed::Linked {
                what: linked(),
                name: bare_name(&new).to_owned(),
                added: true,
            },
            UNLINKED => Deed::Linked {
                what: linked(),
                name: bare_name(&old).to_owned(),
                added: false,
            },
            ITEM_ADDED => match linked() {
                Linked::Followup | Linked::Task | Linked::Solution | Linked::Document => {
                    return None;
                }
                what => Deed::Item {
                    what,
                    how: ItemDeed::Added,
                },
            },
            ITEM_CHANGED => Deed::Item {
                what: linked(),
                how: ItemDeed::Changed,
            },
            ITEM_REMOVED => Deed::Item {
                what: linked(),
                how: ItemDeed::Removed,
            },
            SAID if !new.is_empty() => Deed::Said(new),
            _ => return None,
        })
    }

    fn update(&self, row: &Value, old: &str, new: &str) -> Option<Deed> {
        let option = json::number(row, "id_search_option");
        if RECKONED.contains(&option) {
            return None;
        }
        let what = property(option).unwrap_or_else(|| {
            let name = json::text(&self.names[option.to_string()], "name");
            Property::Other(match name.is_empty() {
                true => format!("n° {option}"),
                false => name,
            })
        });
        let (from, to) = (self.value(&what, old), self.value(&what, new));
        Some(Deed::Set { what, from, to })
    }

    fn value(&self, what: &Property, text: &str) -> ActValue {
        let number = || text.parse::<u64>().ok();
        let value = match what {
            Property::Description | Property::Solution => return ActValue::Nothing,
            Property::Status => number().and_then(Status::from_glpi).map(ActValue::Status),
            Property::Priority | Property::Urgency | Property::Impact => {
                let level = text.parse().ok().and_then(Level::new);
                level.map(ActValue::Level)
            }
            Property::Kind => match text {
                "1" => Some(ActValue::Kind(TicketType::Incident)),
                "2" => Some(ActValue::Kind(TicketType::Request)),
                _ => None,
            },
            Property::Opened
            | Property::Solved
            | Property::Closed
            | Property::Due
            | Property::OwnBy => self.instant(text).map(ActValue::At),
            Property::TimeSpent => {
                let seconds = text.parse().ok();
                seconds.map(|seconds| ActValue::Length(Seconds(seconds)))
            }
            _ => None,
        };
        value.unwrap_or_else(|| match bare_name(text) {
            // A dropdown's nothing has its number alone.
            "" | "NULL" => ActValue::Nothing,
            name => ActValue::Words(name.to_owned()),
        })
    }

    fn words(&self, row: &Value, field: &str) -> String {
        self.session.dialect().decode(&json::text(row, field))
    }

    fn instant(&self, text: &str) -> Option<Instant> {
        self.session.zone().instant(text)
    }
}

/// `Aubanel Amandine (12)` without the number; nothing for `&nbsp; (0)`.
fn bare_name(words: &str) -> &str {
    let name = words.trim().strip_suffix(')').and_then(|rest| {
        let (name, number) = rest.rsplit_once('(')?;
        let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        is_number.then_some(name)
    });
    let name = name.unwrap_or(words).trim_matches(['\u{a0}', ' ']);
    name.strip_prefix("&nbsp;").unwrap_or(name).trim()
}

/// What hangs on the ticket. 10 says by its search option which role an actor has; 9.2 says nothing.
fn linked(row: &Value) -> Linked {
    let option = json::number(row, "id_search_option");
    let itemtype = json::text(row, "itemtype_link");
    match (itemtype.as_str(), option) {
        ("User", 4) => Linked::Requester,
        ("User", 5) => Linked::Assignee,
        ("User", 66) => Linked::Observer,
        ("User", _) => Linked::Person,
        ("Group", 71) => Linked::RequesterGroup,
        ("Group", 8) => Linked::AssignedGroup,
        ("Group", 65) => Linked::ObserverGroup,
        ("Group", _) => Linked::Group,
        ("Document" | "Document_Item", _) => Linked::Document,
        ("TicketFollowup" | "ITILFollowup", _) => Linked::Followup,
        ("TicketTask", _) => Linked::Task,
        ("ITILSolution", _) => Linked::Solution,
        ("TicketValidation", _) => Linked::Validation,
        ("Ticket", _) => Linked::Ticket,
        _ => Linked::Other(itemtype),
    }
}

/// The fields that are known by their search option, the same in both versions.
fn property(option: u64) -> Option<Property> {
    Some(match option {
        1 => Property::Title,
        3 => Property::Priority,
        7 => Property::Category,
        9 => Property::RequestSource,
        10 => Property::Urgency,
        11 => Property::Impact,
        12 => Property::Status,
        14 => Property::Kind,
        15 => Property::Opened,
        16 => Property::Closed,
        17 => Property::Solved,
        18 => Property::Due,
        21 => Property::Description,
        24 => Property::Solution,
        45 => Property::TimeSpent,
        80 => Property::Entity,
        83 => Property::Location,
        155 => Property::OwnBy,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_loses_the_number_that_the_log_puts_behind_it() {
        // Recorded: `super-Ticket-Log`.
        assert_eq!(bare_name("Roumieux Camille (6)"), "Roumieux Camille");
        assert_eq!(bare_name("Magasin (Nord) (14)"), "Magasin (Nord)");
        assert_eq!(bare_name("Caisse (Nord)"), "Caisse (Nord)");
        assert_eq!(bare_name("&nbsp; (0)"), "");
        assert_eq!(bare_name("\u{a0} (0)"), "");
        assert_eq!(bare_name(""), "");
    }

    #[test]
    fn ten_says_what_somebody_is_on_a_ticket_and_9_2_does_not() {
        // Recorded: `super-Ticket-Log`, in 10 and in 9.2.
        let row = |option: u64| {
            json!({"itemtype_link": "User", "linked_action": 15, "id_search_option": option,
                "old_value": "", "new_value": "Aubanel Amandine (13)"})
        };
        assert_eq!(linked(&row(4)), Linked::Requester);
        assert_eq!(linked(&row(0)), Linked::Person);
        // 10 writes "nothing" as a zero.
        let none = json!({"itemtype_link": "0", "linked_action": 20});
        assert_eq!(linked(&none), Linked::Other("0".to_owned()));
    }

    #[test]
    fn only_fields_that_nobody_knows_by_number_are_asked_for_by_name() {
        let row = |option: u64| json!({"linked_action": 0, "id_search_option": option});
        assert!(!needs_a_name(&row(12)));
        // How long it took until somebody took it, recorded in 9.2.
        assert!(!needs_a_name(&row(150)));
        assert!(needs_a_name(&row(76665)));
    }
}

//! What may be done with each item type, and what doing it changes.

pub mod access;
pub mod actor;
pub mod asset;
pub mod dates;
pub mod document;
pub mod followup;
pub mod generic;
pub mod history;
pub mod render;
pub mod solution;
pub mod task;
pub mod ticket;
pub mod ticket_add;
mod ticket_fields;
pub(crate) mod ticket_status;

use serde_json::Value as Json;

use crate::{
    dialect::Write,
    messages,
    value::Value,
    world::{World, session::Session},
};

/// The fields of one `input`.
pub type Input = serde_json::Map<String, Json>;

/// Why a write didn't happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// GLPI's words, also none.
    Message(String),
    /// PHP died: status 500 and nothing.
    Crash,
}

impl Refusal {
    /// A refusal without a word.
    pub fn silent() -> Self {
        Refusal::Message(String::new())
    }

    /// A missing right.
    pub fn right(who: &Session) -> Self {
        Refusal::Message(messages::right_missing(who.language).to_owned())
    }
}

/// What a write answers: an id and GLPI's last words.
pub type Added = Result<(i64, String), Refusal>;
/// What a change answers: GLPI's last words.
pub type Changed = Result<String, Refusal>;

/// Adds an item by GLPI's rules.
pub fn add(world: &mut World, who: &Session, itemtype: &str, input: Input) -> Added {
    let added = add_unlogged(world, who, itemtype, input)?;
    history::added(world, who, real_itemtype(world, itemtype), added.0);
    Ok(added)
}

fn add_unlogged(world: &mut World, who: &Session, itemtype: &str, input: Input) -> Added {
    match itemtype {
        "Ticket" => ticket_add::add(world, who, &input),
        "TicketFollowup" | "ITILFollowup" => followup::add(world, who, itemtype, &input),
        "TicketTask" => task::add(world, who, &input),
        "ITILSolution" => solution::add(world, who, &input),
        "Ticket_User" | "Group_Ticket" => actor::add(world, who, itemtype, &input),
        "Document_Item" => document::link(world, who, &input),
        "Item_Ticket" => asset::link(world, who, &input),
        _ => generic::add(world, who, itemtype, &input),
    }
}

/// Changes an item by GLPI's rules.
pub fn update(world: &mut World, who: &Session, itemtype: &str, id: i64, input: Input) -> Changed {
    let before = history::before(world, real_itemtype(world, itemtype), id);
    let changed = match itemtype {
        "Ticket" => ticket::update(world, who, id, input),
        "TicketFollowup" | "ITILFollowup" => followup::update(world, who, id, &input),
        "TicketTask" => task::update(world, who, id, &input),
        _ => generic::update(world, who, itemtype, id, &input),
    }?;
    if let Some(before) = before {
        history::updated(world, who, id, &before);
    }
    Ok(changed)
}

/// Trashes or purges an item by GLPI's rules.
pub fn delete(world: &mut World, who: &Session, itemtype: &str, id: i64, purge: bool) -> Changed {
    let before = history::before(world, real_itemtype(world, itemtype), id);
    let changed = match itemtype {
        "Ticket" => ticket::delete(world, who, id, purge),
        "Ticket_User" | "Group_Ticket" => actor::remove(world, who, itemtype, id),
        "Item_Ticket" => asset::part(world, who, id),
        "TicketFollowup" | "ITILFollowup" | "TicketTask" | "ITILSolution" => {
            generic::remove_part(world, who, itemtype, id)
        }
        _ => generic::delete(world, who, itemtype, id, purge),
    }?;
    if let Some(before) = before {
        history::removed(world, who, id, &before);
    }
    Ok(changed)
}

/// The table behind an item type: 10 knows the old name of followups as an alias.
pub fn real_itemtype<'a>(world: &World, itemtype: &'a str) -> &'a str {
    if itemtype == "TicketFollowup" && !world.dialect.is_9_2() {
        "ITILFollowup"
    } else {
        itemtype
    }
}

/// A field as a number; `None` where it isn't given.
pub fn int(input: &Input, field: &str) -> Option<i64> {
    input.get(field).map(|json| Value::from(json).as_int())
}

/// A field as text; `None` where it isn't given or isn't text.
pub fn text<'a>(input: &'a Input, field: &str) -> Option<&'a str> {
    input.get(field).and_then(Json::as_str)
}

/// A field as a list of ids: a scalar is a list of one.
pub fn ids(input: &Input, field: &str) -> Vec<i64> {
    match input.get(field) {
        Some(Json::Array(list)) => list.iter().map(|json| Value::from(json).as_int()).collect(),
        Some(json) => vec![Value::from(json).as_int()],
        None => Vec::new(),
    }
}

/// A given value as its column stores it; `None` where the column can't take it.
pub fn stored(
    world: &World,
    write: Write,
    itemtype: &str,
    column: &str,
    json: &Json,
) -> Option<Value> {
    let schema = world.table(itemtype)?.schema;
    let default = &schema.columns[schema.position(column)?].default;
    let number = matches!(default, Value::Int(_));
    Some(match json {
        Json::Null if number => Value::Int(0),
        Json::Null => Value::Null,
        Json::Array(_) | Json::Object(_) => return None,
        _ if number => Value::Int(Value::from(json).as_int()),
        Json::String(text) => world.dialect.store(write, column, text),
        other => Value::Text(other.to_string()),
    })
}

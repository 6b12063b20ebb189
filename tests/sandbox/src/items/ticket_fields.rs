//! The fields of a ticket: how each is given, what it drags along.

use serde_json::Value as Json;

use super::{
    Input, Refusal,
    dates::{self, Given},
    int, solution, stored, ticket, ticket_status,
};
use crate::{
    dialect::Write,
    messages,
    value::Value,
    world::{World, session::Session},
};

const TYPE: &str = "Ticket";

/// The fields that everybody with the right may change.
pub(super) const FIELDS: &[&str] = &[
    "name",
    "content",
    "entities_id",
    "urgency",
    "impact",
    "priority",
    "itilcategories_id",
    "type",
    "locations_id",
    "requesttypes_id",
    "users_id_recipient",
    "is_deleted",
    "solutiontypes_id",
    "solution",
    "global_validation",
    "actiontime",
    "slas_ttr_id",
    "slas_tto_id",
    "slas_id_ttr",
    "slas_id_tto",
];

/// A change of one of these runs the rules engine, which in 9.2 costs every text its line ends.
const RULED: &[&str] = &[
    "name",
    "content",
    "urgency",
    "impact",
    "priority",
    "itilcategories_id",
    "type",
    "locations_id",
    "requesttypes_id",
    "status",
    "entities_id",
];

/// The dates of a change; what is wrong with one ends in the message, or ends the change.
pub(super) fn due_dates(
    world: &World,
    id: i64,
    input: &Input,
    message: &mut String,
) -> Result<Vec<(&'static str, Value)>, Refusal> {
    let mut out = Vec::new();
    for column in ["date", "time_to_resolve", "time_to_own"] {
        let text = match input.get(column) {
            Some(Json::String(text)) => text.as_str(),
            Some(Json::Null) => "",
            _ => continue,
        };
        let given = dates::read(world, text);
        let opened = world.row(TYPE, id).map_or("", |row| row.text("date"));
        // GLPI compares the words with the opening, before the database sees them.
        let past = column == "time_to_resolve" && !text.is_empty() && text < opened;
        match given {
            Given::Malformed => {
                let label = if world.dialect.is_9_2() {
                    "Temps de résolution"
                } else {
                    "TTR"
                };
                *message = format!("Au moins un champ a une valeur incorrecte : {label}");
            }
            _ if past => *message = messages::BAD_DATES.to_owned(),
            Given::Refused => {
                return Err(Refusal::Message(format!(
                    "Incorrect datetime value: '{text}' for column `glpi10`.`glpi_tickets`.`{column}` at row 1"
                )));
            }
            Given::Stored(value) => out.push((column, value)),
        }
    }
    Ok(out)
}

/// 10 computes the priority again whenever urgency or impact come; 9.2 only when both do.
pub(super) fn prioritise(world: &World, id: i64, input: &mut Input) {
    let Some(row) = world.row(TYPE, id) else {
        return;
    };
    let (urgency, impact) = (int(input, "urgency"), int(input, "impact"));
    let asked = match world.dialect.is_9_2() {
        true => urgency.is_some() && impact.is_some(),
        false => urgency.is_some() || impact.is_some(),
    };
    if asked && !input.contains_key("priority") {
        let urgency = urgency.unwrap_or_else(|| row.int("urgency"));
        let impact = impact.unwrap_or_else(|| row.int("impact"));
        input.insert(
            "priority".to_owned(),
            world.dialect.priority(urgency, impact).into(),
        );
    }
}

/// Whether a change runs the rules engine.
pub(super) fn runs_rules(world: &World, id: i64, input: &Input) -> bool {
    RULED.iter().any(|column| {
        let Some(json) = input.get(*column) else {
            return false;
        };
        let new = stored(world, Write::TicketUpdate, TYPE, column, json);
        let old = world.row(TYPE, id).map(|row| row.get(column).clone());
        new.is_some() && new != old
    })
}

/// Stores one given field, and says whether that changed it.
pub(super) fn set(
    world: &mut World,
    id: i64,
    column: &str,
    input: &Input,
    lost_lines: bool,
) -> bool {
    let Some(json) = input.get(column) else {
        return false;
    };
    let Some(mut value) = stored(world, Write::TicketUpdate, TYPE, column, json) else {
        return false;
    };
    if let (true, Value::Text(text)) = (lost_lines, &value) {
        value = Value::Text(crate::text::v92::without_line_ends(text));
    }
    world.set(TYPE, id, column, value)
}

/// A solution in the ticket's own field: the only way in 9.2, a detour in 10.
pub(super) fn solve(
    world: &mut World,
    who: &Session,
    id: i64,
    input: &Input,
    lost_lines: bool,
    message: &mut String,
) -> bool {
    let Some(json) = input.get("solution").filter(|json| !json.is_null()) else {
        return false;
    };
    if world.dialect.is_9_2() {
        let changed = set(world, id, "solution", input, lost_lines);
        let text = world
            .row(TYPE, id)
            .is_some_and(|row| !row.text("solution").is_empty());
        if text && world.settings.solution_closes {
            ticket_status::change(world, id, 6);
            return true;
        } else if text {
            ticket_status::change(world, id, 5);
            return true;
        }
        return changed;
    }
    if world
        .row(TYPE, id)
        .is_some_and(|row| matches!(row.int("status"), 5 | 6))
    {
        *message = messages::ALREADY_SOLVED.to_owned();
        return false;
    }
    let content = match json {
        Json::String(text) => world.dialect.store(Write::Other, "content", text),
        _ => return false,
    };
    solution::insert(
        world,
        who,
        id,
        content,
        int(input, "solutiontypes_id").unwrap_or(0),
    );
    true
}

/// Moves to a given status, and says whether that changed it.
pub(super) fn status_to(world: &mut World, id: i64, status: i64, input: &Input) -> bool {
    let now = world.row(TYPE, id).map_or(0, |row| row.int("status"));
    // A solution in the same request has already moved it on.
    let moved_on = input.get("solution").is_some_and(Json::is_string) && now >= 5;
    if now == status || moved_on {
        return false;
    }
    ticket_status::change(world, id, status);
    ticket::take_into_account(world, id);
    true
}

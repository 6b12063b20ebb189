//! Changing, trashing and purging tickets.

use serde_json::Value as Json;

use super::{
    Changed, Input, Refusal, access, actor,
    dates::{self, Given},
    ids, int, solution, stored, ticket_status,
};
use crate::{
    dialect::Write,
    messages,
    value::Value,
    world::{World, rights, session::Session},
};

const TYPE: &str = "Ticket";

/// The fields that everybody with the right may change.
const FIELDS: &[&str] = &[
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

/// Changes a ticket.
pub fn update(world: &mut World, who: &Session, id: i64, mut input: Input) -> Changed {
    input.remove("id");
    let old = world.dialect.is_9_2();
    if old
        && input
            .get("_users_id_assign")
            .is_some_and(|json| !json.is_array())
    {
        return Err(Refusal::Crash);
    }
    allowed(world, who, id, &mut input)?;
    let mut message = String::new();
    let dates = due_dates(world, id, &input, &mut message)?;
    let mut changed = actors(world, who, id, &input);
    prioritise(world, id, &mut input);
    let lost_lines = old && runs_rules(world, id, &input);
    for column in FIELDS
        .iter()
        .filter(|column| !matches!(**column, "solution"))
    {
        changed |= set(world, id, column, &input, lost_lines);
    }
    for (column, value) in dates {
        changed |= world.set(TYPE, id, column, value);
    }
    changed |= solve(world, who, id, &input, lost_lines, &mut message);
    if let Some(status) = int(&input, "status") {
        changed |= status_to(world, id, status, &input);
    }
    if changed {
        world.touch_ticket(id, who.user);
    }
    Ok(message)
}

/// Leaves in the input what this user may change in this ticket's state.
fn allowed(world: &World, who: &Session, id: i64, input: &mut Input) -> Result<(), Refusal> {
    let row = world.row(TYPE, id).ok_or_else(Refusal::silent)?;
    let technician = access::may_update_ticket(world, who, row);
    let own = access::is_own(world, who, row) && who.sees(row.int("entities_id"));
    if !technician && !own {
        return Err(Refusal::right(who));
    }
    let fields: &[&str] = match (row.int("status"), technician) {
        (6, _) => &["status", "entities_id", "is_deleted"],
        (_, true) => return Ok(()),
        (_, false) if world.dialect.is_9_2() => &[
            "status",
            "name",
            "content",
            "urgency",
            "priority",
            "itilcategories_id",
        ],
        (_, false) => &[
            "name",
            "content",
            "urgency",
            "priority",
            "itilcategories_id",
        ],
    };
    input.retain(|field, _| fields.contains(&field.as_str()));
    if input.is_empty() {
        Err(Refusal::silent())
    } else {
        Ok(())
    }
}

fn due_dates(
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
        match dates::read(world, text) {
            Given::Refused => {
                return Err(Refusal::Message(format!(
                    "Incorrect datetime value: '{text}' for column `glpi10`.`glpi_tickets`.`{column}` at row 1"
                )));
            }
            Given::Malformed => {
                let label = if world.dialect.is_9_2() {
                    "Temps de résolution"
                } else {
                    "TTR"
                };
                *message = format!("Au moins un champ a une valeur incorrecte : {label}");
            }
            Given::Stored(value) => {
                let opened = world.row(TYPE, id).map_or("", |row| row.text("date"));
                let due = column == "time_to_resolve";
                let impossible = text.starts_with("0000-00-00");
                let wrong = value
                    .as_str()
                    .is_some_and(|at| at < opened && !at.starts_with("0000"));
                if due && (wrong || impossible) {
                    *message = messages::BAD_DATES.to_owned();
                } else {
                    out.push((column, value));
                }
            }
        }
    }
    Ok(out)
}

fn actors(world: &mut World, who: &Session, id: i64, input: &Input) -> bool {
    let mut changed = false;
    if input.contains_key("_users_id_assign") {
        // 9.2 takes the list and assigns nobody: user 0.
        let wanted = if world.dialect.is_9_2() {
            vec![0]
        } else {
            ids(input, "_users_id_assign")
        };
        for user in wanted {
            changed |= assign(world, id, user);
        }
    }
    let by_page = input.get("_itil_assign").and_then(Json::as_object);
    if let Some(user) = by_page.and_then(|given| int(given, "users_id")) {
        let ticket = access::right(world, who, "ticket");
        let may = ticket & rights::ASSIGN != 0 || (user == who.user && ticket & rights::OWN != 0);
        if may || !world.dialect.is_9_2() {
            changed |= assign(world, id, user);
        }
    }
    changed
}

fn assign(world: &mut World, id: i64, user: i64) -> bool {
    if user != 0 && world.actors(id, actor::ASSIGNED).any(|there| there == user) {
        return false;
    }
    let row = [
        ("tickets_id", id.into()),
        ("users_id", user.into()),
        ("type", actor::ASSIGNED.into()),
    ];
    world.insert("Ticket_User", &row);
    if user != 0 {
        actor::now_assigned(world, id);
    }
    true
}

/// 10 computes the priority again whenever urgency or impact come; 9.2 only when both do.
fn prioritise(world: &World, id: i64, input: &mut Input) {
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

fn runs_rules(world: &World, id: i64, input: &Input) -> bool {
    RULED.iter().any(|column| {
        let Some(json) = input.get(*column) else {
            return false;
        };
        let new = stored(world, Write::TicketUpdate, TYPE, column, json);
        let old = world.row(TYPE, id).map(|row| row.get(column).clone());
        new.is_some() && new != old
    })
}

fn set(world: &mut World, id: i64, column: &str, input: &Input, lost_lines: bool) -> bool {
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
fn solve(
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

fn status_to(world: &mut World, id: i64, status: i64, input: &Input) -> bool {
    let now = world.row(TYPE, id).map_or(0, |row| row.int("status"));
    // A solution in the same request has already moved it on.
    let moved_on = input.get("solution").is_some_and(Json::is_string) && now >= 5;
    if now == status || moved_on {
        return false;
    }
    ticket_status::change(world, id, status);
    take_into_account(world, id);
    true
}

/// The first time that somebody of the service works on it.
pub fn take_into_account(world: &mut World, id: i64) {
    let Some(row) = world.row(TYPE, id) else {
        return;
    };
    if row.int("takeintoaccount_delay_stat") != 0 {
        return;
    }
    let now = world.now_text();
    let delay = dates::seconds_between(world, row.text("date"), &now).max(1);
    world.set(TYPE, id, "takeintoaccount_delay_stat", delay.into());
    world.set(TYPE, id, "takeintoaccountdate", now.into());
}

/// Trashes or purges a ticket.
pub fn delete(world: &mut World, who: &Session, id: i64, purge: bool) -> Changed {
    let needed = if purge { rights::PURGE } else { rights::DELETE };
    let seen = world
        .row(TYPE, id)
        .is_some_and(|row| access::sees_ticket(world, who, row));
    if !seen || access::right(world, who, "ticket") & needed == 0 {
        return Err(Refusal::right(who));
    }
    if purge {
        world.purge_ticket(id);
    } else {
        // GLPI moves the date of a trashed ticket, and not its last updater.
        let now = world.now_value();
        world.set(TYPE, id, "is_deleted", 1.into());
        world.set(TYPE, id, "date_mod", now);
    }
    Ok(String::new())
}

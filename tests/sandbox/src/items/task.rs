//! Tasks, and the time that they add to their ticket.

use super::{
    Added, Changed, Input, Refusal, access,
    dates::{self, Given},
    followup, int, stored, text, ticket, ticket_status,
};
use crate::{
    dialect::Write,
    messages,
    value::Value,
    world::{World, rights, session::Session},
};

const TYPE: &str = "TicketTask";

/// Adds one.
pub fn add(world: &mut World, who: &Session, input: &Input) -> Added {
    let Some(parent) = int(input, "tickets_id") else {
        return Err(Refusal::right(who));
    };
    let allowed = world
        .row("Ticket", parent)
        .is_some_and(|row| access::may_add_to(world, who, "task", row) && row.int("status") != 6);
    if !allowed {
        return Err(Refusal::right(who));
    }
    if !world.dialect.is_9_2() && text(input, "content").unwrap_or_default().is_empty() {
        return Err(Refusal::Message(messages::EMPTY_TASK.to_owned()));
    }
    let plan = plan(world, input)?;
    let date = match text(input, "date").map(|date| dates::read(world, date)) {
        Some(Given::Stored(date)) if !date.is_null() => date,
        _ => world.now_value(),
    };
    let content = input
        .get("content")
        .and_then(|json| stored(world, Write::Other, TYPE, "content", json));
    let planned_time = plan
        .as_ref()
        .map(|(begin, end)| dates::seconds_between(world, begin, end));
    let mut row: Vec<(&str, Value)> = vec![
        ("tickets_id", parent.into()),
        (
            "taskcategories_id",
            int(input, "taskcategories_id").unwrap_or(0).into(),
        ),
        (
            "users_id",
            int(input, "users_id").unwrap_or(who.user).into(),
        ),
        ("content", content.unwrap_or_default()),
        ("is_private", int(input, "is_private").unwrap_or(0).into()),
        (
            "actiontime",
            planned_time
                .or(int(input, "actiontime"))
                .unwrap_or(0)
                .into(),
        ),
        ("state", int(input, "state").unwrap_or(1).into()),
        (
            "users_id_tech",
            int(input, "users_id_tech").unwrap_or(0).into(),
        ),
        (
            "groups_id_tech",
            int(input, "groups_id_tech").unwrap_or(0).into(),
        ),
        ("date", date.clone()),
        ("date_mod", world.now_value()),
        ("date_creation", world.now_value()),
        (
            "timeline_position",
            followup::position(world, who, parent).into(),
        ),
        ("uuid", world.random_uuid().into()),
    ];
    if let Some((begin, end)) = plan {
        row.push(("begin", begin.into()));
        row.push(("end", end.into()));
    }
    let id = world.insert(TYPE, &row);
    sum(world, parent);
    plan_moves(world, parent, id);
    ticket::take_into_account(world, parent);
    world.touch_ticket(parent, who.user);
    Ok((id, String::new()))
}

fn plan(world: &World, input: &Input) -> Result<Option<(String, String)>, Refusal> {
    let read = |field| {
        let plan = input.get("plan")?.as_object()?;
        match dates::read(world, text(plan, field)?) {
            Given::Stored(Value::Text(date)) => Some(date),
            _ => None,
        }
    };
    let plan = read("begin").zip(read("end"));
    match &plan {
        Some((begin, end)) if begin > end => Err(Refusal::Message(messages::BACKWARDS.to_owned())),
        _ => Ok(plan),
    }
}

/// A planned task moves its ticket, also each time that it is changed (read in GLPI's PHP).
fn plan_moves(world: &mut World, parent: i64, task: i64) {
    let is_planned = world
        .row(TYPE, task)
        .is_some_and(|row| !row.text("begin").is_empty());
    let status = world
        .row("Ticket", parent)
        .map_or(0, |row| row.int("status"));
    if is_planned && matches!(status, 1 | 2) {
        ticket_status::change(world, parent, 3);
    }
}

/// Adds up the time of a ticket's tasks.
pub(super) fn sum(world: &mut World, parent: i64) {
    let total: i64 = world
        .rows_by(TYPE, "tickets_id", parent)
        .map(|row| row.int("actiontime"))
        .sum();
    world.set("Ticket", parent, "actiontime", total.into());
}

/// Changes one.
pub fn update(world: &mut World, who: &Session, id: i64, input: &Input) -> Changed {
    let Some(row) = world.row(TYPE, id) else {
        return Err(Refusal::silent());
    };
    let parent = row.int("tickets_id");
    let mine = row.int("users_id") == who.user;
    let all = access::right(world, who, "task") & rights::READALL != 0;
    if !(all || mine) || !access::sees_part(world, who, TYPE, row) {
        return Err(Refusal::right(who));
    }
    let plan = plan(world, input)?;
    let columns = [
        "content",
        "is_private",
        "actiontime",
        "state",
        "users_id_tech",
        "groups_id_tech",
        "taskcategories_id",
        "begin",
        "end",
    ];
    let mut changed = followup::set_fields(world, TYPE, id, input, &columns);
    if let Some((begin, end)) = plan {
        let length = dates::seconds_between(world, &begin, &end);
        changed |= world.set(TYPE, id, "begin", begin.into());
        changed |= world.set(TYPE, id, "end", end.into());
        changed |= world.set(TYPE, id, "actiontime", length.into());
    }
    if changed {
        let now = world.now_value();
        world.set(TYPE, id, "date_mod", now);
        if input.contains_key("content") {
            world.set(TYPE, id, "users_id_editor", who.user.into());
        }
        // 9.2 adds up only where the request names the ticket again.
        if !world.dialect.is_9_2() || input.contains_key("tickets_id") {
            sum(world, parent);
            plan_moves(world, parent, id);
        }
        world.touch_ticket(parent, who.user);
    }
    Ok(String::new())
}

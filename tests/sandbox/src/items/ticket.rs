//! Changing, trashing and purging tickets.

use serde_json::Value as Json;

use super::{Changed, Input, Refusal, access, actor, dates, ids, int, ticket_fields as fields};
use crate::world::{World, rights, session::Session};

const TYPE: &str = "Ticket";

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
    let dates = fields::due_dates(world, id, &input, &mut message)?;
    let mut changed = actors(world, who, id, &input);
    fields::prioritise(world, id, &mut input);
    let lost_lines = old && fields::runs_rules(world, id, &input);
    for column in fields::FIELDS
        .iter()
        .filter(|column| !matches!(**column, "solution"))
    {
        changed |= fields::set(world, id, column, &input, lost_lines);
    }
    for (column, value) in dates {
        changed |= world.set(TYPE, id, column, value);
    }
    changed |= fields::solve(world, who, id, &input, lost_lines, &mut message);
    if let Some(status) = int(&input, "status") {
        changed |= fields::status_to(world, id, status, &input);
    }
    // GLPI writes the last updater before it looks whether anything else changed.
    let another = world
        .row(TYPE, id)
        .is_some_and(|row| row.int("users_id_lastupdater") != who.user);
    if changed || another {
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

//! Users and groups on a ticket.

use super::{Added, Changed, Input, Refusal, access, int, text, ticket_status};
use crate::world::{World, session::Session};

/// The role of an assigned user or group.
pub const ASSIGNED: i64 = 2;
const NEW: i64 = 1;
const SOLVED: i64 = 5;

/// Adds one.
pub fn add(world: &mut World, who: &Session, itemtype: &str, input: &Input) -> Added {
    let column = column(itemtype);
    let ticket = int(input, "tickets_id").unwrap_or(0);
    let (actor, role) = (
        int(input, column).unwrap_or(0),
        int(input, "type").unwrap_or(1),
    );
    let email = text(input, "alternative_email").unwrap_or_default();
    let allowed = world
        .row("Ticket", ticket)
        .is_some_and(|row| access::may_update_ticket(world, who, row));
    if !allowed || (actor == 0 && email.is_empty()) || exists(world, itemtype, ticket, actor, role)
    {
        return Err(Refusal::silent());
    }
    let id = world.insert(
        itemtype,
        &[
            ("tickets_id", ticket.into()),
            (column, actor.into()),
            ("type", role.into()),
            (
                "use_notification",
                int(input, "use_notification").unwrap_or(1).into(),
            ),
            ("alternative_email", email.into()),
        ],
    );
    if role == ASSIGNED {
        now_assigned(world, ticket);
    }
    world.touch_ticket(ticket, who.user);
    Ok((id, String::new()))
}

/// The column that names who it is.
pub fn column(itemtype: &str) -> &'static str {
    if itemtype == "Ticket_User" {
        "users_id"
    } else {
        "groups_id"
    }
}

fn exists(world: &World, itemtype: &str, ticket: i64, actor: i64, role: i64) -> bool {
    actor != 0
        && world
            .rows_by(itemtype, "tickets_id", ticket)
            .any(|row| row.int(column(itemtype)) == actor && row.int("type") == role)
}

/// A new ticket that gets somebody assigned becomes assigned, and counts as taken into account.
pub fn now_assigned(world: &mut World, ticket: i64) {
    if world
        .row("Ticket", ticket)
        .is_some_and(|row| row.int("status") == 1)
    {
        world.set("Ticket", ticket, "status", 2.into());
    }
    super::ticket::take_into_account(world, ticket);
}

/// Removes one; an open ticket that nobody has is new again, whoever left it.
pub fn remove(world: &mut World, who: &Session, itemtype: &str, id: i64) -> Changed {
    let Some(row) = world.row(itemtype, id) else {
        return Err(Refusal::silent());
    };
    let ticket = row.int("tickets_id");
    let allowed = world
        .row("Ticket", ticket)
        .is_some_and(|row| access::may_update_ticket(world, who, row));
    if !allowed {
        return Err(Refusal::right(who));
    }
    world.remove(itemtype, id);
    if !has_assigned(world, ticket) {
        let row = world.row("Ticket", ticket);
        let is_open = row.is_some_and(|row| row.int("status") < SOLVED);
        if is_open {
            ticket_status::change(world, ticket, NEW);
        }
    }
    world.touch_ticket(ticket, who.user);
    Ok(String::new())
}

fn has_assigned(world: &World, ticket: i64) -> bool {
    ["Ticket_User", "Group_Ticket"].iter().any(|itemtype| {
        world
            .rows_by(itemtype, "tickets_id", ticket)
            .any(|row| row.int("type") == ASSIGNED)
    })
}

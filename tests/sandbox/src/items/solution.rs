//! Solutions of 10: rows of their own.

use super::{Added, Input, Refusal, access, int, stored, text, ticket_status};
use crate::{
    dialect::Write,
    messages,
    value::Value,
    world::{World, session::Session},
};

const TYPE: &str = "ITILSolution";

/// Adds one, which solves the ticket.
pub fn add(world: &mut World, who: &Session, input: &Input) -> Added {
    let parent = int(input, "items_id").filter(|_| text(input, "itemtype") == Some("Ticket"));
    let row = parent
        .and_then(|id| world.row("Ticket", id))
        .ok_or_else(|| Refusal::right(who))?;
    if !access::may_update_ticket(world, who, row) {
        return Err(Refusal::right(who));
    }
    if row.int("status") >= 5 && row.int("status") <= 6 {
        return Err(Refusal::Message(messages::ALREADY_SOLVED.to_owned()));
    }
    let ticket = row.id();
    let content = input
        .get("content")
        .and_then(|json| stored(world, Write::Other, TYPE, "content", json))
        .unwrap_or_default();
    let id = insert(
        world,
        who,
        ticket,
        content,
        int(input, "solutiontypes_id").unwrap_or(0),
    );
    Ok((id, format!("Élément ajouté : {id}")))
}

/// Stores one and solves its ticket.
pub fn insert(world: &mut World, who: &Session, ticket: i64, content: Value, kind: i64) -> i64 {
    let now = world.now_value();
    let id = world.insert(
        TYPE,
        &[
            ("itemtype", "Ticket".into()),
            ("items_id", ticket.into()),
            ("solutiontypes_id", kind.into()),
            ("content", content),
            ("date_creation", now.clone()),
            ("date_mod", now),
            ("users_id", who.user.into()),
        ],
    );
    ticket_status::change(
        world,
        ticket,
        if world.settings.solution_closes { 6 } else { 5 },
    );
    world.touch_ticket(ticket, who.user);
    id
}

/// A followup approves the last solution, or refuses it: 3 and 4 of CommonITILValidation. 9.2 keeps no answer.
pub fn answered(world: &mut World, who: &Session, ticket: i64, followup: i64, approved: bool) {
    let Some(last) = world
        .rows_by(TYPE, "items_id", ticket)
        .map(|row| row.id())
        .max()
    else {
        return;
    };
    let now = world.now_value();
    let status = if approved { 3 } else { 4 };
    world.set(TYPE, last, "status", status.into());
    world.set(TYPE, last, "users_id_approval", who.user.into());
    world.set(TYPE, last, "date_approval", now);
    world.set(TYPE, last, "itilfollowups_id", followup.into());
}

//! Followups: `TicketFollowup` in 9.2, `ITILFollowup` (with the old name as an alias) in 10.

use super::{
    Added, Changed, Input, Refusal, access, int, solution, stored, text, ticket, ticket_status,
};
use crate::{
    dialect::Write,
    items::dates::{self, Given},
    messages,
    value::Value,
    world::{World, rights, session::Session, table::Row},
};

/// Adds one.
pub fn add(world: &mut World, who: &Session, itemtype: &str, input: &Input) -> Added {
    let parent = if itemtype == "TicketFollowup" {
        int(input, "tickets_id")
    } else {
        items_id(input)
    };
    let Some(parent) = parent else {
        return Err(if world.dialect.is_9_2() {
            Refusal::silent()
        } else {
            Refusal::right(who)
        });
    };
    let row = world
        .row("Ticket", parent)
        .ok_or_else(|| Refusal::right(who))?;
    if !may_add(world, who, row) {
        return Err(Refusal::right(who));
    }
    if text(input, "content").unwrap_or_default().is_empty() && !input.contains_key("add_close") {
        return Err(Refusal::Message(messages::EMPTY_FOLLOWUP.to_owned()));
    }
    let content = stored(
        world,
        Write::Other,
        world.dialect.followup(),
        "content",
        &input["content"],
    );
    let central = access::right(world, who, "followup") & rights::SEEPRIVATE != 0;
    let private = if central {
        int(input, "is_private").unwrap_or(0)
    } else {
        0
    };
    let date = date(world, input);
    let author = int(input, "users_id")
        .filter(|_| central)
        .unwrap_or(who.user);
    let id = world.insert(
        world.dialect.followup(),
        &[
            ("itemtype", "Ticket".into()),
            (world.dialect.followup_parent(), parent.into()),
            ("users_id", author.into()),
            ("content", content.unwrap_or_default()),
            ("is_private", private.into()),
            (
                "requesttypes_id",
                int(input, "requesttypes_id").unwrap_or(0).into(),
            ),
            ("date", date.clone()),
            ("date_mod", date.clone()),
            ("date_creation", date),
            ("timeline_position", position(world, who, parent).into()),
        ],
    );
    after(world, who, parent, id, input);
    Ok((id, String::new()))
}

fn items_id(input: &Input) -> Option<i64> {
    (text(input, "itemtype") == Some("Ticket"))
        .then(|| int(input, "items_id"))
        .flatten()
}

fn may_add(world: &World, who: &Session, row: Row<'_>) -> bool {
    if access::may_add_to(world, who, "followup", row) {
        return true;
    }
    access::is_own(world, who, row)
        && access::sees_ticket(world, who, row)
        && row.int("status") != 6
}

/// Only 10 takes a date from the request.
fn date(world: &World, input: &Input) -> Value {
    match text(input, "date").map(|date| dates::read(world, date)) {
        Some(Given::Stored(date)) if !world.dialect.is_9_2() && !date.is_null() => date,
        _ => world.now_value(),
    }
}

/// Where the page's timeline shows it: the right side for those who work on the ticket.
pub fn position(world: &World, who: &Session, parent: i64) -> i64 {
    if world.actors(parent, 2).any(|user| user == who.user) {
        4
    } else {
        1
    }
}

fn after(world: &mut World, who: &Session, parent: i64, id: i64, input: &Input) {
    let status = world
        .row("Ticket", parent)
        .map_or(0, |row| row.int("status"));
    let requester = world.actors(parent, 1).any(|user| user == who.user)
        && !world.actors(parent, 2).any(|user| user == who.user);
    let asks = |field| int(input, field).unwrap_or(0) == 1;
    let answers = requester && !world.dialect.is_9_2() && matches!(status, 4 | 5);
    if asks("add_close") && status == 5 {
        ticket_status::change(world, parent, 6);
        solution::answered(world, who, parent, id, true);
    } else if status >= 4 && (answers || (asks("add_reopen") && matches!(status, 5 | 6))) {
        ticket_status::change(world, parent, 2);
        if status >= 5 {
            solution::answered(world, who, parent, id, false);
        }
    }
    if !requester {
        ticket::take_into_account(world, parent);
    }
    world.touch_ticket(parent, who.user);
}

/// Changes one.
pub fn update(world: &mut World, who: &Session, id: i64, input: &Input) -> Changed {
    let itemtype = world.dialect.followup();
    let Some(row) = world.row(itemtype, id) else {
        return Err(Refusal::silent());
    };
    let parent = access::parent_ticket(row).unwrap_or(0);
    let mine = row.int("users_id") == who.user;
    let all = access::right(world, who, "followup") & rights::READALL != 0;
    if !(all || mine) || !access::sees_part(world, who, itemtype, row) {
        return Err(Refusal::right(who));
    }
    if set_fields(
        world,
        itemtype,
        id,
        input,
        &["content", "is_private", "requesttypes_id"],
    ) {
        let now = world.now_value();
        world.set(itemtype, id, "users_id_editor", who.user.into());
        world.set(itemtype, id, "date_mod", now);
        world.touch_ticket(parent, who.user);
    }
    Ok(String::new())
}

/// Stores the given ones of these columns, and says whether any changed.
pub fn set_fields(
    world: &mut World,
    itemtype: &str,
    id: i64,
    input: &Input,
    columns: &[&str],
) -> bool {
    let mut changed = false;
    for column in columns {
        let Some(json) = input.get(*column) else {
            continue;
        };
        if let Some(value) = stored(world, Write::Other, itemtype, column, json) {
            changed |= world.set(itemtype, id, column, value);
        }
    }
    changed
}

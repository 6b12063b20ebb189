//! Assets on a ticket.

use super::{Added, Changed, Input, Refusal, access, generic, int, text};
use crate::{
    value::Value,
    world::{World, session::Session, table::Row},
};

const CLOSED: i64 = 6;

/// Links one. The same one twice is refused without a word, as a user is; a closed ticket takes none.
pub fn link(world: &mut World, who: &Session, input: &Input) -> Added {
    let ticket = int(input, "tickets_id").unwrap_or(0);
    let itemtype = text(input, "itemtype").unwrap_or_default();
    let item = int(input, "items_id").unwrap_or(0);
    let row = world.row("Ticket", ticket);
    let closed = row.is_some_and(|row| row.int("status") == CLOSED);
    if closed || !row.is_some_and(|row| access::may_update_ticket(world, who, row)) {
        return Err(Refusal::right(who));
    }
    let same = |row: Row<'_>| row.int("items_id") == item && row.text("itemtype") == itemtype;
    let linked = world.rows_by("Item_Ticket", "tickets_id", ticket).any(same);
    if linked || item == 0 || itemtype.is_empty() {
        return Err(Refusal::silent());
    }
    let row = [
        ("tickets_id", Value::from(ticket)),
        ("itemtype", itemtype.into()),
        ("items_id", item.into()),
    ];
    let id = world.insert("Item_Ticket", &row);
    world.touch_ticket(ticket, who.user);
    Ok((id, generic::added(world, "Item_Ticket", id)))
}

/// Parts one.
pub fn part(world: &mut World, who: &Session, id: i64) -> Changed {
    let Some(row) = world.row("Item_Ticket", id) else {
        return Err(Refusal::silent());
    };
    let ticket = row.int("tickets_id");
    let allowed = world
        .row("Ticket", ticket)
        .is_some_and(|row| access::may_update_ticket(world, who, row));
    if !allowed {
        return Err(Refusal::right(who));
    }
    world.remove("Item_Ticket", id);
    world.touch_ticket(ticket, who.user);
    Ok(String::new())
}

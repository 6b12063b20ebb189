//! The item types without rules of their own.

use super::{Added, Changed, Input, Refusal, access, followup, stored};
use crate::{
    dialect::Write,
    value::Value,
    world::{World, rights, session::Session},
};

/// Adds a row where the profile has the right.
pub fn add(world: &mut World, who: &Session, itemtype: &str, input: &Input) -> Added {
    if !may(world, who, itemtype, rights::CREATE) {
        return Err(Refusal::right(who));
    }
    let now = world.now_value();
    let mut row: Vec<(&str, Value)> = vec![("date_mod", now.clone()), ("date_creation", now)];
    for (column, json) in input {
        if let Some(value) = stored(world, Write::Other, itemtype, column, json) {
            row.push((column, value));
        }
    }
    let id = world.insert(itemtype, &row);
    if let Some(ticket) = world.row(itemtype, id).and_then(access::parent_ticket) {
        world.touch_ticket(ticket, who.user);
    }
    Ok((id, added(world, itemtype, id)))
}

/// What GLPI says after an addition: 10 names the item, 9.2 says nothing.
pub fn added(world: &World, itemtype: &str, id: i64) -> String {
    if world.dialect.is_9_2() {
        return String::new();
    }
    let row = world.row(itemtype, id);
    // A link is called by what it links.
    let linked = row.filter(|row| row.schema.itemtype == "Item_Ticket");
    let linked = linked.and_then(|row| world.row(row.text("itemtype"), row.int("items_id")));
    let name = linked.or(row).map_or("", |row| row.text("name"));
    format!(
        "Élément ajouté : {}",
        if name.is_empty() {
            id.to_string()
        } else {
            name.to_owned()
        }
    )
}

/// Changes a row where the profile has the right.
pub fn update(world: &mut World, who: &Session, itemtype: &str, id: i64, input: &Input) -> Changed {
    let own_account = itemtype == "User" && id == who.user;
    if !own_account && !may(world, who, itemtype, rights::UPDATE) {
        return Err(Refusal::right(who));
    }
    let columns: Vec<&str> = input
        .keys()
        .map(String::as_str)
        .filter(|column| *column != "id")
        .collect();
    if followup::set_fields(world, itemtype, id, input, &columns) {
        let now = world.now_value();
        world.set(itemtype, id, "date_mod", now);
    }
    Ok(String::new())
}

/// Trashes a row (where its type has a trash) or removes it.
pub fn delete(world: &mut World, who: &Session, itemtype: &str, id: i64, purge: bool) -> Changed {
    let trash = world
        .table(itemtype)
        .is_some_and(|table| table.schema.has("is_deleted"));
    let needed = if trash && !purge {
        rights::DELETE | rights::UPDATE
    } else {
        rights::PURGE
    };
    if !may(world, who, itemtype, needed) {
        return Err(Refusal::right(who));
    }
    if trash && !purge {
        world.set(itemtype, id, "is_deleted", 1.into());
    } else {
        world.remove(itemtype, id);
    }
    Ok(String::new())
}

fn may(world: &World, who: &Session, itemtype: &str, bits: i64) -> bool {
    match access::module(itemtype) {
        Some(module) => access::right(world, who, module) & bits != 0,
        None => access::right(world, who, "ticket") & rights::UPDATE != 0,
    }
}

/// Removes a part of a ticket: a right that the stock technician lacks.
pub fn remove_part(world: &mut World, who: &Session, itemtype: &str, id: i64) -> Changed {
    let real = super::real_itemtype(world, itemtype);
    let Some(row) = world.row(real, id) else {
        return Err(Refusal::silent());
    };
    let parent = access::parent_ticket(row).unwrap_or(0);
    let module = if real == "TicketTask" {
        "task"
    } else {
        "followup"
    };
    if access::right(world, who, module) & rights::PURGE == 0 {
        return Err(Refusal::right(who));
    }
    world.remove(real, id);
    if real == "TicketTask" {
        super::task::sum(world, parent);
    }
    world.touch_ticket(parent, who.user);
    Ok(String::new())
}

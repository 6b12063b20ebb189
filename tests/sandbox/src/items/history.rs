//! What GLPI writes into its log of a ticket: who did what, with the old and the new value.

use crate::{
    schema,
    value::Value,
    world::{World, session::Session},
};

const UPDATED: i64 = 0;
const TRASHED: i64 = 13;
const RESTORED: i64 = 14;
const LINKED: i64 = 15;
const UNLINKED: i64 = 16;
const PART_ADDED: i64 = 17;
const PART_CHANGED: i64 = 18;
const PART_REMOVED: i64 = 19;
const CREATED: i64 = 20;

/// The columns whose changes are logged, with their search options.
const LOGGED: &[(&str, i64)] = &[
    ("name", 1),
    ("priority", 3),
    ("itilcategories_id", 7),
    ("requesttypes_id", 9),
    ("urgency", 10),
    ("impact", 11),
    ("status", 12),
    ("type", 14),
    ("date", 15),
    ("closedate", 16),
    ("solvedate", 17),
    ("time_to_resolve", 18),
    ("content", 21),
    ("solution", 24),
    ("users_id_lastupdater", 64),
    ("entities_id", 80),
    ("locations_id", 83),
];

/// A row as it was before a write.
pub struct Before {
    itemtype: &'static str,
    ticket: i64,
    /// What a link linked: item type, id, and the role of an actor.
    linked: Option<(&'static str, i64, i64)>,
    values: Vec<(&'static str, Value)>,
}

/// Keeps what the log will compare with; `None` for what isn't a ticket's.
pub fn before(world: &World, itemtype: &str, id: i64) -> Option<Before> {
    let row = world.row(itemtype, id)?;
    let ticket = if itemtype == "Ticket" {
        id
    } else {
        super::access::parent_ticket(row)?
    };
    // A document says by itself which ticket it came with; what links it there is logged.
    if itemtype == "Document" || ticket == 0 {
        return None;
    }
    let columns = row.schema.columns.iter().enumerate();
    Some(Before {
        itemtype: row.schema.itemtype,
        ticket,
        linked: linked(world, itemtype, id),
        values: columns
            .map(|(at, column)| (column.name, row.at(at).clone()))
            .collect(),
    })
}

fn linked(world: &World, itemtype: &str, id: i64) -> Option<(&'static str, i64, i64)> {
    let row = world.row(itemtype, id)?;
    Some(match itemtype {
        "Ticket_User" => ("User", row.int("users_id"), row.int("type")),
        "Group_Ticket" => ("Group", row.int("groups_id"), row.int("type")),
        "Document_Item" => ("Document", row.int("documents_id"), 0),
        _ => return None,
    })
}

/// After an addition.
pub fn added(world: &mut World, who: &Session, itemtype: &str, id: i64) {
    let Some(now) = before(world, itemtype, id) else {
        return;
    };
    if itemtype == "Ticket" {
        for link in ["Ticket_User", "Group_Ticket"] {
            let ids: Vec<i64> = world
                .rows_by(link, "tickets_id", id)
                .map(|row| row.id())
                .collect();
            for link_id in ids {
                added(world, who, link, link_id);
            }
        }
        return entry(world, who, id, none(world), (CREATED, 0), ["", ""]);
    }
    match now.linked {
        Some((target, linked, role)) => {
            let words = named(world, target, linked);
            let option = role_option(world, target, role);
            entry(
                world,
                who,
                now.ticket,
                target,
                (LINKED, option),
                ["", &words],
            );
        }
        None => {
            let words = format!("N/A ({id})");
            entry(
                world,
                who,
                now.ticket,
                now.itemtype,
                (PART_ADDED, 0),
                ["", &words],
            );
        }
    }
}

/// After a change that succeeded.
pub fn updated(world: &mut World, who: &Session, id: i64, before: &Before) {
    if before.itemtype != "Ticket" {
        let words = format!("N/A ({id})");
        return entry(
            world,
            who,
            before.ticket,
            before.itemtype,
            (PART_CHANGED, 0),
            ["", &words],
        );
    }
    for (column, option) in LOGGED {
        let was = before.values.iter().find(|(name, _)| name == column);
        let is = world.row("Ticket", id).map(|row| row.get(column).clone());
        let (Some((_, was)), Some(is)) = (was, is) else {
            continue;
        };
        if *was != is {
            let old = shown(world, column, was);
            let new = shown(world, column, &is);
            entry(world, who, id, "", (UPDATED, *option), [&old, &new]);
        }
    }
    let deleted = |value: Option<&Value>| value.is_some_and(|value| value.as_int() == 1);
    let was = before.values.iter().find(|(name, _)| *name == "is_deleted");
    let is = world.row("Ticket", id).map(|row| row.get("is_deleted"));
    match (deleted(was.map(|(_, value)| value)), deleted(is)) {
        (false, true) => entry(world, who, id, none(world), (TRASHED, 0), ["", ""]),
        (true, false) => entry(world, who, id, none(world), (RESTORED, 0), ["", ""]),
        _ => {}
    }
}

/// After an item was trashed or removed.
pub fn removed(world: &mut World, who: &Session, id: i64, before: &Before) {
    if before.itemtype == "Ticket" {
        if world.row("Ticket", id).is_some() {
            updated(world, who, id, before);
        }
        return;
    }
    match before.linked {
        Some((target, linked, role)) => {
            let words = named(world, target, linked);
            let option = role_option(world, target, role);
            entry(
                world,
                who,
                before.ticket,
                target,
                (UNLINKED, option),
                [&words, ""],
            );
        }
        None => {
            let words = format!("N/A ({id})");
            entry(
                world,
                who,
                before.ticket,
                before.itemtype,
                (PART_REMOVED, 0),
                [&words, ""],
            );
        }
    }
}

fn entry(
    world: &mut World,
    who: &Session,
    ticket: i64,
    link: &str,
    (action, option): (i64, i64),
    [old, new]: [&str; 2],
) {
    let user = named(world, "User", who.user);
    let now = world.now_value();
    world.insert(
        "Log",
        &[
            ("itemtype", "Ticket".into()),
            ("items_id", ticket.into()),
            ("itemtype_link", link.into()),
            ("linked_action", action.into()),
            ("user_name", user.into()),
            ("date_mod", now),
            ("id_search_option", option.into()),
            ("old_value", old.into()),
            ("new_value", new.into()),
        ],
    );
}

/// 10 writes "no link" as a zero.
fn none(world: &World) -> &'static str {
    if world.dialect.is_9_2() { "" } else { "0" }
}

/// 10 says by its search option which role an actor has; 9.2 says nothing.
fn role_option(world: &World, target: &str, role: i64) -> i64 {
    if world.dialect.is_9_2() {
        return 0;
    }
    match (target, role) {
        ("User", 1) => 4,
        ("User", 2) => 5,
        ("User", 3) => 66,
        ("Group", 1) => 71,
        ("Group", 2) => 8,
        ("Group", 3) => 65,
        _ => 0,
    }
}

/// A value as the log keeps it: names with their ids, and long texts not at all.
fn shown(world: &World, column: &str, value: &Value) -> String {
    match (column, schema::foreign(column)) {
        ("content" | "solution", _) => String::new(),
        (_, Some(target)) => named(world, target, value.as_int()),
        _ => value.to_text().chars().take(255).collect(),
    }
}

/// `Aubanel Amandine (12)`
fn named(world: &World, target: &str, id: i64) -> String {
    let Some(row) = world.row(target, id) else {
        return format!("({id})");
    };
    let full = format!("{} {}", row.text("realname"), row.text("firstname"));
    let name = match full.trim() {
        "" if row.schema.is_tree() => row.text("completename"),
        "" => row.text("name"),
        full => full,
    };
    format!("{name} ({id})")
}

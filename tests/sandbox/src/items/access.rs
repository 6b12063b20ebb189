//! Who may see and change what.

use crate::{
    items::real_itemtype,
    world::{
        World,
        rights::{self, ADDALL, READ, READALL, SEEPRIVATE, UPDATE},
        session::Session,
        table::Row,
    },
};

/// A right of the active profile.
pub fn right(world: &World, who: &Session, module: &str) -> i64 {
    rights::right(world.dialect.0, who.profile, module)
}

/// The module whose right an item type asks for; `None` where the ticket above it decides.
pub fn module(itemtype: &str) -> Option<&'static str> {
    Some(match itemtype {
        "Location" => "location",
        "ITILCategory" => "itilcategory",
        "SolutionType" | "RequestType" => "dropdown",
        "SolutionTemplate" => "solutiontemplate",
        "TaskCategory" => "taskcategory",
        "Group" | "Group_User" => "group",
        "User" | "UserEmail" | "Profile_User" => "user",
        "Entity" => "entity",
        "Computer" | "AllAssets" => "computer",
        "Printer" => "printer",
        "Monitor" => "monitor",
        "Phone" => "phone",
        "NetworkEquipment" => "networking",
        "Peripheral" => "peripheral",
        "Profile" => "profile",
        "Config" => "config",
        "Log" => "logs",
        "Document" => "document",
        _ => return None,
    })
}

/// Whether items of this type may be seen at all.
pub fn sees_type(world: &World, who: &Session, itemtype: &str) -> bool {
    match module(itemtype) {
        Some("document") => true,
        Some(module) => right(world, who, module) & READ != 0,
        None => match itemtype {
            "TicketCost" => right(world, who, "ticketcost") & READ != 0,
            _ => true,
        },
    }
}

/// Whether a ticket is in sight.
pub fn sees_ticket(world: &World, who: &Session, row: Row<'_>) -> bool {
    if !who.sees(row.entity()) {
        return false;
    }
    right(world, who, "ticket") & READALL != 0 || is_own(world, who, row)
}

/// Whether a ticket is the user's own: requester, observer or writer.
pub fn is_own(world: &World, who: &Session, row: Row<'_>) -> bool {
    row.int("users_id_recipient") == who.user
        || world
            .rows_by("Ticket_User", "tickets_id", row.id())
            .any(|actor| actor.int("users_id") == who.user && actor.int("type") != 2)
}

/// The ticket that a row belongs to.
pub fn parent_ticket(row: Row<'_>) -> Option<i64> {
    if row.schema.has("tickets_id") {
        return Some(row.int("tickets_id"));
    }
    (row.text("itemtype") == "Ticket").then(|| row.int("items_id"))
}

/// Whether a row is in sight.
pub fn sees_row(world: &World, who: &Session, itemtype: &str, row: Row<'_>) -> bool {
    let itemtype = real_itemtype(world, itemtype);
    if itemtype == "Ticket" {
        return sees_ticket(world, who, row);
    }
    if !sees_type(world, who, itemtype) {
        return false;
    }
    if itemtype == "Document" {
        return sees_document(world, who, row);
    }
    if module(itemtype).is_some() {
        return true;
    }
    sees_part(world, who, itemtype, row)
}

/// Whether a part of a ticket is in sight: its ticket is, and it isn't somebody else's private note.
pub fn sees_part(world: &World, who: &Session, itemtype: &str, row: Row<'_>) -> bool {
    let private = row.int("is_private") == 1 && row.int("users_id") != who.user;
    if private && !sees_private(world, who, itemtype) {
        return false;
    }
    parent_ticket(row)
        .and_then(|id| world.row("Ticket", id))
        .is_none_or(|ticket| sees_ticket(world, who, ticket))
}

fn sees_private(world: &World, who: &Session, itemtype: &str) -> bool {
    let module = if itemtype == "TicketTask" {
        "task"
    } else {
        "followup"
    };
    right(world, who, module) & SEEPRIVATE != 0
}

fn sees_document(world: &World, who: &Session, row: Row<'_>) -> bool {
    if right(world, who, "document") & READ != 0 || row.int("users_id") == who.user {
        return true;
    }
    world
        .rows_by("Document_Item", "documents_id", row.id())
        .filter_map(parent_ticket)
        .filter_map(|id| world.row("Ticket", id))
        .any(|ticket| sees_ticket(world, who, ticket))
}

/// Whether followups or tasks may be added to a ticket.
pub fn may_add_to(world: &World, who: &Session, module: &str, ticket: Row<'_>) -> bool {
    sees_ticket(world, who, ticket) && right(world, who, module) & ADDALL != 0
}

/// Whether a ticket's fields may all be changed.
pub fn may_update_ticket(world: &World, who: &Session, ticket: Row<'_>) -> bool {
    sees_ticket(world, who, ticket) && right(world, who, "ticket") & UPDATE != 0
}

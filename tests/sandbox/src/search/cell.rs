//! What a search row shows under an option, and what it is sorted by.

use super::{matching::shown, options::SearchOption};
use crate::{
    text::fold::fold,
    value::Value,
    world::{World, table::Row},
};

/// What stands behind an option of an item type.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Status,
    Text(&'static str),
    Number(&'static str),
    Date(&'static str),
    /// The users of a role on a ticket.
    Users(i64),
    /// A user in a column.
    User(&'static str),
    /// The groups of a role on a ticket.
    Groups(i64),
    /// A place in a tree: the item type and the column.
    Tree(&'static str, &'static str),
    /// A dropdown.
    Named(&'static str, &'static str),
    Followups,
    CountFollowups,
    CountTasks,
    /// The addresses of requesters without an account.
    Emails,
    /// Whether the requesters are told by mail.
    Notified,
    /// The addresses of a user.
    Addresses,
    Nothing,
}

/// What an option stands for.
pub(super) fn kind(itemtype: &str, option: &SearchOption) -> Kind {
    if let Some(kind) = ticket(option.number).filter(|_| itemtype == "Ticket") {
        return kind;
    }
    if itemtype == "User" && option.number == 5 {
        return Kind::Addresses;
    }
    if option.table != crate::schema::table_name(itemtype) {
        return match option.table {
            "glpi_locations" => Kind::Tree("Location", "locations_id"),
            "glpi_entities" if option.field == "completename" => {
                Kind::Tree("Entity", "entities_id")
            }
            "glpi_requesttypes" => Kind::Named("RequestType", "requesttypes_id"),
            "glpi_taskcategories" => Kind::Named("TaskCategory", "taskcategories_id"),
            _ => Kind::Nothing,
        };
    }
    match option.datatype {
        "datetime" | "date" => Kind::Date(option.field),
        "number" | "bool" | "integer" | "timestamp" => Kind::Number(option.field),
        _ => Kind::Text(option.field),
    }
}

fn ticket(number: i64) -> Option<Kind> {
    Some(match number {
        3 => Kind::Number("priority"),
        10 => Kind::Number("urgency"),
        11 => Kind::Number("impact"),
        14 => Kind::Number("type"),
        12 => Kind::Status,
        4 => Kind::Users(1),
        5 => Kind::Users(2),
        66 => Kind::Users(3),
        22 => Kind::User("users_id_recipient"),
        64 => Kind::User("users_id_lastupdater"),
        71 => Kind::Groups(1),
        8 => Kind::Groups(2),
        65 => Kind::Groups(3),
        7 => Kind::Tree("ITILCategory", "itilcategories_id"),
        80 => Kind::Tree("Entity", "entities_id"),
        83 => Kind::Tree("Location", "locations_id"),
        9 => Kind::Named("RequestType", "requesttypes_id"),
        23 => Kind::Named("SolutionType", "solutiontypes_id"),
        25 => Kind::Followups,
        27 => Kind::CountFollowups,
        28 => Kind::CountTasks,
        34 => Kind::Emails,
        35 => Kind::Notified,
        45 => Kind::Number("actiontime"),
        _ => return None,
    })
}

/// The value of an option in a row.
pub(super) fn cell(world: &World, kind: &Kind, row: Row<'_>) -> Value {
    match kind {
        Kind::Status => row.get("status").clone(),
        Kind::Text(column) | Kind::Number(column) | Kind::Date(column) => row.get(column).clone(),
        Kind::Users(role) => users(world, world.actors(row.id(), *role)),
        Kind::User(column) => users(world, std::iter::once(row.int(column))),
        Kind::Groups(role) => groups(world, row, *role),
        Kind::Tree(target, column) | Kind::Named(target, column) => {
            named(world, target, row.int(column))
        }
        Kind::Followups => several(
            world
                .followups_of(row.id())
                .map(|f| f.get("content").clone()),
        ),
        Kind::CountFollowups => (world.followups_of(row.id()).count() as i64).into(),
        Kind::CountTasks => {
            (world.rows_by("TicketTask", "tickets_id", row.id()).count() as i64).into()
        }
        Kind::Emails => several(
            world
                .rows_by("Ticket_User", "tickets_id", row.id())
                .filter(|actor| {
                    actor.int("type") == 1 && !actor.text("alternative_email").is_empty()
                })
                .map(|actor| actor.get("alternative_email").clone()),
        ),
        Kind::Notified => several(
            world
                .rows_by("Ticket_User", "tickets_id", row.id())
                .filter(|actor| actor.int("type") == 1)
                .map(|actor| actor.get("use_notification").clone()),
        ),
        Kind::Addresses => several(
            world
                .rows_by("UserEmail", "users_id", row.id())
                .map(|email| email.get("email").clone()),
        ),
        Kind::Nothing => Value::Null,
    }
}

fn users(world: &World, ids: impl Iterator<Item = i64>) -> Value {
    several(
        ids.filter(|id| *id != 0)
            .map(|id| world.dialect.user_cell(id)),
    )
}

fn groups(world: &World, row: Row<'_>, role: i64) -> Value {
    let links = world.rows_by("Group_Ticket", "tickets_id", row.id());
    several(
        links
            .filter(|link| link.int("type") == role)
            .filter_map(|link| world.row("Group", link.int("groups_id")))
            .map(|group| group.get("completename").clone()),
    )
}

/// A name; the search shows the separator of a tree as it is, also where it is stored encoded.
fn named(world: &World, target: &str, id: i64) -> Value {
    match world.row(target, id) {
        Some(found) => Value::Text(found.get(shown(found)).to_text().replace(" &#62; ", " > ")),
        None => Value::Null,
    }
}

/// None, one, or a list; as `GROUP_CONCAT(DISTINCT …)`, the same value once.
fn several(all: impl Iterator<Item = Value>) -> Value {
    let mut values: Vec<Value> = Vec::new();
    for value in all {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    match values.len() {
        0 => Value::Null,
        1 => values.remove(0),
        _ => Value::List(values),
    }
}

/// What rows are sorted by.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
pub(super) enum SortKey {
    Null,
    Number(i64),
    Text(String),
}

/// The sort key of an option in a row.
pub(super) fn sort_key(world: &World, kind: &Kind, row: Row<'_>) -> SortKey {
    let value = match kind {
        Kind::Users(role) => {
            let first = world.actors(row.id(), *role).find(|id| *id != 0);
            return match first.and_then(|id| world.row("User", id)) {
                Some(user) => SortKey::Text(fold(&format!(
                    "{} {}",
                    user.text("realname"),
                    user.text("firstname")
                ))),
                None => SortKey::Null,
            };
        }
        kind => cell(world, kind, row),
    };
    match value {
        Value::Int(n) => SortKey::Number(n),
        Value::Text(text) => SortKey::Text(fold(&text)),
        Value::List(list) => {
            SortKey::Text(list.first().map(|v| fold(&v.to_text())).unwrap_or_default())
        }
        _ => SortKey::Null,
    }
}

//! A row as an answer shows it: its columns in order, names in place of ids, links.

use std::borrow::Cow;

use super::access;
use crate::{
    schema,
    value::Value,
    world::{World, session::Session, table::Row},
};

/// How items are shown.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Names in place of ids.
    pub expand: bool,
    /// With links.
    pub links: bool,
    /// One item, and not a list: the only place where 10 shows some columns of a user.
    pub single: bool,
    /// Nothing but ids.
    pub only_id: bool,
    /// The address of `apirest.php`.
    pub base: String,
    /// The item type as asked for (10's alias of followups has other columns).
    pub asked: String,
}

/// One item.
pub fn item(world: &World, row: Row<'_>, shape: &Shape) -> Vec<(Cow<'static, str>, Value)> {
    let alias = shape.asked == "TicketFollowup" && !world.dialect.is_9_2();
    let mut out: Vec<(Cow<'static, str>, Value)> = Vec::with_capacity(row.schema.columns.len() + 1);
    for (at, column) in row.schema.columns.iter().enumerate() {
        let hidden = alias
            && matches!(
                column.name,
                "itemtype" | "items_id" | "sourceitems_id" | "sourceof_items_id"
            );
        let forgotten =
            !shape.single && !world.dialect.is_9_2() && column.name.starts_with("password_forget");
        if (shape.only_id && at > 0) || hidden || forgotten {
            continue;
        }
        let value = row.at(at);
        let value = if shape.expand {
            expanded(world, row, column.name, value)
        } else {
            value.clone()
        };
        out.push((Cow::Borrowed(column.name), value));
    }
    if shape.links {
        let links = links(row, shape);
        if !links.is_empty() {
            out.push((Cow::Borrowed("links"), Value::List(links)));
        }
    }
    if alias && !shape.only_id {
        out.push((Cow::Borrowed("tickets_id"), row.get("items_id").clone()));
    }
    out
}

/// The name behind a foreign key, or the value as it is.
fn expanded(world: &World, row: Row<'_>, column: &str, value: &Value) -> Value {
    let id = value.as_int();
    let target = match column {
        "items_id" => Some(row.text("itemtype")).filter(|itemtype| !itemtype.is_empty()),
        _ => schema::foreign(column),
    };
    let Some(target) = target.filter(|_| id > 0 || column == "entities_id") else {
        return value.clone();
    };
    match world.row(target, id) {
        Some(found) if found.schema.is_tree() => found.get("completename").clone(),
        Some(found) => found.get("name").clone(),
        None => value.clone(),
    }
}

fn links(row: Row<'_>, shape: &Shape) -> Vec<Value> {
    let mut out = Vec::new();
    let link = |rel: &str, href: String| {
        Value::map([("rel", Value::text(rel)), ("href", Value::text(href))])
    };
    if !shape.only_id {
        for (at, column) in row.schema.columns.iter().enumerate() {
            let id = row.at(at).as_int();
            let target = match column.name {
                "items_id" => Some(row.text("itemtype")).filter(|itemtype| !itemtype.is_empty()),
                _ => column.foreign,
            };
            let names = id > 0 || (column.name == "entities_id" && !row.at(at).is_null());
            if let Some(target) = target.filter(|_| names) {
                out.push(link(target, format!("{}/{target}/{id}", shape.base)));
            }
        }
    }
    for child in &row.schema.children {
        let href = format!(
            "{}/{}/{}/{child}/",
            shape.base,
            row.schema.itemtype,
            row.id()
        );
        out.push(link(child, href));
    }
    out
}

/// The parts that `with_…` parameters ask for.
pub fn extras(
    world: &World,
    who: &Session,
    row: Row<'_>,
    shape: &Shape,
    asked: impl Fn(&str) -> bool,
) -> Vec<(Cow<'static, str>, Value)> {
    let refused = || {
        Value::map([
            ("error", Value::Int(401)),
            (
                "message",
                crate::messages::right_missing(who.language).into(),
            ),
        ])
    };
    let module = |name: &str| access::right(world, who, name) & 1 != 0;
    let mut out: Vec<(Cow<'static, str>, Value)> = Vec::new();
    for (parameter, key, right) in [
        ("with_infocoms", "_infocoms", Some("infocom")),
        ("with_contracts", "_contracts", Some("contract")),
        ("with_documents", "_documents", None),
        ("with_tickets", "_tickets", None),
        ("with_problems", "_problems", None),
        ("with_changes", "_changes", None),
        ("with_notes", "_notes", Some("")),
        ("with_logs", "_logs", Some("logs")),
    ] {
        if !asked(parameter) {
            continue;
        }
        let value = match right {
            Some(name) if !module(name) => refused(),
            _ if key == "_documents" => Value::List(documents(world, row, shape)),
            _ if key == "_logs" => logs(world, row, shape),
            _ => Value::List(Vec::new()),
        };
        out.push((Cow::Borrowed(key), value));
    }
    out
}

/// The log of an item, by the ids of its rows.
fn logs(world: &World, row: Row<'_>, shape: &Shape) -> Value {
    let shape = Shape {
        links: false,
        only_id: false,
        asked: "Log".to_owned(),
        ..shape.clone()
    };
    let entries: Vec<_> = world
        .rows_by("Log", "items_id", row.id())
        .filter(|entry| entry.text("itemtype") == row.schema.itemtype)
        .map(|entry| {
            (
                entry.id().to_string(),
                Value::Map(item(world, entry, &shape)),
            )
        })
        .collect();
    // PHP has one kind of array: an empty one is a list.
    if entries.is_empty() {
        Value::List(Vec::new())
    } else {
        Value::map(entries)
    }
}

/// A document shown under another item links to what it refers to, not to what is below it.
fn without_collections((key, value): (Cow<'static, str>, Value)) -> (Cow<'static, str>, Value) {
    let below = |link: &Value| {
        let href = link.get("href").and_then(Value::as_str);
        href.is_some_and(|href| href.ends_with('/'))
    };
    match value {
        Value::List(links) if key == "links" => {
            let kept = links.into_iter().filter(|link| !below(link)).collect();
            (key, Value::List(kept))
        }
        value => (key, value),
    }
}

fn documents(world: &World, row: Row<'_>, shape: &Shape) -> Vec<Value> {
    let links = world.rows_by("Document_Item", "items_id", row.id());
    links
        .filter(|link| link.text("itemtype") == row.schema.itemtype)
        .filter_map(|link| Some((link, world.row("Document", link.int("documents_id"))?)))
        .map(|(link, document)| {
            let entity = world.row("Entity", document.int("entities_id"));
            let mut out: Vec<(Cow<'static, str>, Value)> = vec![
                ("assocID".into(), link.id().into()),
                ("assocdate".into(), link.get("date_mod").clone()),
                ("entityID".into(), document.get("entities_id").clone()),
                (
                    "entity".into(),
                    entity.map_or(Value::Null, |e| e.get("completename").clone()),
                ),
                ("headings".into(), Value::Null),
            ];
            let shape = Shape {
                asked: "Document".to_owned(),
                only_id: false,
                ..shape.clone()
            };
            out.extend(
                item(world, document, &shape)
                    .into_iter()
                    .map(without_collections),
            );
            Value::Map(out)
        })
        .collect()
}

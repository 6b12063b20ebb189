//! `GET` of one item, or of several by their ids.

use std::borrow::Cow;

use super::{call::Call, endpoints, query::Tree, reply::Reply};
use crate::{
    clock::{http_date, parse_local},
    items::{
        access, real_itemtype,
        render::{self, Shape},
    },
    value::Value,
    world::{World, session::Session, table::Row},
};

/// How this call wants its items shown.
pub(super) fn shape(call: &Call, asked: &str) -> Shape {
    let links = call
        .query
        .text("get_hateoas")
        .is_none_or(|word| call.dialect.truthy(word));
    Shape {
        expand: call.asks("expand_dropdowns"),
        links,
        only_id: call.asks("only_id"),
        single: true,
        base: call.base.clone(),
        asked: asked.to_owned(),
    }
}

/// Whether texts leave encoded, as they are stored.
pub(super) fn sanitized(call: &Call) -> bool {
    call.header("x-glpi-sanitized-content")
        .is_none_or(|word| word != "false" && word != "0")
}

/// One item.
pub(super) fn one(world: &World, call: &Call, who: &Session, itemtype: &str, id: i64) -> Reply {
    let Some(row) = world.row(real_itemtype(world, itemtype), id) else {
        return Reply::not_found(who.language);
    };
    if !access::sees_row(world, who, itemtype, row) {
        return Reply::right_missing(call, who.language);
    }
    if itemtype == "Document" && wants_file(call) {
        return file(world, row);
    }
    let reply = Reply::json(200, full(world, call, who, itemtype, row));
    match modified(world, row) {
        Some(date) => reply.with("last-modified", date),
        None => reply,
    }
}

fn modified(world: &World, row: Row<'_>) -> Option<String> {
    Some(http_date(parse_local(row.text("date_mod"), &world.zone)?))
}

fn full(world: &World, call: &Call, who: &Session, itemtype: &str, row: Row<'_>) -> Value {
    let shape = shape(call, itemtype);
    let mut out = render::item(world, row, &shape);
    let links = match out.last() {
        Some((key, _)) if key == "links" => out.pop(),
        _ => None,
    };
    out.extend(render::extras(world, who, row, &shape, |name| {
        call.asks(name)
    }));
    let names = call.query.members("add_keys_names");
    if !names.is_empty() && !world.dialect.is_9_2() {
        out.push(("_keys_names".into(), keys_names(row, names)));
    }
    out.extend(links);
    world.dialect.answer(Value::Map(out), sanitized(call))
}

fn keys_names(row: Row<'_>, asked: &[(String, Tree)]) -> Value {
    Value::map(asked.iter().filter_map(|(_, tree)| match tree {
        Tree::Leaf(key) if key == "id" => Some((Cow::Borrowed("id"), row.get("name").clone())),
        Tree::Leaf(key) => Some((Cow::Owned(key.clone()), row.get(key).clone())),
        Tree::Node(_) => None,
    }))
}

fn wants_file(call: &Call) -> bool {
    let accepts = call
        .header("accept")
        .is_some_and(|accept| accept.contains("application/octet-stream"));
    accepts || call.query.text("alt") == Some("media")
}

fn file(world: &World, row: Row<'_>) -> Reply {
    let Some(bytes) = world.files.get(&row.id()) else {
        return Reply::not_found(Default::default());
    };
    let mime = row.text("mime");
    let charset = if mime.starts_with("text/") {
        ";charset=UTF-8"
    } else {
        ""
    };
    let name = row.text("filename");
    let etag: String = row.text("sha1sum").chars().take(32).collect();
    let reply = Reply::raw(200, format!("{mime}{charset}"), bytes.clone())
        .with("etag", etag)
        .with(
            "content-disposition",
            format!("attachment; filename=\"{name}\"; filename*=utf-8''{name}"),
        );
    match modified(world, row) {
        Some(date) => reply.with("last-modified", date),
        None => reply,
    }
}

/// `getMultipleItems`: all of them or the first refusal.
pub(super) fn multiple(world: &World, call: &Call, who: &Session) -> Reply {
    let mut out = Vec::new();
    for (_, asked) in call.query.members("items") {
        let (Some(name), Some(id)) = (
            asked.text("itemtype"),
            asked.text("items_id").and_then(|id| id.parse().ok()),
        ) else {
            return Reply::documented(call, "ERROR", "Bad Request");
        };
        let Some(itemtype) = world.dialect.itemtype(name, world.itemtypes()) else {
            return endpoints::unknown(call);
        };
        let Some(row) = world.row(itemtype, id) else {
            return Reply::not_found(who.language);
        };
        if !access::sees_row(world, who, itemtype, row) {
            return Reply::right_missing(call, who.language);
        }
        out.push(full(world, call, who, itemtype, row));
    }
    Reply::json(200, Value::List(out))
}

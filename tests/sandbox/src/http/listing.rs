//! `GET` of a list, or of the items below another.

use super::{call::Call, endpoints, query::Tree, reading, reply::Reply};
use crate::{
    items::{
        access, real_itemtype,
        render::{self, Shape},
    },
    text::fold::fold,
    value::Value,
    world::{World, session::Session, table::Row},
};

const LIST_LIMIT: i64 = 15;

/// The rows that a request means, and where they stand.
pub(super) enum Range {
    /// As given.
    Given(i64, i64),
    /// The user's own limit.
    Default,
    /// Not two numbers.
    Bad,
}

pub(super) fn range(call: &Call) -> Range {
    let Some(word) = call.parameter("range") else {
        return Range::Default;
    };
    let read = |part: &str| {
        part.bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| part.parse().ok())
            .flatten()
    };
    match word
        .split_once('-')
        .map(|(from, to)| (read(from), read(to)))
    {
        Some((Some(from), Some(to))) => Range::Given(from, to),
        _ => Range::Bad,
    }
}

pub(super) fn bad_range(call: &Call) -> Reply {
    Reply::documented(
        call,
        "ERROR",
        "range must be in format : [start-end] with integers",
    )
}

pub(super) fn beyond(call: &Call, total: &str) -> Reply {
    let words = format!("Provided range exceed total count of data: {total}");
    Reply::documented(call, "ERROR_RANGE_EXCEED_TOTAL", &words)
}

/// A list.
pub(super) fn list(world: &World, call: &Call, who: &Session, itemtype: &str) -> Reply {
    // 9.2 can't list entities, for whatever profile.
    if itemtype == "Entity" && world.dialect.is_9_2() {
        return Reply::not_found(who.language);
    }
    if !access::sees_type(world, who, itemtype) {
        return Reply::right_missing(call, who.language);
    }
    let real = real_itemtype(world, itemtype);
    let deleted = call
        .parameter("is_deleted")
        .is_some_and(|word| world.dialect.wants_deleted(&word));
    let rows = world.table(real).into_iter().flat_map(|table| table.iter());
    let rows = rows.filter(|row| row.is_deleted().is_none_or(|is| is == deleted));
    listed(
        world,
        call,
        itemtype,
        rows.filter(|row| access::sees_row(world, who, itemtype, *row))
            .collect(),
    )
}

/// The items below another.
pub(super) fn sub_items(
    world: &World,
    call: &Call,
    who: &Session,
    (parent_type, parent): (&str, i64),
    itemtype: &str,
) -> Reply {
    let Some(row) = world.row(real_itemtype(world, parent_type), parent) else {
        return Reply::not_found(who.language);
    };
    let seen =
        access::sees_row(world, who, parent_type, row) && access::sees_type(world, who, itemtype);
    if !seen {
        return Reply::right_missing(call, who.language);
    }
    if itemtype == "Document" {
        let documents = world
            .rows_by("Document_Item", "items_id", parent)
            .filter(|link| link.text("itemtype") == parent_type)
            .filter_map(|link| world.row("Document", link.int("documents_id")))
            .collect();
        return listed(world, call, itemtype, documents);
    }
    let real = real_itemtype(world, itemtype);
    let rows: Vec<Row<'_>> = below(world, real, parent_type, parent)
        .into_iter()
        .filter(|row| access::sees_row(world, who, real, *row))
        .collect();
    listed(world, call, itemtype, rows)
}

fn below<'a>(world: &'a World, itemtype: &str, parent_type: &str, parent: i64) -> Vec<Row<'a>> {
    let Some(table) = world.table(itemtype) else {
        return Vec::new();
    };
    let column = table.schema.columns.iter().find(|column| {
        column.foreign == Some(real_itemtype(world, parent_type)) && column.name.ends_with("_id")
    });
    let rows: Vec<Row<'a>> = match column {
        Some(column) => table.by(column.name, parent).collect(),
        None => table
            .by("items_id", parent)
            .filter(|row| row.text("itemtype") == parent_type)
            .collect(),
    };
    rows
}

/// Filters, sorts, cuts and shows rows.
fn listed(world: &World, call: &Call, itemtype: &str, mut rows: Vec<Row<'_>>) -> Reply {
    let old = world.dialect.is_9_2();
    let broken = filter(world, call, &mut rows).is_err();
    if let Some(sort) = call.parameter("sort") {
        let Some(table) = world.table(real_itemtype(world, itemtype)) else {
            return endpoints::unknown(call);
        };
        if !table.schema.has(&sort) {
            let words = format!("sort param is not a field of {}", table.schema.table());
            return Reply::documented(call, "ERROR", &words);
        }
        rows.sort_by_cached_key(|row| (row.get(&sort).as_int_or_text(), row.id()));
    }
    if call
        .parameter("order")
        .is_some_and(|order| order.eq_ignore_ascii_case("DESC"))
    {
        rows.reverse();
    }
    let total = rows.len() as i64;
    let (from, to, given) = match range(call) {
        Range::Bad => return bad_range(call),
        Range::Given(from, to) => (from, to, true),
        Range::Default => (0, LIST_LIMIT, false),
    };
    if from > total {
        return beyond(call, &total.to_string());
    }
    let shape = Shape {
        single: false,
        ..reading::shape(call, itemtype)
    };
    // The default limit counts one row less than its range says, in 10.
    let count = if given || old {
        to - from + 1
    } else {
        to - from
    };
    let items: Vec<Value> = rows
        .iter()
        .skip(from as usize)
        .take(count.max(0) as usize)
        .filter(|_| !broken)
        .map(|row| {
            world.dialect.answer(
                Value::Map(render::item(world, *row, &shape)),
                reading::sanitized(call),
            )
        })
        .collect();
    let end = if given || !old { to.min(total - 1) } else { to };
    let partial = (given || !old) && end - from + 1 < total && total > 0;
    let reply = Reply::json(if partial { 206 } else { 200 }, Value::List(items))
        .with("accept-range", format!("{itemtype} 1000"));
    if total > 0 {
        reply.with("content-range", format!("{from}-{end}/{total}"))
    } else {
        reply
    }
}

/// `searchText`: in 10 every field must hold; in 9.2 any of them or the id, and an apostrophe breaks it.
fn filter(world: &World, call: &Call, rows: &mut Vec<Row<'_>>) -> Result<(), ()> {
    let wanted: Vec<(&str, &str)> = call
        .query
        .members("searchText")
        .iter()
        .filter_map(|(column, tree)| match tree {
            Tree::Leaf(word) => Some((column.as_str(), word.as_str())),
            Tree::Node(_) => None,
        })
        .collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let old = world.dialect.is_9_2();
    if old
        && wanted
            .iter()
            .any(|(_, word)| word.replace("\\'", "").contains('\''))
    {
        return Err(());
    }
    rows.retain(|row| {
        let fits = |(column, word): &(&str, &str)| like(&row.get(column).to_text(), word);
        if old {
            wanted.iter().any(fits)
                || wanted
                    .iter()
                    .any(|(_, word)| like(&row.id().to_string(), word))
        } else {
            wanted.iter().all(fits)
        }
    });
    Ok(())
}

fn like(text: &str, word: &str) -> bool {
    let (text, word) = (fold(text), fold(word));
    let bare = word.trim_start_matches('^').trim_end_matches('$');
    match (word.starts_with('^'), word.ends_with('$')) {
        (true, true) => text == bare,
        (true, false) => text.starts_with(bare),
        (false, true) => text.ends_with(bare),
        (false, false) => text.contains(bare),
    }
}

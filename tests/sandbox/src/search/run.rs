//! A whole search: which rows, in which order, with which columns.

use std::{borrow::Cow, cmp::Ordering};

use super::{
    cell::{self, Kind, SortKey},
    criteria::{self, Criterion, Malformed},
    narrow::candidates,
    options,
    plan::Tests,
};
use crate::{
    http::query::Tree,
    items::access,
    value::Value,
    world::{World, session::Session, table::Row},
};

/// Every kind of asset at once, by the options that they share.
pub const ALL_ASSETS: &str = "AllAssets";

/// The item types among them, as far as they are simulated.
const ASSETS: &[&str] = &[
    "Computer",
    "Monitor",
    "NetworkEquipment",
    "Peripheral",
    "Phone",
    "Printer",
];

/// Whose options a search goes by: what all assets have in common is what a computer has.
fn catalogue(itemtype: &str) -> &str {
    match itemtype == ALL_ASSETS || ASSETS.contains(&itemtype) {
        true => "Computer",
        false => itemtype,
    }
}

/// What is asked.
pub struct Request<'a> {
    /// Of which item type.
    pub itemtype: &'a str,
    /// By which parameters.
    pub query: &'a Tree,
    /// First and last row.
    pub range: (i64, i64),
}

/// What is found.
pub struct Found {
    /// How many rows pass.
    pub total: usize,
    /// The rows of the range: their ids and cells.
    pub rows: Vec<(i64, Value)>,
    /// The option sorted by.
    pub sort: i64,
    /// Whether from the last.
    pub descending: bool,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Malformed criteria.
    Criteria(Malformed),
    /// The database didn't understand GLPI's own query.
    Sql,
    /// PHP died.
    Crash,
}

/// Searches.
pub fn run(world: &World, who: &Session, request: &Request<'_>) -> Result<Found, Failure> {
    let version = world.dialect.0;
    let assets = request.itemtype == ALL_ASSETS;
    let itemtype = catalogue(request.itemtype);
    let tables: &[&str] = match assets {
        true => ASSETS,
        false => &[request.itemtype],
    };
    if request.query.text("criteria").is_some() && !world.dialect.is_9_2() {
        return Err(Failure::Crash);
    }
    let known = |field| options::option(version, itemtype, field).is_some();
    let criteria = criteria::read(request.query, !world.dialect.is_9_2(), &known)
        .map_err(Failure::Criteria)?;
    if world.dialect.is_9_2() && breaks_the_query(&criteria) {
        return Err(Failure::Sql);
    }
    let deleted = request
        .query
        .text("is_deleted")
        .is_some_and(|word| world.dialect.wants_deleted(word));
    let tests = Tests::new(world, who, itemtype, &criteria);
    let passes =
        |row: &Row<'_>| in_sight(world, who, itemtype, *row, deleted) && tests.hold(world, *row);
    let mut rows: Vec<Row<'_>> = match candidates(world, who, itemtype, &criteria) {
        Some(ids) => ids
            .into_iter()
            .filter_map(|id| world.row(itemtype, id))
            .filter(passes)
            .collect(),
        None => tables
            .iter()
            .filter_map(|itemtype| world.table(itemtype))
            .flat_map(|table| table.iter())
            .filter(passes)
            .collect(),
    };
    let (sort, descending) = order(request.query);
    sort_rows(world, itemtype, &mut rows, sort, descending);
    let (from, to) = request.range;
    let columns = columns(world, who, request.itemtype, request.query, &criteria);
    let count = (to - from + 1).max(0) as usize;
    let shown = rows.iter().skip(from.max(0) as usize).take(count);
    let uid = request
        .query
        .text("uid_cols")
        .is_some_and(|word| world.dialect.truthy(word));
    Ok(Found {
        total: rows.len(),
        rows: shown
            .map(|row| (row.id(), cells(world, &columns, *row, (uid, assets))))
            .collect(),
        sort,
        descending,
    })
}

/// An apostrophe that isn't escaped ends the string in 9.2's own SQL.
fn breaks_the_query(criteria: &[Criterion]) -> bool {
    criteria.iter().any(|criterion| match criterion {
        Criterion::Group { members, .. } => breaks_the_query(members),
        Criterion::Test { value, .. } => value.replace("\\'", "").contains('\''),
    })
}

fn in_sight(world: &World, who: &Session, itemtype: &str, row: Row<'_>, deleted: bool) -> bool {
    if row.is_deleted().is_some_and(|is| is != deleted) {
        return false;
    }
    match itemtype {
        "Ticket" => access::sees_ticket(world, who, row),
        "TicketFollowup" | "ITILFollowup" | "TicketTask" | "ITILSolution" => {
            access::sees_part(world, who, itemtype, row)
        }
        _ => true,
    }
}

fn order(query: &Tree) -> (i64, bool) {
    let first = |name: &str| {
        let list = query.members(name);
        let word = list.first().and_then(|(_, tree)| match tree {
            Tree::Leaf(word) => Some(word.as_str()),
            Tree::Node(_) => None,
        });
        query.text(name).or(word)
    };
    let sort = first("sort")
        .and_then(|word| word.parse().ok())
        .unwrap_or(1);
    let descending = first("order").is_some_and(|word| word.eq_ignore_ascii_case("DESC"));
    (sort, descending)
}

fn sort_rows(world: &World, itemtype: &str, rows: &mut Vec<Row<'_>>, sort: i64, descending: bool) {
    let kind =
        options::option(world.dialect.0, itemtype, sort).map(|option| cell::kind(itemtype, option));
    let Some(kind) = kind else { return };
    let mut keyed: Vec<(SortKey, Row<'_>)> = rows
        .drain(..)
        .map(|row| (cell::sort_key(world, &kind, row), row))
        .collect();
    keyed.sort_by(|(left, _), (right, _)| {
        let order = left.partial_cmp(right).unwrap_or(Ordering::Equal);
        if descending { order.reverse() } else { order }
    });
    rows.extend(keyed.into_iter().map(|(_, row)| row));
}

struct Column {
    number: i64,
    uid: &'static str,
    kind: Kind,
}

fn columns(
    world: &World,
    who: &Session,
    itemtype: &str,
    query: &Tree,
    criteria: &[Criterion],
) -> Vec<Column> {
    let catalogue = catalogue(itemtype);
    let mut numbers: Vec<i64> = if itemtype == "Ticket" {
        vec![2, 1]
    } else {
        vec![1]
    };
    let places = who.entities.len() > 1;
    let has_entity = itemtype != "User" || world.dialect.is_9_2();
    if places && has_entity && options::option(world.dialect.0, catalogue, 80).is_some() {
        numbers.push(80);
    }
    let forced: Vec<i64> = query
        .members("forcedisplay")
        .iter()
        .filter_map(|(_, tree)| match tree {
            Tree::Leaf(word) => word.parse().ok(),
            Tree::Node(_) => None,
        })
        .collect();
    if forced.is_empty() {
        numbers.extend(options::preferences(itemtype));
    } else {
        numbers.extend(forced);
    }
    numbers.extend(criteria::fields(criteria));
    let mut out: Vec<Column> = Vec::new();
    for number in numbers {
        if out.iter().any(|column| column.number == number) {
            continue;
        }
        if let Some(option) = options::option(world.dialect.0, catalogue, number) {
            out.push(Column {
                number,
                uid: option.uid,
                kind: cell::kind(catalogue, option),
            });
        }
    }
    out
}

fn cells(world: &World, columns: &[Column], row: Row<'_>, (uid, asset): (bool, bool)) -> Value {
    if columns.is_empty() {
        return Value::List(Vec::new());
    }
    let key = |column: &Column| {
        if uid {
            Cow::Borrowed(column.uid)
        } else {
            Cow::Owned(column.number.to_string())
        }
    };
    let mut out: Vec<(Cow<'static, str>, Value)> = columns
        .iter()
        .map(|column| (key(column), cell::cell(world, &column.kind, row)))
        .collect();
    if asset {
        out.push(("id".into(), row.id().into()));
        out.push(("itemtype".into(), row.schema.itemtype.into()));
    }
    Value::Map(out)
}

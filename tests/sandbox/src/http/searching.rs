//! `search/…` as an answer.

use super::{
    call::Call,
    listing::{self, Range},
    reading,
    reply::Reply,
};
use crate::{
    items::{access, real_itemtype},
    search::{self, Failure, Found, criteria::Malformed},
    value::Value,
    world::{World, session::Session},
};

const LIST_LIMIT: i64 = 15;

const SQL_ERROR: &str = "You have an error in your SQL syntax; check the manual that corresponds to your MariaDB server version for the right syntax to use near";

/// Searches.
pub(super) fn search(world: &World, call: &Call, who: &Session, itemtype: &str) -> Reply {
    if !access::sees_type(world, who, itemtype) {
        return Reply::right_missing(call, who.language);
    }
    let old = world.dialect.is_9_2();
    let (from, to, shown_to) = match listing::range(call) {
        Range::Bad => return listing::bad_range(call),
        Range::Given(from, to) => (from, to, to),
        // 9.2 names one row more than it gives.
        Range::Default => (
            0,
            LIST_LIMIT - 1,
            if old { LIST_LIMIT } else { LIST_LIMIT - 1 },
        ),
    };
    if to + 1 < from {
        return reversed(call, from, to);
    }
    let request = search::Request {
        itemtype: real_itemtype(world, itemtype),
        query: &call.query,
        range: (from, to),
    };
    match search::run(world, who, &request) {
        Ok(found) if from > found.total as i64 => listing::beyond(call, &found.total.to_string()),
        Ok(found) => answer(world, call, itemtype, found, (from, shown_to)),
        Err(failure) => failed(call, failure),
    }
}

/// A range from back to front ends in the database.
fn reversed(call: &Call, from: i64, to: i64) -> Reply {
    if call.dialect.is_9_2() {
        return listing::beyond(call, "");
    }
    let error = format!("{SQL_ERROR} '{}' at line 26", to - from + 1);
    let body = format!("{error}[\"ERROR_SQL\",\"Unexpected SQL Error : {error}\"]");
    Reply::raw(500, "application/json; charset=UTF-8", body)
}

fn failed(call: &Call, failure: Failure) -> Reply {
    match failure {
        Failure::Criteria(Malformed::Shape) => {
            Reply::documented(call, "ERROR", "Critère de recherche mal formé")
        }
        Failure::Criteria(Malformed::Field) => Reply::documented(
            call,
            "ERROR",
            "Identifiant de champ incorrect dans le critère de recherche",
        ),
        Failure::Sql => listing::beyond(call, ""),
        Failure::Crash => Reply::empty(200),
    }
}

fn answer(
    world: &World,
    call: &Call,
    itemtype: &str,
    found: Found,
    (from, to): (i64, i64),
) -> Reply {
    let Found {
        total,
        rows,
        sort,
        descending,
    } = found;
    let (count, total) = (rows.len() as i64, total as i64);
    let old = world.dialect.is_9_2();
    let order = Value::text(if descending { "DESC" } else { "ASC" });
    let wrap = |value: Value| if old { value } else { Value::List(vec![value]) };
    let mut out = vec![
        ("totalcount", total.into()),
        ("count", count.into()),
        ("sort", wrap(sort.into())),
        ("order", wrap(order)),
    ];
    if count > 0 {
        let indexed = call
            .query
            .text("withindexes")
            .is_some_and(|word| world.dialect.truthy(word));
        let tidy = |value| world.dialect.answer(value, reading::sanitized(call));
        let data = if indexed {
            Value::map(
                rows.into_iter()
                    .map(|(id, row)| (id.to_string(), tidy(row))),
            )
        } else {
            Value::List(rows.into_iter().map(|(_, row)| tidy(row)).collect())
        };
        out.push(("data", data));
    }
    let end = if to > total - 1 && (total == 0 || count < to - from + 1) {
        total - 1
    } else {
        to
    };
    let range = format!("{from}-{end}/{total}");
    out.push(("content-range", range.clone().into()));
    let reply = Reply::json(if count < total { 206 } else { 200 }, Value::map(out))
        .with("accept-range", format!("{itemtype} 1000"));
    if total > 0 {
        reply.with("content-range", range)
    } else {
        reply
    }
}

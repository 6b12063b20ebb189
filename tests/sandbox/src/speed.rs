//! How long each kind of request takes: the medians of GLPI.md.

use std::time::Duration;

use axum::http::Method;

use crate::{
    http::{call::Call, query::Tree},
    options::Speed,
};

/// The time that an answer takes.
pub(crate) fn delay(speed: Speed, call: &Call) -> Duration {
    match speed {
        Speed::Instant => Duration::ZERO,
        Speed::Fixed(time) => time,
        Speed::Recorded => Duration::from_micros((milliseconds(call) * 1_000.0) as u64),
    }
}

fn milliseconds(call: &Call) -> f64 {
    let old = call.dialect.is_9_2();
    let pick = |nine: f64, ten: f64| if old { nine } else { ten };
    let first = call
        .segments
        .first()
        .map(String::as_str)
        .unwrap_or_default();
    match (first, &call.method) {
        ("initSession", _) => pick(70.0, 74.0),
        ("search", _) => search(call, old),
        ("TicketFollowup" | "ITILFollowup" | "TicketTask" | "ITILSolution", &Method::POST) => {
            pick(11.0, 17.0)
        }
        (_, &Method::PUT | &Method::POST | &Method::PATCH | &Method::DELETE) => {
            match call.input() {
                // 50 updates at once took 398 and 553 ms.
                Some(serde_json::Value::Array(list)) => list.len() as f64 * pick(8.0, 11.0),
                _ => pick(23.0, 26.0),
            }
        }
        ("getMultipleItems", _) => pick(15.0, 19.0),
        _ if call.segments.len() == 1 => pick(15.0, 19.0),
        _ => pick(6.0, 11.0),
    }
}

/// The columns of people are what costs: 1.2 s each in 10.
fn search(call: &Call, old: bool) -> f64 {
    let named = |number: &str| {
        call.query
            .members("forcedisplay")
            .iter()
            .any(|(_, tree)| matches!(tree, Tree::Leaf(word) if word == number))
    };
    let forced = !call.query.members("forcedisplay").is_empty();
    let people = ["4", "5"]
        .iter()
        .filter(|number| !forced || named(number))
        .count() as f64;
    if old {
        16.0 + people * 122.0
    } else {
        43.0 + people * 1_169.0
    }
}

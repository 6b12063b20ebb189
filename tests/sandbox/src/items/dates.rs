//! Dates as a client may send them, and what each GLPI makes of them.

use jiff::{civil::DateTime, tz::AmbiguousOffset};

use crate::{clock, value::Value, world::World};

/// What became of a date in a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// It is stored so.
    Stored(Value),
    /// It isn't a date to GLPI's form check: nothing is stored, and a message says so.
    Malformed,
    /// The database refuses it, and with it the whole write.
    Refused,
}

/// Reads a date.
pub fn read(world: &World, text: &str) -> Given {
    let old = world.dialect.is_9_2();
    if text.is_empty() || text == "NULL" {
        return Given::Stored(Value::Null);
    }
    let shape = text.as_bytes();
    let dated = shape.len() >= 10
        && shape[4] == b'-'
        && shape[7] == b'-'
        && shape[..4].iter().all(u8::is_ascii_digit);
    if !dated {
        return Given::Malformed;
    }
    let time = text
        .get(10..)
        .unwrap_or_default()
        .trim_start_matches(['T', ' ']);
    let (clean, zone) = split_zone(time);
    if !zone.is_empty() && !old {
        return Given::Refused;
    }
    let time = match clean.len() {
        0 => "00:00:00".to_owned(),
        5 => format!("{clean}:00"),
        _ => clean.chars().take(8).collect(),
    };
    let full = format!("{} {time}", &text[..10]);
    let exists =
        DateTime::strptime("%Y-%m-%d %H:%M:%S", &full).is_ok_and(|at| old || in_range(world, at));
    match (exists, old) {
        (true, _) => Given::Stored(Value::Text(full)),
        (false, true) => Given::Stored(Value::text("0000-00-00 00:00:00")),
        (false, false) => Given::Refused,
    }
}

/// 10 keeps `TIMESTAMP`s: an hour that a clock change skips, or one after 2038, isn't one.
fn in_range(world: &World, at: DateTime) -> bool {
    if at.year() >= 2038 {
        return false;
    }
    !matches!(
        world.zone.to_ambiguous_timestamp(at).offset(),
        AmbiguousOffset::Gap { .. }
    )
}

fn split_zone(time: &str) -> (&str, &str) {
    match time.find(['Z', '+']) {
        Some(at) => time.split_at(at),
        None => match time.char_indices().skip(1).find(|(_, c)| *c == '-') {
            Some((at, _)) => time.split_at(at),
            None => (time, ""),
        },
    }
}

/// Seconds between two dates of rows; 0 where one is missing.
pub fn seconds_between(world: &World, from: &str, to: &str) -> i64 {
    let at = |text| clock::parse_local(text, &world.zone).map(|t| t.as_second());
    match (at(from), at(to)) {
        (Some(from), Some(to)) => (to - from).max(0),
        _ => 0,
    }
}

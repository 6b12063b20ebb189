//! Dates in criteria that are relative to now.

use jiff::{Span, Timestamp};

use crate::{clock::local_text, world::World};

/// `-2DAY`, `NOW` and their like as dates; anything else as it is.
pub(super) fn absolute(world: &World, value: &str) -> String {
    let now = world.now();
    if value == "NOW" {
        return local_text(now, &world.zone);
    }
    if value == "TODAY" {
        return format!("{} 00:00:00", &local_text(now, &world.zone)[..10]);
    }
    relative(world, now, value).unwrap_or_else(|| value.to_owned())
}

fn relative(world: &World, now: Timestamp, value: &str) -> Option<String> {
    let body = value.strip_prefix('-')?;
    let digits = body.find(|c: char| !c.is_ascii_digit())?;
    let count: i64 = body[..digits].parse().ok()?;
    let (span, whole_days) = match &body[digits..] {
        "SECOND" => (Span::new().seconds(count), false),
        "MINUTE" => (Span::new().minutes(count), false),
        "HOUR" => (Span::new().hours(count), false),
        "DAY" => (Span::new().days(count), true),
        "WEEK" => (Span::new().weeks(count), true),
        "MONTH" => (Span::new().months(count), true),
        "YEAR" => (Span::new().years(count), true),
        _ => return None,
    };
    let at = now.to_zoned(world.zone.clone()).checked_sub(span).ok()?;
    let text = local_text(at.timestamp(), &world.zone);
    // 10 counts days from midnight, 9.2 from now.
    Some(if whole_days && !world.dialect.is_9_2() {
        format!("{} 00:00:00", &text[..10])
    } else {
        text
    })
}

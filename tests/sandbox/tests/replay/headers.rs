//! The headers that matter to a client.

use super::compare::{Comparison, address};
use super::recording::Recording;
use super::route::Route;
use super::world::Answer;

pub fn compare(on: &mut Comparison<'_>, recording: &Recording, route: &Route, answer: &Answer) {
    let expected = |name: &str| recording.response.headers.get(name).map(String::as_str);
    // The tables of the probes kept no header but the range.
    let whole = expected("Content-Type").is_some();
    let (exact, present): (&[&str], &[&str]) = if whole {
        (
            &["Content-Type", "Accept-Range", "Content-Disposition"],
            &["Last-Modified", "Content-Range", "Location", "Link"],
        )
    } else {
        (&[], &["Content-Range"])
    };
    for name in exact {
        let (e, g) = (expected(name), answer.header(name));
        if e.map(str::to_lowercase) != g.map(str::to_lowercase) {
            on.say(format!("{name}: {g:?} where {e:?} was recorded"));
        }
    }
    for name in present {
        let (e, g) = (expected(name), answer.header(name));
        if e.is_some() != g.is_some() {
            on.say(format!("{name}: {g:?} where {e:?} was recorded"));
        }
    }
    if let (Some(e), Some(g)) = (expected("Location"), answer.header("Location")) {
        same_address(on, e, g);
    }
    if let (Some(e), Some(g)) = (expected("Link"), answer.header("Link")) {
        e.split(',')
            .zip(g.split(','))
            .for_each(|(e, g)| same_address(on, e, g));
    }
    if let (Some(e), Some(g)) = (expected("Content-Range"), answer.header("Content-Range")) {
        range(on, recording, route, e, g, answer);
    }
}

fn same_address(on: &mut Comparison<'_>, expected: &str, got: &str) {
    let ok = match (address(expected), address(got)) {
        (Some((a, e, _)), Some((b, g, _))) => a == b && on.ids.unify(&a, e, g),
        _ => false,
    };
    if !ok {
        on.say(format!("Location {got} where {expected} was recorded"));
    }
}

/// `a-b/total`: the totals are data; how `b` relates to them and to what was asked is GLPI's doing.
fn range(
    on: &mut Comparison<'_>,
    recording: &Recording,
    route: &Route,
    expected: &str,
    got: &str,
    answer: &Answer,
) {
    let (Some(e), Some(g)) = (parse(expected), parse(got)) else {
        return on.say(format!("Content-Range {got} where {expected} was recorded"));
    };
    let asked = route.range().map_or(15, |(_, to)| to);
    let clamped = e.1 == e.2 - 1 && g.1 == g.2 - 1;
    let as_asked = e.1 == asked as i64 && g.1 == e.1;
    if g.0 != e.0 || !(clamped || as_asked || g.1 == e.1) {
        on.say(format!("Content-Range {got} where {expected} was recorded"));
    }
    let rows = answer.rows();
    let Some(recorded) = recording.response.rows else {
        return;
    };
    // Cut by the range, or by the end of the data.
    let wanted = if (recorded as i64) < e.2 - e.0 {
        recorded as i64
    } else {
        g.2 - g.0
    };
    if rows.is_some_and(|rows| rows as i64 != wanted) {
        on.say(format!(
            "{rows:?} rows in Content-Range {got} where {recorded} rows in {expected} were recorded"
        ));
    }
}

fn parse(range: &str) -> Option<(i64, i64, i64)> {
    let (span, total) = range.split_once('/')?;
    let (from, to) = span.split_once('-')?;
    Some((from.parse().ok()?, to.parse().ok()?, total.parse().ok()?))
}

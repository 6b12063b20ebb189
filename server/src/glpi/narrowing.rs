//! The facts that a search names, as criteria, and as what a row is held to.

use serde_json::Value;
use tournee_core::dashboard::{Age, week_of};
use tournee_core::domain::Status;
use tournee_core::fold::fold;
use tournee_core::search::Query;
use tournee_core::search::dates::Date;
use tournee_core::search::query::{Fact, Narrowed, Seen};
use tournee_core::time::{Instant, Seconds};

use super::clock::{OPENED, PRIORITY, STATUS, timing};
use super::criteria::{Criterion, after, before, contains, equals};
use super::dates::Zone;
use super::json;
use super::scope::TicketStub;
use super::session::Session;

pub(super) const REQUESTER: u16 = 4;
const TECHNICIAN: u16 = 5;
const CATEGORY: u16 = 7;
pub(super) const SOLVED: u16 = 17;
const ENTITY: u16 = 80;
pub(super) const LOCATION: u16 = 83;

/// Criteria that hold together. Several of them are alternatives: AND binds tighter than OR, in both versions.
pub(super) type Together = Vec<Criterion>;

/// What narrows every alternative.
pub(super) fn narrowing(zone: &Zone, query: &Query, seen: &Seen<'_>) -> Together {
    let mut all = Together::new();
    for narrowed in &query.narrowed {
        match narrowed {
            Narrowed::Status(statuses) => all.extend(of_statuses(statuses)),
            Narrowed::Priority(levels) => {
                if let [one] = levels.as_slice() {
                    all.push(equals(PRIORITY, one.number()));
                }
            }
            Narrowed::Fact(fact, words) => {
                // The longest says the most; each more would stand in each alternative.
                let longest = words.iter().max_by_key(|word| word.len());
                all.extend(longest.map(|word| contains(field(*fact), word)));
            }
            Narrowed::Without(fact) => all.push(equals(field(*fact), 0)),
            Narrowed::Aged(age) => all.extend(between(zone, OPENED, seen.now, age.bounds())),
            Narrowed::Solved(weeks) => {
                let week = |n: usize| Seconds::days(7 * i64::try_from(n).unwrap_or(0));
                let bounds = (week(*weeks), Some(week(weeks + 1)));
                all.push(equals(STATUS, "old"));
                all.extend(between(zone, SOLVED, seen.now, bounds));
            }
            // In GLPI it is the day on which a ticket was opened.
            Narrowed::Dated(when) => {
                let day = when.seen_on(Date::at(seen.now, seen.ahead));
                let (from, until) = day.bounds(seen.ahead);
                all.push(after(OPENED, &zone.stamp(from - Seconds(1))));
                all.push(before(OPENED, &zone.stamp(until)));
            }
            // No criterion that holds for each of them: the rows are looked at.
            Narrowed::Late => {}
        }
    }
    all
}

/// With nothing else to look for, each status or priority is an alternative.
pub(super) fn alternatives(query: &Query) -> Vec<Together> {
    let of = |narrowed: &Narrowed| -> Vec<Together> {
        match narrowed {
            Narrowed::Status(statuses) => {
                let each = statuses.iter();
                each.map(|one| vec![equals(STATUS, one.to_glpi())])
                    .collect()
            }
            Narrowed::Priority(levels) => {
                let each = levels.iter();
                each.map(|one| vec![equals(PRIORITY, one.number())])
                    .collect()
            }
            _ => Vec::new(),
        }
    };
    query.narrowed.first().map(of).unwrap_or_default()
}

fn field(fact: Fact) -> u16 {
    match fact {
        Fact::Location => LOCATION,
        Fact::Requester => REQUESTER,
        Fact::Assignee => TECHNICIAN,
        Fact::Category => CATEGORY,
        Fact::Entity => ENTITY,
    }
}

/// GLPI's own words for several statuses; others are looked at afterwards.
fn of_statuses(statuses: &[Status]) -> Option<Criterion> {
    let are_all = |open: bool| {
        let of_it = |status: &Status| status.is_open() == open;
        let mut all = Status::ALL.into_iter().filter(of_it);
        statuses.iter().all(of_it) && all.all(|status| statuses.contains(&status))
    };
    match statuses {
        [one] => Some(equals(STATUS, one.to_glpi())),
        _ if are_all(true) => Some(equals(STATUS, "notold")),
        _ if are_all(false) => Some(equals(STATUS, "old")),
        _ => None,
    }
}

/// So long ago, a second more on either side: both comparisons are strict, and the rows are looked at.
fn between(
    zone: &Zone,
    field: u16,
    now: Instant,
    (least, most): (Seconds, Option<Seconds>),
) -> Together {
    let stamp = |ago: i64| zone.stamp(Instant(now.0 - ago));
    let mut both = vec![before(field, &stamp(least.0 - 1))];
    both.extend(most.map(|most| after(field, &stamp(most.0 + 1))));
    both
}

/// Whether a row is as it has to be, as far as it shows; people are GLPI's own business.
pub(super) fn is_so(
    session: &Session,
    narrowed: &[Narrowed],
    row: &Value,
    stub: &TicketStub,
    seen: &Seen<'_>,
) -> bool {
    let instant = |column: u16| {
        session
            .zone()
            .instant(&json::text(row, &column.to_string()))
    };
    let one = |narrowed: &Narrowed| match narrowed {
        Narrowed::Status(statuses) => stub.status.is_some_and(|status| statuses.contains(&status)),
        Narrowed::Priority(levels) => stub.priority.is_some_and(|level| levels.contains(&level)),
        Narrowed::Fact(fact, words) => shown(stub, *fact).is_none_or(|text| has(text, words)),
        Narrowed::Without(fact) => shown(stub, *fact).is_none_or(str::is_empty),
        Narrowed::Aged(age) => instant(OPENED).is_some_and(|at| Age::of(at, seen.now) == *age),
        Narrowed::Solved(weeks) => {
            let is_old = stub.status.is_some_and(|status| !status.is_open());
            let week = instant(SOLVED).and_then(|at| week_of(at, seen.now));
            is_old && week == Some(*weeks)
        }
        Narrowed::Dated(when) => instant(OPENED).is_some_and(|at| seen.is_on(*when, at)),
        Narrowed::Late => timing(session, row).is_some_and(|timing| seen.is_late(&timing)),
    };
    narrowed.iter().all(one)
}

fn shown(stub: &TicketStub, fact: Fact) -> Option<&str> {
    match fact {
        Fact::Location => Some(&stub.location),
        Fact::Category => Some(&stub.category),
        Fact::Entity => Some(&stub.entity),
        Fact::Requester | Fact::Assignee => None,
    }
}

fn has(text: &str, words: &[String]) -> bool {
    let text = fold(text);
    words.iter().all(|word| text.contains(word.as_str()))
}

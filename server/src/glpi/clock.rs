//! The clock of a ticket as a search shows it: what is late has to be the same everywhere.

use serde_json::Value;
use tournee_core::domain::{Clock, Level, Status, Timing};
use tournee_core::search::query::Seen;
use tournee_core::time::{Instant, Seconds};

use super::criteria::{Criterion, before, equals};
use super::dates::Zone;
use super::json;
use super::session::Session;

pub(super) const PRIORITY: u16 = 3;
pub(super) const STATUS: u16 = 12;
pub(super) const OPENED: u16 = 15;
pub(super) const DUE: u16 = 18;
/// `takeintoaccount_delay_stat`: once somebody has taken it up, `time_to_own` is past.
pub(super) const TAKEN: u16 = 150;
/// `waiting_duration`.
pub(super) const WAITED: u16 = 153;
/// `time_to_own`.
pub(super) const OWN: u16 = 155;

/// The columns that [`timing`] needs.
pub(super) const CLOCK: [u16; 7] = [STATUS, PRIORITY, OPENED, DUE, TAKEN, WAITED, OWN];

/// What counts for a row's due moment; a status that GLPI accepted in silence has none. Since when it is *pending* no
/// search tells, and nobody needs it here: such a ticket is not late.
pub(super) fn timing(session: &Session, row: &Value) -> Option<Timing> {
    let number = |column: u16| json::number(row, &column.to_string());
    let instant = |column: u16| {
        session
            .zone()
            .instant(&json::text(row, &column.to_string()))
    };
    let level = u8::try_from(number(PRIORITY)).ok().and_then(Level::new);
    Some(Timing {
        status: Status::from_glpi(number(STATUS))?,
        priority: level.unwrap_or(Level::MEDIUM),
        opened_at: instant(OPENED).unwrap_or(Instant(0)),
        due_at: instant(DUE),
        clock: Clock {
            own_by: instant(OWN).filter(|_| number(TAKEN) == 0),
            waiting_since: None,
            waited: Seconds(number(WAITED).try_into().unwrap_or(0)),
        },
    })
}

/// All that may be late, and little more: whatever a ticket's due moment can come from.
pub(super) fn may_be_late(zone: &Zone, seen: &Seen<'_>) -> Vec<Vec<Criterion>> {
    let stamp = |at: Instant| zone.stamp(at);
    let open = || equals(STATUS, "notold");
    let mut any = vec![
        vec![before(DUE, &stamp(seen.now)), open()],
        vec![
            before(OWN, &stamp(seen.now)),
            equals(STATUS, Status::New.to_glpi()),
        ],
    ];
    for level in (1..=6).filter_map(Level::new) {
        if let Some(goal) = seen.goals.of(level) {
            let since = Instant(seen.now.0 - goal.0);
            let opened = before(OPENED, &stamp(since));
            any.push(vec![equals(PRIORITY, level.number()), opened, open()]);
        }
    }
    any
}

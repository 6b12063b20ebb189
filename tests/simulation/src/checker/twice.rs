//! What a change without words of its own does is done once: never again over somebody who has put back what stood
//! before it.

use std::collections::BTreeMap;

use tournee_core::changes::{ChangeBody, Field};

use super::Facts;
use super::corrected::based_on;
use super::once::moves;
use crate::chronicle::{By, Chronicle, Deed};
use crate::counters::Count;
use crate::glpi::Side;
use crate::ledger::Made;
use crate::moment::{Correction, What};

const ONCE: &str = "every change is exactly once in GLPI";
/// A GLPI's clock is never further from ours.
const CLOCKS_DIFFER_MS: u64 = 600_000;
const ASSIGNED: i64 = 2;
const STATUSES: std::ops::RangeInclusive<i64> = 1..=6;

/// A ticket, whose account moved it, and where to.
type Moved = (i64, i64, i64);
/// A ticket, whose account corrected it, which task where it was one's fact, which field by its place among all, and to what.
type Corrected = (i64, i64, Option<i64>, Option<usize>, String);

impl Facts<'_> {
    pub(super) fn twice(&self) {
        // A phone's memory of before does not know what was done since; a server's knows that it does not.
        if !self.phones_restored.is_empty() {
            return;
        }
        for side in self.sides {
            let mut moved: BTreeMap<Moved, usize> = BTreeMap::new();
            let mut corrected: BTreeMap<Corrected, usize> = BTreeMap::new();
            for deed in &side.chronicle().deeds {
                let By::Ours(user) = deed.by else {
                    continue;
                };
                if let What::Status { to, .. } = &deed.what {
                    *moved.entry((deed.ticket, user, *to)).or_default() += 1;
                }
                if let Some(one) = deed.what.correction() {
                    let place = Field::ALL.iter().position(|field| *field == one.field);
                    let to = one.to.to_owned();
                    let corrected = corrected.entry((deed.ticket, user, one.task, place, to));
                    *corrected.or_default() += 1;
                }
            }
            for (corrected, times) in corrected.iter().filter(|(_, times)| **times > 1) {
                self.was_corrected_so_often(side, corrected, *times);
            }
            for (moved, times) in moved {
                let (ticket, user, to) = moved;
                let is_status = |what: &What| matches!(what, What::Status { .. });
                let again =
                    |what: &What| matches!(what, What::Status { to: now, .. } if *now == to);
                let chronicle = side.chronicle();
                let himself = was_there_himself(&chronicle, (ticket, user), is_status, again);
                drop(chronicle);
                if !himself {
                    self.has_so_many_reasons(side, moved, times);
                }
            }
        }
    }

    /// A fact, a task's too, is corrected no oftener than somebody asked for it.
    fn was_corrected_so_often(&self, side: &Side, corrected: &Corrected, times: usize) {
        let (ticket, user, task, place, to) = corrected;
        let Some(field) = place.and_then(|place| Field::ALL.get(place)) else {
            return;
        };
        let chronicle = side.chronicle();
        let wanted = Correction {
            task: *task,
            field: *field,
            from: "",
            to,
        };
        let reasons = self.made.iter().filter(|made| {
            made.ticket().source == side.source
                && made.number() == *ticket
                && self.user(made) == Some(*user)
                && based_on(made, &chronicle, &wanted).is_some()
        });
        let reasons: Vec<&Made> = reasons.collect();
        let of_field = |what: &What| {
            let correction = what.correction();
            correction.is_some_and(|one| one.task == *task && one.field == *field)
        };
        let again = |what: &What| {
            of_field(what) && what.correction().is_some_and(|one| one.to == to.as_str())
        };
        let was_there_himself = || was_there_himself(&chronicle, (*ticket, *user), of_field, again);
        let mut asked = reasons.iter();
        let asked = asked.any(|made| made.has_insisted() || made.waited.is_some());
        if times > reasons.len() && !asked && !was_there_himself() {
            let (source, reasons) = (&side.source, reasons.len());
            let what = format!(
                "{times} times {field:?} {to} of task {task:?}: {source}#{ticket}, {reasons} reasons"
            );
            self.broke(ONCE, what);
        }
    }

    fn has_so_many_reasons(&self, side: &Side, (ticket, user, to): Moved, times: usize) {
        let his = self.made.iter().filter(|made| {
            made.ticket().source == side.source
                && made.number() == ticket
                && self.user(made) == Some(user)
        });
        let his: Vec<&Made> = his.collect();
        let moves = |made: &&&Made| STATUSES.into_iter().any(|from| moves(made, from, to));
        let reasons: Vec<_> = his.iter().filter(moves).collect();
        // He was shown what is known, and had it tried again.
        let asked = reasons
            .iter()
            .any(|made| made.has_insisted() || made.waited.is_some());
        let noted = |made: &&Made| {
            matches!(
                made.change.body,
                ChangeBody::Followup(_) | ChangeBody::Link(_)
            )
        };
        let by_server = || self.has_notes_of_the_servers(side, &side.chronicle(), ticket);
        let by_notes = to == ASSIGNED && (his.iter().any(noted) || by_server());
        if times > reasons.len() && !asked && !by_notes {
            let source = &side.source.0;
            let what = format!(
                "{times} times to {to}: {source} #{ticket}, {} reasons",
                reasons.len()
            );
            self.broke(ONCE, what);
        }
    }

    /// Whether it is a solution in a GLPI that keeps one alone: the next one takes its place, and its mark away.
    pub(super) fn has_room_for_one(&self, made: &Made) -> bool {
        let side = self.side(&made.ticket().source);
        let old = side.is_some_and(|side| side.glpi.dialect().is_9_2());
        old && matches!(made.change.body, ChangeBody::Solution(_))
    }

    /// Something kept from the server what came of a change, or of the look behind it, and somebody else was on the ticket
    /// since: what it did then is nobody's to know.
    pub(super) fn was_cut_off(&self, made: &Made, chronicle: &Chronicle) -> bool {
        const HIDES: [Count; 14] = [
            Count::CrashAtDisk,
            Count::CrashBeforeUpstream,
            Count::CrashAfterUpstream,
            Count::CrashAnyTime,
            Count::StoppedInOrder,
            Count::ServerRestored,
            Count::GlpiRefusedConnection,
            Count::GlpiLostBefore,
            Count::GlpiLostAfter,
            Count::GlpiTimeOutAfter,
            Count::GlpiErrorInstead,
            Count::GlpiErrorAfter,
            Count::GlpiThrottled,
            Count::GlpiMaintenance,
        ];
        let hidden = || HIDES.iter().any(|of| self.weather.counters.of(*of) > 0);
        let ours = self.user(made).map(By::Ours);
        let others = || {
            let mut deeds = chronicle.of_ticket(made.number());
            // A server that was put back to its backup knows neither how GLPI's clock goes, nor what was done in his name before.
            let forgotten =
                |deed: &Deed| self.server_restored && deed.at_ms <= self.server_restored_ms;
            // A server that was killed since the restore does not know whether it made the ticket, or the one of before.
            let is_new = made.named.as_ref().is_some_and(|named| named.id.is_local());
            let of_his_own = self.server_restored && (self.is_on_a_twin(made) || is_new);
            of_his_own
                || deeds.any(|deed| match forgotten(deed) {
                    true => deed.at_ms + CLOCKS_DIFFER_MS >= made.at_ms,
                    false => Some(deed.by) != ours && deed.at_ms >= made.at_ms,
                })
        };
        let by_state = made.token.is_none() || self.has_room_for_one(made);
        by_state && hidden() && others()
    }
}

/// Whether he did the like on GLPI's page too, or anything to the ticket there between the first time that it was done in
/// his name and the last: GLPI tells of who was there last alone, and his own hand from our writing by nothing.
fn was_there_himself(
    chronicle: &Chronicle,
    (ticket, user): (i64, i64),
    alike: impl Fn(&What) -> bool,
    again: impl Fn(&What) -> bool,
) -> bool {
    let deeds: Vec<&Deed> = chronicle.of_ticket(ticket).collect();
    let ours = |deed: &&Deed| deed.by == By::Ours(user) && again(&deed.what);
    let first = deeds.iter().position(&ours);
    let last = deeds.iter().rposition(&ours);
    deeds.iter().enumerate().any(|(place, deed)| {
        let between = first < Some(place) && Some(place) < last;
        deed.by == By::Person(user) && (between || alike(&deed.what))
    })
}

//! What a change without words of its own does is done once: never again over somebody who has put back what stood
//! before it.

use std::collections::BTreeMap;

use tournee_core::changes::ChangeBody;

use super::Facts;
use super::once::moves;
use crate::chronicle::{By, Chronicle, Deed};
use crate::counters::Count;
use crate::glpi::Side;
use crate::ledger::Made;
use crate::moment::What;

const ONCE: &str = "every change is exactly once in GLPI";
const ASSIGNED: i64 = 2;
const STATUSES: std::ops::RangeInclusive<i64> = 1..=6;

/// A ticket, whose account moved it, and where to.
type Moved = (i64, i64, i64);

impl Facts<'_> {
    pub(super) fn twice(&self) {
        // A memory of before does not know what was done since.
        if self.server_restored || !self.phones_restored.is_empty() {
            return;
        }
        for side in self.sides {
            let mut moved: BTreeMap<Moved, usize> = BTreeMap::new();
            for deed in &side.chronicle().deeds {
                if let (By::Ours(user), What::Status { to, .. }) = (deed.by, &deed.what) {
                    *moved.entry((deed.ticket, user, *to)).or_default() += 1;
                }
            }
            for (moved, times) in moved {
                if !was_there_himself(&side.chronicle(), moved) {
                    self.has_so_many_reasons(side, moved, times);
                }
            }
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
            .any(|made| made.insisted || made.waited.is_some());
        let noted = |made: &&Made| matches!(made.change.body, ChangeBody::Followup(_));
        let by_notes = to == ASSIGNED && his.iter().any(noted);
        if times > reasons.len() && !asked && !by_notes {
            let source = &side.source.0;
            let what = format!(
                "{times} times to {to}: {source} #{ticket}, {} reasons",
                reasons.len()
            );
            self.broke(ONCE, what);
        }
    }

    /// Something kept from the server what came of a change, or of the look behind it, and somebody else was on the ticket
    /// since: what it did then is nobody's to know.
    pub(super) fn was_cut_off(&self, made: &Made, chronicle: &Chronicle) -> bool {
        const HIDES: [Count; 13] = [
            Count::CrashAtDisk,
            Count::CrashBeforeUpstream,
            Count::CrashAfterUpstream,
            Count::CrashAnyTime,
            Count::StoppedInOrder,
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
            deeds.any(|deed| Some(deed.by) != ours && deed.at_ms >= made.at_ms)
        };
        made.token.is_none() && hidden() && others()
    }
}

/// Whether he moved the ticket on GLPI's page too: GLPI tells his own hand from our writing in his name by nothing.
fn was_there_himself(chronicle: &Chronicle, (ticket, user, _): Moved) -> bool {
    let moves = |deed: &Deed| matches!(deed.what, What::Status { .. });
    let mut deeds = chronicle.of_ticket(ticket);
    deeds.any(|deed| deed.by == By::Person(user) && moves(deed))
}

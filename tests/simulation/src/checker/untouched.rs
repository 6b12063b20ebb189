//! What nobody touched is as it was, and nothing came that nobody brought.

use std::collections::BTreeSet;

use super::Facts;
use crate::chronicle::Untouched;
use crate::moment::What;

const NOTHING_ELSE: &str = "nothing else changed";

impl Facts<'_> {
    pub(super) fn untouched(&self) {
        for side in self.sides {
            let world = side.glpi.world();
            let chronicle = side.chronicle();
            for id in world.ticket_ids() {
                let before = chronicle.before.get(&id);
                if before.is_none() && chronicle.first(id).is_none() {
                    let what = format!("{}#{id} is new", side.source);
                    self.broke(NOTHING_ELSE, what);
                    continue;
                }
                let now = Untouched::of(&world, id);
                let untouched = before.filter(|_| chronicle.of_ticket(id).next().is_none());
                if let Some(before) = untouched
                    && now != *before
                {
                    let what = format!("{}#{id}: {before:?} became {now:?}", side.source);
                    self.broke(NOTHING_ELSE, what);
                }
                let told = chronicle.of_ticket(id).filter_map(|deed| match deed.what {
                    What::Followup { id, .. } => Some(id),
                    _ => None,
                });
                let first = before.iter().flat_map(|was| &was.followups);
                let first = first.map(|one| one.id);
                let expected: BTreeSet<i64> = first.chain(told).collect();
                let there: BTreeSet<i64> = now.followups.iter().map(|one| one.id).collect();
                if there != expected {
                    let what = format!(
                        "{}#{id}: followups {there:?}, told {expected:?}",
                        side.source
                    );
                    self.broke(NOTHING_ELSE, what);
                }
            }
        }
    }
}

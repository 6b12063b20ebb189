//! What nobody touched is as it was, and nothing came that nobody brought.

use std::collections::BTreeSet;

use super::Facts;
use crate::chronicle::Untouched;
use crate::moment::What;

const NOTHING_ELSE: &str = "nothing else changed";
const FOLLOWUP: &str = "followup";
const TASK: &str = "task";
const DOCUMENT: &str = "document";

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
                let moment = before.map(|was| &was.moment).or(chronicle.first(id));
                let followups = before.iter().flat_map(|was| &was.followups);
                let first = followups.map(|one| (FOLLOWUP, one.id));
                let tasks = moment.iter().flat_map(|was| was.tasks.keys());
                let documents = moment.iter().flat_map(|was| was.documents.keys());
                let first = first.chain(documents.map(|id| (DOCUMENT, *id)));
                let mut expected: BTreeSet<(&str, i64)> =
                    first.chain(tasks.map(|id| (TASK, *id))).collect();
                for deed in chronicle.of_ticket(id) {
                    match deed.what {
                        What::Followup { id, .. } => expected.insert((FOLLOWUP, id)),
                        What::Task { id, .. } => expected.insert((TASK, id)),
                        What::Document { id, .. } => expected.insert((DOCUMENT, id)),
                        What::TaskGone(id) => expected.remove(&(TASK, id)),
                        _ => false,
                    };
                }
                let followups = now.followups.iter().map(|one| (FOLLOWUP, one.id));
                let tasks = now.moment.tasks.keys().map(|id| (TASK, *id));
                let documents = now.moment.documents.keys().map(|id| (DOCUMENT, *id));
                let there = followups.chain(tasks).chain(documents);
                let there: BTreeSet<(&str, i64)> = there.collect();
                if there != expected {
                    let what = format!("{}#{id}: {there:?}, told {expected:?}", side.source);
                    self.broke(NOTHING_ELSE, what);
                }
            }
        }
    }
}

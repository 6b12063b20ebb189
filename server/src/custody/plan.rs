//! What of a chain can be carried out now.

use tournee_core::changes::{ChangeKind as _, Field};
use tournee_core::ids::{ChangeId, DeviceId};
use tournee_core::wire::{ProblemKind, ReportState};

use super::known::needs_you;
use super::{carry, company, intent};
use crate::app::Server;
use crate::mutation::Mutation;
use crate::store::chains::{self, ChainKey};
use crate::store::changes::{self, Held, Phase};
use crate::store::{Connection, Stored, TechnicianId};

/// What of a chain is carried out in one run.
#[derive(Default)]
pub(super) struct Plan {
    /// In order.
    pub todo: Vec<Held>,
    /// Something waits behind a change that waits for the technician.
    pub held: bool,
    /// There is more, for a run after this one.
    pub more: bool,
}

/// What can be carried out now. No field is written twice in one run: had a crash left a move there and the move back
/// both with an unknown outcome, the ticket would look as if neither had been made. What else goes apart, [`company`] says.
pub(super) async fn plan(server: &Server, rows: Vec<Held>) -> Stored<Plan> {
    let mut blocked = Blocked::default();
    let mut written: Vec<Field> = Vec::new();
    let mut passed: Vec<ChangeId> = Vec::new();
    let Plan {
        mut todo,
        mut held,
        mut more,
    } = Plan::default();
    // What has left already comes first, in its order: were something else written before it, its ticket's date would say
    // nothing more.
    let has_left = |row: &Held| row.phase == Phase::Intended;
    let (left, others): (Vec<Held>, Vec<Held>) = rows.into_iter().partition(has_left);
    for row in left.into_iter().chain(others) {
        let fields = company::writes(&row);
        if blocked.by(&row) || carry::waits(server, &row, &mut blocked).await? {
            held |= row.phase == Phase::Queued;
        } else if comes_too_late(&row) && row.withdraw && row.phase == Phase::Queued {
            settled(server, &row, &ReportState::Withdrawn).await?;
        } else if comes_too_late(&row) {
            already_sent(server, &row).await?;
        } else if fields.iter().any(|field| written.contains(field))
            || company::waits_for_the_next(server, &row, &todo)
        {
            more = true;
            break;
        } else if replaces_one_of(&row, &todo) || builds_on_one_of(&row, &passed) {
            // Whether the old one landed is only known after this run.
            passed.push(row.change.id);
        } else if !row.withdraw && was_sent_before(server, &row).await? {
            already_sent(server, &row).await?;
            blocked.behind(&row);
        } else {
            written.extend(fields);
            todo.push(row);
        }
    }
    more |= !passed.is_empty();
    if server.mutated(Mutation::OrderNotKept) {
        todo.reverse();
    }
    Ok(Plan { todo, held, more })
}

async fn already_sent(server: &Server, row: &Held) -> Stored<()> {
    settled(server, row, &needs_you(ProblemKind::AlreadySent)).await
}

async fn settled(server: &Server, row: &Held, report: &ReportState) -> Stored<()> {
    let mut tx = server.store.write().await?;
    if !intent::stands(&mut tx, row).await? {
        return Ok(());
    }
    changes::settle(&mut tx, row, report, server.clock.now()).await?;
    tx.commit().await
}

/// What may not go on in a chain, walked in order, because something before it waits for the technician.
#[derive(Default)]
pub(super) struct Blocked {
    fields: Vec<Field>,
    waiting: Vec<ChangeId>,
    all: bool,
}

impl Blocked {
    /// What writes the same fields waits with it.
    pub(super) fn hold(&mut self, row: &Held) {
        self.fields.extend(row.change.body.fields());
    }

    /// This one waits for the technician: so does what writes the same fields, and what builds on it.
    fn behind(&mut self, row: &Held) {
        self.hold(row);
        self.waiting.push(row.change.id);
        // A ticket that is not there yet can't be written to.
        self.all |= row.change.body.creation().is_some();
    }

    /// Whether this one is not to be carried out now: it waits for him, or behind what does.
    fn by(&mut self, row: &Held) -> bool {
        let fields = row.change.body.fields();
        match row.phase {
            // It writes nothing any more.
            Phase::NeedsYou | Phase::Queued if comes_too_late(row) => row.phase == Phase::NeedsYou,
            Phase::NeedsYou => {
                self.behind(row);
                true
            }
            // It writes nothing any more: it is only looked for.
            Phase::Queued if row.withdraw => false,
            Phase::Queued => {
                let base = row.change.body.builds_on();
                self.all
                    || base.is_some_and(|base| self.waiting.contains(&base))
                    || fields.iter().any(|field| self.fields.contains(field))
            }
            Phase::Intended | Phase::Delivered | Phase::Withdrawn => false,
        }
    }
}

/// Another text of a ticket that is in GLPI by now.
fn comes_too_late(row: &Held) -> bool {
    row.change.body.creation().is_some() && !row.change.target.is_local()
}

/// The changes of one device that wait behind what waits for the technician, whichever of his phones he made that on.
///
/// # Errors
/// The database.
pub async fn held_back(
    db: &mut Connection,
    who: TechnicianId,
    device: DeviceId,
) -> Stored<Vec<ChangeId>> {
    let mut held = Vec::new();
    let mut waiting = chains::held(db, who).await?;
    // A step on an old ticket stands behind what waits on another one.
    for chain in chains::open(db, Some(who)).await? {
        if !waiting.contains(&chain) && has_steps(db, &chain).await? {
            waiting.push(chain);
        }
    }
    for chain in waiting {
        let mut blocked = Blocked::default();
        for row in chains::rows(db, &chain).await? {
            let mut stands = blocked.by(&row);
            if !stands && carry::is_held(db, &row).await? {
                blocked.hold(&row);
                stands = true;
            }
            if stands && row.phase == Phase::Queued && row.change.device == device {
                held.push(row.change.id);
            }
        }
    }
    Ok(held)
}

async fn has_steps(db: &mut Connection, chain: &ChainKey) -> Stored<bool> {
    let rows = chains::rows(db, chain).await?;
    Ok(rows.iter().any(|row| row.change.body.carry().is_some()))
}

fn builds_on_one_of(row: &Held, passed: &[ChangeId]) -> bool {
    let base = row.change.body.builds_on();
    base.is_some_and(|base| passed.contains(&base))
}

fn replaces_one_of(row: &Held, todo: &[Held]) -> bool {
    row.change
        .replaces
        .is_some_and(|old| todo.iter().any(|other| other.change.id == old))
}

/// Whether the change that this one replaces landed after all.
async fn was_sent_before(server: &Server, row: &Held) -> Stored<bool> {
    let insists = row.insists_against(ProblemKind::AlreadySent);
    let (Some(old), false) = (row.change.replaces, insists) else {
        return Ok(false);
    };
    let mut db = server.store.read().await?;
    let old = changes::find(&mut db, row.technician, old).await?;
    Ok(row.phase == Phase::Queued && old.is_some_and(|old| old.phase == Phase::Delivered))
}

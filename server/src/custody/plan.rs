//! What of a chain can be carried out now.

use tournee_core::changes::{ChangeKind as _, Field};
use tournee_core::wire::ProblemKind;

use super::intake::needs_you;
use crate::app::Server;
use crate::mutation::Mutation;
use crate::store::Stored;
use crate::store::changes::{self, Held, Phase};

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
/// both with an unknown outcome, the ticket would look as if neither had been made.
pub(super) async fn plan(server: &Server, rows: Vec<Held>) -> Stored<Plan> {
    let mut blocked: Vec<Field> = Vec::new();
    let mut written: Vec<Field> = Vec::new();
    let Plan {
        mut todo,
        mut held,
        mut more,
    } = Plan::default();
    for row in rows {
        let fields = row.change.body.fields();
        if row.phase == Phase::NeedsYou {
            blocked.extend(fields);
        } else if row.phase == Phase::Queued && fields.iter().any(|f| blocked.contains(f)) {
            held = true;
        } else if fields.iter().any(|field| written.contains(field)) {
            more = true;
            break;
        } else if replaces_one_of(&row, &todo) {
            // Whether the old one landed is only known after this run; the queue's next look takes the new one up.
        } else if was_sent_before(server, &row).await? {
            let mut tx = server.store.write().await?;
            let report = needs_you(ProblemKind::AlreadySent);
            changes::settle(&mut tx, &row, &report, server.clock.now()).await?;
            tx.commit().await?;
        } else {
            written.extend(fields);
            todo.push(row);
        }
    }
    if server.mutated(Mutation::OrderNotKept) {
        todo.reverse();
    }
    Ok(Plan { todo, held, more })
}

fn replaces_one_of(row: &Held, todo: &[Held]) -> bool {
    row.change
        .replaces
        .is_some_and(|old| todo.iter().any(|other| other.change.id == old))
}

/// Whether the change that this one replaces landed after all.
async fn was_sent_before(server: &Server, row: &Held) -> Stored<bool> {
    // Insisting would make a second ticket.
    let insist = row.insist && row.change.body.creation().is_none();
    let (Some(old), false) = (row.change.replaces, insist) else {
        return Ok(false);
    };
    let mut db = server.store.read().await?;
    let old = changes::find(&mut db, row.technician, old).await?;
    Ok(row.phase == Phase::Queued && old.is_some_and(|old| old.phase == Phase::Delivered))
}

//! Intents on disk, before anything is written elsewhere.

use tournee_core::domain::Ticket;
use tournee_core::ids::ChangeId;

use super::before::is_altered;
use super::company::is_note;
use super::{brought, evidence};
use crate::app::Server;
use crate::mutation::Mutation;
use crate::store::chains::{self, ChainKey};
use crate::store::changes::{self, Held, Phase};
use crate::store::{Connection, Stored};

/// Intents for what is still to be done: he may have taken a change back while this run looked.
/// `before`: the ticket as it stands before them.
pub(super) async fn intend(
    server: &Server,
    key: &ChainKey,
    todo: Vec<Held>,
    before: Option<&Ticket>,
) -> Stored<Vec<Held>> {
    if server.mutated(Mutation::NoIntent) {
        return Ok(todo);
    }
    let mut tx = server.store.write().await?;
    let mut todo = intend_in(&mut tx, key, todo).await?;
    let notes = todo.iter().filter(|row| is_note(&row.change.body));
    let notes: Vec<ChangeId> = notes.map(|row| row.change.id).collect();
    for row in &mut todo {
        let evidence = match row.phase {
            Phase::Queued => before
                // How it stood when this was put back is what it goes by.
                .filter(|now| !(row.may_be_forgotten() && keeps_open(server, row, now)))
                .and_then(|before| evidence::begun(row, before, &notes)),
            _ => evidence::goes_on(row, &notes),
        };
        if let Some(evidence) = evidence {
            changes::set_evidence(&mut tx, row.num, &evidence).await?;
            row.evidence = evidence;
        }
    }
    tx.commit().await?;
    Ok(todo)
}

/// Whether what a server of before may have done is there, or on its way.
fn keeps_open(server: &Server, row: &Held, now: &Ticket) -> bool {
    let late = server.config.custody.late;
    let may_land = server.custody.sent.may_land_for(row.num, late).is_some();
    may_land || is_altered(row, now, server.began_at())
}

/// The same within a write that looked first whether it may be.
pub(super) async fn intend_in(
    db: &mut Connection,
    key: &ChainKey,
    todo: Vec<Held>,
) -> Stored<Vec<Held>> {
    let todo = still_open(db, key, todo).await?;
    let todo = brought::not_under_way(db, key, todo).await?;
    for row in todo.iter().filter(|row| row.phase == Phase::Queued) {
        changes::set_phase(db, row.num, Phase::Intended).await?;
    }
    Ok(todo)
}

/// Those that stand where they stood, as they are now.
pub(super) async fn still_open(
    db: &mut Connection,
    key: &ChainKey,
    todo: Vec<Held>,
) -> Stored<Vec<Held>> {
    let now = chains::rows(db, key).await?;
    let same = |old: Held| {
        let mut rows = now.iter();
        let row = rows.find(|row| row.num == old.num && row.phase == old.phase);
        row.cloned()
    };
    Ok(todo.into_iter().filter_map(same).collect())
}

/// Whether one stands where it stood when it was read: what he asked or typed since is the next run's business.
pub(super) async fn stands(db: &mut Connection, row: &Held) -> Stored<bool> {
    let key = ChainKey {
        technician: row.technician,
        target: row.change.target.clone(),
    };
    let now = still_open(db, &key, vec![row.clone()]).await?;
    Ok(now.iter().any(|now| now.withdraw == row.withdraw))
}

//! Tickets that a technician's phones are creating, and that a read finds in GLPI before their creation is known to have
//! worked: on his phone each would stand beside itself, and what he did to the one would know nothing of the other.

use tournee_core::domain::Ticket;
use tournee_core::ids::{ChangeId, SourceId};

use crate::glpi::Mark;
use crate::store::chains::ChainKey;
use crate::store::{Connection, Stored, TechnicianId, creations};

/// What such tickets are marked with.
pub(super) async fn marks(
    db: &mut Connection,
    who: TechnicianId,
    source: &SourceId,
) -> Stored<Vec<(String, ChangeId)>> {
    let expected = creations::expected(db, who, source).await?;
    let marks = expected.into_iter().map(|row| {
        let id = row.change.id;
        (Mark::new(id).reference(), id)
    });
    Ok(marks.collect())
}

/// The chain that is to look for this ticket, and puts it on record together with its number.
pub(super) async fn chain_of(
    db: &mut Connection,
    who: TechnicianId,
    ticket: &Ticket,
) -> Stored<Option<ChainKey>> {
    let Some(change) = ticket.change else {
        return Ok(None);
    };
    let expected = creations::expected(db, who, &ticket.key.source).await?;
    let its = expected.into_iter().find(|row| row.change.id == change);
    Ok(its.map(|row| ChainKey {
        technician: who,
        target: row.change.target,
    }))
}

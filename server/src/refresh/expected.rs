//! Tickets that a technician's phones are creating, and that a read finds in GLPI before their creation is known to have
//! worked: on his phone each would stand beside itself, and what he did to the one would know nothing of the other.

use std::collections::BTreeMap;

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

/// Those of a batch that are such: by the change that makes each, the chain that is to look for it, and puts it on record
/// together with its number.
pub(super) async fn among(
    db: &mut Connection,
    who: TechnicianId,
    batch: &[Ticket],
) -> Stored<BTreeMap<ChangeId, ChainKey>> {
    let marked = batch.iter().find(|ticket| ticket.change.is_some());
    let Some(source) = marked.map(|ticket| &ticket.key.source) else {
        return Ok(BTreeMap::new());
    };
    let expected = creations::expected(db, who, source).await?;
    let chains = expected.into_iter().map(|row| {
        let chain = ChainKey {
            technician: who,
            target: row.change.target,
        };
        (row.change.id, chain)
    });
    Ok(chains.collect())
}

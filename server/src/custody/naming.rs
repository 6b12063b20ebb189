//! The ticket that a change is on, as that is named today: phones name by local numbers what they made themselves.

use std::borrow::Cow;

use tournee_core::changes::Change;
use tournee_core::time::Instant;
use tournee_core::wire::ReportState;

use crate::store::chains::{self, TicketChain};
use crate::store::changes::{self, Held};
use crate::store::conversions;
use crate::store::creations::{self, Place};
use crate::store::{Connection, Stored, TechnicianId};

/// Whether a phone names by GLPI's number the ticket of a change that is here on a local one: it landed, and what this
/// database knows is of before that.
pub(super) async fn landed_before(
    db: &mut Connection,
    held: &Held,
    offered: &Change,
    now: Instant,
) -> Stored<bool> {
    let (Some(local), Some(real)) = (held.change.ticket(), offered.ticket()) else {
        return Ok(false);
    };
    if real.id.is_local() || real.source != local.source {
        return Ok(false);
    }
    let chain = TicketChain {
        technician: held.technician,
        ticket: local.clone(),
    };
    let rows = chains::rows(db, &chain.key()).await?;
    creations::land(db, &chain, real.id).await?;
    let creation = rows.iter().find(|row| row.change.body.creation().is_some());
    if let Some(row) = creation {
        let report = ReportState::Delivered {
            at: now,
            notices: Vec::new(),
            created: Some(real.id),
        };
        changes::settle(db, row, &report, now).await?;
        conversions::remember_place(db, row, real).await?;
        if let Some(origin) = conversions::origin_of(row) {
            let since = row.change.at.min(now);
            conversions::remember(db, origin, real, since, now).await?;
        }
    }
    Ok(true)
}

/// A change on its ticket as that is named today, and whether that ticket is not to be created any more; none where
/// its creation never came.
pub(super) async fn placed<'c>(
    db: &mut Connection,
    who: TechnicianId,
    change: &'c Change,
) -> Stored<Option<(Cow<'c, Change>, bool)>> {
    let Some(local) = change.ticket().filter(|ticket| ticket.id.is_local()) else {
        return Ok(Some((Cow::Borrowed(change), false)));
    };
    let key = TicketChain {
        technician: who,
        ticket: local.clone(),
    };
    let is_creation = change.body.creation().is_some();
    Ok(match creations::place(db, &key).await? {
        // What he took back already needs no ticket.
        Place::Unknown if !is_creation => changes::was_withdrawn(db, who, change.id)
            .await?
            .then_some((Cow::Borrowed(change), true)),
        Place::TakenBack if !is_creation => Some((Cow::Borrowed(change), true)),
        Place::Landed(id) => {
            let mut change = change.clone();
            change.renumber(id);
            Some((Cow::Owned(change), false))
        }
        Place::Unknown | Place::Awaited | Place::TakenBack => Some((Cow::Borrowed(change), false)),
    })
}

//! Tickets that phones created: by the number that a phone gave them, and by GLPI's once they landed.

use async_trait::async_trait;
use tournee_core::ids::{SourceId, TicketId, TicketKey};
use tournee_core::time::Instant;
use tournee_core::wire::ReportState;

use super::chains::{self, TicketChain};
use super::changes::{self, Held, HeldRecord, Phase};
use super::{Connection, Stored, TechnicianId};

/// The rows of `changes` that came with a local number.
#[async_trait]
pub trait Creations {
    /// All that came with it, settled or not, by number.
    async fn changes_of_local(&mut self, key: &TicketChain) -> Stored<Vec<HeldRecord>>;
    /// Puts all that came with it on GLPI's number.
    async fn land_changes(&mut self, key: &TicketChain, id: TicketId) -> Stored<()>;
}

/// What is known of a local number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Its creation never came: whatever names it has to wait at the phone.
    Unknown,
    /// It is to be created.
    Awaited,
    /// It was taken back before it was created.
    TakenBack,
    /// It is in GLPI under this number.
    Landed(TicketId),
}

/// What is known of a local number of a technician's.
///
/// # Errors
/// The database.
pub async fn place(db: &mut Connection, key: &TicketChain) -> Stored<Place> {
    let rows = db.changes_of_local(key).await?;
    let rows = rows.into_iter().map(HeldRecord::parse);
    let rows = rows.collect::<Stored<Vec<Held>>>()?;
    let mut numbers = rows.iter().filter_map(|row| row.change.ticket());
    if let Some(landed) = numbers.find(|ticket| !ticket.id.is_local()) {
        return Ok(Place::Landed(landed.id));
    }
    let creations = rows
        .iter()
        .filter(|row| row.change.body.creation().is_some());
    let phases: Vec<Phase> = creations.map(|row| row.phase).collect();
    Ok(
        match phases.iter().all(|phase| *phase == Phase::Withdrawn) {
            _ if phases.is_empty() => Place::Unknown,
            true => Place::TakenBack,
            false => Place::Awaited,
        },
    )
}

/// A ticket was created: everything of the technician's that named its local number is on GLPI's from here on.
/// Answers the chain that they are in now.
///
/// # Errors
/// The database.
pub async fn land(db: &mut Connection, key: &TicketChain, id: TicketId) -> Stored<TicketChain> {
    db.land_changes(key, id).await?;
    Ok(TicketChain {
        technician: key.technician,
        ticket: TicketKey {
            source: key.ticket.source.clone(),
            id,
        },
    })
}

/// What a technician's phones are creating at a GLPI, as far as is known: some of it may be there by now.
///
/// # Errors
/// The database.
pub async fn expected(
    db: &mut Connection,
    who: TechnicianId,
    source: &SourceId,
) -> Stored<Vec<Held>> {
    let mut expected = Vec::new();
    for key in chains::open(db, Some(who)).await? {
        let ticket = key.target.ticket();
        if !ticket.is_some_and(|key| key.id.is_local() && key.source == *source) {
            continue;
        }
        let rows = chains::rows(db, &key).await?.into_iter();
        expected.extend(rows.filter(|row| {
            let is_open = matches!(row.phase, Phase::Queued | Phase::Intended);
            is_open && row.change.body.creation().is_some()
        }));
    }
    Ok(expected)
}

/// A ticket is not to be created: what was to be done to it goes with it.
///
/// # Errors
/// The database.
pub async fn take_back_rest(db: &mut Connection, key: &TicketChain, now: Instant) -> Stored<()> {
    let rows = chains::rows(db, &key.key()).await?;
    let is_creation = |row: &Held| row.change.body.creation().is_some();
    if rows.iter().any(is_creation) {
        return Ok(());
    }
    for row in rows {
        changes::settle(db, &row, &ReportState::Withdrawn, now).await?;
    }
    Ok(())
}

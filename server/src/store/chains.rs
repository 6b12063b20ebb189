//! Changes by ticket or thread: what is under way, in order.

use async_trait::async_trait;
use tournee_core::changes::Target;
use tournee_core::ids::{SourceId, TicketKey};
use tournee_core::time::Instant;

use super::changes::{Held, HeldRecord};
use super::{Connection, Stored, TechnicianId};

/// The changes of one ticket or thread that one technician has under way.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChainKey {
    /// Whose.
    pub technician: TechnicianId,
    /// On what.
    pub target: Target,
}

/// The same of a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketChain {
    /// Whose.
    pub technician: TechnicianId,
    /// On what.
    pub ticket: TicketKey,
}

impl TicketChain {
    /// Among all chains.
    pub fn key(&self) -> ChainKey {
        ChainKey {
            technician: self.technician,
            target: Target::Ticket(self.ticket.clone()),
        }
    }
}

/// The rows of `changes`, by ticket or thread.
#[async_trait]
pub trait Chains {
    /// The unsettled ones of a chain, by place, then number.
    async fn chain(&mut self, key: &ChainKey) -> Stored<Vec<HeldRecord>>;
    /// The chains with something queued or intended, by their lowest number of such; of one technician, or of all.
    async fn open_chains(&mut self, who: Option<TechnicianId>) -> Stored<Vec<ChainKey>>;
    /// The chains of a technician where something waits for him and something is queued, by target.
    async fn held_chains(&mut self, who: TechnicianId) -> Stored<Vec<ChainKey>>;
    /// Whether a technician has something queued or intended at this GLPI.
    async fn any_open_change(&mut self, who: TechnicianId, source: &SourceId) -> Stored<bool>;
    /// When one was last delivered whose report says `closed_at_once`.
    async fn last_closed_at_once(&mut self, key: &TicketChain) -> Stored<Option<Instant>>;
}

/// The unsettled changes of a chain, in order.
///
/// # Errors
/// The database.
pub async fn rows(db: &mut Connection, key: &ChainKey) -> Stored<Vec<Held>> {
    let rows = db.chain(key).await?;
    rows.into_iter().map(HeldRecord::parse).collect()
}

/// All chains with something to carry out, oldest first; of one technician, or of all.
///
/// # Errors
/// The database.
pub async fn open(db: &mut Connection, who: Option<TechnicianId>) -> Stored<Vec<ChainKey>> {
    db.open_chains(who).await
}

/// A technician's chains where something queued may wait behind something that waits for him, by target.
///
/// # Errors
/// The database.
pub async fn held(db: &mut Connection, who: TechnicianId) -> Stored<Vec<ChainKey>> {
    db.held_chains(who).await
}

/// Whether something waits to be carried out at this GLPI.
///
/// # Errors
/// The database.
pub async fn any_open(db: &mut Connection, who: TechnicianId, source: &SourceId) -> Stored<bool> {
    db.any_open_change(who, source).await
}

/// When a solution of this technician's was last found to have closed this ticket at once.
///
/// # Errors
/// The database.
pub async fn closed_at_once(db: &mut Connection, key: &TicketChain) -> Stored<Option<Instant>> {
    db.last_closed_at_once(key).await
}

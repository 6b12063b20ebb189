//! Which tickets took the place of another GLPI's.

use async_trait::async_trait;
use tournee_core::ids::TicketKey;

use super::Stored;

/// The rows of `carried`.
#[async_trait]
pub trait Carried {
    /// A ticket was made in the place of an old one.
    async fn put_carried(&mut self, old: &TicketKey, new: &TicketKey) -> Stored<()>;
    /// All that were made in its place, in order.
    async fn carried_from(&mut self, old: &TicketKey) -> Stored<Vec<TicketKey>>;
}

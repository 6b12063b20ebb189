//! Which threads follow their tickets, and how far they have come.

use async_trait::async_trait;
use tournee_core::ids::{ThreadKey, TicketKey};

use super::Stored;

/// A thread that follows its ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follow {
    /// The ticket.
    pub ticket: TicketKey,
    /// The thread.
    pub thread: ThreadKey,
    /// How the ticket stands that it follows.
    pub standing: String,
    /// It may have been moved: its mailbox's history went so far before. None: it has followed, and stays wherever somebody puts
    /// it meanwhile.
    pub begun: Option<String>,
}

/// The rows of `follows`.
#[async_trait]
pub trait Follows {
    /// Puts one in the place of what was there.
    async fn put_follow(&mut self, follow: &Follow) -> Stored<()>;
    /// How far a thread has come with a ticket.
    async fn follow(&mut self, ticket: &TicketKey, thread: &ThreadKey) -> Stored<Option<Follow>>;
    /// Deletes those of tickets whose mails have all followed.
    async fn sweep_follows(&mut self) -> Stored<()>;
}

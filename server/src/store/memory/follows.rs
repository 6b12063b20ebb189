//! The table `follows`.

use async_trait::async_trait;
use tournee_core::ids::{ThreadKey, TicketKey};

use super::View;
use super::tables::keep;
use crate::store::Stored;
use crate::store::follows::{Follow, Follows};

#[async_trait]
impl Follows for View {
    async fn put_follow(&mut self, follow: &Follow) -> Stored<()> {
        self.alter(|tables| {
            let key = (follow.ticket.clone(), follow.thread.clone());
            tables.follows.insert(key, follow.clone());
            Ok(())
        })
    }

    async fn follow(&mut self, ticket: &TicketKey, thread: &ThreadKey) -> Stored<Option<Follow>> {
        let key = (ticket.clone(), thread.clone());
        Ok(self.tables()?.follows.get(&key).cloned())
    }

    async fn sweep_follows(&mut self) -> Stored<()> {
        self.alter(|tables| {
            let links = &tables.mail_links;
            let moves = |ticket: &TicketKey| {
                let mut links = links.values();
                links.any(|link| link.stirred && link.ticket == *ticket)
            };
            tables.follows = keep(&tables.follows, |(ticket, _), _| moves(ticket));
            Ok(())
        })
    }
}

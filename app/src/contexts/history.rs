//! Histories of tickets: read when somebody asks for one, then kept with the ticket.

use tournee_core::domain::History;
use tournee_core::ids::TicketKey;
use tournee_core::phone::history_key;

use super::Tournee;
use crate::sync::{ApiFailure, api};

impl Tournee {
    /// A ticket's history as it was last read, where it is on the phone.
    pub async fn kept_history(&self, ticket: &TicketKey) -> Option<History> {
        match self.with_untracked(|phone| phone.has_history(ticket)) {
            true => {
                let bytes = self.stored_file(&history_key(ticket)).await?;
                // One of another version's form is as good as none: it is read again.
                serde_json::from_slice(&bytes).ok()
            }
            false => None,
        }
    }

    /// A ticket's history as GLPI or the server has it now; kept as long as the ticket is on the phone.
    ///
    /// # Errors
    /// The call's.
    pub async fn read_history(&self, ticket: &TicketKey) -> Result<History, ApiFailure> {
        let history = api::history(ticket).await?;
        // A phone without room shows it all the same.
        let _ = self
            .change(&mut |phone| phone.keep_history(ticket, &history))
            .await;
        Ok(history)
    }
}

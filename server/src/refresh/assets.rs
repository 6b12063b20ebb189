//! The assets of the places where a technician's tickets are: for the phone to know them in a cellar without a network.

use std::collections::BTreeSet;

use tournee_core::domain::Reference;
use tournee_core::ids::TicketKey;
use tournee_core::time::Instant;

use super::reader::Reader;
use crate::glpi::{Client, GlpiError, Session};
use crate::links::LinkError;
use crate::store::{Stored, feed};

impl Reader {
    /// Reads them after the lists, or when his tickets are in other places than they were. Without them he can work:
    /// what GLPI refuses or fails at here is logged, and the next read tries again.
    pub(super) async fn read_assets(
        &mut self,
        client: &Client,
        session: &Session,
        started: Instant,
    ) -> Result<(), LinkError> {
        let places = self.places().await?;
        if self.memory.assets_of.as_ref() == Some(&places) {
            return Ok(());
        }
        let there = match client.assets_at(session, &places).await {
            Ok(there) => there,
            Err(GlpiError::SessionExpired) => return Err(GlpiError::SessionExpired.into()),
            Err(error) => {
                tracing::warn!(source = %self.row.account.source, %error, "assets were not read");
                return Ok(());
            }
        };
        let complete = |known: Option<&Reference>| {
            let mut reference = known?.clone();
            reference.assets = there.assets;
            reference.closed_assets = there.closed;
            Some(reference)
        };
        self.publish(complete, started).await?;
        self.memory.assets_of = Some(places);
        Ok(())
    }

    /// Where his tickets are.
    async fn places(&self) -> Stored<BTreeSet<u64>> {
        let known = self.known().await?;
        let mut db = self.server.store.read().await?;
        let mut places = BTreeSet::new();
        for id in known.into_keys() {
            let source = self.row.account.source.clone();
            let key = TicketKey { source, id };
            let ticket = feed::ticket(&mut db, self.row.technician, &key).await?;
            places.extend(ticket.and_then(|ticket| Some(ticket.location?.id)));
        }
        Ok(places)
    }
}

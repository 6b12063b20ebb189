//! The lists of a GLPI's forms, for one technician.

use tournee_core::domain::Reference;
use tournee_core::time::Instant;
use tournee_core::wire::FeedItem;

use super::reader::{Reader, seconds};
use crate::glpi::{Client, Session};
use crate::links::LinkError;
use crate::store::accounts::Marks;
use crate::store::{Stored, feed};

impl Reader {
    /// Reads them when they are due.
    pub(super) async fn read_reference(
        &mut self,
        client: &Client,
        session: &Session,
        marks: &mut Marks,
        started: Instant,
    ) -> Result<(), LinkError> {
        let every = seconds(self.server.config.refresh.reference_every);
        if marks.reference_at.is_some_and(|at| started - at < every) {
            return Ok(());
        }
        let mut reference = client.reference(session).await?;
        let largest = self.server.config.custody.largest_file;
        reference.files.max_bytes = reference.files.max_bytes.min(largest);
        self.add_stores(&mut reference);
        // Assets are read after the tickets that say of which places.
        let with_assets = |known: Option<&Reference>| {
            if let Some(known) = known {
                reference.assets.clone_from(&known.assets);
                reference.closed_assets.clone_from(&known.closed_assets);
            }
            Some(reference)
        };
        self.publish(with_assets, started).await?;
        marks.reference_at = Some(started);
        self.memory.assets_of = None;
        Ok(())
    }

    /// Puts what was seen on tickets into the lists that his profile may not read: at the first read they are empty until
    /// the tickets are there.
    pub(super) async fn complete_lists(
        &self,
        client: &Client,
        session: &Session,
        started: Instant,
    ) -> Result<(), LinkError> {
        let complete = |known: Option<&Reference>| {
            let mut reference = known?.clone();
            client.complete(session, &mut reference);
            self.add_stores(&mut reference);
            Some(reference)
        };
        Ok(self.publish(complete, started).await?)
    }

    /// What the configuration says of stores goes before what GLPI says, shop by shop and fact by fact.
    fn add_stores(&self, reference: &mut Reference) {
        for told in &self.server.config.stores {
            let mut stores = reference.stores.iter_mut();
            match stores.find(|store| store.id() == told.id()) {
                Some(store) => {
                    let mut whole = told.clone();
                    whole.complete(store);
                    *store = whole;
                }
                None => reference.stores.push(told.clone()),
            }
        }
    }

    /// Publishes what became of the lists, if they moved.
    pub(super) async fn publish(
        &self,
        make: impl FnOnce(Option<&Reference>) -> Option<Reference>,
        at: Instant,
    ) -> Stored<()> {
        let mut tx = self.server.store.write().await?;
        if !self.is_his_still(&mut tx).await? {
            return Ok(());
        }
        let (who, source) = (self.row.technician, &self.row.account.source);
        let known = feed::reference(&mut tx, who, source).await?;
        let Some(reference) = make(known.as_deref()) else {
            return Ok(());
        };
        if known.as_deref() != Some(&reference) {
            let reference = Box::new(reference);
            feed::publish(&mut tx, who, &FeedItem::Reference { reference }, at).await?;
        }
        tx.commit().await
    }
}

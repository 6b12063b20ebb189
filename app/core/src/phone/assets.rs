//! A ticket that is made for an asset.

use super::{Batch, EditError, NewChange, Phone};
use crate::changes::{ChangeBody, SetAsset};
use crate::domain::{AssetKey, LinkedAsset, TicketRow};
use crate::ids::{ChangeId, SourceId};
use std::sync::Arc;

impl Phone {
    /// Makes the change that creates a ticket, and the one (under the name `link`) that links an asset to it, in one:
    /// neither is without the other.
    ///
    /// # Errors
    /// What is wrong with one of them; neither is made then.
    pub fn create_for(
        &mut self,
        new: NewChange,
        asset: &LinkedAsset,
        link: ChangeId,
    ) -> Result<(ChangeId, Batch), EditError> {
        let body = ChangeBody::Asset(SetAsset {
            asset: asset.clone(),
            linked: true,
        });
        self.convert(new, &[(link, body)])
    }

    /// The tickets that an asset is on, as the screen shows them.
    pub fn tickets_of(&self, source: &SourceId, asset: AssetKey) -> Vec<Arc<TicketRow>> {
        let rows = self.shown_rows();
        rows.filter(|row| row.key.source == *source && row.assets.contains(&asset))
            .collect()
    }
}

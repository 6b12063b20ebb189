//! What is on an asset.

use std::sync::Arc;

use super::Phone;
use crate::domain::{AssetKey, TicketRow};
use crate::ids::SourceId;

impl Phone {
    /// The tickets that an asset is on, as the screen shows them.
    pub fn tickets_of(&self, source: &SourceId, asset: AssetKey) -> Vec<Arc<TicketRow>> {
        let rows = self.shown_rows();
        rows.filter(|row| row.key.source == *source && row.assets.contains(&asset))
            .collect()
    }
}

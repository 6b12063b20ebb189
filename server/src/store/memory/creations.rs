//! The table `changes`, by local number.

use async_trait::async_trait;
use tournee_core::ids::TicketId;

use super::View;
use super::tables::Change;
use crate::store::Stored;
use crate::store::chains::TicketChain;
use crate::store::changes::HeldRecord;
use crate::store::creations::Creations;

fn came_with(change: &Change, key: &TicketChain) -> bool {
    let row = &change.row;
    row.technician == key.technician
        && row
            .target
            .ticket()
            .is_some_and(|ticket| ticket.source == key.ticket.source)
        && row.local == Some(key.ticket.id)
}

#[async_trait]
impl Creations for View {
    async fn changes_of_local(&mut self, key: &TicketChain) -> Stored<Vec<HeldRecord>> {
        let changes = self.tables()?.changes.values();
        let named = changes.filter(|change| came_with(change, key));
        Ok(named.map(|change| change.record()).collect())
    }

    async fn land_changes(&mut self, key: &TicketChain, id: TicketId) -> Stored<()> {
        self.alter(|tables| {
            let named: Vec<i64> = tables
                .changes
                .iter()
                .filter(|(_, change)| came_with(change, key))
                .map(|(num, _)| *num)
                .collect();
            for num in named {
                tables.alter_change(num, |change| change.row.renumber(id));
            }
            Ok(())
        })
    }
}

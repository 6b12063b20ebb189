//! The table `carried`.

use async_trait::async_trait;
use tournee_core::ids::TicketKey;

use super::View;
use crate::store::Stored;
use crate::store::carried::Carried;

#[async_trait]
impl Carried for View {
    async fn put_carried(&mut self, old: &TicketKey, new: &TicketKey) -> Stored<()> {
        self.alter(|tables| {
            tables.carried.insert((old.clone(), new.clone()));
            Ok(())
        })
    }

    async fn carried_from(&mut self, old: &TicketKey) -> Stored<Vec<TicketKey>> {
        let carried = self.tables()?.carried.iter();
        let new = carried.filter(|(from, _)| from == old);
        Ok(new.map(|(_, new)| new.clone()).collect())
    }
}

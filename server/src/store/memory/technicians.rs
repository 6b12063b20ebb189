//! The tables `technicians` and `devices`.

use async_trait::async_trait;
use tournee_core::ids::{DeviceId, Epoch};
use tournee_core::time::Instant;

use super::View;
use super::tables::Technician;
use crate::store::technicians::{DeviceRecord, FeedState, Technicians};
use crate::store::{StoreError, Stored, TechnicianId};

#[async_trait]
impl Technicians for View {
    async fn insert_technician(&mut self, epoch: &str, _now: Instant) -> Stored<TechnicianId> {
        self.alter(|tables| {
            let last = tables.technicians.get_max().map_or(0, |(id, _)| id.0);
            let id = TechnicianId(last + 1);
            let technician = Technician {
                epoch: epoch.to_owned(),
                feed_seq: 0,
                epoch_since: None,
            };
            tables.technicians.insert(id, technician);
            Ok(id)
        })
    }

    async fn technicians(&mut self) -> Stored<Vec<TechnicianId>> {
        Ok(self.tables()?.technicians.keys().copied().collect())
    }

    async fn feed_state(&mut self, who: TechnicianId) -> Stored<FeedState> {
        let technician = self.tables()?.technicians.get(&who);
        let state = technician.map(|row| FeedState {
            epoch: Epoch(row.epoch.clone()),
            seq: row.feed_seq,
            since: row.epoch_since,
        });
        state.ok_or(StoreError::Missing)
    }

    async fn advance_feed(&mut self, who: TechnicianId) -> Stored<i64> {
        self.alter(|tables| {
            let technician = tables.technicians.get_mut(&who);
            let technician = technician.ok_or(StoreError::Missing)?;
            technician.feed_seq += 1;
            Ok(technician.feed_seq)
        })
    }

    async fn set_epoch(
        &mut self,
        who: TechnicianId,
        epoch: &str,
        since: Option<Instant>,
    ) -> Stored<()> {
        self.alter(|tables| {
            if let Some(technician) = tables.technicians.get_mut(&who) {
                technician.epoch = epoch.to_owned();
                technician.epoch_since = since;
            }
            Ok(())
        })
    }

    async fn delete_technician(&mut self, who: TechnicianId) -> Stored<()> {
        self.alter(|tables| {
            let mut accounts = tables.accounts.values();
            let mut changes = tables.changes.values();
            if accounts.any(|row| row.record.technician == who)
                || changes.any(|change| change.row.technician == who)
            {
                return Err(StoreError::Dangling("technician".to_owned()));
            }
            tables.technicians.remove(&who);
            tables.cascade_from(who);
            Ok(())
        })
    }

    async fn put_device(&mut self, who: TechnicianId, device: &DeviceRecord) -> Stored<()> {
        self.alter(|tables| {
            tables.must_know(who)?;
            tables.devices.insert((who, device.device), device.clone());
            Ok(())
        })
    }

    async fn device(
        &mut self,
        who: TechnicianId,
        device: DeviceId,
    ) -> Stored<Option<DeviceRecord>> {
        Ok(self.tables()?.devices.get(&(who, device)).cloned())
    }

    async fn devices(&mut self, who: TechnicianId) -> Stored<Vec<DeviceRecord>> {
        let devices = self.tables()?.devices.iter();
        let his = devices.filter(|((of, _), _)| *of == who);
        Ok(his.map(|(_, device)| device.clone()).collect())
    }

    async fn give_devices(&mut self, from: TechnicianId, to: TechnicianId) -> Stored<()> {
        self.alter(|tables| {
            for ((who, device), record) in &tables.devices.clone() {
                if *who == from && !tables.devices.contains_key(&(to, *device)) {
                    tables.must_know(to)?;
                    tables.devices.remove(&(from, *device));
                    tables.devices.insert((to, *device), record.clone());
                }
            }
            Ok(())
        })
    }
}

//! The table `changes`, by ticket.

use std::collections::BTreeMap;

use async_trait::async_trait;
use tournee_core::changes::Target;
use tournee_core::ids::SourceId;
use tournee_core::time::Instant;

use super::View;
use super::tables::Change;
use crate::store::chains::{ChainKey, Chains, TicketChain};
use crate::store::changes::{HeldRecord, Phase};
use crate::store::{Stored, TechnicianId};

fn is_of(change: &Change, key: &ChainKey) -> bool {
    change.row.technician == key.technician && change.row.target == key.target
}

#[async_trait]
impl Chains for View {
    async fn chain(&mut self, key: &ChainKey) -> Stored<Vec<HeldRecord>> {
        let changes = self.tables()?.changes.values();
        let under_way =
            changes.filter(|change| is_of(change, key) && !change.row.phase.is_settled());
        let mut rows: Vec<HeldRecord> = under_way.map(|change| change.record()).collect();
        rows.sort_by_key(|row| (row.place, row.num));
        Ok(rows)
    }

    async fn open_chains(&mut self, who: Option<TechnicianId>) -> Stored<Vec<ChainKey>> {
        let mut first = BTreeMap::new();
        for (num, change) in &self.tables()?.changes {
            let his = who.is_none_or(|who| who == change.row.technician);
            if his && change.row.phase.is_open() {
                let key = ChainKey {
                    technician: change.row.technician,
                    target: change.row.target.clone(),
                };
                first.entry(key).or_insert(*num);
            }
        }
        let mut keys: Vec<(ChainKey, i64)> = first.into_iter().collect();
        keys.sort_by_key(|(_, num)| *num);
        Ok(keys.into_iter().map(|(key, _)| key).collect())
    }

    async fn held_chains(&mut self, who: TechnicianId) -> Stored<Vec<ChainKey>> {
        let mut held: BTreeMap<&Target, (bool, bool)> = BTreeMap::new();
        let tables = self.tables()?;
        for change in tables.changes.values().filter(|c| c.row.technician == who) {
            let (waits, queued) = held.entry(&change.row.target).or_default();
            *waits |= change.row.phase == Phase::NeedsYou;
            *queued |= change.row.phase == Phase::Queued;
        }
        let both = held.into_iter().filter(|(_, has)| *has == (true, true));
        Ok(both
            .map(|(target, _)| ChainKey {
                technician: who,
                target: target.clone(),
            })
            .collect())
    }

    async fn any_open_change(&mut self, who: TechnicianId, source: &SourceId) -> Stored<bool> {
        let mut changes = self.tables()?.changes.values();
        Ok(changes.any(|change| {
            let row = &change.row;
            let there = row.target.ticket().is_some_and(|key| key.source == *source);
            row.phase.is_open() && row.technician == who && there
        }))
    }

    async fn last_closed_at_once(&mut self, key: &TicketChain) -> Stored<Option<Instant>> {
        let key = &key.key();
        let changes = self.tables()?.changes.values();
        let closed = changes.filter(|change| {
            is_of(change, key)
                && change.row.phase == Phase::Delivered
                && change.row.report.contains("\"closed_at_once\"")
        });
        Ok(closed.filter_map(|change| change.row.settled_at).max())
    }
}

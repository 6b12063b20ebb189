//! The tables `changes` and `withdrawals`.

use std::sync::Arc;

use async_trait::async_trait;
use tournee_core::ids::{ChangeId, DeviceId, TicketKey};
use tournee_core::time::Instant;

use super::View;
use super::tables::{Change, Tables, taken};
use crate::store::changes::{Changes, HeldRecord, NewChange, Phase};
use crate::store::{StoreError, Stored, TechnicianId};

impl Change {
    pub(super) fn record(&self) -> HeldRecord {
        HeldRecord {
            num: self.row.num,
            technician: self.row.technician,
            target: self.row.target.clone(),
            body: self.row.body.clone(),
            place: self.row.place,
            phase: self.row.phase,
            report: self.row.report.clone(),
            against: self.against.clone(),
            withdraw: self.withdraw,
            evidence: self.evidence.clone(),
            draft: self.draft.clone(),
            of_before: self.of_before,
            received_at: self.row.received_at,
        }
    }
}

impl Tables {
    pub(super) fn alter_change(
        &mut self,
        num: i64,
        alter: impl FnOnce(&mut Change),
    ) -> Option<TechnicianId> {
        let mut change = self.changes.get(&num)?.as_ref().clone();
        alter(&mut change);
        let technician = change.row.technician;
        self.changes.insert(num, Arc::new(change));
        Some(technician)
    }
}

#[async_trait]
impl Changes for View {
    async fn has_change(&mut self, device: DeviceId, id: ChangeId) -> Stored<bool> {
        Ok(self.tables()?.change_names.contains_key(&(device, id)))
    }

    async fn next_change(&mut self) -> Stored<i64> {
        let last = self.tables()?.changes.get_max();
        Ok(last.map_or(0, |(num, _)| *num) + 1)
    }

    async fn insert_change(&mut self, change: &NewChange) -> Stored<()> {
        self.alter(|tables| {
            let name = (change.device, change.id);
            if tables.changes.contains_key(&change.num) || tables.change_names.contains_key(&name) {
                return taken("changes.device, changes.id");
            }
            tables.must_know(change.technician)?;
            tables.change_names.insert(name, change.num);
            let change = Change {
                row: change.clone(),
                against: None,
                withdraw: false,
                evidence: None,
                draft: None,
                of_before: false,
            };
            tables.changes.insert(change.row.num, Arc::new(change));
            Ok(())
        })
    }

    async fn settle_change(
        &mut self,
        num: i64,
        phase: Phase,
        report: &str,
        settled_at: Option<Instant>,
    ) -> Stored<TechnicianId> {
        self.alter(|tables| {
            let who = tables.alter_change(num, |change| {
                change.row.phase = phase;
                change.row.report = report.to_owned();
                change.row.settled_at = settled_at;
                change.withdraw = false;
            });
            who.ok_or(StoreError::Missing)
        })
    }

    async fn set_change_phase(&mut self, num: i64, phase: Phase) -> Stored<()> {
        self.alter(|tables| {
            tables.alter_change(num, |change| change.row.phase = phase);
            Ok(())
        })
    }

    async fn set_change_against(&mut self, num: i64, against: &str) -> Stored<()> {
        self.alter(|tables| {
            tables.alter_change(num, |change| change.against = Some(against.to_owned()));
            Ok(())
        })
    }

    async fn set_change_withdrawn(&mut self, num: i64) -> Stored<()> {
        self.alter(|tables| {
            tables.alter_change(num, |change| change.withdraw = true);
            Ok(())
        })
    }

    async fn set_change_evidence(&mut self, num: i64, evidence: &str) -> Stored<()> {
        self.alter(|tables| {
            tables.alter_change(num, |change| change.evidence = Some(evidence.to_owned()));
            Ok(())
        })
    }

    async fn set_change_draft(&mut self, num: i64, draft: &str) -> Stored<()> {
        self.alter(|tables| {
            tables.alter_change(num, |change| change.draft = Some(draft.to_owned()));
            Ok(())
        })
    }

    async fn set_change_of_before(&mut self, num: i64, of_before: bool) -> Stored<()> {
        self.alter(|tables| {
            tables.alter_change(num, |change| change.of_before = of_before);
            Ok(())
        })
    }

    async fn is_change_withdrawn(&mut self, num: i64) -> Stored<bool> {
        let change = self.tables()?.changes.get(&num);
        change
            .map(|change| change.withdraw)
            .ok_or(StoreError::Missing)
    }

    async fn change(&mut self, who: TechnicianId, id: ChangeId) -> Stored<Option<HeldRecord>> {
        let mut changes = self.tables()?.changes.values();
        let change = changes.find(|change| change.row.technician == who && change.row.id == id);
        Ok(change.map(|change| change.record()))
    }

    async fn unsettled_changes(
        &mut self,
        who: TechnicianId,
        device: DeviceId,
    ) -> Stored<Vec<HeldRecord>> {
        let changes = self.tables()?.changes.values();
        let left = changes.filter(|change| {
            let row = &change.row;
            row.technician == who && row.device == device && !row.phase.is_settled()
        });
        Ok(left.map(|change| change.record()).collect())
    }

    async fn open_changes(&mut self, who: TechnicianId) -> Stored<Vec<HeldRecord>> {
        let changes = self.tables()?.changes.values();
        let open = changes.filter(|change| {
            let row = &change.row;
            row.technician == who && !row.phase.is_settled()
        });
        Ok(open.map(|change| change.record()).collect())
    }

    async fn change_marks(&mut self, ticket: &TicketKey) -> Stored<Vec<(String, ChangeId)>> {
        let changes = self.tables()?.changes.values();
        let on_it = changes.filter(|change| change.row.target.ticket() == Some(ticket));
        Ok(on_it
            .map(|change| (change.row.mark.clone(), change.row.id))
            .collect())
    }

    async fn ticket_changes(&mut self, ticket: &TicketKey) -> Stored<Vec<HeldRecord>> {
        let changes = self.tables()?.changes.values();
        let on_it = changes.filter(|change| change.row.target.ticket() == Some(ticket));
        Ok(on_it.map(|change| change.record()).collect())
    }

    async fn give_changes(&mut self, from: TechnicianId, to: TechnicianId) -> Stored<()> {
        self.alter(|tables| {
            for (num, change) in &tables.changes.clone() {
                if change.row.technician == from {
                    tables.must_know(to)?;
                    tables.alter_change(*num, |change| change.row.technician = to);
                }
            }
            Ok(())
        })
    }

    async fn put_withdrawal(
        &mut self,
        who: TechnicianId,
        id: ChangeId,
        _now: Instant,
    ) -> Stored<()> {
        self.alter(|tables| {
            tables.must_know(who)?;
            tables.withdrawals.insert((who, id));
            Ok(())
        })
    }

    async fn has_withdrawal(&mut self, who: TechnicianId, id: ChangeId) -> Stored<bool> {
        Ok(self.tables()?.withdrawals.contains(&(who, id)))
    }

    async fn give_withdrawals(&mut self, from: TechnicianId, to: TechnicianId) -> Stored<()> {
        self.alter(|tables| {
            for (who, id) in &tables.withdrawals.clone() {
                if *who == from && !tables.withdrawals.contains(&(to, *id)) {
                    tables.must_know(to)?;
                    tables.withdrawals.remove(&(from, *id));
                    tables.withdrawals.insert((to, *id));
                }
            }
            Ok(())
        })
    }
}

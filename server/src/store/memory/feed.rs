//! The table `feed`.

use std::sync::Arc;

use async_trait::async_trait;
use tournee_core::time::Instant;
use tournee_core::wire::ChangeReport;

use super::View;
use super::tables::{FeedRow, taken};
use crate::store::changes::Phase;
use crate::store::feed::{Feed, FeedRecord, Kind, Thing, Visit};
use crate::store::{Stored, TechnicianId};

#[async_trait]
impl Feed for View {
    async fn put_feed(
        &mut self,
        thing: &Thing,
        seq: i64,
        _at: Instant,
        body: Option<&[u8]>,
    ) -> Stored<()> {
        self.alter(|tables| {
            let place = (thing.technician, seq);
            if tables
                .feed_order
                .get(&place)
                .is_some_and(|other| **other != *thing)
            {
                return taken("feed.technician, feed.seq");
            }
            tables.must_know(thing.technician)?;
            let thing = Arc::new(thing.clone());
            let row = FeedRow {
                seq,
                body: body.map(Arc::from),
            };
            if let Some(before) = tables.feed.insert(thing.clone(), row) {
                tables.feed_order.remove(&(thing.technician, before.seq));
            }
            tables.feed_order.insert(place, thing);
            Ok(())
        })
    }

    async fn walk_feed(
        &mut self,
        who: TechnicianId,
        after: i64,
        gone: bool,
        visit: &mut Visit<'_>,
    ) -> Stored<()> {
        let tables = self.tables()?;
        let behind = (who, after.saturating_add(1))..=(who, i64::MAX);
        for ((_, seq), thing) in tables.feed_order.range(behind) {
            let body = tables.feed.get(thing).and_then(|row| row.body.clone());
            if body.is_none() && !gone {
                continue;
            }
            let record = FeedRecord {
                seq: *seq,
                kind: thing.kind,
                key: thing.key.clone(),
                body: body.map(|body| body.to_vec()),
            };
            if !visit(record)? {
                break;
            }
        }
        Ok(())
    }

    async fn feed_body(&mut self, thing: &Thing) -> Stored<Option<Vec<u8>>> {
        let row = self.tables()?.feed.get(thing);
        Ok(row.and_then(|row| row.body.as_ref().map(|body| body.to_vec())))
    }

    async fn ticket_behind(
        &mut self,
        who: TechnicianId,
        report: &ChangeReport,
        last: i64,
    ) -> Stored<Option<Vec<u8>>> {
        let tables = self.tables()?;
        let num = tables.change_names.get(&(report.device, report.change));
        let change = num.and_then(|num| tables.changes.get(num));
        let delivered = change
            .filter(|change| change.row.technician == who && change.row.phase == Phase::Delivered);
        let row = delivered.and_then(|change| {
            tables.feed.get(&Thing {
                technician: who,
                kind: Kind::Ticket,
                key: change.row.target.to_string(),
            })
        });
        let behind = row.filter(|row| row.seq > last);
        Ok(behind.and_then(|row| row.body.as_ref().map(|body| body.to_vec())))
    }

    async fn delete_feed(&mut self, thing: &Thing) -> Stored<()> {
        self.alter(|tables| {
            if let Some(row) = tables.feed.remove(thing) {
                tables.feed_order.remove(&(thing.technician, row.seq));
            }
            Ok(())
        })
    }
}

//! The tables `lives` and `life_starts`.

use async_trait::async_trait;
use tournee_core::time::Instant;

use super::View;
use super::tables::{keep, taken};
use crate::store::lives::Lives;
use crate::store::{StoreError, Stored, TechnicianId};

#[async_trait]
impl Lives for View {
    async fn take_mark_of_copy(&mut self) -> Stored<bool> {
        self.alter(|tables| Ok(std::mem::take(&mut tables.is_copy)))
    }

    async fn insert_life(&mut self, name: &str, now: Instant) -> Stored<i64> {
        self.alter(|tables| {
            if tables.lives.values().any(|other| other == name) {
                return taken("lives.name");
            }
            tables.seen = Some(now);
            tables.last_life += 1;
            tables.lives.insert(tables.last_life, name.to_owned());
            Ok(tables.last_life)
        })
    }

    async fn last_seen(&mut self) -> Stored<Option<Instant>> {
        Ok(self.tables()?.seen)
    }

    async fn set_seen(&mut self, now: Instant) -> Stored<()> {
        self.alter(|tables| {
            // It is the newest life's.
            if let Some(seen) = &mut tables.seen {
                *seen = now;
            }
            Ok(())
        })
    }

    async fn insert_life_starts(&mut self, life: i64) -> Stored<()> {
        self.alter(|tables| {
            for (who, technician) in &tables.technicians {
                if tables.life_starts.contains_key(&(*who, life)) {
                    return taken("life_starts.technician, life_starts.life");
                }
                if !tables.lives.contains_key(&life) {
                    return Err(StoreError::Dangling("life".to_owned()));
                }
                tables.life_starts.insert((*who, life), technician.feed_seq);
            }
            Ok(())
        })
    }

    async fn delete_lives_until(&mut self, last: i64) -> Stored<()> {
        self.alter(|tables| {
            tables.lives = keep(&tables.lives, |num, _| *num > last);
            tables.life_starts = keep(&tables.life_starts, |(_, life), _| *life > last);
            Ok(())
        })
    }

    async fn life_named(&mut self, name: &str) -> Stored<Option<i64>> {
        let mut lives = self.tables()?.lives.iter();
        Ok(lives.find(|(_, other)| *other == name).map(|(num, _)| *num))
    }

    async fn life_end(&mut self, who: TechnicianId, life: i64) -> Stored<Option<i64>> {
        let later = (who, life.saturating_add(1))..=(who, i64::MAX);
        let mut starts = self.tables()?.life_starts.range(later);
        Ok(starts.next().map(|(_, seq)| *seq))
    }
}

//! Lives of the server: how a database that was restored from a backup notices that phones know more than it does.

use async_trait::async_trait;
use tournee_core::time::Instant;

use super::{Connection, Stored, TechnicianId, technicians};
use crate::chance::Chance;

/// So many lives are remembered; a phone that was away for longer starts over.
const REMEMBERED: i64 = 100;

/// The rows of `lives` and `life_starts`. A life's number is never given again.
#[async_trait]
pub trait Lives {
    /// Adds a life and answers its number.
    async fn insert_life(&mut self, name: &str, now: Instant) -> Stored<i64>;
    /// Writes down where each technician's feed stands as this life begins.
    async fn insert_life_starts(&mut self, life: i64) -> Stored<()>;
    /// Deletes the lives up to that number, and their starts.
    async fn delete_lives_until(&mut self, last: i64) -> Stored<()>;
    /// A life's number.
    async fn life_named(&mut self, name: &str) -> Stored<Option<i64>>;
    /// Where a technician's feed stood as the next life that knew him began.
    async fn life_end(&mut self, who: TechnicianId, life: i64) -> Stored<Option<i64>>;
}

/// Begins a life and answers its name.
///
/// # Errors
/// The database.
pub async fn begin(db: &mut Connection, chance: &Chance, now: Instant) -> Stored<String> {
    let name = format!("{:08x}", chance.number());
    let num = db.insert_life(&name, now).await?;
    db.insert_life_starts(num).await?;
    db.delete_lives_until(num - REMEMBERED).await?;
    Ok(name)
}

/// Whether this database gave out `seq` in the life of that name.
///
/// # Errors
/// The database.
pub async fn gave(db: &mut Connection, who: TechnicianId, seq: i64, name: &str) -> Stored<bool> {
    let Some(life) = db.life_named(name).await? else {
        return Ok(false);
    };
    let end = match db.life_end(who, life).await? {
        Some(end) => end,
        None => technicians::feed_state(db, who).await?.seq,
    };
    Ok(seq <= end)
}

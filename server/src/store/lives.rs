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
    /// Takes the mark away that a backup bears, and answers whether it was there.
    async fn take_mark_of_copy(&mut self) -> Stored<bool>;
    /// Adds a life and answers its number.
    async fn insert_life(&mut self, name: &str, now: Instant) -> Stored<i64>;
    /// When the newest life was last known to run; none where no version of before said so.
    async fn last_seen(&mut self) -> Stored<Option<Instant>>;
    /// The newest life runs.
    async fn set_seen(&mut self, now: Instant) -> Stored<()>;
    /// Writes down where each technician's feed stands as this life begins.
    async fn insert_life_starts(&mut self, life: i64) -> Stored<()>;
    /// Deletes the lives up to that number, and their starts.
    async fn delete_lives_until(&mut self, last: i64) -> Stored<()>;
    /// A life's number.
    async fn life_named(&mut self, name: &str) -> Stored<Option<i64>>;
    /// Where a technician's feed stood as the next life that knew him began.
    async fn life_end(&mut self, who: TechnicianId, life: i64) -> Stored<Option<i64>>;
}

/// Begins a life and answers what it is called: its number and its name, `number-name`.
///
/// # Errors
/// The database.
pub async fn begin(db: &mut Connection, chance: &Chance, now: Instant) -> Stored<String> {
    let name = format!("{:08x}", chance.number());
    let num = db.insert_life(&name, now).await?;
    db.insert_life_starts(num).await?;
    db.delete_lives_until(num - REMEMBERED).await?;
    Ok(format!("{num}-{name}"))
}

/// The number and the name; none of the number where a version of before called it.
fn parts(life: &str) -> (Option<i64>, &str) {
    match life.split_once('-') {
        Some((num, name)) => (num.parse().ok(), name),
        None => (None, life),
    }
}

/// Whether another life was so long before this one that it is not remembered: that it is not known says nothing then.
pub fn is_forgotten(this: &str, other: &str) -> bool {
    match (parts(this).0, parts(other).0) {
        (Some(this), Some(other)) => other <= this - REMEMBERED,
        _ => false,
    }
}

/// Whether this database gave out `seq` in the life that is called so.
///
/// # Errors
/// The database.
pub async fn gave(db: &mut Connection, who: TechnicianId, seq: i64, life: &str) -> Stored<bool> {
    let Some(life) = db.life_named(parts(life).1).await? else {
        return Ok(false);
    };
    let end = match db.life_end(who, life).await? {
        Some(end) => end,
        None => technicians::feed_state(db, who).await?.seq,
    };
    Ok(seq <= end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_is_forgotten_where_a_hundred_came_after_it() {
        assert!(is_forgotten("101-0000000a", "1-0000000b"));
        assert!(!is_forgotten("100-0000000a", "1-0000000b"));
        // A server that was put back counts on from its backup.
        assert!(!is_forgotten("101-0000000a", "140-0000000b"));
        // A version of before gave no numbers.
        assert!(!is_forgotten("101-0000000a", "0000000b"));
    }
}

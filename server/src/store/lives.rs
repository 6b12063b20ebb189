//! Lives of the server: how a database that was restored from a backup notices that phones know more than it does.

use rand::Rng as _;
use tournee_core::time::Instant;

use super::{Connection, Stored, TechnicianId, technicians};

/// So many lives are remembered; a phone that was away for longer starts over.
const REMEMBERED: i64 = 100;

/// Begins a life and answers its name.
///
/// # Errors
/// The database.
pub async fn begin(db: &mut Connection, now: Instant) -> Stored<String> {
    let name = format!("{:08x}", rand::rng().random::<u32>());
    let num: i64 =
        sqlx::query_scalar("INSERT INTO lives (name, started_at) VALUES (?, ?) RETURNING num")
            .bind(&name)
            .bind(now.0)
            .fetch_one(&mut *db)
            .await?;
    sqlx::query(
        "INSERT INTO life_starts (technician, life, seq) SELECT id, ?, feed_seq FROM technicians",
    )
    .bind(num)
    .execute(&mut *db)
    .await?;
    sqlx::query("DELETE FROM lives WHERE num <= ?")
        .bind(num - REMEMBERED)
        .execute(&mut *db)
        .await?;
    Ok(name)
}

/// Whether this database gave out `seq` in the life of that name.
///
/// # Errors
/// The database.
pub async fn gave(db: &mut Connection, who: TechnicianId, seq: i64, name: &str) -> Stored<bool> {
    let life: Option<i64> = sqlx::query_scalar("SELECT num FROM lives WHERE name = ?")
        .bind(name)
        .fetch_optional(&mut *db)
        .await?;
    let Some(life) = life else {
        return Ok(false);
    };
    let end: Option<i64> = sqlx::query_scalar(
        "SELECT seq FROM life_starts WHERE technician = ? AND life > ? ORDER BY life LIMIT 1",
    )
    .bind(who)
    .bind(life)
    .fetch_optional(&mut *db)
    .await?;
    let end = match end {
        Some(end) => end,
        None => technicians::feed_state(db, who).await?.seq,
    };
    Ok(seq <= end)
}

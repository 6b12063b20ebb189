//! Tournée users and their devices.

use tournee_core::ids::{DeviceId, Epoch};
use tournee_core::time::Instant;
use uuid::Uuid;

use super::{Connection, Stored, TechnicianId};

fn fresh_epoch() -> String {
    Uuid::new_v4().simple().to_string()
}

/// A new technician, without accounts yet.
///
/// # Errors
/// The database.
pub async fn create(db: &mut Connection, now: Instant) -> Stored<TechnicianId> {
    let id = sqlx::query_scalar(
        "INSERT INTO technicians (epoch, created_at) VALUES (?, ?) RETURNING id",
    )
    .bind(fresh_epoch())
    .bind(now.0)
    .fetch_one(db)
    .await?;
    Ok(id)
}

/// Where his feed stands.
#[derive(Clone, Debug)]
pub struct FeedState {
    /// Its life.
    pub epoch: Epoch,
    /// Its last number.
    pub seq: i64,
}

/// Where his feed stands.
///
/// # Errors
/// The database.
pub async fn feed_state(db: &mut Connection, who: TechnicianId) -> Stored<FeedState> {
    let (epoch, seq) = sqlx::query_as("SELECT epoch, feed_seq FROM technicians WHERE id = ?")
        .bind(who)
        .fetch_one(db)
        .await?;
    Ok(FeedState {
        epoch: Epoch(epoch),
        seq,
    })
}

/// Takes the feed's next number.
///
/// # Errors
/// The database.
pub async fn advance(db: &mut Connection, who: TechnicianId) -> Stored<i64> {
    let seq = sqlx::query_scalar(
        "UPDATE technicians SET feed_seq = feed_seq + 1 WHERE id = ? RETURNING feed_seq",
    )
    .bind(who)
    .fetch_one(db)
    .await?;
    Ok(seq)
}

/// Makes his phones start over.
///
/// # Errors
/// The database.
pub async fn new_epoch(db: &mut Connection, who: TechnicianId) -> Stored<()> {
    sqlx::query("UPDATE technicians SET epoch = ? WHERE id = ?")
        .bind(fresh_epoch())
        .bind(who)
        .execute(db)
        .await?;
    Ok(())
}

/// Remembers a device.
///
/// # Errors
/// The database.
pub async fn see_device(
    db: &mut Connection,
    who: TechnicianId,
    device: DeviceId,
    now: Instant,
) -> Stored<()> {
    sqlx::query(
        "INSERT INTO devices (id, technician, first_seen, last_seen) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET last_seen = excluded.last_seen",
    )
    .bind(device.0)
    .bind(who)
    .bind(now.0)
    .bind(now.0)
    .execute(db)
    .await?;
    Ok(())
}

/// Whether this device was seen within the last hour: saves a write at each exchange.
///
/// # Errors
/// The database.
pub async fn knows_device(
    db: &mut Connection,
    who: TechnicianId,
    device: DeviceId,
    since: Instant,
) -> Stored<bool> {
    let seen: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM devices WHERE technician = ? AND id = ? AND last_seen >= ?",
    )
    .bind(who)
    .bind(device.0)
    .bind(since.0)
    .fetch_optional(db)
    .await?;
    Ok(seen.is_some())
}

/// Merges one technician into another: accounts, queue and sessions move, the feed is read anew, and both men's
/// phones start over.
///
/// # Errors
/// The database.
pub async fn merge(db: &mut Connection, from: TechnicianId, into: TechnicianId) -> Stored<()> {
    for statement in [
        "UPDATE accounts SET technician = ?, read_until = NULL, refreshed_at = NULL,
         reconciled_at = NULL, reference_at = NULL WHERE technician = ?",
        "UPDATE changes SET technician = ? WHERE technician = ?",
        "UPDATE sessions SET technician = ? WHERE technician = ?",
        "UPDATE OR IGNORE devices SET technician = ? WHERE technician = ?",
        "UPDATE OR IGNORE withdrawals SET technician = ? WHERE technician = ?",
    ] {
        sqlx::query(statement)
            .bind(into)
            .bind(from)
            .execute(&mut *db)
            .await?;
    }
    sqlx::query("DELETE FROM technicians WHERE id = ?")
        .bind(from)
        .execute(&mut *db)
        .await?;
    new_epoch(db, into).await
}

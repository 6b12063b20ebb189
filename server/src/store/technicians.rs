//! Tournée users and their devices.

use async_trait::async_trait;
use tournee_core::ids::{DeviceId, Epoch};
use tournee_core::time::Instant;

use super::{Connection, Stored, TechnicianId, files};
use crate::chance::Chance;

/// The rows of `technicians` and `devices`.
#[async_trait]
pub trait Technicians {
    /// Adds a technician, his feed empty.
    async fn insert_technician(&mut self, epoch: &str, now: Instant) -> Stored<TechnicianId>;
    /// All, by number.
    async fn technicians(&mut self) -> Stored<Vec<TechnicianId>>;
    /// Where his feed stands.
    async fn feed_state(&mut self, who: TechnicianId) -> Stored<FeedState>;
    /// Takes the feed's next number.
    async fn advance_feed(&mut self, who: TechnicianId) -> Stored<i64>;
    /// Replaces his epoch.
    async fn set_epoch(
        &mut self,
        who: TechnicianId,
        epoch: &str,
        since: Option<Instant>,
    ) -> Stored<()>;
    /// Deletes him, and what goes with him: sessions, devices, withdrawals, feed, snapshots, life starts, files. Accounts
    /// and changes don't: while he has any, it fails.
    async fn delete_technician(&mut self, who: TechnicianId) -> Stored<()>;
    /// Adds a device of his, or puts this in the place of what was known of it.
    async fn put_device(&mut self, who: TechnicianId, device: &DeviceRecord) -> Stored<()>;
    /// One of his devices.
    async fn device(&mut self, who: TechnicianId, device: DeviceId)
    -> Stored<Option<DeviceRecord>>;
    /// All of them, by their numbers.
    async fn devices(&mut self, who: TechnicianId) -> Stored<Vec<DeviceRecord>>;
    /// Moves a technician's devices to another, but those that he has too.
    async fn give_devices(&mut self, from: TechnicianId, to: TechnicianId) -> Stored<()>;
}

/// A device as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRecord {
    /// Which.
    pub device: DeviceId,
    /// System and browser, as it names them.
    pub name: String,
    /// When it was last seen.
    pub seen_at: Instant,
    /// Since when it is revoked.
    pub revoked_at: Option<Instant>,
}

fn fresh_epoch(chance: &Chance) -> String {
    chance.uuid().simple().to_string()
}

/// A new technician, without accounts yet.
///
/// # Errors
/// The database.
pub async fn create(db: &mut Connection, chance: &Chance, now: Instant) -> Stored<TechnicianId> {
    db.insert_technician(&fresh_epoch(chance), now).await
}

/// Where his feed stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedState {
    /// Its life.
    pub epoch: Epoch,
    /// Its last number.
    pub seq: i64,
    /// When a phone of his last knew more than this database: what his phones made before may have been carried out by a
    /// server that it does not know.
    pub since: Option<Instant>,
}

/// Where his feed stands.
///
/// # Errors
/// The database.
pub async fn feed_state(db: &mut Connection, who: TechnicianId) -> Stored<FeedState> {
    db.feed_state(who).await
}

/// Takes the feed's next number.
///
/// # Errors
/// The database.
pub async fn advance(db: &mut Connection, who: TechnicianId) -> Stored<i64> {
    db.advance_feed(who).await
}

/// Makes his phones start over, since one of them knows more than this database.
///
/// # Errors
/// The database.
pub async fn new_epoch(
    db: &mut Connection,
    chance: &Chance,
    who: TechnicianId,
    now: Instant,
) -> Stored<()> {
    db.set_epoch(who, &fresh_epoch(chance), Some(now)).await
}

/// Makes his phones start over, though nothing is forgotten here.
///
/// # Errors
/// The database.
pub async fn start_over(db: &mut Connection, chance: &Chance, who: TechnicianId) -> Stored<()> {
    let since = db.feed_state(who).await?.since;
    db.set_epoch(who, &fresh_epoch(chance), since).await
}

/// Remembers a device that somebody is signed in on: whoever revoked it has signed in there again.
///
/// # Errors
/// The database.
pub async fn see_device(
    db: &mut Connection,
    who: TechnicianId,
    device: DeviceId,
    name: &str,
    now: Instant,
) -> Stored<()> {
    let record = DeviceRecord {
        device,
        name: name.to_owned(),
        seen_at: now,
        revoked_at: None,
    };
    db.put_device(who, &record).await
}

/// Whether this device was seen since, and is not revoked: saves a write at each exchange.
///
/// # Errors
/// The database.
pub async fn knows_device(
    db: &mut Connection,
    who: TechnicianId,
    device: DeviceId,
    since: Instant,
) -> Stored<bool> {
    let known = db.device(who, device).await?;
    Ok(known.is_some_and(|known| known.seen_at >= since && known.revoked_at.is_none()))
}

/// Revokes a device and the sessions on it; answers whether he has such a device.
///
/// # Errors
/// The database.
pub async fn revoke_device(
    db: &mut Connection,
    who: TechnicianId,
    device: DeviceId,
    now: Instant,
) -> Stored<bool> {
    let Some(mut record) = db.device(who, device).await? else {
        return Ok(false);
    };
    record.revoked_at = record.revoked_at.or(Some(now));
    db.put_device(who, &record).await?;
    db.revoke_sessions(who, device).await?;
    Ok(true)
}

/// Merges one technician into another: accounts, queue and sessions move, the feed is read anew, and both men's
/// phones start over.
///
/// # Errors
/// The database.
pub async fn merge(
    db: &mut Connection,
    chance: &Chance,
    from: TechnicianId,
    into: TechnicianId,
) -> Stored<()> {
    let since = db.feed_state(from).await?.since;
    let since = since.max(db.feed_state(into).await?.since);
    db.give_accounts(from, into).await?;
    db.give_changes(from, into).await?;
    db.give_sessions(from, into).await?;
    db.give_devices(from, into).await?;
    db.give_withdrawals(from, into).await?;
    db.give_mailboxes(from, into).await?;
    files::give(db, from, into).await?;
    db.give_rules(from, into).await?;
    db.delete_technician(from).await?;
    db.set_epoch(into, &fresh_epoch(chance), since).await
}

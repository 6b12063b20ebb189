//! The queue: every change that was ever taken into custody, and where it stands.

use std::collections::HashMap;

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use tournee_core::changes::Change;
use tournee_core::ids::{ChangeId, DeviceId, SourceId, TicketId};
use tournee_core::time::Instant;
use tournee_core::wire::{ChangeReport, FeedItem, ReportState};
use uuid::Uuid;

use super::accounts::number;
use super::{Connection, Stored, TechnicianId, feed};
use crate::glpi::Mark;

/// Where a change stands, for the executor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(rename_all = "snake_case")]
pub enum Phase {
    /// To be carried out.
    Queued,
    /// About to be written, or written with an unknown outcome.
    Intended,
    /// Waits for the technician.
    NeedsYou,
    /// In GLPI, read back.
    Delivered,
    /// Taken back.
    Withdrawn,
}

impl Phase {
    fn of(report: &ReportState) -> Self {
        match report {
            ReportState::Queued => Self::Queued,
            ReportState::Delivered { .. } => Self::Delivered,
            ReportState::NeedsYou { .. } => Self::NeedsYou,
            ReportState::Withdrawn => Self::Withdrawn,
        }
    }

    /// Delivered or taken back: nothing more happens to it.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Delivered | Self::Withdrawn)
    }
}

/// A change in custody.
#[derive(Clone, Debug)]
pub struct Held {
    /// Its number here.
    pub num: i64,
    /// Whose.
    pub technician: TechnicianId,
    /// What.
    pub change: Change,
    /// Its place in the ticket's order.
    pub place: i64,
    /// Where it stands.
    pub phase: Phase,
    /// What the phone is told.
    pub report: ReportState,
    /// The technician wants it over what somebody else did.
    pub insist: bool,
    /// The technician took it back while it was being written.
    pub withdraw: bool,
}

pub(super) const COLUMNS: &str = "num, technician, body, place, phase, report, insist, withdraw";

pub(super) fn from_row(row: &SqliteRow) -> Stored<Held> {
    let body: String = row.try_get("body")?;
    let report: String = row.try_get("report")?;
    Ok(Held {
        num: row.try_get("num")?,
        technician: row.try_get("technician")?,
        change: serde_json::from_str(&body)?,
        place: row.try_get("place")?,
        phase: row.try_get("phase")?,
        report: serde_json::from_str(&report)?,
        insist: row.try_get("insist")?,
        withdraw: row.try_get("withdraw")?,
    })
}

/// Whether a change was taken into custody before, by whomever.
///
/// # Errors
/// The database.
pub async fn is_known(db: &mut Connection, device: DeviceId, id: ChangeId) -> Stored<bool> {
    let known: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM changes WHERE device = ? AND id = ?")
            .bind(device.0)
            .bind(id.0)
            .fetch_optional(db)
            .await?;
    Ok(known.is_some())
}

/// Takes a change into custody, with its first report.
///
/// # Errors
/// The database.
pub async fn insert(
    db: &mut Connection,
    who: TechnicianId,
    change: &Change,
    place: Option<i64>,
    report: &ReportState,
    now: Instant,
) -> Stored<()> {
    let num: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(num), 0) + 1 FROM changes")
        .fetch_one(&mut *db)
        .await?;
    let phase = Phase::of(report);
    sqlx::query(
        "INSERT INTO changes (num, id, mark, device, technician, source, ticket, place, body, phase,
         report, received_at, settled_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(num)
    .bind(change.id.0)
    .bind(Mark::new(change.id).reference())
    .bind(change.device.0)
    .bind(who)
    .bind(&change.ticket.source.0)
    .bind(number(change.ticket.id.0))
    .bind(place.unwrap_or(num))
    .bind(serde_json::to_string(change)?)
    .bind(phase)
    .bind(serde_json::to_string(report)?)
    .bind(now.0)
    .bind(phase.is_settled().then_some(now.0))
    .execute(&mut *db)
    .await?;
    if phase != Phase::Queued {
        tell(db, who, change, report, now).await?;
    }
    Ok(())
}

/// Sets where a change stands and tells the phones. The ticket that shows its effect is in the feed already.
///
/// # Errors
/// The database.
pub async fn settle(
    db: &mut Connection,
    held: &Held,
    report: &ReportState,
    now: Instant,
) -> Stored<()> {
    let phase = Phase::of(report);
    // Whose it is may have changed since it was read: two technicians can be merged.
    let who: TechnicianId = sqlx::query_scalar(
        "UPDATE changes SET phase = ?, report = ?, settled_at = ?, withdraw = 0 WHERE num = ?
         RETURNING technician",
    )
    .bind(phase)
    .bind(serde_json::to_string(report)?)
    .bind(phase.is_settled().then_some(now.0))
    .bind(held.num)
    .fetch_one(&mut *db)
    .await?;
    tell(db, who, &held.change, report, now).await
}

async fn tell(
    db: &mut Connection,
    who: TechnicianId,
    change: &Change,
    report: &ReportState,
    now: Instant,
) -> Stored<()> {
    let report = ChangeReport {
        change: change.id,
        device: change.device,
        state: report.clone(),
    };
    feed::publish(db, who, &FeedItem::Report { report }, now).await
}

/// Says again where a change stands.
///
/// # Errors
/// The database.
pub async fn repeat_report(db: &mut Connection, held: &Held, now: Instant) -> Stored<()> {
    tell(db, held.technician, &held.change, &held.report, now).await
}

/// Sets the phase alone: between intent and outcome there is nothing to tell.
///
/// # Errors
/// The database.
pub async fn set_phase(db: &mut Connection, num: i64, phase: Phase) -> Stored<()> {
    sqlx::query("UPDATE changes SET phase = ? WHERE num = ?")
        .bind(phase)
        .bind(num)
        .execute(db)
        .await?;
    Ok(())
}

/// Remembers that the technician insists.
///
/// # Errors
/// The database.
pub async fn set_insist(db: &mut Connection, num: i64) -> Stored<()> {
    sqlx::query("UPDATE changes SET insist = 1 WHERE num = ?")
        .bind(num)
        .execute(db)
        .await?;
    Ok(())
}

/// Remembers that the technician took back a change whose write is under way.
///
/// # Errors
/// The database.
pub async fn set_withdraw(db: &mut Connection, num: i64) -> Stored<()> {
    sqlx::query("UPDATE changes SET withdraw = 1 WHERE num = ?")
        .bind(num)
        .execute(db)
        .await?;
    Ok(())
}

/// A technician's change by its name.
///
/// # Errors
/// The database.
pub async fn find(db: &mut Connection, who: TechnicianId, id: ChangeId) -> Stored<Option<Held>> {
    let sql = format!("SELECT {COLUMNS} FROM changes WHERE technician = ? AND id = ?");
    let row = sqlx::query(&sql)
        .bind(who)
        .bind(id.0)
        .fetch_optional(db)
        .await?;
    row.as_ref().map(from_row).transpose()
}

/// Remembers that a change was taken back before it arrived.
///
/// # Errors
/// The database.
pub async fn withdraw_unseen(
    db: &mut Connection,
    who: TechnicianId,
    id: ChangeId,
    now: Instant,
) -> Stored<()> {
    sqlx::query("INSERT OR IGNORE INTO withdrawals (technician, change, at) VALUES (?, ?, ?)")
        .bind(who)
        .bind(id.0)
        .bind(now.0)
        .execute(db)
        .await?;
    Ok(())
}

/// Whether a change was taken back before it arrived.
///
/// # Errors
/// The database.
pub async fn was_withdrawn(db: &mut Connection, who: TechnicianId, id: ChangeId) -> Stored<bool> {
    let there: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM withdrawals WHERE technician = ? AND change = ?")
            .bind(who)
            .bind(id.0)
            .fetch_optional(db)
            .await?;
    Ok(there.is_some())
}

/// The marks that our changes left on these tickets: which reference stands for which change.
///
/// # Errors
/// The database.
pub async fn marks(
    db: &mut Connection,
    source: &SourceId,
    tickets: &[TicketId],
) -> Stored<HashMap<String, ChangeId>> {
    let mut marks = HashMap::new();
    for ticket in tickets {
        let rows: Vec<(String, Uuid)> =
            sqlx::query_as("SELECT mark, id FROM changes WHERE source = ? AND ticket = ?")
                .bind(&source.0)
                .bind(number(ticket.0))
                .fetch_all(&mut *db)
                .await?;
        marks.extend(rows.into_iter().map(|(mark, id)| (mark, ChangeId(id))));
    }
    Ok(marks)
}

/// Whether the technician took a change back since it was read.
///
/// # Errors
/// The database.
pub async fn is_withdrawn_meanwhile(db: &mut Connection, num: i64) -> Stored<bool> {
    Ok(
        sqlx::query_scalar("SELECT withdraw FROM changes WHERE num = ?")
            .bind(num)
            .fetch_one(db)
            .await?,
    )
}

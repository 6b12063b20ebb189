//! The tables `changes` and `withdrawals`.

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};
use tournee_core::changes::Target;
use tournee_core::ids::{ChangeId, DeviceId, SourceId, ThreadKey, TicketId, TicketKey};
use tournee_core::time::Instant;
use uuid::Uuid;

use crate::store::changes::{Changes, HeldRecord, NewChange, Phase};
use crate::store::{Stored, TechnicianId, number};

pub(super) const COLUMNS: &str = "num, technician, source, ticket, thread, body, place, phase, report, against, withdraw, evidence, draft, of_before, received_at";

pub(super) fn record(row: &SqliteRow) -> Stored<HeldRecord> {
    Ok(HeldRecord {
        num: row.try_get("num")?,
        technician: row.try_get("technician")?,
        target: target((
            row.try_get("source")?,
            row.try_get("ticket")?,
            row.try_get("thread")?,
        )),
        body: row.try_get("body")?,
        place: row.try_get("place")?,
        phase: row.try_get("phase")?,
        report: row.try_get("report")?,
        against: row.try_get("against")?,
        withdraw: row.try_get("withdraw")?,
        evidence: row.try_get("evidence")?,
        draft: row.try_get("draft")?,
        of_before: row.try_get("of_before")?,
        received_at: Instant(row.try_get("received_at")?),
    })
}

/// What a change is on, of its columns. A thread has no source, and a ticket no thread.
pub(super) fn target((source, ticket, thread): (String, i64, String)) -> Target {
    match ThreadKey::parse(&thread) {
        Some(thread) => Target::Thread(thread),
        None => Target::Ticket(TicketKey {
            source: SourceId(source),
            id: TicketId(ticket.unsigned_abs()),
        }),
    }
}

/// The columns of what a change is on.
pub(super) fn columns(target: &Target) -> (String, i64, String) {
    match target {
        Target::Ticket(key) => (key.source.0.clone(), number(key.id.0), String::new()),
        Target::Thread(key) => (String::new(), 0, key.to_string()),
    }
}

/// Runs a statement on one change.
async fn set(db: &mut SqliteConnection, sql: &str, num: i64) -> Stored<()> {
    sqlx::query(sql).bind(num).execute(db).await?;
    Ok(())
}

/// Runs a statement that moves rows from one technician to another.
async fn give(
    db: &mut SqliteConnection,
    sql: &str,
    from: TechnicianId,
    to: TechnicianId,
) -> Stored<()> {
    sqlx::query(sql).bind(to).bind(from).execute(db).await?;
    Ok(())
}

#[async_trait]
impl Changes for SqliteConnection {
    async fn has_change(&mut self, device: DeviceId, id: ChangeId) -> Stored<bool> {
        let known: Option<i64> =
            sqlx::query_scalar("SELECT 1 FROM changes WHERE device = ? AND id = ?")
                .bind(device.0)
                .bind(id.0)
                .fetch_optional(self)
                .await?;
        Ok(known.is_some())
    }

    async fn next_change(&mut self) -> Stored<i64> {
        let num = sqlx::query_scalar("SELECT COALESCE(MAX(num), 0) + 1 FROM changes")
            .fetch_one(self)
            .await?;
        Ok(num)
    }

    async fn insert_change(&mut self, change: &NewChange) -> Stored<()> {
        let (source, ticket, thread) = columns(&change.target);
        sqlx::query(
            "INSERT INTO changes (num, id, mark, device, technician, source, ticket, thread, local,
             place, body, phase, report, received_at, settled_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(change.num)
        .bind(change.id.0)
        .bind(&change.mark)
        .bind(change.device.0)
        .bind(change.technician)
        .bind(source)
        .bind(ticket)
        .bind(thread)
        .bind(change.local.map(|local| number(local.0)))
        .bind(change.place)
        .bind(&change.body)
        .bind(change.phase)
        .bind(&change.report)
        .bind(change.received_at.0)
        .bind(change.settled_at.map(|at| at.0))
        .execute(self)
        .await?;
        Ok(())
    }

    async fn settle_change(
        &mut self,
        num: i64,
        phase: Phase,
        report: &str,
        settled_at: Option<Instant>,
    ) -> Stored<TechnicianId> {
        let who = sqlx::query_scalar(
            "UPDATE changes SET phase = ?, report = ?, settled_at = ?, withdraw = 0 WHERE num = ?
             RETURNING technician",
        )
        .bind(phase)
        .bind(report)
        .bind(settled_at.map(|at| at.0))
        .bind(num)
        .fetch_one(self)
        .await?;
        Ok(who)
    }

    async fn set_change_phase(&mut self, num: i64, phase: Phase) -> Stored<()> {
        sqlx::query("UPDATE changes SET phase = ? WHERE num = ?")
            .bind(phase)
            .bind(num)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn set_change_against(&mut self, num: i64, against: &str) -> Stored<()> {
        sqlx::query("UPDATE changes SET against = ? WHERE num = ?")
            .bind(against)
            .bind(num)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn set_change_withdrawn(&mut self, num: i64) -> Stored<()> {
        set(self, "UPDATE changes SET withdraw = 1 WHERE num = ?", num).await
    }

    async fn set_change_evidence(&mut self, num: i64, evidence: &str) -> Stored<()> {
        sqlx::query("UPDATE changes SET evidence = ? WHERE num = ?")
            .bind(evidence)
            .bind(num)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn set_change_draft(&mut self, num: i64, draft: &str) -> Stored<()> {
        sqlx::query("UPDATE changes SET draft = ? WHERE num = ?")
            .bind(draft)
            .bind(num)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn set_change_of_before(&mut self, num: i64, of_before: bool) -> Stored<()> {
        sqlx::query("UPDATE changes SET of_before = ? WHERE num = ?")
            .bind(of_before)
            .bind(num)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn is_change_withdrawn(&mut self, num: i64) -> Stored<bool> {
        let withdrawn = sqlx::query_scalar("SELECT withdraw FROM changes WHERE num = ?")
            .bind(num)
            .fetch_one(self)
            .await?;
        Ok(withdrawn)
    }

    async fn change(&mut self, who: TechnicianId, id: ChangeId) -> Stored<Option<HeldRecord>> {
        let sql =
            format!("SELECT {COLUMNS} FROM changes WHERE technician = ? AND id = ? ORDER BY num");
        let row = sqlx::query(&sql)
            .bind(who)
            .bind(id.0)
            .fetch_optional(self)
            .await?;
        row.as_ref().map(record).transpose()
    }

    async fn unsettled_changes(
        &mut self,
        who: TechnicianId,
        device: DeviceId,
    ) -> Stored<Vec<HeldRecord>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM changes WHERE technician = ? AND device = ?
             AND phase IN ('queued', 'intended', 'needs_you') ORDER BY num"
        );
        let rows = sqlx::query(&sql)
            .bind(who)
            .bind(device.0)
            .fetch_all(self)
            .await?;
        rows.iter().map(record).collect()
    }

    async fn open_changes(&mut self, who: TechnicianId) -> Stored<Vec<HeldRecord>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM changes WHERE technician = ?
             AND phase IN ('queued', 'intended', 'needs_you') ORDER BY num"
        );
        let rows = sqlx::query(&sql).bind(who).fetch_all(self).await?;
        rows.iter().map(record).collect()
    }

    async fn change_marks(&mut self, ticket: &TicketKey) -> Stored<Vec<(String, ChangeId)>> {
        let rows: Vec<(String, Uuid)> = sqlx::query_as(
            "SELECT mark, id FROM changes WHERE source = ? AND ticket = ? ORDER BY num",
        )
        .bind(&ticket.source.0)
        .bind(number(ticket.id.0))
        .fetch_all(self)
        .await?;
        let marks = rows.into_iter().map(|(mark, id)| (mark, ChangeId(id)));
        Ok(marks.collect())
    }

    async fn ticket_changes(&mut self, ticket: &TicketKey) -> Stored<Vec<HeldRecord>> {
        let sql =
            format!("SELECT {COLUMNS} FROM changes WHERE source = ? AND ticket = ? ORDER BY num");
        let rows = sqlx::query(&sql)
            .bind(&ticket.source.0)
            .bind(number(ticket.id.0))
            .fetch_all(self)
            .await?;
        rows.iter().map(record).collect()
    }

    async fn give_changes(&mut self, from: TechnicianId, to: TechnicianId) -> Stored<()> {
        let sql = "UPDATE changes SET technician = ? WHERE technician = ?";
        give(self, sql, from, to).await
    }

    async fn put_withdrawal(
        &mut self,
        who: TechnicianId,
        id: ChangeId,
        now: Instant,
    ) -> Stored<()> {
        sqlx::query("INSERT OR IGNORE INTO withdrawals (technician, change, at) VALUES (?, ?, ?)")
            .bind(who)
            .bind(id.0)
            .bind(now.0)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn has_withdrawal(&mut self, who: TechnicianId, id: ChangeId) -> Stored<bool> {
        let there: Option<i64> =
            sqlx::query_scalar("SELECT 1 FROM withdrawals WHERE technician = ? AND change = ?")
                .bind(who)
                .bind(id.0)
                .fetch_optional(self)
                .await?;
        Ok(there.is_some())
    }

    async fn give_withdrawals(&mut self, from: TechnicianId, to: TechnicianId) -> Stored<()> {
        let sql = "UPDATE OR IGNORE withdrawals SET technician = ? WHERE technician = ?";
        give(self, sql, from, to).await
    }
}

//! The queue: every change that was ever taken into custody, and where it stands.

use std::collections::BTreeMap;

use async_trait::async_trait;
use tournee_core::changes::Change;
use tournee_core::ids::{ChangeId, DeviceId, SourceId, TicketId, TicketKey};
use tournee_core::time::Instant;
use tournee_core::wire::{Against, ChangeReport, Evidence, FeedItem, ProblemKind, ReportState};

pub use super::held::{Held, HeldRecord, NewChange, Phase};
use super::{Connection, Stored, TechnicianId, feed};
use crate::glpi::Mark;

/// The rows of `changes`, one a device and name; and of `withdrawals`.
#[async_trait]
pub trait Changes {
    /// Whether there is one of that device and name.
    async fn has_change(&mut self, device: DeviceId, id: ChangeId) -> Stored<bool>;
    /// The number after the last.
    async fn next_change(&mut self) -> Stored<i64>;
    /// Adds one.
    async fn insert_change(&mut self, change: &NewChange) -> Stored<()>;
    /// Sets where one stands, that nothing is taken back meanwhile, and answers whose it is.
    async fn settle_change(
        &mut self,
        num: i64,
        phase: Phase,
        report: &str,
        settled_at: Option<Instant>,
    ) -> Stored<TechnicianId>;
    /// Sets the phase.
    async fn set_change_phase(&mut self, num: i64, phase: Phase) -> Stored<()>;
    /// Sets what it is insisted against.
    async fn set_change_against(&mut self, num: i64, against: &str) -> Stored<()>;
    /// Sets that it was taken back meanwhile.
    async fn set_change_withdrawn(&mut self, num: i64) -> Stored<()>;
    /// Sets what is known of writes whose outcome is not.
    async fn set_change_evidence(&mut self, num: i64, evidence: &str) -> Stored<()>;
    /// Sets what it is known by elsewhere.
    async fn set_change_draft(&mut self, num: i64, draft: &str) -> Stored<()>;
    /// Sets whether a server that this database does not know may have carried it out.
    async fn set_change_of_before(&mut self, num: i64, of_before: bool) -> Stored<()>;
    /// Whether it was taken back meanwhile.
    async fn is_change_withdrawn(&mut self, num: i64) -> Stored<bool>;
    /// A technician's first of that name.
    async fn change(&mut self, who: TechnicianId, id: ChangeId) -> Stored<Option<HeldRecord>>;
    /// Those of a technician's device that are neither delivered nor taken back, by number.
    async fn unsettled_changes(
        &mut self,
        who: TechnicianId,
        device: DeviceId,
    ) -> Stored<Vec<HeldRecord>>;
    /// A technician's that are neither delivered nor taken back, by number.
    async fn open_changes(&mut self, who: TechnicianId) -> Stored<Vec<HeldRecord>>;
    /// Mark and name of all on a ticket, by number.
    async fn change_marks(&mut self, ticket: &TicketKey) -> Stored<Vec<(String, ChangeId)>>;
    /// All on a ticket, whoever's, in the order in which they came.
    async fn ticket_changes(&mut self, ticket: &TicketKey) -> Stored<Vec<HeldRecord>>;
    /// Moves all of a technician's to another.
    async fn give_changes(&mut self, from: TechnicianId, to: TechnicianId) -> Stored<()>;
    /// Adds a withdrawal, unless it is there.
    async fn put_withdrawal(&mut self, who: TechnicianId, id: ChangeId, now: Instant)
    -> Stored<()>;
    /// Whether there is that withdrawal.
    async fn has_withdrawal(&mut self, who: TechnicianId, id: ChangeId) -> Stored<bool>;
    /// Moves a technician's withdrawals to another, but those that he has too.
    async fn give_withdrawals(&mut self, from: TechnicianId, to: TechnicianId) -> Stored<()>;
}

/// Whether a change was taken into custody before, by whomever.
///
/// # Errors
/// The database.
pub async fn is_known(db: &mut Connection, device: DeviceId, id: ChangeId) -> Stored<bool> {
    db.has_change(device, id).await
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
    insert_as(
        db,
        who,
        change,
        change.ticket().map(|key| key.id),
        place,
        report,
        now,
    )
    .await
}

/// The same for a change that came with another number of its ticket than that has today.
///
/// # Errors
/// The database.
pub async fn insert_as(
    db: &mut Connection,
    who: TechnicianId,
    change: &Change,
    came_with: Option<TicketId>,
    place: Option<i64>,
    report: &ReportState,
    now: Instant,
) -> Stored<()> {
    let num = db.next_change().await?;
    let phase = Phase::of(report);
    db.insert_change(&NewChange {
        num,
        id: change.id,
        mark: Mark::of(change).reference(),
        device: change.device,
        technician: who,
        target: change.target.clone(),
        local: came_with.filter(|id| id.is_local()),
        place: place.unwrap_or(num),
        body: serde_json::to_string(change)?,
        phase,
        report: serde_json::to_string(report)?,
        received_at: now,
        settled_at: phase.is_settled().then_some(now),
    })
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
    let settled_at = phase.is_settled().then_some(now);
    let json = serde_json::to_string(report)?;
    // Whose it is may have changed since it was read: two technicians can be merged.
    let who = db.settle_change(held.num, phase, &json, settled_at).await?;
    if held.of_before && answers_for_before(report) {
        db.set_change_of_before(held.num, false).await?;
    }
    tell(db, who, &held.change, report, now).await
}

/// Whether it leaves no question of what a server of before may have done: there is an outcome, or he sees what stands. That he
/// has no account, say, is none.
fn answers_for_before(report: &ReportState) -> bool {
    match report {
        ReportState::Queued => false,
        ReportState::NeedsYou { problem } => {
            let evidence = problem.evidence.as_ref();
            let is_unread = evidence.is_some_and(|evidence| evidence.unread.is_some());
            let answers = matches!(
                problem.kind,
                ProblemKind::Unsettled | ProblemKind::Conflict | ProblemKind::NoEffect
            );
            answers && !is_unread
        }
        ReportState::Delivered { .. } | ReportState::Withdrawn => true,
    }
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
    db.set_change_phase(num, phase).await
}

/// Remembers what the technician was shown, and insists against.
///
/// # Errors
/// The database.
pub async fn set_against(db: &mut Connection, num: i64, against: &[Against]) -> Stored<()> {
    let against = serde_json::to_string(against)?;
    db.set_change_against(num, &against).await
}

/// Remembers what is known of writes whose outcome GLPI never told.
///
/// # Errors
/// The database.
pub async fn set_evidence(db: &mut Connection, num: i64, evidence: &Evidence) -> Stored<()> {
    let evidence = serde_json::to_string(evidence)?;
    db.set_change_evidence(num, &evidence).await
}

/// Remembers that the technician took back a change whose write is under way.
///
/// # Errors
/// The database.
pub async fn set_withdraw(db: &mut Connection, num: i64) -> Stored<()> {
    db.set_change_withdrawn(num).await
}

/// A technician's change by its name.
///
/// # Errors
/// The database.
pub async fn find(db: &mut Connection, who: TechnicianId, id: ChangeId) -> Stored<Option<Held>> {
    let row = db.change(who, id).await?;
    row.map(HeldRecord::parse).transpose()
}

/// The changes of one of his devices that are neither in GLPI nor taken back, as they came.
///
/// # Errors
/// The database.
pub async fn unsettled_of(
    db: &mut Connection,
    who: TechnicianId,
    device: DeviceId,
) -> Stored<Vec<Held>> {
    let rows = db.unsettled_changes(who, device).await?;
    rows.into_iter().map(HeldRecord::parse).collect()
}

/// A technician's changes that are neither in GLPI nor taken back.
///
/// # Errors
/// The database.
pub async fn open(db: &mut Connection, who: TechnicianId) -> Stored<Vec<Held>> {
    let rows = db.open_changes(who).await?;
    rows.into_iter().map(HeldRecord::parse).collect()
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
    db.put_withdrawal(who, id, now).await
}

/// Whether a change was taken back before it arrived.
///
/// # Errors
/// The database.
pub async fn was_withdrawn(db: &mut Connection, who: TechnicianId, id: ChangeId) -> Stored<bool> {
    db.has_withdrawal(who, id).await
}

/// The marks that our changes left on these tickets: which reference stands for which change.
///
/// # Errors
/// The database.
pub async fn marks(
    db: &mut Connection,
    source: &SourceId,
    tickets: &[TicketId],
) -> Stored<BTreeMap<String, ChangeId>> {
    let mut marks = BTreeMap::new();
    for id in tickets {
        let ticket = TicketKey {
            source: source.clone(),
            id: *id,
        };
        marks.extend(db.change_marks(&ticket).await?);
    }
    Ok(marks)
}

/// All that was ever taken into custody for a ticket, whoever's, in the order in which it came.
///
/// # Errors
/// The database.
pub async fn of_ticket(db: &mut Connection, ticket: &TicketKey) -> Stored<Vec<Held>> {
    let rows = db.ticket_changes(ticket).await?;
    rows.into_iter().map(HeldRecord::parse).collect()
}

/// Whether the technician took a change back since it was read.
///
/// # Errors
/// The database.
pub async fn is_withdrawn_meanwhile(db: &mut Connection, num: i64) -> Stored<bool> {
    db.is_change_withdrawn(num).await
}

#[cfg(test)]
mod tests {
    use tournee_core::wire::{Attempt, Evidence, Problem};

    use super::*;

    fn waits(unread: Option<Attempt>) -> ReportState {
        let evidence = Evidence {
            unread,
            ..Evidence::default()
        };
        ReportState::NeedsYou {
            problem: Problem {
                kind: ProblemKind::Unsettled,
                words: None,
                conflict: None,
                evidence: Some(Box::new(evidence)),
            },
        }
    }

    #[test]
    fn that_nobody_could_look_leaves_the_question_what_a_server_of_before_did() {
        assert!(answers_for_before(&waits(None)));
        let unread = Attempt {
            at: Instant(0),
            said: "HTTP 500".to_owned(),
        };
        assert!(!answers_for_before(&waits(Some(unread))));
    }
}

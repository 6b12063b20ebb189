//! How rules stand, and what they did.

use tournee_core::changes::Change;
use tournee_core::ids::{RuleId, TicketKey};
use tournee_core::wire::{
    Deed, FeedItem, Notice, ReportState, RuleDeed, RuleInfo, RuleRecord, RuleState, Rules,
};

use super::case::pause_of;
use super::error::RuleError;
use crate::app::Shared;
use crate::made_here;
use crate::store::changes::{self, Held};
use crate::store::rules::{self, RuleRow, What};
use crate::store::{Connection, Stored, TechnicianId};

impl Shared {
    /// The rules that a technician sees: his own, and those on the service's mailbox.
    ///
    /// # Errors
    /// The database.
    pub async fn rules_seen_by(&self, who: TechnicianId) -> Result<Rules, RuleError> {
        let mut db = self.store.read().await?;
        let mut seen = Vec::new();
        for row in rules::all(&mut db).await? {
            if row.owner == who || is_shared(&mut db, &row).await? {
                seen.push(RuleInfo {
                    mine: row.owner == who,
                    tried: row.tried,
                    state: state_of(&mut db, &row).await?,
                    rule: row.rule,
                });
            }
        }
        Ok(Rules { rules: seen })
    }

    /// What a rule did last.
    ///
    /// # Errors
    /// He sees no such rule.
    pub async fn rule_record(
        &self,
        who: TechnicianId,
        id: RuleId,
    ) -> Result<RuleRecord, RuleError> {
        let mut db = self.store.read().await?;
        let row = rules::one(&mut db, id).await?;
        let row = row.ok_or(RuleError::Unknown)?;
        if row.owner != who && !is_shared(&mut db, &row).await? {
            return Err(RuleError::Unknown);
        }
        let mut deeds = Vec::new();
        for (at, done) in rules::done(&mut db, id).await? {
            let what = deed(&mut db, row.owner, done.what).await?;
            let mail = done.mail;
            deeds.push(RuleDeed { at, mail, what });
        }
        Ok(RuleRecord { deeds })
    }
}

async fn is_shared(db: &mut Connection, row: &RuleRow) -> Stored<bool> {
    let record = db.mailbox(&row.rule.mailbox).await?;
    Ok(record.is_some_and(|record| record.owner.is_none()))
}

async fn state_of(db: &mut Connection, row: &RuleRow) -> Stored<RuleState> {
    let Some(since) = row.on_since else {
        return Ok(RuleState::Off);
    };
    Ok(match pause_of(db, row).await? {
        Some(why) => RuleState::Paused { since, why },
        None => RuleState::On { since },
    })
}

/// Where what was done stands by now: custody knows.
async fn deed(db: &mut Connection, owner: TechnicianId, what: What) -> Stored<Deed> {
    let (ids, reopens) = match what {
        What::Left { why } => return Ok(Deed::Left { why }),
        What::Linked { ticket } => return Ok(Deed::Linked { ticket }),
        What::Changes { ids, reopens } => (ids, reopens),
    };
    let mut held = Vec::new();
    for id in ids {
        held.extend(changes::find(db, owner, id).await?);
    }
    let waiting = held.iter().find_map(|row| match &row.report {
        ReportState::NeedsYou { problem } => Some(Deed::NeedsYou {
            change: row.change.id,
            problem: problem.clone(),
        }),
        _ => None,
    });
    let first = held.first();
    Ok(waiting.unwrap_or_else(|| first.map_or(Deed::UnderWay, |row| stands(row, reopens))))
}

fn stands(row: &Held, reopens: Option<TicketKey>) -> Deed {
    match (&row.report, reopens) {
        (ReportState::Delivered { .. }, Some(ticket)) => Deed::Reopened { ticket },
        (ReportState::Delivered { notices, .. }, None) => match row.change.ticket() {
            Some(ticket) => Deed::Made {
                ticket: ticket.clone(),
                joined: notices.contains(&Notice::MailConverted),
            },
            None => Deed::Unknown,
        },
        (ReportState::Withdrawn, _) => Deed::TakenBack,
        (ReportState::Queued | ReportState::NeedsYou { .. }, _) => Deed::UnderWay,
    }
}

/// What was made here in a technician's name and waits for him, of what a page of his feed tells.
///
/// # Errors
/// The database.
pub async fn entrusted(
    db: &mut Connection,
    who: TechnicianId,
    items: &[FeedItem],
) -> Stored<Vec<Change>> {
    let mut entrusted = Vec::new();
    for item in items {
        let FeedItem::Report { report } = item else {
            continue;
        };
        if !matches!(report.state, ReportState::NeedsYou { .. })
            || !made_here::is_made_here(db, report.device).await?
        {
            continue;
        }
        let held = changes::find(db, who, report.change).await?;
        entrusted.extend(held.map(|held| held.change));
    }
    Ok(entrusted)
}

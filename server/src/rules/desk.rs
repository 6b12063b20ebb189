//! A rule is made, altered, switched on and off.

use tournee_core::ids::RuleId;
use tournee_core::rules::Rule;
use tournee_core::wire::{PROTOCOL, SyncRequest, WishFor};

use super::error::RuleError;
use crate::app::Server;
use crate::app::Shared;
use crate::made_here;
use crate::store::rules::{self, RuleRow};
use crate::store::{TechnicianId, accounts, changes, mails};

/// Rules that one technician may have.
const MOST: usize = 100;

impl Shared {
    /// Makes a rule, or alters it: it is off then, and has to be tried as it is.
    ///
    /// # Errors
    /// It is none, or is not for him.
    pub async fn put_rule(&self, who: TechnicianId, rule: Rule) -> Result<(), RuleError> {
        rule.validate()?;
        let mut tx = self.store.write().await?;
        let seen = mails::seen_by(&mut tx, who).await?;
        if !seen.iter().any(|record| record.id == rule.mailbox) {
            return Err(RuleError::NoMailbox);
        }
        let account = accounts::at_source(&mut tx, who, &rule.then.source).await?;
        if !account.is_some_and(|row| row.signed_in) {
            return Err(RuleError::NoAccount);
        }
        let all = rules::all(&mut tx).await?;
        let before = all.iter().find(|row| row.rule.id == rule.id);
        let own = all.iter().filter(|row| row.owner == who).count();
        let num = match before {
            Some(row) if row.owner != who => return Err(RuleError::Unknown),
            // Nothing to alter: what was typed was sent twice.
            Some(row) if row.rule == rule => return Ok(()),
            Some(row) => row.num,
            None if own >= MOST => return Err(RuleError::TooMany),
            None => rules::next_place(&mut tx).await?,
        };
        let row = RuleRow {
            num,
            owner: who,
            rule,
            on_since: None,
            tried: false,
        };
        rules::put(&mut tx, &row).await?;
        Ok(tx.commit().await?)
    }

    /// Deletes a rule; what it made stays.
    ///
    /// # Errors
    /// He has none such.
    pub async fn delete_rule(&self, who: TechnicianId, id: RuleId) -> Result<(), RuleError> {
        let mut tx = self.store.write().await?;
        let row = rules::own(&mut tx, who, id).await?;
        row.ok_or(RuleError::Unknown)?;
        tx.delete_rule(id).await?;
        Ok(tx.commit().await?)
    }

    /// Switches a rule on, for the mails that come from now on, or off.
    ///
    /// # Errors
    /// He has none such, or it was not tried.
    pub async fn switch_rule(
        &self,
        who: TechnicianId,
        id: RuleId,
        on: bool,
    ) -> Result<(), RuleError> {
        let mut tx = self.store.write().await?;
        let row = rules::own(&mut tx, who, id).await?;
        let mut row = row.ok_or(RuleError::Unknown)?;
        if on && !row.tried {
            return Err(RuleError::Untried);
        }
        let now = self.clock.now();
        row.on_since = on.then(|| row.on_since.unwrap_or(now));
        rules::put(&mut tx, &row).await?;
        tx.commit().await?;
        tracing::info!(rule = %id, on, "a rule was switched");
        self.mails.arrived.notify_one();
        Ok(())
    }

    /// What its owner wishes of a change that a rule of his made and that waits for him: no phone has it to ask for it.
    ///
    /// # Errors
    /// He has no such rule, or it made no such change.
    pub async fn wish_of_rule(
        self: &Server,
        who: TechnicianId,
        id: RuleId,
        wish: WishFor,
    ) -> Result<(), RuleError> {
        let device = {
            let mut db = self.store.read().await?;
            let row = rules::own(&mut db, who, id).await?;
            row.ok_or(RuleError::Unknown)?;
            let held = changes::find(&mut db, who, wish.change).await?;
            let devices = [
                made_here::device_of(id),
                made_here::reopener(),
                made_here::teller(),
            ];
            let made = held.map(|held| held.change.device);
            made.filter(|device| devices.contains(device))
                .ok_or(RuleError::Unknown)?
        };
        let request = SyncRequest {
            protocol: PROTOCOL,
            device,
            epoch: None,
            cursor: None,
            changes: Vec::new(),
            wishes: vec![wish],
            pull: false,
            holds: Vec::new(),
            mails: false,
        };
        self.take_in(who, &request).await?;
        Ok(())
    }
}

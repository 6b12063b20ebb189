//! What was done on the phone to a new ticket before that one was typed anew, or made by hand of the mail that a rule had made
//! it of: it differs with nobody but himself.

use tournee_core::changes::{Conflict, Verdict};
use tournee_core::domain::Ticket;

use super::chain::Chain;
use crate::store::StoreError;
use crate::store::changes::{self, Held, Phase};

impl Chain<'_> {
    /// Whether what stands in the way is what his new ticket itself says, as he typed it after this change was made, and
    /// nobody else was there last. The phone shows the change on top of that text.
    pub(super) async fn is_of_his_other_text(
        &self,
        row: &Held,
        conflict: &Conflict,
        now: &Ticket,
    ) -> Result<bool, StoreError> {
        let his = self.account.account.user;
        if now.modified_by.is_some_and(|user| user != his) {
            return Ok(false);
        }
        let mut db = self.server.store.read().await?;
        let rows = changes::of_ticket(&mut db, &self.key.ticket).await?;
        let mut texts = rows.iter().filter(|other| {
            let his = other.technician == row.technician && other.phase == Phase::Delivered;
            his && row.change.at <= other.change.at
        });
        Ok(texts.any(|text| {
            let made = text.change.body.creation();
            let made = made.map(|text| text.ticket(now.key.clone(), now.opened_at));
            let verdict = made.map(|made| self.check(&row.change.body, &made));
            matches!(verdict, Some(Verdict::Conflict(other)) if conflict.theirs.was_shown_with(&other.theirs))
        }))
    }
}

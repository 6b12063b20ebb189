//! A new ticket that he moved on his phone before he typed it anew, or made by hand of the mail of which a rule had made it:
//! the status that GLPI gives to another text is nobody's doing.

use tournee_core::changes::{Change, ChangeBody, Conflict, ConflictValue};
use tournee_core::domain::{Status, Ticket};

use super::chain::Chain;
use crate::store::StoreError;
use crate::store::changes::{self, Held};

impl Chain<'_> {
    /// Whether the status that stands in the way is the one that the last text of his new ticket was created with, he moved
    /// the one of an earlier text, and nobody else has altered the ticket since this server made it, as far as it knows. No
    /// form has a field for it.
    pub(super) async fn is_of_his_other_text(
        &self,
        row: &Held,
        conflict: &Conflict,
        now: &Ticket,
    ) -> Result<bool, StoreError> {
        let (ChangeBody::Status(moved), ConflictValue::Status(stands)) =
            (&row.change.body, &conflict.theirs)
        else {
            return Ok(false);
        };
        let mut db = self.server.store.read().await?;
        let stood = db.stood(row.technician, &self.key.ticket).await?;
        let his = self.account.account.user;
        // Two may have been there in one second.
        let by_another = now.modified_by.is_some_and(|user| user != his);
        if stood != Some(now.modified_at) || by_another {
            return Ok(false);
        }
        drop(db);
        let texts = self.texts(row).await?;
        let made = texts.iter().filter_map(|text| {
            let status = text.change.body.creation()?.status();
            Some((&text.change, status))
        });
        let made: Vec<_> = made.collect();
        let is_his = |text: &Change| now.change == Some(text.id) && !is_before(text, &row.change);
        let on_one = |(text, status): &(&Change, Status)| {
            *status == moved.from && is_before(text, &row.change)
        };
        let is_last = |(text, status): &(&Change, Status)| status == stands && is_his(text);
        Ok(made.iter().any(on_one) && made.iter().any(is_last))
    }

    /// The creations of his that this ticket came of, with what each of them replaced.
    async fn texts(&self, row: &Held) -> Result<Vec<Held>, StoreError> {
        let mut db = self.server.store.read().await?;
        let mut texts = changes::of_ticket(&mut db, &self.key.ticket).await?;
        texts.retain(|text| {
            text.technician == row.technician && text.change.body.creation().is_some()
        });
        let older = texts.iter().filter_map(|text| text.change.replaces);
        let mut older: Vec<_> = older.collect();
        while let Some(old) = older.pop() {
            let known = texts.iter().any(|text| text.change.id == old);
            if let Some(old) = changes::find(&mut db, row.technician, old).await?
                && !known
            {
                older.extend(old.change.replaces);
                texts.push(old);
            }
        }
        Ok(texts)
    }
}

/// Which he made first: a phone's clock may have been put right in between.
fn is_before(one: &Change, other: &Change) -> bool {
    match one.device == other.device {
        true => one.seq < other.seq,
        false => one.at <= other.at,
    }
}

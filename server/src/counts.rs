//! Whole services, counted with each viewer's own rights, and kept for a few minutes: many look, and little moves.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tournee_core::search::query::Seen;
use tournee_core::time::Seconds;
use tournee_core::wire::ServiceTally;

use crate::app::Shared;
use crate::links::LinkError;
use crate::store::AccountId;
use crate::store::accounts::AccountRow;

/// How old counts may be.
const FRESH: Seconds = Seconds(300);

/// One account's; locked while it is being counted, so that it is counted once.
type Slot = Arc<tokio::sync::Mutex<Option<ServiceTally>>>;

/// The latest counts by account: rights differ.
#[derive(Default)]
pub struct Counts(Mutex<BTreeMap<AccountId, Slot>>);

impl Counts {
    fn slot(&self, account: AccountId) -> Slot {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slots.entry(account).or_default().clone()
    }
}

impl Shared {
    /// What an account may see of its GLPI, counted lately.
    ///
    /// # Errors
    /// No session can be had, or GLPI's own errors.
    pub async fn count(&self, row: &AccountRow) -> Result<ServiceTally, LinkError> {
        let slot = self.counts.slot(row.id);
        let mut kept = slot.lock().await;
        let now = self.clock.now();
        if let Some(kept) = kept.as_ref().filter(|kept| now - kept.at < FRESH) {
            return Ok(kept.clone());
        }
        let goals = &self.config.goals;
        let ahead = Seconds(0);
        let seen = &Seen { goals, now, ahead };
        let counted = self
            .on_session(row, |client, session| async move {
                client.tally(&session, seen).await
            })
            .await?;
        Ok(kept.insert(counted).clone())
    }
}

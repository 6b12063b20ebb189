//! Tickets that GLPI keeps from somebody: it refuses their numbers, where it does not find those that it never gave.

use std::collections::BTreeSet;

use serde_json::Value;
use tournee_core::ids::TicketId;
use tournee_core::time::{Instant, Seconds};

use super::call::Call;
use super::client::Client;
use super::error::GlpiError;
use super::json;
use super::lists::TICKETS;
use super::session::Session;
use super::transport::MAX_IN_FLIGHT;

/// Pages of the newest tickets that are read, to find the last one of before.
const PAGES: usize = 4;
/// Numbers that are asked for one by one.
const ASKED: usize = 200;
/// The numbers behind the newest one that he sees: of the last tickets some may be purged.
const BEHIND: u64 = 5;
/// A clock is read in seconds, and while an answer is on its way.
const CLOCK: Seconds = Seconds(10);

impl Client {
    /// Whether GLPI may keep a ticket from him that came since then. So it is too where more came than are looked through.
    ///
    /// # Errors
    /// When GLPI does not answer, or not as its API does; then nothing is known.
    pub async fn may_hide_one(&self, session: &Session, since: Instant) -> Result<bool, GlpiError> {
        let Some(asked) = self.unseen_numbers(session, since).await? else {
            return Ok(true);
        };
        for some in asked.chunks(MAX_IN_FLIGHT) {
            let asked = some.iter().map(|id| self.is_kept_from(session, *id));
            let kept = futures::future::try_join_all(asked).await?;
            if kept.contains(&true) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The numbers behind the last ticket of before whose tickets he does not see; none where that ticket is not found, or they
    /// are too many.
    async fn unseen_numbers(
        &self,
        session: &Session,
        since: Instant,
    ) -> Result<Option<Vec<TicketId>>, GlpiError> {
        let (mut seen, now) = (BTreeSet::new(), Instant(self.now().as_second()));
        for page in 0..PAGES {
            let rows = self.newest(session, page).await?;
            // By GLPI's own clock, which an answer has just shown.
            let then = self.clock().unwrap_or(now) - (now - since) - CLOCK;
            for row in &rows {
                let id = json::number(row, "id");
                if created(session, row).is_some_and(|at| at < then) {
                    return Ok(unseen(id, &seen));
                }
                seen.insert(id);
            }
            if rows.len() < TICKETS {
                return Ok((!seen.is_empty()).then(|| unseen(0, &seen)).flatten());
            }
        }
        Ok(None)
    }

    async fn newest(&self, session: &Session, page: usize) -> Result<Vec<Value>, GlpiError> {
        let from = page * TICKETS;
        let call = Call::get("Ticket")
            .with("get_hateoas", 0)
            .with("sort", "id")
            .with("order", "DESC")
            .with("range", format!("{from}-{}", from + TICKETS - 1));
        match self.call(session, call).await {
            Ok(answer) => Ok(answer.body.as_array().cloned().unwrap_or_default()),
            // He sees none; or there is no such page.
            Err(GlpiError::Rights { .. }) => Ok(Vec::new()),
            Err(GlpiError::Refused { code, .. }) if code == "ERROR_RANGE_EXCEED_TOTAL" => {
                Ok(Vec::new())
            }
            Err(error) => Err(error),
        }
    }

    /// Recorded: `ticket-get-selfservice-foreign` and `ticket-get-404`.
    async fn is_kept_from(&self, session: &Session, id: TicketId) -> Result<bool, GlpiError> {
        let call = Call::get(format!("Ticket/{id}")).with("get_hateoas", 0);
        match self.call(session, call).await {
            Ok(_) | Err(GlpiError::NotFound) => Ok(false),
            Err(GlpiError::Rights { .. }) => Ok(true),
            Err(error) => Err(error),
        }
    }
}

/// The numbers that are not seen behind one of before; none where they are too many.
fn unseen(before: u64, seen: &BTreeSet<u64>) -> Option<Vec<TicketId>> {
    let last = seen.last().copied().unwrap_or(before);
    let unseen = (before + 1..=last + BEHIND).filter(|id| !seen.contains(id));
    let unseen: Vec<_> = unseen.take(ASKED + 1).map(TicketId).collect();
    (unseen.len() <= ASKED).then_some(unseen)
}

/// When a ticket came: its opening may be dated otherwise.
fn created(session: &Session, row: &Value) -> Option<Instant> {
    let created = json::text(row, "date_creation");
    let zone = session.zone();
    zone.instant(&created)
        .or_else(|| zone.instant(&json::text(row, "date")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_lies_behind_the_last_of_before_and_a_little_beyond_the_newest() {
        let ids = |numbers: &[u64]| Some(numbers.iter().copied().map(TicketId).collect::<Vec<_>>());
        let seen = BTreeSet::from([12, 14]);
        assert_eq!(unseen(10, &seen), ids(&[11, 13, 15, 16, 17, 18, 19]));
        assert_eq!(unseen(10, &BTreeSet::new()), ids(&[11, 12, 13, 14, 15]));
        assert_eq!(unseen(0, &BTreeSet::from([10_000])), None);
    }
}

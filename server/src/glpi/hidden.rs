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
/// So many numbers in a row that GLPI never gave, or whose tickets are purged: it has given none behind them.
const NEVER_GIVEN: usize = 5;
/// GLPI dates a ticket by the beginning of what makes it, and a collection of mails may take long; clocks are put right.
const DATED_BEFORE: Seconds = Seconds(3_600);

/// What GLPI says of a number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    /// He may see it, in the trash too.
    Shown,
    /// It is there, and not for him.
    Kept,
    /// It is not there.
    Nothing,
}

impl Client {
    /// Whether GLPI may keep a ticket from him that came since then. So it is too where more came than are looked through.
    ///
    /// # Errors
    /// When GLPI does not answer, or not as its API does; then nothing is known.
    pub async fn may_hide_one(&self, session: &Session, since: Instant) -> Result<bool, GlpiError> {
        let Some((unseen, last)) = self.unseen_numbers(session, since).await? else {
            return Ok(true);
        };
        for some in unseen.chunks(MAX_IN_FLIGHT) {
            let asked = some.iter().map(|id| self.said_of(session, *id));
            let said = futures::future::try_join_all(asked).await?;
            if said.contains(&Said::Kept) {
                return Ok(true);
            }
        }
        self.may_hide_behind(session, last).await
    }

    /// Whether it may keep one behind the newest that he sees.
    async fn may_hide_behind(&self, session: &Session, last: u64) -> Result<bool, GlpiError> {
        let mut nothing = 0;
        for id in (last + 1..).map(TicketId).take(ASKED) {
            nothing = match self.said_of(session, id).await? {
                Said::Kept => return Ok(true),
                Said::Shown => 0,
                Said::Nothing => nothing + 1,
            };
            if nothing == NEVER_GIVEN {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The numbers between the last ticket of before and the newest that he sees, of which he does not see those in between, and
    /// that newest; none where the first is not found, or they are too many.
    async fn unseen_numbers(
        &self,
        session: &Session,
        since: Instant,
    ) -> Result<Option<(Vec<TicketId>, u64)>, GlpiError> {
        let (mut seen, now) = (BTreeSet::new(), Instant(self.now().as_second()));
        for page in 0..PAGES {
            let rows = self.newest(session, page).await?;
            // By GLPI's own clock, which an answer has just shown.
            let ago = (now - since).max(Seconds(0));
            let then = self.clock().unwrap_or(now) - ago - DATED_BEFORE;
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
    async fn said_of(&self, session: &Session, id: TicketId) -> Result<Said, GlpiError> {
        let call = Call::get(format!("Ticket/{id}")).with("get_hateoas", 0);
        match self.call(session, call).await {
            Ok(_) => Ok(Said::Shown),
            Err(GlpiError::NotFound) => Ok(Said::Nothing),
            Err(GlpiError::Rights { .. }) => Ok(Said::Kept),
            Err(error) => Err(error),
        }
    }
}

/// The numbers that are not seen behind one of before, and the newest that is; none where they are too many.
fn unseen(before: u64, seen: &BTreeSet<u64>) -> Option<(Vec<TicketId>, u64)> {
    let last = seen.last().copied().unwrap_or(before);
    let unseen = (before + 1..last).filter(|id| !seen.contains(id));
    let unseen: Vec<_> = unseen.take(ASKED + 1).map(TicketId).collect();
    (unseen.len() <= ASKED).then_some((unseen, last))
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
    fn what_is_not_seen_lies_between_the_last_of_before_and_the_newest() {
        let numbers = |before, seen: &[u64]| {
            let unseen = unseen(before, &seen.iter().copied().collect());
            unseen.map(|(ids, last)| (ids.iter().map(|id| id.0).collect::<Vec<_>>(), last))
        };
        assert_eq!(numbers(10, &[12, 14]), Some((vec![11, 13], 14)));
        assert_eq!(numbers(10, &[]), Some((vec![], 10)));
        assert_eq!(numbers(0, &[10_000]), None);
    }
}

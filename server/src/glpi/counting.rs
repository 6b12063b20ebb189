//! What a technician may see of a whole GLPI, counted: cheap columns alone, a few hundred rows a request.

use serde_json::Value;
use tournee_core::dashboard::{Counted, Tally, WEEKS};
use tournee_core::domain::Timing;
use tournee_core::search::query::Seen;
use tournee_core::time::{Instant, Seconds};
use tournee_core::wire::ServiceTally;

use super::call::Call;
use super::client::Client;
use super::clock::{CLOCK, STATUS, timing};
use super::criteria::{Criterion, after, equals};
use super::error::GlpiError;
use super::json;
use super::session::Session;

/// Rows of one request.
const PAGE: usize = 1_000;
/// Requests of one kind at most: beyond so many tickets the counts say that they are partial.
const PAGES: usize = 20;

const SOLVED: u16 = 17;
const CATEGORY: u16 = 7;
const SPENT: u16 = 45;
const LOCATION: u16 = 83;

/// A row, parsed.
struct Row {
    timing: Timing,
    location: String,
    category: String,
    solved_at: Option<Instant>,
    spent: Seconds,
}

impl Client {
    /// Counts what the session may see: open tickets, and those solved in the last weeks.
    ///
    /// # Errors
    /// As GLPI refuses; nothing partial is answered without saying so.
    pub async fn tally(
        &self,
        session: &Session,
        seen: &Seen<'_>,
    ) -> Result<ServiceTally, GlpiError> {
        let now = seen.now;
        let weeks = i64::try_from(WEEKS).unwrap_or(0);
        let since = session.zone().stamp(now - Seconds::days(7 * weeks));
        let solved = [equals(STATUS, "old"), after(SOLVED, &since)];
        let columns = [&CLOCK[..], &[CATEGORY, LOCATION, SPENT]].concat();
        let open = [equals(STATUS, "notold")];
        let (open, solved) = futures::try_join!(
            self.rows_of(session, &open, &columns),
            self.rows_of(session, &solved, &[STATUS, SOLVED, SPENT]),
        )?;
        let rows = open.0.iter().chain(&solved.0);
        let counted = rows.map(|row| Counted {
            status: row.timing.status,
            priority: row.timing.priority,
            location: &row.location,
            category: &row.category,
            opened_at: row.timing.opened_at,
            late: seen.is_late(&row.timing),
            solved_at: row.solved_at,
            spent: row.spent,
        });
        Ok(ServiceTally {
            at: now,
            tally: Tally::of(counted, now),
            partial: open.1 || solved.1,
        })
    }

    /// Rows, and whether there are more.
    async fn rows_of(
        &self,
        session: &Session,
        criteria: &[Criterion],
        columns: &[u16],
    ) -> Result<(Vec<Row>, bool), GlpiError> {
        let (mut rows, mut seen) = (Vec::new(), 0);
        for page in 0..PAGES {
            let call = call(criteria, columns, page * PAGE);
            let body = match self.call(session, call).await {
                Ok(answer) => answer.body,
                // The list became shorter than the page's start while it was read.
                Err(GlpiError::Refused { code, .. })
                    if page > 0 && code == "ERROR_RANGE_EXCEED_TOTAL" =>
                {
                    return Ok((rows, false));
                }
                Err(error) => return Err(error),
            };
            let found = body["data"].as_array().map_or(&[][..], Vec::as_slice);
            seen += found.len();
            rows.extend(found.iter().filter_map(|found| row(session, found)));
            let total = usize::try_from(json::number(&body, "totalcount")).unwrap_or(usize::MAX);
            if found.is_empty() || seen >= total {
                return Ok((rows, false));
            }
        }
        Ok((rows, true))
    }
}

fn call(criteria: &[Criterion], columns: &[u16], from: usize) -> Call {
    let mut call = Call::get("search/Ticket");
    for (index, criterion) in criteria.iter().enumerate() {
        call = criterion.add_to(call, index, "AND");
    }
    for (index, column) in columns.iter().enumerate() {
        call = call.with(format!("forcedisplay[{index}]"), column);
    }
    call.with("sort", 2)
        .with("order", "ASC")
        .with("range", format!("{from}-{}", from + PAGE - 1))
}

/// A row; a status that GLPI accepted in silence is nowhere to be counted.
fn row(session: &Session, row: &Value) -> Option<Row> {
    let text = |column: u16| json::text(row, &column.to_string());
    let decoded = |column| session.dialect().decode(&text(column));
    let spent = json::number(row, &SPENT.to_string());
    Some(Row {
        timing: timing(session, row)?,
        location: decoded(LOCATION),
        category: decoded(CATEGORY),
        solved_at: session.zone().instant(&text(SOLVED)),
        spent: Seconds(spent.try_into().unwrap_or(0)),
    })
}

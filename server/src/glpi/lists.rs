//! GLPI's top-level lists, a thousand rows a request.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt;
use serde_json::Value;
use tournee_core::ids::TicketId;

use super::call::Call;
use super::client::Client;
use super::error::GlpiError;
use super::json;
use super::session::Session;
use super::transport::MAX_IN_FLIGHT;

/// Rows a request.
pub(crate) const ROWS: usize = 1000;
/// Tickets carry their descriptions, so fewer of them.
pub(crate) const TICKETS: usize = 250;
/// Rows that two neighbouring pages share, so that a deletion in between loses none.
const OVERLAP: usize = 10;
/// How many single requests a page of a list is worth (measured: 19 ms for 200 tickets, 11 ms for one).
const PAGE_WORTH: usize = 4;

/// So many others are asked for, of which one is shown.
const SHOWN: usize = 3;

impl Client {
    /// Whether GLPI finds tickets, and shows one that is none of these, whole.
    ///
    /// # Errors
    /// When GLPI does not answer, or not as its API does.
    pub async fn answers(
        &self,
        session: &Session,
        but: &BTreeSet<TicketId>,
    ) -> Result<(), GlpiError> {
        let call = Call::get("search/Ticket")
            .with("forcedisplay[0]", 2)
            .with("range", "0-19");
        let body = self.call(session, call).await?.body;
        let rows = body["data"].as_array().into_iter().flatten();
        let ids = rows.filter_map(|row| json::reference(row, "2").map(TicketId));
        let mut last = Ok(());
        for id in ids.filter(|id| !but.contains(id)).take(SHOWN) {
            last = match self.ticket(session, id, &|_| None).await {
                Ok(_) => return Ok(()),
                Err(error) => Err(error),
            };
        }
        last
    }

    /// Rows of a kind for each of `ids`: by its whole list where that is open and cheaper, else ticket by ticket.
    pub(crate) async fn list_or_children(
        &self,
        session: &Session,
        kind: &str,
        ids: &BTreeSet<u64>,
        parent: impl Fn(&Value) -> Option<u64> + Send + Sync,
    ) -> Result<Vec<Value>, GlpiError> {
        match self.list(session, kind, ROWS, ids, &parent).await {
            Ok(Some(rows)) => return Ok(rows),
            // The list is closed to him, or dearer than asking ticket by ticket.
            Ok(None) | Err(GlpiError::Rights { .. }) => {}
            Err(error) => return Err(error),
        }
        let reads: Vec<_> = ids
            .iter()
            .map(|id| self.children(session, TicketId(*id), kind, true))
            .collect();
        let mut reads = futures::stream::iter(reads).buffer_unordered(MAX_IN_FLIGHT);
        let mut rows = Vec::new();
        while let Some(read) = reads.next().await {
            rows.extend(read?);
        }
        Ok(rows)
    }

    /// The rows of a top-level list that belong to `ids`, each once; `None` where the whole list costs more than
    /// asking for each. Other rows are dropped page by page: a list can be far larger than the scope.
    pub(crate) async fn list(
        &self,
        session: &Session,
        kind: &str,
        page: usize,
        ids: &BTreeSet<u64>,
        owner: impl Fn(&Value) -> Option<u64> + Send + Sync,
    ) -> Result<Option<Vec<Value>>, GlpiError> {
        if ids.len() <= PAGE_WORTH {
            return Ok(None);
        }
        let mine = |rows: Vec<Value>| {
            let owned = rows
                .into_iter()
                .filter(|row| owner(row).is_some_and(|id| ids.contains(&id)));
            owned
                .map(|row| (json::number(&row, "id"), row))
                .collect::<Vec<_>>()
        };
        let (first, total) = self.list_page(session, kind, 0, page).await?;
        let step = page - OVERLAP;
        let pages = usize::try_from(total).unwrap_or(usize::MAX).div_ceil(step);
        if pages.saturating_sub(1) * PAGE_WORTH > ids.len() {
            return Ok(None);
        }
        let mut found: BTreeMap<u64, Value> = mine(first).into_iter().collect();
        let rest: Vec<_> = (1..pages)
            .map(|index| self.list_page(session, kind, index * step, page))
            .collect();
        let mut rest = futures::stream::iter(rest).buffer_unordered(MAX_IN_FLIGHT);
        while let Some(read) = rest.next().await {
            found.extend(mine(read?.0));
        }
        Ok(Some(found.into_values().collect()))
    }

    pub(crate) async fn list_page(
        &self,
        session: &Session,
        kind: &str,
        from: usize,
        count: usize,
    ) -> Result<(Vec<Value>, u64), GlpiError> {
        let call = Call::get(kind)
            .with("get_hateoas", 0)
            .with("range", format!("{from}-{}", from + count - 1));
        match self.call(session, call).await {
            Ok(answer) => {
                let rows = match answer.body {
                    Value::Array(rows) => rows,
                    _ => Vec::new(),
                };
                let total = answer.total.unwrap_or(rows.len() as u64);
                Ok((rows, total))
            }
            Err(GlpiError::Refused { code, .. }) if code == "ERROR_RANGE_EXCEED_TOTAL" => {
                Ok((Vec::new(), 0))
            }
            Err(error) => Err(error),
        }
    }
}

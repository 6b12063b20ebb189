//! Which tickets concern a technician: ids and cheap columns, never the name columns that cost seconds.

use std::collections::BTreeMap;

use serde_json::Value;
use tournee_core::domain::{Level, Status};
use tournee_core::ids::{TicketId, UserId};

use super::call::Call;
use super::client::Client;
use super::criteria::{Criterion, after, equals};
use super::dates::LocalStamp;
use super::dialect::Dialect;
use super::error::GlpiError;
use super::json;
use super::session::Session;

const PAGE: usize = 500;
const MODIFIED: u16 = 19;
/// Id, title, status, priority, opened, due, modified, category, entity, location. Not 4, 5 and 66.
pub(super) const COLUMNS: [u16; 10] = [2, 1, 12, 3, 15, 18, 19, 7, 80, 83];

/// What to look for.
#[derive(Clone, Debug)]
pub struct ScopeQuery {
    /// Assigned to him, or opened by him.
    pub user: UserId,
    /// Assigned to one of these groups.
    pub groups: Vec<u64>,
    /// Solved and closed tickets of his and of the groups count when they moved after this.
    pub closed_since: LocalStamp,
    /// Whether open tickets that nobody has are wanted.
    pub unassigned: bool,
}

/// A ticket as a search shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketStub {
    /// Its number.
    pub id: TicketId,
    /// Where it stands; `None` for a number that GLPI accepted in silence.
    pub status: Option<Status>,
    /// GLPI's own stamp of the last change: compare it with what was kept, as text.
    pub modified: LocalStamp,
    /// Title, plain text.
    pub title: String,
    /// Entity's complete name.
    pub entity: String,
    /// Category's complete name, empty for none.
    pub category: String,
    /// Location's complete name, empty for none.
    pub location: String,
    /// Priority.
    pub priority: Option<Level>,
    /// Opened, GLPI's local time.
    pub opened: LocalStamp,
}

impl ScopeQuery {
    /// `myself` is unknown to 9.2 (it answers the unassigned tickets), and neither version can nest: so one flat
    /// search each, and their union.
    fn searches(&self) -> Vec<Vec<Criterion>> {
        let open = || equals(12, "notold");
        let old = || vec![equals(12, "old"), after(MODIFIED, &self.closed_since)];
        let me = self.user.0;
        let mut searches = vec![
            vec![equals(5, me), open()],
            vec![equals(22, me), open()],
            [vec![equals(5, me)], old()].concat(),
        ];
        for group in &self.groups {
            searches.push(vec![equals(8, group), open()]);
            searches.push([vec![equals(8, group)], old()].concat());
        }
        if self.unassigned {
            searches.push(vec![equals(5, 0), equals(8, 0), open()]);
        }
        searches
    }
}

impl Client {
    /// Every ticket of the scope, once, by number.
    ///
    /// # Errors
    /// As GLPI refuses; nothing partial is answered.
    pub async fn scope(
        &self,
        session: &Session,
        query: &ScopeQuery,
    ) -> Result<Vec<TicketStub>, GlpiError> {
        let searches = query.searches();
        let found = searches
            .iter()
            .map(|criteria| self.search(session, criteria));
        let mut tickets = BTreeMap::new();
        for stubs in futures::future::try_join_all(found).await? {
            tickets.extend(stubs.into_iter().map(|stub| (stub.id, stub)));
        }
        Ok(tickets.into_values().collect())
    }

    /// How many tickets the open part of the scope has, at most (one that is found twice counts twice).
    ///
    /// # Errors
    /// As GLPI refuses.
    pub async fn scope_count(
        &self,
        session: &Session,
        query: &ScopeQuery,
    ) -> Result<u64, GlpiError> {
        let mut count = 0;
        for criteria in query.searches() {
            count += self.page(session, &criteria, 0, 1).await?.1;
        }
        Ok(count)
    }

    /// Everything visible that moved since `stamp`, with an overlap: `morethan` is strict and stamps have one second.
    ///
    /// # Errors
    /// As GLPI refuses.
    pub async fn changed_since(
        &self,
        session: &Session,
        stamp: &LocalStamp,
    ) -> Result<Vec<TicketStub>, GlpiError> {
        let from = session.zone().overlapped(stamp);
        self.search(session, &[after(MODIFIED, &from)]).await
    }

    async fn search(
        &self,
        session: &Session,
        criteria: &[Criterion],
    ) -> Result<Vec<TicketStub>, GlpiError> {
        let (mut stubs, total) = self.page(session, criteria, 0, PAGE).await?;
        let mut from = PAGE;
        // The range's end in the answer is not to be trusted, the total is.
        while from < usize::try_from(total).unwrap_or(usize::MAX) {
            let (more, _) = self.page(session, criteria, from, PAGE).await?;
            if more.is_empty() {
                break;
            }
            stubs.extend(more);
            from += PAGE;
        }
        Ok(stubs)
    }

    async fn page(
        &self,
        session: &Session,
        criteria: &[Criterion],
        from: usize,
        count: usize,
    ) -> Result<(Vec<TicketStub>, u64), GlpiError> {
        let call = search_call(criteria, from, count);
        let body = match self.call(session, call).await {
            Ok(answer) => answer.body,
            // The list became shorter than the page's start while it was read.
            Err(GlpiError::Refused { code, .. })
                if from > 0 && code == "ERROR_RANGE_EXCEED_TOTAL" =>
            {
                return Ok((Vec::new(), 0));
            }
            Err(error) => return Err(error),
        };
        let rows = body["data"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let stubs = rows.iter().filter_map(|row| stub(session.dialect(), row));
        Ok((stubs.collect(), json::number(&body, "totalcount")))
    }
}

fn search_call(criteria: &[Criterion], from: usize, count: usize) -> Call {
    let mut call = Call::get("search/Ticket");
    for (index, criterion) in criteria.iter().enumerate() {
        call = criterion.add_to(call, index, "AND");
    }
    for (index, column) in COLUMNS.iter().enumerate() {
        call = call.with(format!("forcedisplay[{index}]"), column);
    }
    call.with("sort", 2)
        .with("order", "ASC")
        .with("range", format!("{from}-{}", from + count - 1))
}

/// A row of a search that shows [`COLUMNS`].
pub(super) fn stub(dialect: &dyn Dialect, row: &Value) -> Option<TicketStub> {
    let decoded = |column| dialect.decode(&json::text(row, column));
    let level = u8::try_from(json::number(row, "3")).ok();
    Some(TicketStub {
        id: TicketId(json::reference(row, "2")?),
        status: Status::from_glpi(json::number(row, "12")),
        modified: LocalStamp(json::text(row, "19")),
        title: decoded("1"),
        entity: decoded("80"),
        category: decoded("7"),
        location: decoded("83"),
        priority: level.and_then(Level::new),
        opened: LocalStamp(json::text(row, "15")),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::glpi::dialect::{V9, V10};

    #[test]
    fn rows_of_both_versions_are_read() {
        let old = json!({"2": 1531, "1": 10, "80": "Entité racine > Siège social & Entrepôts", "12": 5,
            "19": "2025-07-02 06:06:25", "15": "2025-06-29 07:18:49", "3": 1, "7": "Logiciel > ERP", "18": null,
            "83": "Magasin LE LUC", "5": 8});
        let stub_of = |dialect: &dyn Dialect, row| stub(dialect, row).unwrap();
        let read = stub_of(&V9, &old);
        assert_eq!(read.title, "10");
        assert_eq!(read.status, Some(Status::Solved));
        let new = json!({"2": 187, "1": "VPN : erreur 809 &#38; déconnexions", "80": "Entité racine", "12": 99,
            "3": 5, "19": "2026-11-23 11:49:11", "15": "2026-11-23 11:49:11", "7": "Informatique > Comptes &#38; accès",
            "83": null});
        let read = stub_of(&V10, &new);
        assert_eq!(read.title, "VPN : erreur 809 & déconnexions");
        assert_eq!(read.category, "Informatique > Comptes & accès");
        assert_eq!((read.status, read.location.as_str()), (None, ""));
        assert_eq!(stub(&V10, &json!([])), None);
    }
}

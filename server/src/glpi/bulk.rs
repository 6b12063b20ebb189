//! Many tickets at once: GLPI's own lists, a thousand rows a request, where that is cheaper than asking one by one.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt;
use serde_json::Value;
use tournee_core::domain::Ticket;
use tournee_core::ids::TicketId;

use super::call::Call;
use super::client::Client;
use super::error::GlpiError;
use super::json;
use super::marks::Resolver;
use super::names::Place;
use super::reading::{Parts, Reading};
use super::rows::{Rows, in_time_order};
use super::scope::TicketStub;
use super::session::Session;
use super::transport::MAX_IN_FLIGHT;

/// Rows a request. Tickets carry their descriptions, so fewer of them.
const TICKETS: usize = 250;
const ROWS: usize = 1000;
/// Rows that two neighbouring pages share, so that a deletion in between loses none.
const OVERLAP: usize = 10;
/// How many single requests a page of a list is worth (measured: 19 ms for 200 tickets, 11 ms for one).
const PAGE_WORTH: usize = 4;

/// What a bulk read found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BulkReading {
    /// Tickets, with their people; with timelines where these were wanted.
    pub tickets: Vec<Ticket>,
    /// Those that the lists did not hold; ask for each by [`Client::ticket`].
    pub missing: Vec<TicketId>,
}

impl Client {
    /// Facts and people of many tickets, and their timelines (without documents) where `timelines` says so. The stubs
    /// of the scope bring the names of places.
    ///
    /// # Errors
    /// As GLPI refuses; nothing partial is answered.
    pub async fn tickets(
        &self,
        session: &Session,
        stubs: &[TicketStub],
        timelines: bool,
        resolve: Resolver<'_>,
    ) -> Result<BulkReading, GlpiError> {
        let wanted: BTreeMap<u64, &TicketStub> = stubs.iter().map(|s| (s.id.0, s)).collect();
        let ids: BTreeSet<u64> = wanted.keys().copied().collect();
        let Some(found) = self.list(session, "Ticket", TICKETS, &ids, |row| Some(json::number(row, "id"))).await? else {
            return self.one_by_one(session, &ids, timelines, resolve).await;
        };
        let rows = Rows {
            session,
            source: &self.config().id,
            resolve,
        };
        let mut tickets = BTreeMap::new();
        for row in found.iter().filter(|row| json::number(row, "is_deleted") == 0) {
            let mut ticket = rows.ticket(row);
            if let Some(stub) = wanted.get(&ticket.key.id.0) {
                self.learn_stub(&ticket, stub);
            }
            self.fill_places(&mut ticket);
            if timelines && session.dialect().solution_type().is_none() {
                ticket.timeline = Some(rows.solution_field(row).into_iter().collect());
            }
            tickets.insert(ticket.key.id.0, ticket);
        }
        let present: BTreeSet<u64> = tickets.keys().copied().collect();
        self.add_people(&rows, &mut tickets, &present).await?;
        if timelines {
            self.add_timelines(&rows, &mut tickets, &present).await?;
        }
        let mut tickets: Vec<Ticket> = tickets.into_values().collect();
        self.fill_names(session, &mut tickets).await?;
        let missing = ids.difference(&present).map(|id| TicketId(*id)).collect();
        Ok(BulkReading { tickets, missing })
    }

    async fn one_by_one(
        &self,
        session: &Session,
        ids: &BTreeSet<u64>,
        timelines: bool,
        resolve: Resolver<'_>,
    ) -> Result<BulkReading, GlpiError> {
        let parts = if timelines { Parts::ALL } else { Parts { people: true, ..Parts::FACTS } };
        let mut reading = BulkReading::default();
        let reads: Vec<_> = ids
            .iter()
            .map(|id| async move {
                let id = TicketId(*id);
                (id, self.read(session, id, None, parts, resolve).await)
            })
            .collect();
        let mut reads = futures::stream::iter(reads).buffer_unordered(MAX_IN_FLIGHT);
        while let Some((id, read)) = reads.next().await {
            match read? {
                Reading::Present(ticket) => reading.tickets.push(*ticket),
                Reading::Trashed | Reading::Gone | Reading::NotAllowed => reading.missing.push(id),
            }
        }
        reading.tickets.sort_by_key(|ticket| ticket.key.id);
        Ok(reading)
    }

    fn learn_stub(&self, ticket: &Ticket, stub: &TicketStub) {
        let names = self.names();
        names.learn(Place::Entity, ticket.entity.id, &stub.entity);
        if let Some(category) = &ticket.category {
            names.learn(Place::Category, category.id, &stub.category);
        }
        if let Some(location) = &ticket.location {
            names.learn(Place::Location, location.id, &stub.location);
        }
    }

    async fn add_people(
        &self,
        rows: &Rows<'_>,
        tickets: &mut BTreeMap<u64, Ticket>,
        ids: &BTreeSet<u64>,
    ) -> Result<(), GlpiError> {
        let parent = |row: &Value| Some(json::number(row, "tickets_id"));
        let (users, groups) = futures::try_join!(
            self.list_or_children(rows.session, "Ticket_User", ids, parent),
            self.list_or_children(rows.session, "Group_Ticket", ids, parent),
        )?;
        for row in &users {
            if let Some(ticket) = tickets.get_mut(&json::number(row, "tickets_id")) {
                rows.add_user(ticket, row);
            }
        }
        for row in &groups {
            if let Some(ticket) = tickets.get_mut(&json::number(row, "tickets_id")) {
                rows.add_group(ticket, row);
            }
        }
        Ok(())
    }

    async fn add_timelines(
        &self,
        rows: &Rows<'_>,
        tickets: &mut BTreeMap<u64, Ticket>,
        ids: &BTreeSet<u64>,
    ) -> Result<(), GlpiError> {
        let session = rows.session;
        let dialect = session.dialect();
        let parent = |row: &Value| dialect.parent_ticket(row);
        let task_parent = |row: &Value| Some(json::number(row, "tickets_id"));
        let followups = self.list_or_children(session, dialect.followup_type(), ids, parent).await?;
        let tasks = self.list_or_children(session, "TicketTask", ids, task_parent).await?;
        let solutions = match dialect.solution_type() {
            Some(kind) => self.list_or_children(session, kind, ids, parent).await?,
            None => Vec::new(),
        };
        let entries = followups
            .iter()
            .map(|row| (parent(row), rows.followup(row)))
            .chain(tasks.iter().map(|row| (task_parent(row), rows.task(row))))
            .chain(solutions.iter().map(|row| (parent(row), rows.solution(row))));
        for (ticket, entry) in entries {
            if let Some(ticket) = ticket.and_then(|id| tickets.get_mut(&id)) {
                ticket.timeline.get_or_insert_default().push(entry);
            }
        }
        for ticket in tickets.values_mut() {
            let timeline = ticket.timeline.take().unwrap_or_default();
            ticket.timeline = Some(in_time_order(timeline));
        }
        Ok(())
    }

    async fn list_or_children(
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
    async fn list(
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
            let owned = rows.into_iter().filter(|row| owner(row).is_some_and(|id| ids.contains(&id)));
            owned.map(|row| (json::number(&row, "id"), row)).collect::<Vec<_>>()
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

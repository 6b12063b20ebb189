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
use super::lists::{ROWS, TICKETS};
use super::marks::Resolver;
use super::names::Place;
use super::reading::{Parts, Reading};
use super::rows::{Rows, in_time_order};
use super::scope::TicketStub;
use super::session::Session;
use super::transport::MAX_IN_FLIGHT;

/// What a bulk read found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BulkReading {
    /// Tickets, with their people; with timelines where these were wanted.
    pub tickets: Vec<Ticket>,
    /// Those that the lists did not hold; ask for each by [`Client::ticket`].
    pub missing: Vec<TicketId>,
    /// Those that GLPI answers with an error, while it shows others.
    pub unread: Vec<TicketId>,
}

impl Client {
    /// Facts and people of many tickets, and their timelines where `timelines` says so. The stubs
    /// of the scope bring the names of places.
    ///
    /// # Errors
    /// As GLPI refuses.
    pub async fn tickets(
        &self,
        session: &Session,
        stubs: &[TicketStub],
        timelines: bool,
        resolve: Resolver<'_>,
    ) -> Result<BulkReading, GlpiError> {
        let ids: BTreeSet<u64> = stubs.iter().map(|stub| stub.id.0).collect();
        match self.in_lists(session, stubs, timelines, resolve).await {
            Ok(Some(reading)) => Ok(reading),
            // One of them may be what a list fails at.
            Err(error) if !error.may_be_of_one() => Err(error),
            Ok(None) | Err(_) => self.one_by_one(session, &ids, timelines, resolve).await,
        }
    }

    /// None where to ask one by one is cheaper.
    async fn in_lists(
        &self,
        session: &Session,
        stubs: &[TicketStub],
        timelines: bool,
        resolve: Resolver<'_>,
    ) -> Result<Option<BulkReading>, GlpiError> {
        let wanted: BTreeMap<u64, &TicketStub> = stubs.iter().map(|s| (s.id.0, s)).collect();
        let ids: BTreeSet<u64> = wanted.keys().copied().collect();
        let Some(found) = self
            .list(session, "Ticket", TICKETS, &ids, |row| {
                Some(json::number(row, "id"))
            })
            .await?
        else {
            return Ok(None);
        };
        let rows = Rows {
            session,
            source: &self.config().id,
            resolve,
        };
        let found = found
            .iter()
            .filter(|row| json::number(row, "is_deleted") == 0);
        let facts = found.map(|row| self.facts(&rows, row, &wanted, timelines));
        let mut tickets: BTreeMap<u64, Ticket> = facts.map(|t| (t.key.id.0, t)).collect();
        let present: BTreeSet<u64> = tickets.keys().copied().collect();
        self.add_people(&rows, &mut tickets, &present).await?;
        if timelines {
            self.add_timelines(&rows, &mut tickets, &present).await?;
            self.add_documents(&rows, &mut tickets, &present).await?;
            self.add_assets(&rows, &mut tickets, &present).await?;
        }
        let mut tickets: Vec<Ticket> = tickets.into_values().collect();
        self.name_assets(session, &mut tickets).await?;
        self.fill_names(session, &mut tickets).await?;
        let missing = ids.difference(&present).map(|id| TicketId(*id)).collect();
        Ok(Some(BulkReading {
            tickets,
            missing,
            unread: Vec::new(),
        }))
    }

    fn facts(
        &self,
        rows: &Rows<'_>,
        row: &Value,
        stubs: &BTreeMap<u64, &TicketStub>,
        timelines: bool,
    ) -> Ticket {
        let mut ticket = rows.ticket(row);
        if let Some(stub) = stubs.get(&ticket.key.id.0) {
            self.learn_stub(&ticket, stub);
        }
        self.fill_places(&mut ticket);
        if timelines && rows.session.dialect().solution_type().is_none() {
            ticket.timeline = Some(rows.solution_field(row).into_iter().collect());
        }
        ticket
    }

    async fn one_by_one(
        &self,
        session: &Session,
        ids: &BTreeSet<u64>,
        timelines: bool,
        resolve: Resolver<'_>,
    ) -> Result<BulkReading, GlpiError> {
        let parts = if timelines {
            Parts::ALL
        } else {
            Parts {
                people: true,
                ..Parts::FACTS
            }
        };
        let mut reading = BulkReading::default();
        let reads: Vec<_> = ids
            .iter()
            .map(|id| async move {
                let id = TicketId(*id);
                (id, self.read(session, id, None, parts, resolve).await)
            })
            .collect();
        let mut reads = futures::stream::iter(reads).buffer_unordered(MAX_IN_FLIGHT);
        let mut failed = None;
        while let Some((id, read)) = reads.next().await {
            match read {
                Ok(Reading::Present(ticket)) => reading.tickets.push(*ticket),
                Ok(_) => reading.missing.push(id),
                Err(error) if error.may_be_of_one() => {
                    reading.unread.push(id);
                    failed = Some(error);
                }
                Err(error) => return Err(error),
            }
        }
        // Of all that was asked for nothing came: whether that is these tickets, or GLPI.
        if let Some(error) = failed.filter(|_| reading.tickets.is_empty()) {
            let but: BTreeSet<TicketId> = reading.unread.iter().copied().collect();
            self.answers(session, &but).await.map_err(|_| error)?;
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
        let followups = self
            .list_or_children(session, dialect.followup_type(), ids, parent)
            .await?;
        let tasks = self
            .list_or_children(session, "TicketTask", ids, task_parent)
            .await?;
        let solutions = match dialect.solution_type() {
            Some(kind) => self.list_or_children(session, kind, ids, parent).await?,
            None => Vec::new(),
        };
        let entries = followups
            .iter()
            .map(|row| (parent(row), rows.followup(row)))
            .chain(tasks.iter().map(|row| (task_parent(row), rows.task(row))))
            .chain(
                solutions
                    .iter()
                    .map(|row| (parent(row), rows.solution(row))),
            );
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

    /// Which documents are on which tickets is one list, what they are called another.
    async fn add_documents(
        &self,
        rows: &Rows<'_>,
        tickets: &mut BTreeMap<u64, Ticket>,
        ids: &BTreeSet<u64>,
    ) -> Result<(), GlpiError> {
        let parent = |row: &Value| {
            (row["itemtype"] == "Ticket").then(|| json::reference(row, "items_id"))?
        };
        let links = self
            .list_or_children(rows.session, "Document_Item", ids, parent)
            .await?;
        let wanted: BTreeSet<u64> = links
            .iter()
            .map(|row| json::number(row, "documents_id"))
            .collect();
        let documents = self.documents(rows.session, &wanted).await?;
        for link in &links {
            let ticket = parent(link).and_then(|id| tickets.get_mut(&id));
            let document = documents.get(&json::number(link, "documents_id"));
            if let (Some(ticket), Some(document)) = (ticket, document) {
                let entry = rows.linked_document(document, link);
                ticket.timeline.get_or_insert_default().push(entry);
            }
        }
        for ticket in tickets.values_mut() {
            ticket.timeline = ticket.timeline.take().map(in_time_order);
        }
        Ok(())
    }

    async fn add_assets(
        &self,
        rows: &Rows<'_>,
        tickets: &mut BTreeMap<u64, Ticket>,
        ids: &BTreeSet<u64>,
    ) -> Result<(), GlpiError> {
        let parent = |row: &Value| Some(json::number(row, "tickets_id"));
        let links = self
            .list_or_children(rows.session, "Item_Ticket", ids, parent)
            .await?;
        for row in &links {
            if let Some(ticket) = tickets.get_mut(&json::number(row, "tickets_id")) {
                rows.add_asset(ticket, row);
            }
        }
        Ok(())
    }

    async fn documents(
        &self,
        session: &Session,
        ids: &BTreeSet<u64>,
    ) -> Result<BTreeMap<u64, Value>, GlpiError> {
        let own = |row: &Value| Some(json::number(row, "id"));
        let rows = match self.list(session, "Document", ROWS, ids, own).await {
            Ok(Some(rows)) => rows,
            Ok(None) | Err(GlpiError::Rights { .. }) => {
                let mut rows = Vec::new();
                for id in ids {
                    let call = Call::get(format!("Document/{id}")).with("get_hateoas", 0);
                    match self.call(session, call).await {
                        Ok(answer) => rows.push(answer.body),
                        Err(GlpiError::Rights { .. } | GlpiError::NotFound) => {}
                        Err(error) => return Err(error),
                    }
                }
                rows
            }
            Err(error) => return Err(error),
        };
        let present = rows
            .into_iter()
            .filter(|row| json::number(row, "is_deleted") == 0);
        Ok(present.map(|row| (json::number(&row, "id"), row)).collect())
    }
}

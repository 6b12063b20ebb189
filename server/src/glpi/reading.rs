//! One ticket: its facts, its people, its timeline.

use serde_json::Value;
use tournee_core::domain::{Entry, EntryKind, Ticket};
use tournee_core::ids::TicketId;

use super::call::Call;
use super::client::Client;
use super::error::GlpiError;
use super::json;
use super::marks::{Mark, Resolver};
use super::names::Place;
use super::rows::{Rows, in_time_order};
use super::session::Session;

/// What GLPI says of a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// It is there.
    Present(Box<Ticket>),
    /// It is in the trash (GLPI still shows it, and still takes writes).
    Trashed,
    /// It was purged.
    Gone,
    /// His rights don't reach it (any more).
    NotAllowed,
}

/// What of a ticket is read again; its facts always are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Requesters, technicians, groups, observers: two requests.
    pub people: bool,
    /// Followups: one request.
    pub followups: bool,
    /// Tasks: one request.
    pub tasks: bool,
    /// Solutions: one request where they are items.
    pub solutions: bool,
    /// Documents: come with the facts.
    pub documents: bool,
}

impl Parts {
    /// The facts alone.
    pub const FACTS: Parts = Parts {
        people: false,
        followups: false,
        tasks: false,
        solutions: false,
        documents: false,
    };
    /// Everything.
    pub const ALL: Parts = Parts {
        people: true,
        followups: true,
        tasks: true,
        solutions: true,
        documents: true,
    };

    fn keeps(self, entry: &Entry) -> bool {
        match entry.what {
            EntryKind::Followup { .. } => !self.followups,
            EntryKind::Task { .. } => !self.tasks,
            EntryKind::Solution { .. } => !self.solutions,
            EntryKind::Document(_) => !self.documents,
        }
    }

    fn timeline(self) -> bool {
        self.followups || self.tasks || self.solutions || self.documents
    }
}

impl Client {
    /// The whole ticket.
    ///
    /// # Errors
    /// When GLPI does not answer, or not as its API does.
    pub async fn ticket(
        &self,
        session: &Session,
        id: TicketId,
        resolve: Resolver<'_>,
    ) -> Result<Reading, GlpiError> {
        self.read(session, id, None, Parts::ALL, resolve).await
    }

    /// A known ticket with its facts and `parts` read again; the rest stays as it was known. A check before a write,
    /// or a read-back after it, need not read everything.
    ///
    /// # Errors
    /// When GLPI does not answer, or not as its API does.
    pub async fn refresh(
        &self,
        session: &Session,
        known: &Ticket,
        parts: Parts,
        resolve: Resolver<'_>,
    ) -> Result<Reading, GlpiError> {
        self.read(session, known.key.id, Some(known), parts, resolve)
            .await
    }

    /// Looks for a mark among the ticket's own followups, tasks and solutions, and answers that item's number (in 9.2
    /// a solution has the ticket's).
    ///
    /// # Errors
    /// When GLPI does not answer, or not as its API does; then nothing is known.
    pub async fn find_mark(
        &self,
        session: &Session,
        id: TicketId,
        mark: &Mark,
    ) -> Result<Option<u64>, GlpiError> {
        let dialect = session.dialect();
        let carries = |row: &Value, field: &str| {
            mark.is_in(&dialect.decode(&json::text(row, field)))
        };
        let kinds = [Some(dialect.followup_type()), dialect.solution_type(), Some("TicketTask")];
        for kind in kinds.into_iter().flatten() {
            let rows = self.children(session, id, kind, true).await?;
            if let Some(row) = rows.iter().find(|row| carries(row, "content")) {
                return Ok(Some(json::number(row, "id")));
            }
        }
        if dialect.solution_type().is_none() {
            let row = self.row(session, id, false).await?;
            if carries(&row, "solution") {
                return Ok(Some(id.0));
            }
        }
        Ok(None)
    }

    pub(crate) async fn read(
        &self,
        session: &Session,
        id: TicketId,
        known: Option<&Ticket>,
        parts: Parts,
        resolve: Resolver<'_>,
    ) -> Result<Reading, GlpiError> {
        let dialect = session.dialect();
        let solutions = dialect.solution_type();
        let (row, users, groups, followups, tasks, solved) = futures::join!(
            self.row(session, id, parts.documents),
            self.children(session, id, "Ticket_User", parts.people),
            self.children(session, id, "Group_Ticket", parts.people),
            self.children(session, id, dialect.followup_type(), parts.followups),
            self.children(session, id, "TicketTask", parts.tasks),
            self.children(session, id, solutions.unwrap_or_default(), parts.solutions && solutions.is_some()),
        );
        let row = match row {
            Ok(row) if json::number(&row, "is_deleted") == 1 => return Ok(Reading::Trashed),
            Ok(row) => row,
            Err(GlpiError::NotFound) => return Ok(Reading::Gone),
            Err(GlpiError::Rights { .. }) => return Ok(Reading::NotAllowed),
            Err(error) => return Err(error),
        };
        let rows = Rows {
            session,
            source: &self.config().id,
            resolve,
        };
        let mut ticket = rows.ticket(&row);
        if parts.people {
            users?.iter().for_each(|user| rows.add_user(&mut ticket, user));
            groups?.iter().for_each(|group| rows.add_group(&mut ticket, group));
        } else if let Some(known) = known {
            keep_people(&mut ticket, known);
        }
        let old = known.and_then(|known| known.timeline.as_ref());
        if parts.timeline() || old.is_some() {
            let mut entries: Vec<Entry> = old.into_iter().flatten().filter(|e| parts.keeps(e)).cloned().collect();
            entries.extend(followups?.iter().map(|row| rows.followup(row)));
            entries.extend(tasks?.iter().map(|row| rows.task(row)));
            entries.extend(solved?.iter().map(|row| rows.solution(row)));
            if parts.solutions && solutions.is_none() {
                entries.extend(rows.solution_field(&row));
            }
            let documents = row["_documents"].as_array().into_iter().flatten();
            entries.extend(documents.map(|row| rows.document(row)));
            ticket.timeline = Some(in_time_order(entries));
        }
        self.place_names(session, &mut ticket).await?;
        self.fill_names(session, std::slice::from_mut(&mut ticket)).await?;
        Ok(Reading::Present(Box::new(ticket)))
    }

    async fn row(&self, session: &Session, id: TicketId, documents: bool) -> Result<Value, GlpiError> {
        let mut call = Call::get(format!("Ticket/{id}")).with("get_hateoas", 0);
        if documents {
            call = call.with("with_documents", 1);
        }
        Ok(self.call(session, call).await?.body)
    }

    /// Sub-items of a ticket. A missing right on them alone leaves them out: the ticket is worth more than nothing.
    pub(crate) async fn children(
        &self,
        session: &Session,
        id: TicketId,
        kind: &str,
        wanted: bool,
    ) -> Result<Vec<Value>, GlpiError> {
        if !wanted {
            return Ok(Vec::new());
        }
        let call = Call::get(format!("Ticket/{id}/{kind}"))
            .with("get_hateoas", 0)
            .with("range", "0-999");
        match self.call(session, call).await {
            Ok(answer) => Ok(match answer.body {
                Value::Array(rows) => rows,
                _ => Vec::new(),
            }),
            Err(GlpiError::Rights { .. } | GlpiError::NotFound) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Names of entity, category and location. A stock technician may not read those lists, but sees the names on
    /// his tickets: so an unknown one is asked for through the ticket itself.
    async fn place_names(&self, session: &Session, ticket: &mut Ticket) -> Result<(), GlpiError> {
        if !self.fill_places(ticket) {
            let call = Call::get(format!("Ticket/{}", ticket.key.id))
                .with("get_hateoas", 0)
                .with("expand_dropdowns", 1);
            let row = self.call(session, call).await?.body;
            self.learn_places(session, ticket, &row);
            self.fill_places(ticket);
        }
        Ok(())
    }

    fn learn_places(&self, session: &Session, ticket: &Ticket, row: &Value) {
        let name = |field| {
            // What has no name is shown as its number.
            let text = session.dialect().decode(&json::text(row, field));
            if text.parse::<u64>().is_ok() { String::new() } else { text }
        };
        let names = self.names();
        names.learn(Place::Entity, ticket.entity.id, &name("entities_id"));
        if let Some(category) = &ticket.category {
            names.learn(Place::Category, category.id, &name("itilcategories_id"));
        }
        if let Some(location) = &ticket.location {
            names.learn(Place::Location, location.id, &name("locations_id"));
        }
    }

    /// Fills in the places' names; false when one is not known yet.
    pub(crate) fn fill_places(&self, ticket: &mut Ticket) -> bool {
        let places = [
            (Place::Entity, Some(&mut ticket.entity)),
            (Place::Category, ticket.category.as_mut()),
            (Place::Location, ticket.location.as_mut()),
        ];
        let mut complete = true;
        for (kind, named) in places {
            if let Some(named) = named {
                match self.names().place(kind, named.id) {
                    Some(name) => named.name = name,
                    None => {
                        complete = false;
                        named.name = format!("#{}", named.id);
                    }
                }
            }
        }
        complete
    }
}

fn keep_people(ticket: &mut Ticket, known: &Ticket) {
    ticket.requesters.clone_from(&known.requesters);
    ticket.assignees.clone_from(&known.assignees);
    ticket.groups.clone_from(&known.groups);
    ticket.observers.clone_from(&known.observers);
}

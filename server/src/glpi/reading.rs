//! One ticket: its facts, its people, its timeline.

use serde_json::Value;
use tournee_core::domain::{Entry, EntryKind, Ticket};
use tournee_core::ids::TicketId;

use super::call::Call;
use super::client::Client;
use super::error::GlpiError;
use super::json;
use super::marks::{Found, Mark, Resolver};
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
    /// Linked assets: one request.
    pub assets: bool,
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
        assets: false,
        followups: false,
        tasks: false,
        solutions: false,
        documents: false,
    };
    /// Everything.
    pub const ALL: Parts = Parts {
        people: true,
        assets: true,
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

/// Rows of a ticket's sub-items; empty where they were not asked for.
struct Children {
    users: Vec<Value>,
    groups: Vec<Value>,
    assets: Vec<Value>,
    followups: Vec<Value>,
    tasks: Vec<Value>,
    solutions: Vec<Value>,
    /// One was asked for when the ticket was no more, as it seems.
    is_orphaned: bool,
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

    /// Looks for a mark among the ticket's own followups, tasks, solutions and documents, and answers that item's number (in 9.2
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
        let carries =
            |row: &Value, field: &str| mark.is_in(&dialect.decode(&json::text(row, field)));
        let kinds = [
            Some(dialect.followup_type()),
            dialect.solution_type(),
            Some("TicketTask"),
        ];
        for kind in kinds.into_iter().flatten() {
            let rows = self.children(session, id, kind, true).await?;
            if let Some(row) = rows.iter().find(|row| carries(row, "content")) {
                return Ok(Some(json::number(row, "id")));
            }
        }
        if let Some(document) = self.find_document(session, id, mark).await? {
            return Ok(Some(document));
        }
        if dialect.solution_type().is_none() {
            let row = self.row(session, id, false).await?;
            if carries(&row, "solution") {
                return Ok(Some(id.0));
            }
        }
        Ok(None)
    }

    /// The same among its documents alone.
    ///
    /// # Errors
    /// When GLPI does not answer, or not as its API does; then nothing is known.
    pub async fn find_document(
        &self,
        session: &Session,
        id: TicketId,
        mark: &Mark,
    ) -> Result<Option<u64>, GlpiError> {
        let dialect = session.dialect();
        let documents = self.children(session, id, "Document", true).await?;
        let ours = |row: &&Value| {
            let name = dialect.decode(&json::text(row, "filename"));
            let named = Found::in_file_name(&name);
            named.is_some_and(|found| found.reference == mark.reference())
                || mark.is_in(&dialect.decode(&json::text(row, "comment")))
        };
        let found = documents.iter().find(ours);
        Ok(found.map(|row| json::number(row, "id")))
    }

    pub(crate) async fn read(
        &self,
        session: &Session,
        id: TicketId,
        known: Option<&Ticket>,
        parts: Parts,
        resolve: Resolver<'_>,
    ) -> Result<Reading, GlpiError> {
        let (row, children) = futures::join!(
            self.row(session, id, parts.documents),
            self.all_children(session, id, parts),
        );
        let row = match row {
            Ok(row) if json::number(&row, "is_deleted") == 1 => return Ok(Reading::Trashed),
            Ok(row) => row,
            Err(GlpiError::NotFound) => return Ok(Reading::Gone),
            Err(GlpiError::Rights { .. }) => return Ok(Reading::NotAllowed),
            Err(error) => return Err(error),
        };
        let children = children?;
        if children.is_orphaned {
            // Purged while it was read: what is not there says nothing of how it stood.
            match self.row(session, id, false).await {
                Err(GlpiError::NotFound) => return Ok(Reading::Gone),
                Err(GlpiError::Rights { .. }) => return Ok(Reading::NotAllowed),
                there => there?,
            };
        }
        let rows = Rows {
            session,
            source: &self.config().id,
            resolve,
        };
        let mut ticket = assemble(&rows, &row, &children, known, parts);
        match self.place_names(session, &mut ticket).await {
            Err(GlpiError::NotFound) => return Ok(Reading::Gone),
            named => named?,
        }
        self.name_assets(session, std::slice::from_mut(&mut ticket))
            .await?;
        self.fill_names(session, std::slice::from_mut(&mut ticket))
            .await?;
        Ok(Reading::Present(Box::new(ticket)))
    }

    async fn all_children(
        &self,
        session: &Session,
        id: TicketId,
        parts: Parts,
    ) -> Result<Children, GlpiError> {
        let dialect = session.dialect();
        let solution_type = dialect.solution_type();
        let solution_items = parts.solutions && solution_type.is_some();
        let ask = async |kind: &str, wanted: bool| match wanted {
            true => self.children_or_none(session, id, kind).await,
            false => Ok(Some(Vec::new())),
        };
        let (users, groups, assets, followups, tasks, solutions) = futures::try_join!(
            ask("Ticket_User", parts.people),
            ask("Group_Ticket", parts.people),
            ask("Item_Ticket", parts.assets),
            ask(dialect.followup_type(), parts.followups),
            ask("TicketTask", parts.tasks),
            ask(solution_type.unwrap_or_default(), solution_items),
        )?;
        let all = [&users, &groups, &assets, &followups, &tasks, &solutions];
        let is_orphaned = all.iter().any(|rows| rows.is_none());
        Ok(Children {
            users: users.unwrap_or_default(),
            groups: groups.unwrap_or_default(),
            assets: assets.unwrap_or_default(),
            followups: followups.unwrap_or_default(),
            tasks: tasks.unwrap_or_default(),
            solutions: solutions.unwrap_or_default(),
            is_orphaned,
        })
    }

    async fn row(
        &self,
        session: &Session,
        id: TicketId,
        documents: bool,
    ) -> Result<Value, GlpiError> {
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
        let rows = self.children_or_none(session, id, kind).await?;
        Ok(rows.unwrap_or_default())
    }

    /// The same; none where the ticket is not found (recorded: `sub-of-missing-parent`).
    async fn children_or_none(
        &self,
        session: &Session,
        id: TicketId,
        kind: &str,
    ) -> Result<Option<Vec<Value>>, GlpiError> {
        let call = Call::get(format!("Ticket/{id}/{kind}"))
            .with("get_hateoas", 0)
            .with("range", "0-999");
        match self.call(session, call).await {
            Ok(answer) => Ok(Some(match answer.body {
                Value::Array(rows) => rows,
                _ => Vec::new(),
            })),
            Err(GlpiError::Rights { .. }) => Ok(Some(Vec::new())),
            Err(GlpiError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn keep_people(ticket: &mut Ticket, known: &Ticket) {
    ticket.requesters.clone_from(&known.requesters);
    ticket.assignees.clone_from(&known.assignees);
    ticket.groups.clone_from(&known.groups);
    ticket.observers.clone_from(&known.observers);
}

fn assemble(
    rows: &Rows<'_>,
    row: &Value,
    children: &Children,
    known: Option<&Ticket>,
    parts: Parts,
) -> Ticket {
    let mut ticket = rows.ticket(row);
    for user in &children.users {
        rows.add_user(&mut ticket, user);
    }
    for group in &children.groups {
        rows.add_group(&mut ticket, group);
    }
    if let Some(known) = known.filter(|_| !parts.people) {
        keep_people(&mut ticket, known);
    }
    for asset in &children.assets {
        rows.add_asset(&mut ticket, asset);
    }
    if let Some(known) = known.filter(|_| !parts.assets) {
        ticket.assets.clone_from(&known.assets);
    }
    let old = known.and_then(|known| known.timeline.as_deref());
    if parts.timeline() || old.is_some() {
        let kept = old.unwrap_or_default().iter();
        let mut entries: Vec<Entry> = kept.filter(|e| parts.keeps(e)).cloned().collect();
        entries.extend(children.followups.iter().map(|row| rows.followup(row)));
        entries.extend(children.tasks.iter().map(|row| rows.task(row)));
        entries.extend(children.solutions.iter().map(|row| rows.solution(row)));
        if parts.solutions && rows.session.dialect().solution_type().is_none() {
            entries.extend(rows.solution_field(row));
        }
        let documents = row["_documents"].as_array().into_iter().flatten();
        entries.extend(documents.map(|row| rows.document(row)));
        ticket.timeline = Some(in_time_order(entries));
    }
    ticket
}

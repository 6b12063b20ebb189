//! Several known tickets in one request, each with the sub-items that were just added to it.

use serde_json::Value;
use tournee_core::domain::{EntryKind, Ticket};

use super::call::Call;
use super::client::Client;
use super::error::GlpiError;
use super::json;
use super::marks::Resolver;
use super::reading::Reading;
use super::rows::{Rows, in_time_order};
use super::session::Session;

/// Items in one address: 414 comes above 8 KB.
pub const MOST_ITEMS: usize = 50;

/// A known ticket, to be read again.
#[derive(Clone, Debug)]
pub struct Want {
    /// As it was last read, whole; what was not added since stays.
    pub known: Box<Ticket>,
    /// New rows of `Ticket_User`.
    pub people: Vec<u64>,
    /// New followups.
    pub followups: Vec<u64>,
    /// New tasks, and those that were altered.
    pub tasks: Vec<u64>,
    /// New solutions, where they are items.
    pub solutions: Vec<u64>,
    /// Whether the solution that is a field of the ticket was written.
    pub solution_field: bool,
}

impl Want {
    /// The facts alone.
    pub fn facts(known: Box<Ticket>) -> Self {
        Self {
            known,
            people: Vec::new(),
            followups: Vec::new(),
            tasks: Vec::new(),
            solutions: Vec::new(),
            solution_field: false,
        }
    }

    /// How many items it asks for.
    pub fn items(&self) -> usize {
        1 + self.people.len() + self.followups.len() + self.tasks.len() + self.solutions.len()
    }
}

impl Client {
    /// Reads all of them in one request. GLPI answers all or, where one is missing, none: then `None`, and each is to
    /// be asked for by itself.
    ///
    /// # Errors
    /// When GLPI does not answer, or not as its API does.
    pub async fn look(
        &self,
        session: &Session,
        wants: &[&Want],
        resolve: Resolver<'_>,
    ) -> Result<Option<Vec<Reading>>, GlpiError> {
        let Some(items) = self.items(session, wants).await? else {
            return Ok(None);
        };
        let rows = Rows {
            session,
            source: &self.config().id,
            resolve,
        };
        let mut items = items.iter();
        let mut readings = Vec::with_capacity(wants.len());
        for want in wants {
            let mine: Vec<&Value> = items.by_ref().take(want.items()).collect();
            let Some(reading) = self.together(&rows, want, &mine).await? else {
                return Ok(None);
            };
            readings.push(reading);
        }
        Ok(Some(readings))
    }

    async fn items(
        &self,
        session: &Session,
        wants: &[&Want],
    ) -> Result<Option<Vec<Value>>, GlpiError> {
        let dialect = session.dialect();
        let solution = dialect.solution_type().unwrap_or_default();
        let mut ids = Vec::new();
        for want in wants {
            ids.push(("Ticket", want.known.key.id.0));
            ids.extend(want.people.iter().map(|id| ("Ticket_User", *id)));
            ids.extend(
                want.followups
                    .iter()
                    .map(|id| (dialect.followup_type(), *id)),
            );
            ids.extend(want.tasks.iter().map(|id| ("TicketTask", *id)));
            ids.extend(want.solutions.iter().map(|id| (solution, *id)));
        }
        if let [(kind, id)] = ids.as_slice() {
            let call = Call::get(format!("{kind}/{id}")).with("get_hateoas", 0);
            return found(
                self.call(session, call)
                    .await
                    .map(|answer| vec![answer.body]),
            );
        }
        let mut call = Call::get("getMultipleItems").with("get_hateoas", 0);
        for (index, (kind, id)) in ids.iter().enumerate() {
            call = call
                .with(format!("items[{index}][itemtype]"), kind)
                .with(format!("items[{index}][items_id]"), id);
        }
        let answer = self.call(session, call).await;
        let items = found(answer.map(|answer| match answer.body {
            Value::Array(items) => items,
            _ => Vec::new(),
        }))?;
        // In the order of the question, as far as the answer itself proves it.
        let in_order = |items: &Vec<Value>| {
            items.len() == ids.len()
                && items
                    .iter()
                    .zip(&ids)
                    .all(|(row, (_, id))| json::number(row, "id") == *id)
        };
        Ok(items.filter(in_order))
    }

    /// A known ticket with its new facts and its new sub-items.
    async fn together(
        &self,
        rows: &Rows<'_>,
        want: &Want,
        items: &[&Value],
    ) -> Result<Option<Reading>, GlpiError> {
        let Some((facts, added)) = items.split_first() else {
            return Ok(None);
        };
        if json::number(facts, "is_deleted") == 1 {
            return Ok(Some(Reading::Trashed));
        }
        let known = &want.known;
        // A GLPI that wrote nothing may give the same number to somebody else's item on another ticket.
        let is_of_it = |row: &&Value| {
            let parents = ["tickets_id", "items_id"].map(|field| json::reference(row, field));
            parents.contains(&Some(known.key.id.0))
        };
        if !added.iter().all(is_of_it) {
            return Ok(None);
        }
        let mut ticket = rows.ticket(facts);
        ticket.requesters.clone_from(&known.requesters);
        ticket.assignees.clone_from(&known.assignees);
        ticket.groups.clone_from(&known.groups);
        ticket.observers.clone_from(&known.observers);
        ticket.assets.clone_from(&known.assets);
        let (people, added) = added.split_at(want.people.len());
        let (followups, added) = added.split_at(want.followups.len());
        let (tasks, solutions) = added.split_at(want.tasks.len());
        people
            .iter()
            .for_each(|row| rows.add_user(&mut ticket, row));
        let mut timeline = known.timeline.clone().unwrap_or_default();
        if want.solution_field {
            timeline.retain(|entry| !matches!(entry.what, EntryKind::Solution { .. }));
            timeline.extend(rows.solution_field(facts));
        }
        timeline.extend(followups.iter().map(|row| rows.followup(row)));
        timeline.retain(|entry| {
            let is_task = matches!(entry.what, EntryKind::Task { .. });
            !(is_task && want.tasks.contains(&entry.id))
        });
        timeline.extend(tasks.iter().map(|row| rows.task(row)));
        timeline.extend(solutions.iter().map(|row| rows.solution(row)));
        ticket.timeline = Some(in_time_order(timeline));
        if !self.fill_places(&mut ticket) {
            return Ok(None);
        }
        self.fill_names(rows.session, std::slice::from_mut(&mut ticket))
            .await?;
        Ok(Some(Reading::Present(Box::new(ticket))))
    }
}

/// One that is missing or out of sight hides all the others.
fn found(answer: Result<Vec<Value>, GlpiError>) -> Result<Option<Vec<Value>>, GlpiError> {
    match answer {
        Ok(items) => Ok(Some(items)),
        Err(GlpiError::NotFound | GlpiError::Rights { .. } | GlpiError::Refused { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

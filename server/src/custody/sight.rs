//! The looks before and after a chain's writes: no more than what its changes concern.

use std::sync::Arc;

use tournee_core::changes::{CarryStep, ChangeBody};
use tournee_core::domain::Ticket;
use tournee_core::wire::ProblemKind;

use super::chain::Chain;
use super::step::Step;
use crate::glpi::{Client, GlpiError, Parts, Reading, Session, TransportError, Want};
use crate::links::LinkError;
use crate::store::changes::Held;

/// The ticket before anything is written, and whether what is known beside its facts still holds.
pub(super) struct Before {
    /// The ticket.
    pub ticket: Box<Ticket>,
    /// People and texts are as the feed last said them, for certain.
    pub rest_is_known: bool,
}

impl Chain<'_> {
    /// The facts always; people and texts where a change needs them and the feed's own are not as new.
    pub(super) async fn read_before(
        &mut self,
        todo: &[Held],
    ) -> Result<Result<Before, ProblemKind>, LinkError> {
        let looking = todo.iter().any(|row| self.may_have_landed(row));
        // Who has it is no fact of the ticket: in the second of its last change somebody else may have come.
        // Nor is a task, nor an asset.
        let takes = |row: &Held| {
            matches!(
                row.change.body,
                ChangeBody::Take(_)
                    | ChangeBody::Seat(_)
                    | ChangeBody::Asset(_)
                    | ChangeBody::TaskFact(_)
                    // Where a GLPI has room for one alone, another may stand there.
                    | ChangeBody::Solution(_)
                    // What is said in that second goes along, too.
                    | ChangeBody::Carry(_)
            )
        };
        let unsure = self.is_doubtful && todo.iter().any(takes);
        let known = self.known.as_ref();
        let whole = looking || unsure || known.is_none_or(|t| t.timeline.is_none());
        let mut rest_is_known = !whole;
        let mut reading = match whole {
            true => self.read(None, Parts::ALL).await?,
            false => self.glance(Parts::FACTS, None).await?,
        };
        if let (false, Reading::Present(ticket), Some(known)) = (whole, &reading, &self.known)
            && ticket.modified_at != known.modified_at
        {
            // Somebody was there since: who has it may be another now.
            rest_is_known = false;
            reading = self.read(None, Parts::ALL).await?;
        }
        Ok(match reading {
            Reading::Present(ticket) => Ok(Before {
                ticket,
                rest_is_known,
            }),
            Reading::Trashed => Err(ProblemKind::TicketTrashed),
            Reading::Gone => Err(ProblemKind::TicketGone),
            Reading::NotAllowed => Err(ProblemKind::Rights),
        })
    }

    /// Asks GLPI something; if it has forgotten the session, once more on a new one.
    pub(super) async fn ask<T, F, Fut>(&mut self, question: F) -> Result<T, LinkError>
    where
        F: Fn(Arc<Client>, Session) -> Fut,
        Fut: Future<Output = Result<T, GlpiError>>,
    {
        match question(self.client.clone(), self.session.clone()).await {
            Err(GlpiError::SessionExpired) => {
                self.session = self.server.renewed(&self.account, &self.session).await?;
                Ok(question(self.client.clone(), self.session.clone()).await?)
            }
            answer => Ok(answer?),
        }
    }

    async fn read(
        &mut self,
        known: Option<Box<Ticket>>,
        parts: Parts,
    ) -> Result<Reading, LinkError> {
        let resolve = |reference: &str| self.marks.get(reference).copied();
        let read = async |client: &Client, session: &Session| match &known {
            Some(known) => client.refresh(session, known, parts, &resolve).await,
            None => client.ticket(session, self.key.ticket.id, &resolve).await,
        };
        match read(&self.client, &self.session).await {
            Err(GlpiError::SessionExpired) => {
                let session = self.server.renewed(&self.account, &self.session).await?;
                let reading = read(&self.client, &session).await?;
                self.session = session;
                Ok(reading)
            }
            reading => Ok(reading?),
        }
    }

    /// Whether nothing has altered the ticket since its parts were read, one after the other.
    pub(super) async fn is_as_read(&mut self, ticket: &Ticket) -> Result<bool, LinkError> {
        let now = self
            .read(Some(Box::new(ticket.clone())), Parts::FACTS)
            .await?;
        Ok(matches!(now, Reading::Present(now) if now.modified_at == ticket.modified_at))
    }

    /// Reads back what was written: only what it concerns, where the rest is known.
    pub(super) async fn read_back(
        &mut self,
        steps: &[Step],
        todo: &[Held],
        before: &Before,
    ) -> Option<Result<Reading, LinkError>> {
        let written: Vec<&Held> = todo
            .iter()
            .zip(steps)
            .filter(|(_, step)| matches!(step, Step::Written { .. }))
            .map(|(row, _)| row)
            .collect();
        if written.is_empty() {
            return None;
        }
        let mut parts = Parts::FACTS;
        for row in written {
            match row.change.body {
                ChangeBody::Take(_) | ChangeBody::Seat(_) => parts.people = true,
                ChangeBody::Asset(_) => parts.assets = true,
                ChangeBody::Status(_)
                | ChangeBody::Create(_)
                | ChangeBody::Fact(_)
                | ChangeBody::Classify(_)
                | ChangeBody::Reply(_) => {}
                ChangeBody::Followup(_) | ChangeBody::Link(_) => parts.followups = true,
                ChangeBody::Task(_) | ChangeBody::TaskFact(_) => parts.tasks = true,
                ChangeBody::Solution(_) => parts.solutions = true,
                ChangeBody::Attach(_) | ChangeBody::MailFile(_) | ChangeBody::TicketFile(_) => {
                    parts.documents = true;
                }
                ChangeBody::Carry(ref carry) => match carry.step {
                    CarryStep::Link => parts.followups = true,
                    CarryStep::Solve => parts.solutions = true,
                    CarryStep::Close => {}
                },
            }
        }
        let added = added(todo, steps, before);
        if added.is_some() {
            return Some(self.glance(parts, added).await);
        }
        // Without a mark of before, an earlier read of all parts is as good as the feed's.
        let known = match before.rest_is_known {
            true => self.known.clone(),
            false => Some(before.ticket.clone()),
        };
        Some(self.read(known, parts).await)
    }

    /// A look at the known ticket together with other chains; by itself where that fails.
    async fn glance(&mut self, parts: Parts, want: Option<Want>) -> Result<Reading, LinkError> {
        let known = self.known.clone();
        let Some(want) = want.or_else(|| known.clone().map(Want::facts)) else {
            return self.read(None, Parts::ALL).await;
        };
        let lookout = &self.server.custody.lookout;
        let (client, session) = (&self.client, &self.session);
        let look = lookout
            .look(self.account.id, client, session, want, self.marks.clone())
            .await;
        match look {
            Ok(Some(reading)) => Ok(reading),
            Ok(None) | Err(GlpiError::SessionExpired) => self.read(known, parts).await,
            // What is wrong with one of several is no fault of the others.
            Err(error) if error.may_be_of_one() => match self.read(known, parts).await {
                Err(LinkError::Glpi(GlpiError::Unreachable(TransportError::NotSent(_)))) => {
                    Err(error.into())
                }
                read => read,
            },
            Err(error) => Err(error.into()),
        }
    }
}

/// What the writes added, by GLPI's own numbers; none where a number is missing or the rest is not known.
fn added(todo: &[Held], steps: &[Step], before: &Before) -> Option<Want> {
    if !before.rest_is_known {
        return None;
    }
    let mut want = Want::facts(before.ticket.clone());
    for (row, step) in todo.iter().zip(steps) {
        let Step::Written { id, .. } = step else {
            continue;
        };
        match &row.change.body {
            ChangeBody::Status(_)
            | ChangeBody::Create(_)
            | ChangeBody::Fact(_)
            | ChangeBody::Classify(_)
            | ChangeBody::Reply(_) => {}
            // Who left has no row that could be read, and whom GLPI added with him is not told.
            // A document says by itself which ticket it came with, not on which it is.
            ChangeBody::Seat(_)
            | ChangeBody::Asset(_)
            | ChangeBody::Attach(_)
            | ChangeBody::MailFile(_)
            | ChangeBody::TicketFile(_) => return None,
            ChangeBody::Take(_) => want.people.push((*id)?),
            ChangeBody::Followup(_) | ChangeBody::Link(_) => want.followups.push((*id)?),
            ChangeBody::Carry(carry) => match (carry.step, id) {
                (CarryStep::Link, _) => want.followups.push((*id)?),
                (CarryStep::Solve, Some(id)) => want.solutions.push(*id),
                (CarryStep::Solve, None) => want.solution_field = true,
                (CarryStep::Close, _) => {}
            },
            ChangeBody::Task(_) | ChangeBody::TaskFact(_) => want.tasks.push((*id)?),
            // A field has no number.
            ChangeBody::Solution(_) => match id {
                Some(id) => want.solutions.push(*id),
                None => want.solution_field = true,
            },
        }
    }
    Some(want)
}

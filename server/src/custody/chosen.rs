//! What was chosen from a list of GLPI's and is gone since: GLPI would take its number in silence, so the server refuses
//! in its place.

use tournee_core::changes::{ChangeBody, ChangeKind as _, ConflictValue, Fact, SetFact};
use tournee_core::domain::Ticket;
use tournee_core::wire::ProblemKind;

use super::chain::{Chain, problem};
use super::step::{Step, settle};
use crate::glpi::{Chosen, Parts, Reading, Standing};
use crate::links::LinkError;
use crate::store::changes::Held;

impl Chain<'_> {
    /// How what a change names stands; the worst of several.
    pub(super) async fn standing(&mut self, body: &ChangeBody) -> Result<Standing, LinkError> {
        let mut worst = Standing::There;
        for chosen in Chosen::by(body) {
            let standing =
                self.ask(|client, session| async move { client.standing(&session, chosen).await });
            match standing.await? {
                Standing::Gone => return Ok(Standing::Gone),
                Standing::Untold => worst = Standing::Untold,
                Standing::There => {}
            }
        }
        Ok(worst)
    }

    /// Where nothing could tell before, the ticket does now: what it shows without a name is not there, and what stood
    /// before is put back.
    pub(super) async fn unless_nameless(
        &self,
        row: &Held,
        fact: &SetFact,
        now: &Ticket,
        written: Step,
    ) -> Step {
        let Some(chosen) = Chosen::by(&row.change.body).into_iter().next() else {
            return written;
        };
        let named = self.client.shows_by_name(&self.session, now.key.id, chosen);
        // What can't be read now is read back like any other write.
        if !matches!(named.await, Ok(false)) {
            return written;
        }
        // A write that had no effect leaves what stood before, which has no name either where that was nothing.
        let read = self
            .client
            .refresh(&self.session, now, Parts::FACTS, &|_| None);
        match read.await {
            Ok(Reading::Present(is)) if fact.to.on(&is).is_same(&fact.to) => {}
            _ => return written,
        }
        let mut after = now.clone();
        fact.show(&mut after);
        let before = fact.to.on(now);
        match settle(self.client.set_fact(&self.session, &after, &before).await) {
            Step::Written { .. } => gone(),
            // It stands there without a name until it is put back: the next run sees to that.
            Step::NotNow { .. } => Step::Unknown {
                said: "a row without a name, which could not be put back".to_owned(),
            },
            other => other,
        }
    }

    /// What is there, and nobody told that it had come: it may be there without a name.
    pub(super) async fn unless_left_nameless(
        &mut self,
        row: &Held,
        fact: &SetFact,
        now: &Ticket,
    ) -> Result<Step, LinkError> {
        match self.standing(&row.change.body).await {
            Ok(Standing::There) => return Ok(Step::AlreadyThere),
            Ok(Standing::Gone | Standing::Untold) => {}
            Err(LinkError::Store(error)) => return Err(error.into()),
            Err(error) => {
                self.server.custody.failing.met(row.num, &error);
                return Ok(Step::NotNow { wait: None });
            }
        }
        let mut before = now.clone();
        let put_back = SetFact {
            from: fact.to.clone(),
            to: stood_before(row, fact),
            priority: None,
        };
        put_back.show(&mut before);
        let there = Step::AlreadyThere;
        Ok(self.unless_nameless(row, fact, &before, there).await)
    }
}

/// What he saw, or what of others' he insisted over last.
fn stood_before(row: &Held, fact: &SetFact) -> Fact {
    let mut over = row.against.iter().rev();
    let last = over.find_map(|against| match &against.theirs {
        Some(ConflictValue::Fact(theirs)) => Some(theirs.clone()),
        _ => None,
    });
    last.unwrap_or_else(|| fact.from.clone())
}

/// The answer to a change that names what is not there.
pub(super) fn gone() -> Step {
    Step::Problem(Box::new(problem(ProblemKind::PlaceGone, None)))
}

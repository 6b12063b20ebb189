//! A ticket that takes the place of another GLPI's: that happens once, and the other is closed when all of it is there.

use tournee_core::changes::{CarryOver, CarryStep, Change};
use tournee_core::domain::{Status, carried_into};
use tournee_core::ids::TicketKey;
use tournee_core::wire::{Problem, ProblemKind, ReportState};

use super::chain::{Chain, problem};
use super::conversion::Claim;
use super::intent;
use super::landing::Came;
use super::plan::Blocked;
use crate::app::Server;
use crate::glpi::{Mark, Reading, WriteError, Written};
use crate::links::LinkError;
use crate::mutation::Mutation;
use crate::store::chains::{self, TicketChain};
use crate::store::changes::{self, Held, Phase};
use crate::store::creations::{self, Place};
use crate::store::{Connection, Stored, TechnicianId, accounts, conversions};

/// Whether a step on an old ticket is not to be carried out now: the new one is not there yet, or never will be.
pub(super) async fn waits(server: &Server, row: &Held, blocked: &mut Blocked) -> Stored<bool> {
    let Some(carry) = row
        .change
        .body
        .carry()
        .filter(|_| row.phase == Phase::Queued)
    else {
        return Ok(false);
    };
    // Before the look, so that nothing that lands meanwhile is slept through.
    server.custody.await_ticket(row, &carry.to);
    let mut db = server.store.read().await?;
    let new = match new_ticket(&mut db, row.technician, carry).await? {
        // It is looked for, and written no more.
        New::There(_) if row.withdraw => return Ok(false),
        New::There(new) => new,
        New::Awaited if row.withdraw && is_under_way(&mut db, row, carry).await? => {
            return Ok(true);
        }
        New::Awaited if !row.withdraw => {
            blocked.hold(row);
            return Ok(true);
        }
        New::Awaited | New::TakenBack => {
            drop(db);
            let mut tx = server.store.write().await?;
            if intent::stands(&mut tx, row).await? {
                let now = server.clock.now();
                changes::settle(&mut tx, row, &ReportState::Withdrawn, now).await?;
                tx.commit().await?;
            }
            return Ok(true);
        }
    };
    server.custody.await_ticket(row, &new);
    let chain = TicketChain {
        technician: row.technician,
        ticket: new,
    };
    let on_it = chains::rows(&mut db, &chain.key()).await?;
    let before = |other: &Change| {
        other.device == row.change.device && other.seq < row.change.seq && carry.waits_for_all()
    };
    let unawaited = server.mutated(Mutation::CarryUnawaited);
    let is_waited_for = !unawaited && on_it.iter().any(|other| before(&other.change));
    if is_waited_for {
        blocked.hold(row);
    }
    Ok(is_waited_for)
}

/// Whether the new ticket is being made, or looked for: else it waits for him.
async fn is_under_way(db: &mut Connection, row: &Held, carry: &CarryOver) -> Stored<bool> {
    let chain = TicketChain {
        technician: row.technician,
        ticket: carry.to.clone(),
    };
    let rows = chains::rows(db, &chain.key()).await?;
    Ok(rows
        .iter()
        .any(|other| other.change.body.creation().is_some() && other.phase != Phase::NeedsYou))
}

/// Whether a step on an old ticket stands behind what waits for the technician on the new one.
pub(super) async fn is_held(db: &mut Connection, row: &Held) -> Stored<bool> {
    let carry = row.change.body.carry();
    let Some(carry) = carry.filter(|_| row.phase == Phase::Queued && !row.withdraw) else {
        return Ok(false);
    };
    let ticket = match new_ticket(db, row.technician, carry).await? {
        New::There(new) => new,
        New::Awaited => carry.to.clone(),
        New::TakenBack => return Ok(false),
    };
    let chain = TicketChain {
        technician: row.technician,
        ticket,
    };
    let holds = |other: &Held| {
        let before = other.change.device == row.change.device && other.change.seq < row.change.seq;
        let creation = other.change.body.creation().is_some() && other.change.target.is_local();
        other.phase == Phase::NeedsYou && (creation || (before && carry.waits_for_all()))
    };
    let on_it = chains::rows(db, &chain.key()).await?;
    Ok(on_it.iter().any(holds))
}

/// The ticket that takes the place.
pub(super) enum New {
    There(TicketKey),
    Awaited,
    TakenBack,
}

pub(super) async fn new_ticket(
    db: &mut Connection,
    technician: TechnicianId,
    carry: &CarryOver,
) -> Stored<New> {
    if !carry.to.id.is_local() {
        return Ok(New::There(carry.to.clone()));
    }
    let key = TicketChain {
        technician,
        ticket: carry.to.clone(),
    };
    Ok(match creations::place(db, &key).await? {
        Place::Landed(id) => New::There(TicketKey {
            source: carry.to.source.clone(),
            id,
        }),
        Place::TakenBack => New::TakenBack,
        Place::Awaited | Place::Unknown => New::Awaited,
    })
}

impl Chain<'_> {
    /// Puts the intent on disk, and then looks in both GLPIs, and among what was made here, whether another ticket has the
    /// place: from the intent on nobody else begins, and who began before is found.
    pub(super) async fn claim_place(
        &mut self,
        row: Held,
        old: &TicketKey,
    ) -> Result<Claim, LinkError> {
        let blind = self.server.mutated(Mutation::PlaceUnclaimed);
        let granted = {
            let mut tx = self.server.store.write().await?;
            let rivals = conversions::rivals(&mut tx, &row).await?;
            if conversions::is_under_way(&rivals) && !blind {
                return Ok(Claim::Later);
            }
            let granted = intent::intend_in(&mut tx, &self.key.key(), vec![row.clone()]).await?;
            tx.commit().await?;
            granted
        };
        let Some(granted) = granted.into_iter().next() else {
            return Ok(Claim::Gone);
        };
        if blind {
            return Ok(Claim::Granted(Box::new(granted)));
        }
        let anyway = row.insists_against(ProblemKind::OldClosed);
        match self.unfit(old, anyway).await {
            Ok(None) => Ok(Claim::Granted(Box::new(granted))),
            Ok(Some(problem)) => Ok(Claim::Unfit(Box::new(problem))),
            Err(error) => {
                self.put_on_record(&row, Came::PutBack).await?;
                Err(error)
            }
        }
    }

    /// Why no ticket may take the place of this one.
    async fn unfit(&mut self, old: &TicketKey, anyway: bool) -> Result<Option<Problem>, LinkError> {
        if let Some(new) = self.find_carried(old).await? {
            return Ok(Some(carried(&new)));
        }
        let made_here = self.server.store.read().await?.carried_from(old).await?;
        for new in made_here {
            if self.stands(&new).await? {
                return Ok(Some(carried(&new)));
            }
        }
        let account = {
            let mut db = self.server.store.read().await?;
            accounts::at_source(&mut db, self.key.technician, &old.source).await?
        };
        let Some(account) = account else {
            return Ok(Some(problem(ProblemKind::NoAccount, None)));
        };
        let id = old.id;
        let reading = self
            .server
            .on_session(&account, |client, session| async move {
                client.ticket(&session, id, &|_| None).await
            })
            .await?;
        let ticket = match reading {
            Reading::Present(ticket) => ticket,
            Reading::Trashed => return Ok(Some(problem(ProblemKind::TicketTrashed, None))),
            Reading::Gone => return Ok(Some(problem(ProblemKind::TicketGone, None))),
            Reading::NotAllowed => return Ok(Some(problem(ProblemKind::Rights, None))),
        };
        if let Some(new) = carried_into(&ticket) {
            // One that was purged or put in the trash since leaves the place free.
            if self.stands(&new).await? {
                return Ok(Some(carried(&new)));
            }
        }
        let is_over = !ticket.status.is_open() && !anyway;
        Ok(is_over.then(|| problem(ProblemKind::OldClosed, None)))
    }

    async fn find_carried(&mut self, old: &TicketKey) -> Result<Option<TicketKey>, LinkError> {
        let found = self
            .ask(|client, session| async move { client.find_carried(&session, old).await })
            .await?;
        let source = &self.key.ticket.source;
        Ok(found.map(|id| TicketKey {
            source: source.clone(),
            id,
        }))
    }

    /// One step on the old ticket, which names the new one by its number.
    pub(super) async fn carry(
        &self,
        row: &Held,
        carry: &CarryOver,
        mark: &Mark,
    ) -> Result<Written, WriteError> {
        let not_now = |what: String| WriteError::NotSent { what };
        let new = {
            let db = self.server.store.read().await;
            let mut db = db.map_err(|error| not_now(error.to_string()))?;
            let new = new_ticket(&mut db, row.technician, carry).await;
            new.map_err(|error| not_now(error.to_string()))?
        };
        let New::There(new) = new else {
            return Err(not_now("the new ticket is not there".to_owned()));
        };
        match carry.step {
            CarryStep::Link => self.note(&self.session, &carry.note(&new), mark).await,
            CarryStep::Solve => {
                let solution = carry.solution(&new);
                self.solve(&self.session, &solution, mark, false).await
            }
            CarryStep::Close => {
                let (client, ticket) = (&self.client, self.key.ticket.id);
                client
                    .set_status(&self.session, ticket, Status::Closed)
                    .await
            }
        }
    }
}

fn carried(new: &TicketKey) -> Problem {
    let words = format!("{} #{}", new.source, new.id);
    problem(ProblemKind::Carried, Some(words))
}

//! One ticket's changes, from the look before to the report.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tournee_core::changes::{ChangeBody, ChangeKind as _, Field};
use tournee_core::domain::{AccountState, Ticket};
use tournee_core::ids::ChangeId;
use tournee_core::time::Instant;
use tournee_core::wire::{Problem, ProblemKind, ReportState};

use super::intake::needs_you;
use super::judge::{self, Verdict};
use super::step::Step;
use crate::app::Server;
use crate::glpi::{Client, GlpiError, Parts, Reading, Session, Want};
use crate::links::LinkError;
use crate::store::accounts::{self, AccountRow};
use crate::store::changes::{self, ChainKey, Held, Phase};
use crate::store::{StoreError, Stored, feed, snapshots};

/// What a run of a chain leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Everything that could be done was.
    Done,
    /// What is left waits behind a change that waits for the technician.
    Held,
    /// The technician has to sign in first.
    NeedsSignIn,
    /// GLPI did not answer, or an outcome is unknown: look again.
    Later {
        /// GLPI said how long to wait.
        at_least: Option<Duration>,
    },
}

/// Carries out a chain as far as it goes.
///
/// ## Control flow
/// 1. Changes that need no GLPI are settled; what waits behind a waiting change of the same field is left.
/// 2. The ticket is read; changes with an unknown outcome are looked for in it.
/// 3. Intents go to disk, then each change is checked on the ticket as it is now, and written.
/// 4. The ticket is read back once; snapshot and reports go to disk together.
///
/// ## Errors
/// The database's. What went wrong at GLPI is in the outcome or in a report.
pub(super) async fn carry_out(server: &Server, key: &ChainKey, attempts: u32) -> Stored<Outcome> {
    let (rows, account) = {
        let mut db = server.store.read().await?;
        let rows = changes::chain(&mut db, key).await?;
        let account = accounts::at_source(&mut db, key.technician, &key.ticket.source).await?;
        (rows, account)
    };
    let Some(account) = account else {
        return settle_all(server, &rows, ProblemKind::NoAccount).await;
    };
    let (todo, held) = plan(server, rows).await?;
    if todo.is_empty() {
        return Ok(if held { Outcome::Held } else { Outcome::Done });
    }
    let chain = match Chain::open(server, key, account).await {
        Ok(chain) => chain,
        Err(error) => return stopped(error),
    };
    match chain.run(todo, attempts).await {
        Ok(Outcome::Done) if held => Ok(Outcome::Held),
        Ok(outcome) => Ok(outcome),
        Err(error) => stopped(error),
    }
}

async fn settle_all(server: &Server, rows: &[Held], kind: ProblemKind) -> Stored<Outcome> {
    let now = server.clock.now();
    let mut tx = server.store.write().await?;
    for row in rows.iter().filter(|row| row.phase != Phase::NeedsYou) {
        changes::settle(&mut tx, row, &needs_you(kind), now).await?;
    }
    tx.commit().await?;
    Ok(Outcome::Done)
}

/// What can be carried out now, in order, and whether something has to wait.
async fn plan(server: &Server, rows: Vec<Held>) -> Stored<(Vec<Held>, bool)> {
    let mut blocked: Vec<Field> = Vec::new();
    let mut todo: Vec<Held> = Vec::new();
    let mut held = false;
    for row in rows {
        let fields = row.change.body.fields();
        if row.phase == Phase::NeedsYou {
            blocked.extend(fields);
        } else if row.phase == Phase::Queued && fields.iter().any(|f| blocked.contains(f)) {
            held = true;
        } else if replaces_one_of(&row, &todo) {
            // Whether the old one landed is only known after this run; the queue's next look takes the new one up.
        } else if was_sent_before(server, &row).await? {
            let mut tx = server.store.write().await?;
            let report = needs_you(ProblemKind::AlreadySent);
            changes::settle(&mut tx, &row, &report, server.clock.now()).await?;
            tx.commit().await?;
        } else {
            todo.push(row);
        }
    }
    Ok((todo, held))
}

fn replaces_one_of(row: &Held, todo: &[Held]) -> bool {
    row.change
        .replaces
        .is_some_and(|old| todo.iter().any(|other| other.change.id == old))
}

/// Whether the change that this one replaces landed after all.
async fn was_sent_before(server: &Server, row: &Held) -> Stored<bool> {
    let (Some(old), false) = (row.change.replaces, row.insist) else {
        return Ok(false);
    };
    let mut db = server.store.read().await?;
    let old = changes::find(&mut db, row.technician, old).await?;
    Ok(row.phase == Phase::Queued && old.is_some_and(|old| old.phase == Phase::Delivered))
}

fn stopped(error: LinkError) -> Stored<Outcome> {
    match error {
        LinkError::NeedsSignIn => Ok(Outcome::NeedsSignIn),
        LinkError::Store(error) => Err(error),
        LinkError::Glpi(GlpiError::Throttled { retry_after }) => Ok(Outcome::Later {
            at_least: retry_after.map(|seconds| Duration::from_secs(u64::from(seconds))),
        }),
        LinkError::Glpi(error) => {
            tracing::info!(%error, "a chain stopped at GLPI");
            Ok(Outcome::Later { at_least: None })
        }
    }
}

/// A chain at work.
pub(super) struct Chain<'a> {
    pub server: &'a Server,
    pub key: &'a ChainKey,
    pub account: AccountRow,
    pub client: Arc<Client>,
    pub session: Session,
    marks: HashMap<String, ChangeId>,
    known: Option<Box<Ticket>>,
    /// When a solution of his own closed this ticket at once: changes made before he could know that still apply.
    pub closed_by_him: Option<Instant>,
}

/// The ticket before anything is written, and whether what is known beside its facts still holds.
struct Before {
    ticket: Box<Ticket>,
    rest_is_known: bool,
}

impl<'a> Chain<'a> {
    async fn open(
        server: &'a Server,
        key: &'a ChainKey,
        account: AccountRow,
    ) -> Result<Self, LinkError> {
        let client = server.client(&account)?;
        let session = server.session(&account).await?;
        let mut db = server.store.read().await?;
        let marks = changes::marks(&mut db, &key.ticket.source, &[key.ticket.id]).await?;
        let known = feed::ticket(&mut db, key.technician, &key.ticket).await?;
        let closed_by_him = changes::closed_at_once(&mut db, key).await?;
        Ok(Self {
            server,
            key,
            account,
            client,
            session,
            marks,
            known,
            closed_by_him,
        })
    }

    async fn run(mut self, todo: Vec<Held>, attempts: u32) -> Result<Outcome, LinkError> {
        let started = self.server.clock.now();
        let before = match self.read_before(&todo).await {
            Ok(reading) => reading,
            Err(error) => {
                self.say_whether_reachable(&error).await?;
                return Err(error);
            }
        };
        self.server
            .set_state(self.account.id, AccountState::Active)
            .await?;
        let before = match before {
            Ok(before) => before,
            Err(kind) => return self.ticket_is_away(&todo, kind).await,
        };
        self.intend(&todo).await?;
        let (steps, at_least) = self.write_all(&todo, &before.ticket, attempts).await?;
        let after = self.read_back(&steps, &todo, &before).await;
        let outcome = judge::outcome(&steps, &after, at_least);
        self.record(&todo, steps, after, &before, started).await?;
        Ok(outcome)
    }

    /// The facts always; people and texts where a change needs them and the feed's own are not as new.
    async fn read_before(
        &mut self,
        todo: &[Held],
    ) -> Result<Result<Before, ProblemKind>, LinkError> {
        let looking = todo.iter().any(|row| row.phase == Phase::Intended);
        let whole = looking || self.known.as_ref().is_none_or(|t| t.timeline.is_none());
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

    async fn say_whether_reachable(&self, error: &LinkError) -> Result<(), StoreError> {
        match error {
            LinkError::Glpi(GlpiError::Unreachable(_)) => {
                self.server
                    .set_state(self.account.id, AccountState::Unreachable)
                    .await
            }
            _ => Ok(()),
        }
    }

    /// Trashed, purged or out of reach: GLPI would take some of it in silence, so the server refuses in its place.
    async fn ticket_is_away(&self, todo: &[Held], kind: ProblemKind) -> Result<Outcome, LinkError> {
        let now = self.server.clock.now();
        let mut reports = Vec::new();
        for row in todo {
            let landed = kind == ProblemKind::TicketTrashed && self.has_landed(row).await?;
            reports.push(match (landed, row.withdraw) {
                (true, _) => judge::delivered(now, Vec::new()),
                (false, true) => ReportState::Withdrawn,
                (false, false) => needs_you(kind),
            });
        }
        let mut tx = self.server.store.write().await?;
        if kind != ProblemKind::Rights {
            snapshots::let_go(&mut tx, self.account.technician, &self.key.ticket, now).await?;
        }
        for (row, report) in todo.iter().zip(&reports) {
            changes::settle(&mut tx, row, report, now).await?;
        }
        tx.commit().await.map_err(StoreError::from)?;
        Ok(Outcome::Done)
    }

    async fn has_landed(&self, row: &Held) -> Result<bool, LinkError> {
        let texts = matches!(
            row.change.body,
            ChangeBody::Followup(_) | ChangeBody::Solution(_)
        );
        if row.phase != Phase::Intended || !texts {
            return Ok(false);
        }
        let mark = crate::glpi::Mark::new(row.change.id);
        let id = self.key.ticket.id;
        Ok(self
            .client
            .find_mark(&self.session, id, &mark)
            .await?
            .is_some())
    }

    async fn intend(&self, todo: &[Held]) -> Result<(), StoreError> {
        let mut tx = self.server.store.write().await?;
        for row in todo.iter().filter(|row| row.phase == Phase::Queued) {
            changes::set_phase(&mut tx, row.num, Phase::Intended).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Writes one after the other, each on the ticket as the ones before it left it.
    async fn write_all(
        &mut self,
        todo: &[Held],
        before: &Ticket,
        attempts: u32,
    ) -> Result<(Vec<Step>, Option<Duration>), LinkError> {
        let mut now = before.clone();
        let mut blocked: Vec<Field> = Vec::new();
        let mut steps = Vec::with_capacity(todo.len());
        let mut at_least = None;
        for row in todo {
            let fields = row.change.body.fields();
            let stuck = steps.iter().any(Step::stops_the_chain);
            let step = if stuck || fields.iter().any(|field| blocked.contains(field)) {
                Step::Untouched
            } else {
                self.step(row, &now, attempts).await?
            };
            match &step {
                Step::Written { .. } | Step::AlreadyThere => row.change.body.show(&mut now),
                Step::Problem(_) => blocked.extend(fields),
                Step::NotNow { wait } => at_least = *wait,
                _ => {}
            }
            steps.push(step);
        }
        Ok((steps, at_least))
    }

    /// Reads back what was written: only what it concerns, where the rest is known.
    async fn read_back(
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
                ChangeBody::Take(_) => parts.people = true,
                ChangeBody::Status(_) => {}
                ChangeBody::Followup(_) => parts.followups = true,
                ChangeBody::Solution(_) => parts.solutions = true,
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
            Err(error) => Err(error.into()),
        }
    }

    /// Snapshot first, then the reports on it, in one write.
    async fn record(
        &self,
        todo: &[Held],
        steps: Vec<Step>,
        after: Option<Result<Reading, LinkError>>,
        before: &Before,
        started: Instant,
    ) -> Result<(), StoreError> {
        let now = self.server.clock.now();
        let mut tx = self.server.store.write().await?;
        // Read within the transaction: two technicians may have been merged meanwhile.
        let account = accounts::get(&mut tx, self.account.id).await?;
        let who = account.map_or(self.account.technician, |row| row.technician);
        let mut shown = match &after {
            Some(Ok(Reading::Present(ticket))) => Some(ticket.clone()),
            None => Some(before.ticket.clone()),
            Some(_) => None,
        };
        let verdicts = judge::verdicts(self, todo, steps, after.as_ref(), &mut shown, now);
        if let Some(ticket) = shown {
            snapshots::take(&mut tx, who, &ticket, started).await?;
        }
        for (row, verdict) in todo.iter().zip(verdicts) {
            // What he asked while it was being written is on the row by now.
            let withdraw = changes::is_withdrawn_meanwhile(&mut tx, row.num).await?;
            match verdict {
                Verdict::Report(ReportState::NeedsYou { .. }) | Verdict::PutBack if withdraw => {
                    changes::settle(&mut tx, row, &ReportState::Withdrawn, now).await?;
                }
                Verdict::Report(report) => changes::settle(&mut tx, row, &report, now).await?,
                // One that came with an unknown outcome keeps it.
                Verdict::PutBack if row.phase == Phase::Queued => {
                    changes::set_phase(&mut tx, row.num, Phase::Queued).await?;
                }
                Verdict::PutBack | Verdict::Unknown => {}
            }
        }
        tx.commit().await?;
        Ok(())
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
            ChangeBody::Status(_) => {}
            ChangeBody::Take(_) => want.people.push((*id)?),
            ChangeBody::Followup(_) => want.followups.push((*id)?),
            // A field has no number.
            ChangeBody::Solution(_) => match id {
                Some(id) => want.solutions.push(*id),
                None => want.solution_field = true,
            },
        }
    }
    Some(want)
}

/// A problem with GLPI's words.
pub(super) fn problem(kind: ProblemKind, words: Option<String>) -> Problem {
    Problem {
        kind,
        words: words.filter(|words| !words.is_empty()),
        conflict: None,
    }
}

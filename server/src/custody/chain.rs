//! One ticket's changes, from the look before to the report.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tournee_core::changes::{ChangeBody, ChangeKind as _, Field};
use tournee_core::domain::{AccountState, Ticket};
use tournee_core::ids::ChangeId;
use tournee_core::time::{Instant, Seconds};
use tournee_core::wire::{Problem, ProblemKind, ReportState};

use super::brought;
use super::creation;
use super::evidence;
use super::failing::said_by_glpi;
use super::giving_up::Run;
use super::intent;
use super::judge;
use super::known::{needs_you, unsettled};
use super::mail::needs;
use super::plan::{Plan, plan};
use super::step::Step;
use crate::app::Server;
use crate::glpi::{Client, GlpiError, Mark, Reading, Session};
use crate::links::LinkError;
use crate::mutation::Mutation;
use crate::store::accounts::{self, AccountRow};
use crate::store::chains::{self, TicketChain};
use crate::store::changes::{self, Held, Phase};
use crate::store::snapshots;
use crate::store::{StoreError, Stored, feed};

/// A phone's time is set right by the server's, to the second or so.
pub(crate) const CLOCKS_DIFFER: Seconds = Seconds(2);

/// What a run of a chain leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Everything that could be done was.
    Done,
    /// What is left waits behind a change that waits for the technician.
    Held,
    /// The technician has to sign in first.
    NeedsSignIn,
    /// What it begins with has to wait until then; nothing is wrong.
    Soon {
        /// How long.
        wait: Duration,
    },
    /// GLPI did not answer, or an outcome is unknown: look again.
    Later {
        /// GLPI said how long to wait.
        at_least: Option<Duration>,
    },
}

/// Carries out a chain as far as it goes.
///
/// ## Control flow
/// 1. Changes that need no GLPI are settled; what waits behind a waiting change of the same field is left. A second
///    change of a field, and what is known by its state alone, wait for another run; a file that can't be had now is left
///    aside.
/// 2. The ticket is read; changes with an unknown outcome are looked for in it. Where it was changed in this very second, what
///    is known by its state alone waits for the next.
/// 3. Intents go to disk, then each change is checked on the ticket as it is now, and written.
/// 4. The ticket is read back once; snapshot and reports go to disk together.
///
/// ## Errors
/// The database's. What went wrong at GLPI is in the outcome or in a report.
pub(super) async fn carry_out(server: &Server, key: &TicketChain) -> Stored<Outcome> {
    let mut aside = Aside::default();
    loop {
        let (outcome, more) = run(server, key, &mut aside).await?;
        let goes_on = matches!(outcome, Outcome::Done | Outcome::Held);
        if goes_on && more {
            continue;
        }
        if let Outcome::Soon { wait } = outcome
            && !aside.0.is_empty()
        {
            // Another run would ask for what is aside before its time.
            tokio::time::sleep(wait).await;
            continue;
        }
        return Ok(match aside.at_least().filter(|_| goes_on) {
            Some(wait) => Outcome::Later {
                at_least: Some(wait),
            },
            None => outcome,
        });
    }
}

/// What waits by itself, for something that is elsewhere: the others go on without it.
#[derive(Default)]
struct Aside(BTreeMap<i64, Option<Duration>>);

impl Aside {
    fn take(&mut self, todo: &[Held], steps: &[Step]) {
        for (row, step) in todo.iter().zip(steps) {
            if let Step::Aside { wait } = step {
                self.0.insert(row.num, *wait);
            }
        }
    }

    /// How long nothing of it is to be asked for.
    fn at_least(&self) -> Option<Duration> {
        self.0.values().map(|wait| wait.unwrap_or_default()).min()
    }
}

/// One run, and whether there is more to do after it.
async fn run(server: &Server, key: &TicketChain, aside: &mut Aside) -> Stored<(Outcome, bool)> {
    let (rows, account) = {
        let mut db = server.store.read().await?;
        let rows = chains::rows(&mut db, &key.key()).await?;
        let account = accounts::at_source(&mut db, key.technician, &key.ticket.source).await?;
        (rows, account)
    };
    let Some(account) = account else {
        return Ok((
            settle_all(server, &rows, ProblemKind::NoAccount).await?,
            false,
        ));
    };
    if key.ticket.id.is_local() {
        return creation::run(server, key, rows, account).await;
    }
    let rows = rows
        .into_iter()
        .filter(|row| !aside.0.contains_key(&row.num));
    let Plan { todo, held, more } = plan(server, rows.collect()).await?;
    if todo.is_empty() {
        return Ok((if held { Outcome::Held } else { Outcome::Done }, false));
    }
    let this = Run::begin(server, key.technician, &todo).await?;
    let outcome = match Chain::open(server, key, account).await {
        Ok(chain) => match chain.naming_bases(&todo).run(todo, aside).await {
            Ok(outcome) => outcome,
            Err(error) => {
                this.failed(server, said_by_glpi(&error));
                stopped(server, key, error)?
            }
        },
        Err(error) => stopped(server, key, error)?,
    };
    this.end(server, &key.key(), outcome).await?;
    let held = held && outcome == Outcome::Done;
    Ok((if held { Outcome::Held } else { outcome }, more))
}

async fn settle_all(server: &Server, rows: &[Held], kind: ProblemKind) -> Stored<Outcome> {
    let now = server.clock.now();
    let mut tx = server.store.write().await?;
    for row in rows.iter().filter(|row| row.phase != Phase::NeedsYou) {
        if !intent::stands(&mut tx, row).await? {
            continue;
        }
        let may_be_there = row.may_be_sent() || row.of_before;
        let report = match (row.withdraw, may_be_there) {
            (true, false) => ReportState::Withdrawn,
            // Nobody can look.
            (true, true) => needs(unsettled(evidence::looked(row, now))),
            (false, _) => needs_you(kind),
        };
        changes::settle(&mut tx, row, &report, now).await?;
    }
    tx.commit().await?;
    Ok(Outcome::Done)
}

pub(super) fn stopped(server: &Server, key: &TicketChain, error: LinkError) -> Stored<Outcome> {
    match error {
        LinkError::NeedsSignIn => Ok(Outcome::NeedsSignIn),
        LinkError::Store(error) => Err(error),
        LinkError::Glpi(GlpiError::Throttled { retry_after }) => Ok(Outcome::Later {
            at_least: retry_after.map(|seconds| Duration::from_secs(u64::from(seconds))),
        }),
        LinkError::Glpi(error) => {
            // That it does not answer is said once, where it was noticed.
            if !server.links.is_down(&key.ticket.source) {
                tracing::info!(ticket = %key.ticket, %error, "a chain stopped at GLPI");
            }
            Ok(Outcome::Later { at_least: None })
        }
    }
}

/// A chain at work.
pub(super) struct Chain<'a> {
    pub server: &'a Server,
    pub key: &'a TicketChain,
    pub account: AccountRow,
    pub client: Arc<Client>,
    pub session: Session,
    pub marks: BTreeMap<String, ChangeId>,
    pub known: Option<Box<Ticket>>,
    /// More may have happened in the second of its last change.
    pub is_doubtful: bool,
    /// When a solution of his own closed this ticket at once: changes made before he could know that still apply.
    pub closed_by_him: Option<Instant>,
    /// This run has altered the ticket since it was read.
    pub has_written: bool,
    /// What meets an error now, and has for long, is given up.
    pub gives_up: bool,
}

impl<'a> Chain<'a> {
    pub(super) async fn open(
        server: &'a Server,
        key: &'a TicketChain,
        account: AccountRow,
    ) -> Result<Self, LinkError> {
        let client = server.client(&account)?;
        let session = server.session(&account).await?;
        let mut db = server.store.read().await?;
        let marks = changes::marks(&mut db, &key.ticket.source, &[key.ticket.id]).await?;
        let known = feed::ticket(&mut db, key.technician, &key.ticket).await?;
        let is_doubtful = snapshots::is_doubtful(&mut db, key.technician, &key.ticket).await?;
        let closed_by_him = chains::closed_at_once(&mut db, key).await?;
        Ok(Self {
            server,
            key,
            account,
            client,
            session,
            marks,
            known,
            is_doubtful,
            closed_by_him,
            has_written: false,
            gives_up: false,
        })
    }

    /// What they build on may have been added by a server that this database does not know.
    fn naming_bases(mut self, todo: &[Held]) -> Self {
        let bases = todo.iter().filter_map(|row| row.change.body.builds_on());
        let named = bases.map(|base| (Mark::new(base).reference(), base));
        self.marks.extend(named);
        self
    }

    async fn run(mut self, todo: Vec<Held>, aside: &mut Aside) -> Result<Outcome, LinkError> {
        let known = self.known.as_ref().map(|ticket| ticket.modified_at);
        if let Some(wait) = known.and_then(|altered| self.waits_a_second(&todo, altered)) {
            return Ok(Outcome::Soon { wait });
        }
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
        self.saw(before.ticket.modified_at);
        if let Some(wait) = self.waits_a_second(&todo, before.ticket.modified_at) {
            return Ok(Outcome::Soon { wait });
        }
        let wanted = todo;
        let todo = self.intend(wanted.clone(), &before.ticket).await?;
        let elsewhere = brought::wait_for_another(&wanted, &todo);
        aside.0.extend(elsewhere.map(|num| (num, None)));
        if todo.is_empty() {
            return Ok(Outcome::Done);
        }
        let (steps, at_least) = match self.write_all(&todo, &before.ticket).await {
            Ok(written) => written,
            Err(error) => {
                self.put_back_unsent(&todo).await?;
                return Err(error);
            }
        };
        let after = self.read_back(&steps, &todo, &before).await;
        if let Some(Ok(Reading::Present(ticket))) = &after {
            self.saw(ticket.modified_at);
        }
        aside.take(&todo, &steps);
        let outcome = judge::outcome(&steps, &after, at_least);
        self.record(&todo, steps, after, &before, started).await?;
        Ok(outcome)
    }

    pub(super) async fn say_whether_reachable(&self, error: &LinkError) -> Result<(), StoreError> {
        match error {
            LinkError::Glpi(error) if error.keeps_everybody_out() => {
                self.server
                    .set_state(self.account.id, AccountState::Unreachable)
                    .await
            }
            _ => Ok(()),
        }
    }

    /// Written with an unknown outcome; or made before this life of the server began: its database may be a backup that
    /// does not know what was done since.
    pub(super) fn may_have_landed(&self, row: &Held) -> bool {
        let known = !self.server.mutated(Mutation::NoIntent);
        known
            && (row.may_be_sent()
                || row.of_before
                || row.change.at <= self.server.began_at() + CLOCKS_DIFFER)
    }

    /// Sent, not there, and GLPI may not be done with it.
    pub(super) fn may_still_land(&self, row: &Held) -> Option<Duration> {
        if !(row.may_be_sent() || row.of_before) {
            return None;
        }
        let late = self.server.config.custody.late;
        self.server.custody.sent.may_land_for(row.num, late)
    }

    /// Intents on disk, for what is still to be done.
    async fn intend(&self, todo: Vec<Held>, before: &Ticket) -> Result<Vec<Held>, StoreError> {
        intent::intend(self.server, &self.key.key(), todo, Some(before)).await
    }

    /// What was to be written and never left is as it was before: nobody has to look for it.
    async fn put_back_unsent(&self, todo: &[Held]) -> Result<(), StoreError> {
        let sent = &self.server.custody.sent;
        let mut unsent = todo.to_vec();
        unsent.retain(|row| row.phase == Phase::Queued && !sent.has_left(row.num));
        let now = self.server.clock.now();
        let mut tx = self.server.store.write().await?;
        for row in chains::rows(&mut tx, &self.key.key()).await? {
            let was = unsent.iter().find(|was| was.num == row.num);
            match was.filter(|_| row.phase == Phase::Intended) {
                // He took it back while this run looked.
                Some(was) if row.withdraw && !self.server.may_be_unlooked(&mut tx, was).await? => {
                    changes::settle(&mut tx, was, &ReportState::Withdrawn, now).await?;
                }
                Some(_) => changes::set_phase(&mut tx, row.num, Phase::Queued).await?,
                None => {}
            }
        }
        tx.commit().await
    }

    /// Writes one after the other, each on the ticket as the ones before it left it.
    async fn write_all(
        &mut self,
        todo: &[Held],
        before: &Ticket,
    ) -> Result<(Vec<Step>, Option<Duration>), LinkError> {
        let mut now = before.clone();
        let mut blocked: Vec<Field> = Vec::new();
        let mut steps = Vec::with_capacity(todo.len());
        let mut at_least = None;
        for row in todo {
            let fields = row.change.body.fields();
            let stops = |step: &Step| step.stops_the_chain() || step.is_undecided();
            let stuck = steps.iter().any(stops);
            let step = if stuck || fields.iter().any(|field| blocked.contains(field)) {
                Step::Untouched
            } else {
                self.step(row, &now).await?
            };
            self.has_written |= matches!(step, Step::Written { .. });
            match &step {
                // What GLPI made of its status with a task that was there is read already, and may have been moved since.
                Step::AlreadyThere if is_of_tasks(&row.change.body) => {}
                Step::Written { .. } | Step::AlreadyThere => row.change.body.show(&mut now),
                Step::Problem(_) => blocked.extend(fields),
                Step::NotNow { wait } => at_least = *wait,
                Step::MayLand { wait } => at_least = Some(*wait),
                _ => {}
            }
            steps.push(step);
        }
        Ok((steps, at_least))
    }
}

fn is_of_tasks(body: &ChangeBody) -> bool {
    matches!(body, ChangeBody::Task(_) | ChangeBody::TaskFact(_))
}

/// A problem with GLPI's words.
pub(super) fn problem(kind: ProblemKind, words: Option<String>) -> Problem {
    Problem {
        kind,
        words: words.filter(|words| !words.is_empty()),
        conflict: None,
        evidence: None,
    }
}

//! What GLPI or Google answers with an error each time, though it answers otherwise: tried for a while, and then for the
//! technician to see.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant as Moment;
use tournee_core::changes::ChangeBody;
use tournee_core::time::Instant;
use tournee_core::wire::{Attempt, ProblemKind, ReportState};

use super::chain::{Outcome, problem};
use super::evidence;
use super::known::unsettled;
use super::mail::needs;
use crate::app::{Server, Shared};
use crate::glpi::GlpiError;
use crate::gmail::GmailError;
use crate::links::LinkError;
use crate::store::accounts;
use crate::store::chains::{self, ChainKey, TicketChain};
use crate::store::changes::{self, Held, Phase};
use crate::store::creations;
use crate::store::{Connection, Stored, TechnicianId};

/// So often at least: one that is asked for rarely may have met an error each time by chance.
const TIMES: u32 = 5;
/// What nobody tried for so long begins anew.
const KEPT: Duration = Duration::from_hours(24);

/// The errors that changes met in a row, by the number of the change.
#[derive(Default)]
pub(super) struct Failing(Mutex<BTreeMap<i64, Failure>>);

struct Failure {
    since: Moment,
    last: Moment,
    times: u32,
    said: String,
}

impl Failing {
    /// An error came in place of what a change needs.
    pub fn note(&self, num: i64, said: &str) {
        let now = Moment::now();
        let mut all = self.all();
        all.retain(|_, failure| now - failure.last < KEPT);
        let failure = all.entry(num).or_insert_with(|| Failure {
            since: now,
            last: now,
            times: 0,
            said: String::new(),
        });
        failure.times += 1;
        failure.last = now;
        said.clone_into(&mut failure.said);
    }

    /// A GLPI's.
    pub fn met(&self, num: i64, error: &LinkError) {
        if let Some(said) = said_by_glpi(error) {
            self.note(num, &said);
        }
    }

    /// Whether one has met errors for so long, and often.
    fn is_due(&self, num: i64, patience: Duration) -> bool {
        let all = self.all();
        let failure = all.get(&num);
        failure.is_some_and(|it| it.times >= TIMES && it.since.elapsed() >= patience)
    }

    /// What came since then in place of what it needs.
    fn met_since(&self, num: i64, began: Moment) -> Option<String> {
        let all = self.all();
        let failure = all.get(&num).filter(|failure| failure.last >= began)?;
        Some(failure.said.clone())
    }

    /// A run that began then got through: what met no error in it is counted anew.
    fn got_through(&self, nums: &[i64], began: Moment) {
        let mut all = self.all();
        all.retain(|num, failure| failure.last >= began || !nums.contains(num));
    }

    /// He is told.
    fn forget(&self, num: i64) {
        self.all().remove(&num);
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<i64, Failure>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a GLPI said that answers, and not as its API does; none where nobody is there, or it says when to come again.
pub(super) fn said_by_glpi(error: &LinkError) -> Option<String> {
    let LinkError::Glpi(error) = error else {
        return None;
    };
    match error {
        GlpiError::Unexpected { .. }
        | GlpiError::Refused { .. }
        | GlpiError::Rights { .. }
        | GlpiError::NotFound => Some(error.detail().unwrap_or_else(|| error.to_string())),
        _ => None,
    }
}

/// The same of Google.
pub(super) fn said_by_google(error: &GmailError) -> Option<String> {
    match error {
        GmailError::Unexpected { status } => Some(format!("HTTP {status}")),
        _ => None,
    }
}

/// A run over a chain's changes, of which some may have met errors for long.
pub(super) struct Run {
    began: Moment,
    nums: Vec<i64>,
    /// Everybody answers who is to be asked: what meets an error now, and has for long, does so by itself.
    pub gives_up: bool,
}

impl Run {
    /// Asks whether others answer before what may fail does: to a GLPI that fails often nothing goes for a while.
    pub async fn begin(server: &Server, who: TechnicianId, rows: &[Held]) -> Stored<Self> {
        let due = || rows.iter().filter(|row| server.is_due(row));
        let gives_up = due().next().is_some() && do_answer(server, who, due()).await?;
        Ok(Self {
            began: Moment::now(),
            nums: rows.iter().map(|row| row.num).collect(),
            gives_up,
        })
    }

    /// It ended with this in place of what all of them need.
    pub fn failed(&self, server: &Server, said: Option<String>) {
        for (num, said) in self.nums.iter().zip(said.iter().cycle()) {
            server.custody.failing.note(*num, said);
        }
    }

    /// Those that met an error in it, and have for long, wait for him: of what may have been done the evidence is shown,
    /// anything else was not done.
    pub async fn end(self, server: &Server, key: &ChainKey, outcome: Outcome) -> Stored<()> {
        let failing = &server.custody.failing;
        if !matches!(outcome, Outcome::Later { .. }) {
            failing.got_through(&self.nums, self.began);
        }
        if !self.gives_up {
            return Ok(());
        }
        let mut tx = server.store.write().await?;
        let rows = chains::rows(&mut tx, key).await?;
        let those = |row: &&Held| row.phase != Phase::NeedsYou && self.nums.contains(&row.num);
        for row in rows.iter().filter(those) {
            let said = failing.met_since(row.num, self.began);
            if let Some(said) = said.filter(|_| server.is_due(row)) {
                tracing::warn!(on = %key.target, change = %row.change.id, said, "an error each time: given up");
                settle(&mut tx, row, said, server.clock.now()).await?;
                failing.forget(row.num);
            }
        }
        tx.commit().await
    }
}

impl Shared {
    /// Whether one has met errors for so long that he is told, unless it gets through now.
    pub(super) fn is_due(&self, row: &Held) -> bool {
        let patience = self.config.custody.patience;
        self.custody.failing.is_due(row.num, patience)
    }
}

/// Whether everybody answers who is asked for these. Where he has to sign in first nobody is asked.
async fn do_answer(
    server: &Server,
    who: TechnicianId,
    rows: impl Iterator<Item = &Held>,
) -> Stored<bool> {
    let mut mailboxes = BTreeSet::new();
    let mut asks_glpi = false;
    for row in rows {
        asks_glpi |= row.change.ticket().is_some();
        mailboxes.extend(row.change.target.thread().map(|thread| &thread.mailbox));
        if let ChangeBody::MailFile(file) = &row.change.body {
            mailboxes.insert(&file.thread.mailbox);
        }
    }
    let accounts = match asks_glpi {
        true => accounts::of_technician(&mut *server.store.read().await?, who).await?,
        false => Vec::new(),
    };
    for account in accounts.iter().filter(|account| account.signed_in) {
        let asked = server.on_session(account, |client, session| async move {
            client.answers(&session).await
        });
        match asked.await {
            Ok(()) | Err(LinkError::NeedsSignIn) => {}
            Err(LinkError::Store(error)) => return Err(error),
            Err(LinkError::Glpi(_)) => return Ok(false),
        }
    }
    for mailbox in mailboxes {
        match server.with_labels(mailbox).await {
            Ok(_) => {}
            Err(GmailError::Store(error)) => return Err(error),
            Err(_) => return Ok(false),
        }
    }
    Ok(true)
}

async fn settle(db: &mut Connection, row: &Held, said: String, now: Instant) -> Stored<()> {
    let report = report(db, row, said, now).await?;
    changes::settle(db, row, &report, now).await?;
    let local = row.change.ticket().filter(|ticket| ticket.id.is_local());
    if let (ReportState::Withdrawn, Some(ticket)) = (report, local) {
        let (technician, ticket) = (row.technician, ticket.clone());
        let chain = TicketChain { technician, ticket };
        creations::take_back_rest(db, &chain, now).await?;
    }
    Ok(())
}

/// What it waits with. Once he was told that nobody can look, he gives it up as it is.
async fn report(
    db: &mut Connection,
    row: &Held,
    said: String,
    now: Instant,
) -> Stored<ReportState> {
    let is_told = row.withdraw && row.evidence.unread.is_some();
    if is_told || !may_be_there(row) {
        return Ok(match row.withdraw {
            true => ReportState::Withdrawn,
            false => needs(problem(ProblemKind::Unreadable, Some(said))),
        });
    }
    let never_told = row.phase == Phase::Intended && row.evidence.tries.is_empty();
    let mut evidence = match never_told {
        // Another try begins with a look.
        true => evidence::tried(row, now, said.clone()),
        false => row.evidence.clone(),
    };
    evidence.forgotten = row.of_before;
    evidence.unread = Some(Attempt { at: now, said });
    changes::set_evidence(db, row.num, &evidence).await?;
    Ok(needs(unsettled(evidence)))
}

fn may_be_there(row: &Held) -> bool {
    let may_be_sent = match row.change.body {
        // Nothing is sent before its draft is on disk, or how far the mailbox's history goes.
        ChangeBody::Reply(_) | ChangeBody::Classify(_) => row.draft.is_some(),
        _ => row.may_be_sent(),
    };
    may_be_sent || row.of_before
}

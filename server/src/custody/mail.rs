//! One thread's changes: carried out in its mailbox, one after the other.

use std::time::Duration;

use tournee_core::changes::{ChangeBody, Classify, Conflict, Verdict};
use tournee_core::domain::MailboxState;
use tournee_core::ids::ThreadKey;
use tournee_core::wire::{Evidence, Problem, ProblemKind, ReportState};

use super::before;
use super::chain::{Outcome, problem};
use super::evidence;
use super::failing::said_by_google;
use super::giving_up::Run;
use super::intent::{intend, still_open};
use super::judge::delivered;
use super::known::unsettled;
use super::plan::{Plan, plan};
use crate::app::Server;
use crate::gmail::{GmailError, sorting};
use crate::mutation::Mutation;
use crate::store::chains::{self, ChainKey};
use crate::store::changes::{self, Held, Phase};
use crate::store::mails::{self, MailboxRecord};
use crate::store::{StoreError, Stored};

/// What came of one change.
pub(super) enum Came {
    /// It is settled, or waits for him; the thread's labels, where they were read.
    Settled(Box<ReportState>, Option<sorting::Labelled>),
    /// It is on its way, or not yet: look again.
    Later,
}

impl Came {
    pub fn settled(report: ReportState, labelled: Option<sorting::Labelled>) -> Self {
        Self::Settled(Box::new(report), labelled)
    }
}

/// Carries out a thread's changes as far as it goes.
///
/// ## Control flow
/// 1. What waits behind a waiting change of the same field is left, as on a ticket.
/// 2. A mailbox that Google gives no access to waits with all that is for it, until it is connected again.
/// 3. Intent to disk; the thread is looked at, then altered. What Google answers is the read-back: thread and report go
///    to disk together.
///
/// ## Errors
/// The database's. What went wrong at Google is in the outcome or in a report.
pub(super) async fn carry_out(
    server: &Server,
    chain: &ChainKey,
    key: &ThreadKey,
) -> Stored<Outcome> {
    loop {
        let (rows, mailbox) = {
            let mut db = server.store.read().await?;
            let rows = chains::rows(&mut db, chain).await?;
            let seen = mails::seen_by(&mut db, chain.technician).await?;
            (
                rows,
                seen.into_iter().find(|record| record.id == key.mailbox),
            )
        };
        let Plan { todo, held, more } = plan(server, rows).await?;
        if todo.is_empty() {
            return Ok(if held { Outcome::Held } else { Outcome::Done });
        }
        let post = match mailbox {
            None => return no_mailbox(server, chain, todo).await,
            Some(record) if record.state != MailboxState::Active => {
                return Ok(Outcome::NeedsSignIn);
            }
            Some(mailbox) => Post {
                server,
                chain,
                key,
                mailbox,
            },
        };
        let this = Run::begin(server, chain.technician, &todo).await?;
        let outcome = match post.run(todo).await {
            Ok(outcome) => outcome,
            Err(error) => {
                this.failed(server, said_by_google(&error));
                stopped(key, error)?
            }
        };
        this.end(server, chain, outcome).await?;
        match outcome {
            Outcome::Done if more => {}
            Outcome::Done if held => return Ok(Outcome::Held),
            outcome => return Ok(outcome),
        }
    }
}

async fn no_mailbox(server: &Server, chain: &ChainKey, todo: Vec<Held>) -> Stored<Outcome> {
    let now = server.clock.now();
    let mut tx = server.store.write().await?;
    for row in still_open(&mut tx, chain, todo).await? {
        let report = match row.withdraw {
            // Once he was told that nobody can look, he gives it up as it is.
            _ if is_to_be_told(&row) => {
                let evidence = evidence::tried(&row, now, OUT_OF_SIGHT.to_owned());
                changes::set_evidence(&mut tx, row.num, &evidence).await?;
                needs(unsettled(evidence))
            }
            true => ReportState::Withdrawn,
            false => needs(problem(ProblemKind::NoMailbox, None)),
        };
        changes::settle(&mut tx, &row, &report, now).await?;
    }
    tx.commit().await?;
    Ok(Outcome::Done)
}

/// What an answer's evidence says where its mailbox or its thread is gone.
const OUT_OF_SIGHT: &str = "its thread can't be looked at any more";

/// Whether he is to be told of an answer that it may have left. Once he was, he gives it up as it is.
fn is_to_be_told(row: &Held) -> bool {
    // Nothing is sent before its draft is on disk.
    let is_answer = matches!(row.change.body, ChangeBody::Reply(_));
    let may_have_left = is_answer && (row.draft.is_some() || row.of_before);
    may_have_left && !(row.withdraw && says_out_of_sight(&row.evidence))
}

fn says_out_of_sight(evidence: &Evidence) -> bool {
    let last = evidence.tries.last();
    last.is_some_and(|one| one.said == OUT_OF_SIGHT)
}

fn stopped(key: &ThreadKey, error: GmailError) -> Stored<Outcome> {
    match error {
        GmailError::Reconnect { .. } => Ok(Outcome::NeedsSignIn),
        GmailError::Store(error) => Err(error),
        GmailError::Throttled { retry_after } => Ok(Outcome::Later {
            at_least: retry_after.map(|seconds| Duration::from_secs(u64::from(seconds))),
        }),
        error => {
            tracing::info!(thread = %key, %error, "a chain stopped at Google");
            Ok(Outcome::Later { at_least: None })
        }
    }
}

pub(super) fn needs(problem: Problem) -> ReportState {
    ReportState::NeedsYou { problem }
}

/// A thread's chain at work.
pub(super) struct Post<'a> {
    pub server: &'a Server,
    pub chain: &'a ChainKey,
    pub key: &'a ThreadKey,
    pub mailbox: MailboxRecord,
}

impl Post<'_> {
    async fn run(mut self, todo: Vec<Held>) -> Result<Outcome, GmailError> {
        for row in todo {
            let Some(row) = intend(self.server, self.chain, vec![row], None)
                .await?
                .pop()
            else {
                continue;
            };
            let came = match &row.change.body {
                ChangeBody::Classify(classify) => self.classify(&row, classify).await,
                ChangeBody::Reply(reply) => self.reply(&row, reply).await,
                // Intake lets nothing else onto a thread.
                _ => Ok(Came::settled(
                    needs(problem(ProblemKind::Invalid, None)),
                    None,
                )),
            };
            let came = match came {
                Err(error) => self.refused(&row, error)?,
                Ok(came) => came,
            };
            match came {
                Came::Settled(report, labelled) => self.record(&row, *report, labelled).await?,
                Came::Later => return Ok(Outcome::Later { at_least: None }),
            }
        }
        Ok(Outcome::Done)
    }

    /// ## Control flow
    /// 1. The thread's boxes as they are now: there already, as he saw them, or moved by somebody else.
    /// 2. Where it was begun before: whether its labels were moved since, and back.
    /// 3. How far the mailbox's history goes, to disk; then one call sets the labels. Where its answer is lost, the next run
    ///    looks first.
    async fn classify(&mut self, row: &Held, classify: &Classify) -> Result<Came, GmailError> {
        if self.mailbox.labels.all().iter().any(|id| id.is_empty()) {
            self.mailbox = self.server.with_labels(&self.key.mailbox).await?;
        }
        let _turn = self.server.mails.turns.take(self.key).await;
        let now = self.server.labelled(self.key).await?;
        if now.has_others(&self.mailbox.labels) {
            self.mailbox = self.server.with_labels(&self.key.mailbox).await?;
        }
        let verdict = classify.check_on(&now.boxes(&self.mailbox.labels));
        let insists = |conflict: &Conflict| row.insists_over(&conflict.theirs);
        let stands = match &verdict {
            Verdict::Apply => true,
            Verdict::Conflict(conflict) => insists(conflict),
            _ => false,
        };
        match verdict {
            Verdict::AlreadyThere => return Ok(self.done(now)),
            // Taken back while it was to be written, and not written.
            _ if row.withdraw => return Ok(Came::settled(ReportState::Withdrawn, Some(now))),
            // It may have been moved as he wished, and back by somebody: that it stands there is no proof that it never was.
            _ if stands && self.may_be_undone(row, &now).await? => {
                let evidence = evidence::looked(row, self.server.clock.now());
                return Ok(Came::settled(needs(unsettled(evidence)), Some(now)));
            }
            Verdict::Conflict(_) if self.server.mutated(Mutation::BoxesWrittenOver) => {}
            Verdict::Conflict(conflict) if !insists(&conflict) => {
                let problem = Problem {
                    conflict: Some(*conflict),
                    ..problem(ProblemKind::Conflict, None)
                };
                return Ok(Came::settled(needs(problem), Some(now)));
            }
            _ => {}
        }
        if row.phase == Phase::Queued || row.draft.is_none() {
            let since = now.history(&self.mailbox);
            self.keep(row, &since).await?;
        }
        tracing::info!(thread = %self.key, to = ?classify.to, "sorting");
        let sorted = self
            .server
            .sort(&mut self.mailbox, &self.key.id, &classify.to)
            .await?;
        if row.of_before
            && let Some(then) = &row.draft
        {
            // What Google answers to a move says no history.
            let to = self.server.labelled(self.key).await?;
            let to = to.history(&self.mailbox);
            let mut tx = self.server.store.write().await?;
            before::move_on_in_mailbox(&mut tx, self.chain, then, &to).await?;
            tx.commit().await?;
        }
        match classify.check_on(&sorted.boxes(&self.mailbox.labels)) {
            Verdict::AlreadyThere => Ok(self.done(sorted)),
            _ => {
                let report = needs(problem(ProblemKind::NoEffect, None));
                Ok(Came::settled(report, Some(sorted)))
            }
        }
    }

    /// Whether somebody was at its labels since it was begun, with an outcome that nobody knows.
    async fn may_be_undone(&self, row: &Held, now: &sorting::Labelled) -> Result<bool, GmailError> {
        let begun = row.phase == Phase::Intended || row.of_before;
        let Some(since) = row.draft.as_ref().filter(|_| begun) else {
            // How it stood then is not known.
            return Ok(row.of_before);
        };
        let moved = self
            .server
            .was_moved_since(&self.mailbox, &self.key.id, now, since);
        moved.await
    }

    /// Keeps by what Google knows it: the draft that a mail was laid down as, the history at which a move was begun.
    pub async fn keep(&self, row: &Held, known_by: &str) -> Result<(), StoreError> {
        let mut tx = self.server.store.write().await?;
        tx.set_change_draft(row.num, known_by).await?;
        tx.commit().await
    }

    fn done(&self, labelled: sorting::Labelled) -> Came {
        let report = delivered(self.server.clock.now(), Vec::new());
        Came::settled(report, Some(labelled))
    }

    /// What Google says no to waits for him; what it does not answer is tried again.
    fn refused(&self, row: &Held, error: GmailError) -> Result<Came, GmailError> {
        let report = needs(match error {
            GmailError::NotFound if is_to_be_told(row) => {
                let now = self.server.clock.now();
                let evidence = evidence::tried(row, now, OUT_OF_SIGHT.to_owned());
                return Ok(Came::settled(needs(unsettled(evidence)), None));
            }
            GmailError::NotFound => problem(ProblemKind::ThreadGone, None),
            GmailError::Refused {
                status: 403, words, ..
            } => problem(ProblemKind::Rights, Some(words)),
            GmailError::Refused { words, .. } => problem(ProblemKind::Refused, Some(words)),
            error => return Err(error),
        });
        Ok(Came::settled(report, None))
    }

    /// The thread first, then the report on it, in one write: what is told of a move shows it.
    async fn record(
        &self,
        row: &Held,
        report: ReportState,
        mut labelled: Option<sorting::Labelled>,
    ) -> Result<(), GmailError> {
        let now = self.server.clock.now();
        let mut tx = loop {
            let mut tx = self.server.store.write().await?;
            let mailbox = tx.mailbox(&self.key.mailbox).await?;
            let (Some(told), Some(mailbox)) = (&labelled, mailbox) else {
                break tx;
            };
            if self.server.note(&mut tx, &mailbox, self.key, told).await? {
                break tx;
            }
            drop(tx);
            labelled = match self.server.labelled(self.key).await {
                Err(GmailError::NotFound) => None,
                labelled => Some(labelled?),
            };
        };
        let withdraw = changes::is_withdrawn_meanwhile(&mut tx, row.num).await?;
        let waits = matches!(&report, ReportState::NeedsYou { problem } if problem.kind != ProblemKind::Unsettled);
        let report = match withdraw && waits {
            true => ReportState::Withdrawn,
            false => report,
        };
        changes::settle(&mut tx, row, &report, now).await?;
        if let ReportState::NeedsYou { problem } = &report
            && let Some(evidence) = &problem.evidence
            && says_out_of_sight(evidence)
        {
            changes::set_evidence(&mut tx, row.num, evidence).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

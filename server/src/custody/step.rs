//! One change on its ticket: checked as the ticket is now, then written.

use std::borrow::Cow;
use std::time::Duration;

use tournee_core::changes::{
    AddFollowup, AddSolution, AttachFile, ChangeBody, Conflict, Obstacle, Verdict,
};
use tournee_core::domain::{Status, Ticket};
use tournee_core::wire::{Notice, Problem, ProblemKind};

use super::chain::{Chain, problem};
use super::chosen;
use super::late::Stood;
use crate::glpi::{Mark, Session, Standing, WriteError, Written};
use crate::links::LinkError;
use crate::mutation::Mutation;
use crate::store::StoreError;
use crate::store::changes::{self, Held};

/// After so many unknown outcomes, each looked up and not found, somebody has to look himself.
pub(super) const UNKNOWN_AT_MOST: usize = 6;

/// What came of one change, before the read-back.
#[derive(Debug)]
pub(super) enum Step {
    /// GLPI has it already.
    AlreadyThere,
    /// GLPI answered success.
    Written {
        /// The new item's number.
        id: Option<u64>,
        /// What had to be altered.
        notices: Vec<Notice>,
        /// GLPI's message.
        message: Option<String>,
    },
    /// The technician has to look.
    Problem(Box<Problem>),
    /// It may be in GLPI or not.
    Unknown {
        /// What came in place of an answer.
        said: String,
    },
    /// It was not sent; it will be.
    NotNow {
        /// GLPI said how long to wait.
        wait: Option<Duration>,
    },
    /// What it needs from elsewhere can't be had now: it waits by itself.
    Aside {
        /// It was said how long to wait.
        wait: Option<Duration>,
    },
    /// It is not in GLPI, but GLPI may still be working on it.
    MayLand {
        /// Until then.
        wait: Duration,
    },
    /// It was taken back, and is not in GLPI.
    LetGo,
    /// Its turn did not come.
    Untouched,
}

impl Step {
    /// Whether it is for the technician to say whether it was done. That has to be on disk before anything else of his
    /// is written: GLPI would call him the last one who was there.
    pub fn is_undecided(&self) -> bool {
        matches!(self, Self::Problem(problem) if problem.kind == ProblemKind::Unsettled)
    }

    /// Whether the changes after it wait for the next run.
    pub fn stops_the_chain(&self) -> bool {
        matches!(
            self,
            Self::Unknown { .. } | Self::NotNow { .. } | Self::MayLand { .. }
        )
    }
}

impl Chain<'_> {
    /// Carries out one change on the ticket as it is now.
    pub(super) async fn step(&mut self, row: &Held, now: &Ticket) -> Result<Step, LinkError> {
        self.take_along(row, now).await?;
        let brings = row.change.body.brought().is_some();
        if brings {
            match self.has_brought(row).await {
                Ok(true) => return Ok(Step::AlreadyThere),
                Ok(false) => {}
                // What is written beside it is put on record.
                Err(LinkError::Glpi(error)) if error.may_be_of_one() => {
                    let error = LinkError::Glpi(error);
                    self.server.custody.failing.met(row.num, &error);
                    return Ok(Step::Aside { wait: None });
                }
                Err(error) => return Err(error),
            }
        }
        let body = &row.change.body;
        let corrects = matches!(body, ChangeBody::Fact(_));
        let verdict = match self.check(body, now) {
            fits @ (Verdict::Apply | Verdict::AlreadyThere) => fits,
            // Of a closed ticket GLPI corrects no fact, whatever he could know.
            stuck if corrects => stuck,
            _ => self.check(body, &self.as_he_saw(row, now)),
        };
        let insists = match &verdict {
            Verdict::Conflict(conflict) => {
                row.insists_over(&conflict.theirs)
                    || self.is_of_his_old_one(row, now).await?
                    || self.is_of_his_other_text(row, conflict, now).await?
            }
            _ => false,
        };
        if self.may_have_landed(row) {
            let landed = is_landed(row, now) && !self.is_blind_to(row);
            if landed || verdict == Verdict::AlreadyThere {
                return match body {
                    ChangeBody::Fact(fact) if row.may_be_sent() => {
                        self.unless_left_nameless(row, fact, now).await
                    }
                    _ => Ok(Step::AlreadyThere),
                };
            }
            if let Some(wait) = self.may_still_land(row) {
                return Ok(Step::MayLand { wait });
            }
            // It did not land, and it is not wanted any more.
            if row.withdraw {
                return Ok(Step::LetGo);
            }
            let stands = match (&verdict, body) {
                // Whoever solved it, or closed it, may have put another one in the place of his.
                (Verdict::Apply, _) | (_, ChangeBody::Solution(_)) => true,
                (Verdict::Obstacle(Obstacle::Closed), _) => {
                    row.insists_against(ProblemKind::TicketClosed)
                }
                _ => insists,
            };
            if stands && self.may_be_undone(row, now) {
                return Ok(Step::Problem(Box::new(self.unsettled(row))));
            }
        }
        if row.withdraw {
            return Ok(Step::LetGo);
        }
        let is_stuck = corrects && now.status == Status::Closed;
        let solves = matches!(body, ChangeBody::Solution(_));
        let reopen = match verdict {
            Verdict::AlreadyThere => return Ok(Step::AlreadyThere),
            Verdict::Apply => false,
            Verdict::Conflict(_) if insists && !is_stuck => solves,
            Verdict::Obstacle(Obstacle::Closed)
                if row.insists_against(ProblemKind::TicketClosed) && !is_stuck =>
            {
                solves
            }
            Verdict::Conflict(_) if self.server.mutated(Mutation::ConflictIgnored) => false,
            Verdict::Conflict(conflict) => return self.conflict(*conflict, now).await,
            Verdict::Obstacle(obstacle) => {
                let kind = match obstacle {
                    Obstacle::Closed => ProblemKind::TicketClosed,
                    Obstacle::TaskGone => ProblemKind::TaskGone,
                };
                return Ok(Step::Problem(Box::new(problem(kind, None))));
            }
        };
        if row.evidence.tries.len() >= UNKNOWN_AT_MOST {
            return Ok(Step::Problem(Box::new(self.unsettled(row))));
        }
        if brings {
            return self.bring(row).await;
        }
        if let Some(file) = row.change.body.file()
            && self
                .server
                .file_at(row.technician, &file.hash)
                .await?
                .received
                == 0
        {
            // It was here when the change came: only his phone has it now.
            let problem = problem(ProblemKind::FileMissing, None);
            return Ok(Step::Problem(Box::new(problem)));
        }
        let standing = match self.standing(&row.change.body).await {
            Ok(standing) => standing,
            Err(LinkError::Store(error)) => return Err(error.into()),
            // Nothing of it was sent; what came before it in this run is put on record.
            Err(error) => {
                tracing::info!(ticket = %self.key.ticket, %error, "a list of GLPI's could not be asked");
                self.server.custody.failing.met(row.num, &error);
                return Ok(Step::NotNow { wait: None });
            }
        };
        if standing == Standing::Gone {
            return Ok(chosen::gone());
        }
        let mut answer = self.write(row, now, reopen).await;
        if answer == Err(WriteError::SessionExpired) {
            // GLPI did nothing of it: where it opens no other session now, this is as it was before.
            self.server.custody.sent.forget(row.num);
            self.session = self.server.renewed(&self.account, &self.session).await?;
            answer = self.write(row, now, reopen).await;
        }
        let unknown = matches!(answer, Err(WriteError::Unknown { .. }));
        if unknown && self.server.mutated(Mutation::RetryUnknown) {
            answer = self.write(row, now, reopen).await;
        }
        let step = settle(answer);
        Ok(match (&step, &row.change.body) {
            (Step::Written { .. }, ChangeBody::Fact(fact)) if standing == Standing::Untold => {
                self.unless_nameless(row, fact, now, step).await
            }
            _ => step,
        })
    }

    /// Whether what stands is what the change did that this one replaces. That this had been sent he was told, and insisted.
    async fn is_of_his_old_one(&self, row: &Held, now: &Ticket) -> Result<bool, StoreError> {
        let insists = row.insists_against(ProblemKind::AlreadySent);
        let Some(old) = row.change.replaces.filter(|_| insists) else {
            return Ok(false);
        };
        let mut db = self.server.store.read().await?;
        let Some(old) = changes::find(&mut db, row.technician, old).await? else {
            return Ok(false);
        };
        Ok(match &old.change.body {
            ChangeBody::Solution(_) => AddSolution::brought_by(now) == Some(old.change.id),
            body => self.check(body, now) == Verdict::AlreadyThere,
        })
    }

    /// Whether a mutated server does not look for it.
    fn is_blind_to(&self, row: &Held) -> bool {
        let unprobed = self.server.mutated(Mutation::FileUnprobed);
        let file = row.change.body.file().is_some();
        self.server.mutated(Mutation::NoMarkerProbe) || (unprobed && file)
    }

    /// A ticket that his own solution closed at once is, for what he did before he could know, only solved.
    fn as_he_saw<'t>(&self, row: &Held, now: &'t Ticket) -> Cow<'t, Ticket> {
        let unaware = self.closed_by_him.is_some_and(|at| row.change.at <= at);
        let takes_it = !row.change.body.needs_it_open();
        if now.status == Status::Closed && unaware && takes_it {
            let mut seen = now.clone();
            seen.status = Status::Solved;
            return Cow::Owned(seen);
        }
        Cow::Borrowed(now)
    }

    /// Both values, and who moved the field, as far as GLPI tells. What altered the ticket while its parts were read may look
    /// like a conflict: then it is read once more.
    async fn conflict(&mut self, conflict: Conflict, now: &Ticket) -> Result<Step, LinkError> {
        if !self.has_written && !self.is_as_read(now).await? {
            return Ok(Step::NotNow { wait: None });
        }
        let (who, at) = self.mover(conflict.field, now).await;
        Ok(Step::Problem(Box::new(Problem {
            conflict: Some(Conflict {
                who,
                at,
                ..conflict
            }),
            ..problem(ProblemKind::Conflict, None)
        })))
    }

    async fn write(&self, row: &Held, now: &Ticket, reopen: bool) -> Result<Written, WriteError> {
        let (client, session) = (&self.client, &self.session);
        let ticket = self.key.ticket.id;
        let mark = Mark::new(row.change.id);
        tracing::info!(ticket = %self.key.ticket, change = %row.change.id, "writing");
        let sent = &self.server.custody.sent;
        let (altered, there) = (now.modified_at, self.client.clock());
        sent.note_on(row.num, Stood { altered, there });
        match &row.change.body {
            ChangeBody::Take(take) => client.set_seat(session, ticket, &take.seat()).await,
            ChangeBody::Status(status) => client.set_status(session, ticket, status.to).await,
            ChangeBody::Followup(followup) => self.note(session, followup, &mark).await,
            ChangeBody::Link(link) => self.note(session, &link.note_on(now), &mark).await,
            ChangeBody::Solution(solution) => self.solve(session, solution, &mark, reopen).await,
            ChangeBody::Fact(fact) => client.set_fact(session, now, &fact.to).await,
            ChangeBody::Seat(wanted) => client.set_seat(session, ticket, wanted).await,
            ChangeBody::Asset(wanted) => client.set_asset(session, ticket, wanted).await,
            ChangeBody::Attach(file) => self.attach(row, file, &mark).await,
            ChangeBody::Carry(carry) => self.carry(row, carry, &mark).await,
            ChangeBody::Task(task) => {
                let at = row.change.at;
                client.add_task(session, ticket, task, at, &mark).await
            }
            ChangeBody::TaskFact(fact) => match fact.task.find(now) {
                Some(task) => client.set_task(session, ticket, task, &fact.to).await,
                // `check` has said so.
                None => Err(WriteError::NotFound),
            },
            // Its ticket is there, or it is on none: `check` has said so. A file from elsewhere is brought by itself.
            ChangeBody::Create(_)
            | ChangeBody::Classify(_)
            | ChangeBody::MailFile(_)
            | ChangeBody::TicketFile(_)
            | ChangeBody::Reply(_) => Ok(Written::default()),
        }
    }

    pub(super) async fn note(
        &self,
        session: &Session,
        note: &AddFollowup,
        mark: &Mark,
    ) -> Result<Written, WriteError> {
        let (text, private) = (&note.content, note.private);
        self.client
            .add_followup(session, self.key.ticket.id, text, private, mark)
            .await
    }

    async fn attach(
        &self,
        row: &Held,
        file: &AttachFile,
        mark: &Mark,
    ) -> Result<Written, WriteError> {
        let bytes = self.server.file_of(row.technician, file).await;
        match bytes {
            Ok(Some(bytes)) => {
                let ticket = self.key.ticket.id;
                self.client
                    .add_document(&self.session, ticket, file, &bytes, mark)
                    .await
            }
            Ok(None) => Err(WriteError::NotSent {
                what: "the file is not here".to_owned(),
            }),
            Err(error) => Err(WriteError::NotSent {
                what: error.to_string(),
            }),
        }
    }

    /// A second solution on a solved ticket is refused by 10 and ignored by neither: it is reopened first.
    pub(super) async fn solve(
        &self,
        session: &Session,
        solution: &AddSolution,
        mark: &Mark,
        reopen: bool,
    ) -> Result<Written, WriteError> {
        let ticket = self.key.ticket.id;
        if reopen {
            self.client
                .set_status(session, ticket, Status::Assigned)
                .await?;
        }
        let (content, kind) = (&solution.content, solution.solution_type);
        let written = self
            .client
            .add_solution(session, ticket, content, kind, mark)
            .await;
        match written {
            // It is open again by now: the next run looks, whatever he wants meanwhile.
            Err(WriteError::NotSent { what }) if reopen => Err(WriteError::Unknown { what }),
            Err(WriteError::Throttled { .. }) if reopen => Err(WriteError::Unknown {
                what: "GLPI asks to wait".to_owned(),
            }),
            written => written,
        }
    }
}

/// Whether a change whose outcome was unknown is in GLPI.
fn is_landed(row: &Held, now: &Ticket) -> bool {
    match row.change.body {
        ChangeBody::Followup(_)
        | ChangeBody::Solution(_)
        | ChangeBody::Task(_)
        | ChangeBody::Attach(_)
        | ChangeBody::Link(_)
        | ChangeBody::Carry(_) => now
            .timeline
            .iter()
            .flatten()
            .any(|entry| entry.change == Some(row.change.id)),
        // By state: the check itself says so.
        ChangeBody::Take(_)
        | ChangeBody::Status(_)
        | ChangeBody::Create(_)
        | ChangeBody::Fact(_)
        | ChangeBody::Seat(_)
        | ChangeBody::Asset(_)
        | ChangeBody::TaskFact(_)
        | ChangeBody::Classify(_)
        | ChangeBody::MailFile(_)
        | ChangeBody::TicketFile(_)
        | ChangeBody::Reply(_) => false,
    }
}

pub(super) fn settle(answer: Result<Written, WriteError>) -> Step {
    match answer {
        Ok(written) => Step::Written {
            id: written.id,
            notices: written.notices,
            message: written.message,
        },
        Err(WriteError::Refused { words, .. }) => refused(ProblemKind::Refused, words),
        Err(WriteError::Rights { words }) => refused(ProblemKind::Rights, words),
        Err(WriteError::Throttled { retry_after }) => Step::NotNow {
            wait: retry_after.map(|seconds| Duration::from_secs(u64::from(seconds))),
        },
        Err(WriteError::NotSent { .. } | WriteError::SessionExpired) => Step::NotNow { wait: None },
        Err(WriteError::Unknown { what }) => Step::Unknown { said: what },
        // The ticket went away between the look and the write: the next look says how.
        Err(WriteError::NotFound) => Step::Unknown {
            said: WriteError::NotFound.to_string(),
        },
    }
}

fn refused(kind: ProblemKind, words: String) -> Step {
    Step::Problem(Box::new(problem(kind, Some(words))))
}

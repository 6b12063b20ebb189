//! What came of a chain's changes, by the ticket as it was read back.

use std::time::Duration;

use tournee_core::changes::{CarryStep, ChangeBody, Fact, SetTask, TaskFact};
use tournee_core::domain::{EntryKind, Status, Ticket, carried_into};
use tournee_core::ids::UserId;
use tournee_core::time::Instant;
use tournee_core::wire::{Notice, ProblemKind, ReportState};

use super::chain::{Chain, Outcome, problem};
use super::known::needs_you;
use super::step::Step;
use super::words;
use crate::glpi::{Mark, Reading};
use crate::links::LinkError;
use crate::store::changes::Held;

/// What is put on record of a change.
#[derive(Debug)]
pub(super) enum Verdict {
    /// The phone is told.
    Report(ReportState),
    /// It was not sent: as before.
    PutBack,
    /// It was sent before, and may still land: nothing is known yet, also of one that is not wanted any more.
    AsItIs,
    /// It may be in GLPI or not: the next run looks.
    Unknown {
        /// What came in place of an answer.
        said: String,
    },
}

type Read = Result<Reading, LinkError>;

/// Delivered.
pub(super) fn delivered(at: Instant, notices: Vec<Notice>) -> ReportState {
    ReportState::Delivered {
        at,
        notices,
        created: None,
    }
}

/// Whether the chain has to run again, and when. What waits by itself says nothing of the others.
pub(super) fn outcome(steps: &[Step], after: &Option<Read>, at_least: Option<Duration>) -> Outcome {
    let untouched = |step: &Step| matches!(step, Step::Untouched);
    let goes_on = steps.iter().any(Step::is_undecided) && steps.iter().any(untouched);
    if steps.iter().any(Step::stops_the_chain)
        || goes_on
        || matches!(after, Some(Err(_) | Ok(Reading::Trashed)))
    {
        Outcome::Later { at_least }
    } else if steps.iter().any(untouched) {
        Outcome::Held
    } else {
        Outcome::Done
    }
}

/// A verdict for each change. Entries of ours in `shown` are named as ours, also where GLPI mangled the mark.
pub(super) fn verdicts(
    chain: &Chain<'_>,
    todo: &[Held],
    steps: Vec<Step>,
    after: Option<&Read>,
    shown: &mut Option<Box<Ticket>>,
    now: Instant,
) -> Vec<Verdict> {
    let mut verdicts = Vec::with_capacity(steps.len());
    for (row, step) in todo.iter().zip(steps) {
        if let (Step::Written { id, .. }, Some(ticket)) = (&step, shown.as_deref_mut()) {
            claim(ticket, row, *id, chain.account.account.user);
        }
        verdicts.push(chain.verdict(row, step, after, shown.as_deref(), now));
    }
    verdicts
}

fn once(mut notices: Vec<Notice>) -> Vec<Notice> {
    let mut seen = Vec::new();
    notices.retain(|notice| {
        let new = !seen.contains(notice);
        seen.push(*notice);
        new
    });
    notices
}

/// An entry of his by its number and its words, where the mark in it was mangled.
fn claim(ticket: &mut Ticket, row: &Held, id: Option<u64>, user: UserId) {
    let Some(id) = id else { return };
    // The mark of a file from elsewhere may stand for another's change, who wanted it there too.
    let shared = row.change.body.brought().is_some();
    let entries = ticket.timeline.iter_mut().flatten();
    for entry in entries.filter(|entry| entry.id == id && (shared || entry.change.is_none())) {
        let ours = match (&row.change.body, &entry.what) {
            (ChangeBody::Followup(typed), EntryKind::Followup { content, .. }) => {
                words::resembles(content, &typed.content)
            }
            (ChangeBody::Solution(typed), EntryKind::Solution { content, .. }) => {
                words::resembles(content, &typed.content)
            }
            // A number alone is no proof, and there are no words: what it holds must be of the same kind.
            (ChangeBody::Attach(sent), EntryKind::Document(there)) => {
                sent.mime == there.mime && extension(&sent.name) == extension(&there.name)
            }
            // Who wrote the mail says what kind it is; GLPI says it by the name.
            (ChangeBody::MailFile(sent), EntryKind::Document(there)) => {
                extension(&sent.name) == extension(&there.name)
            }
            (ChangeBody::TicketFile(sent), EntryKind::Document(there)) => {
                extension(&sent.name) == extension(&there.name)
            }
            (ChangeBody::Task(typed), EntryKind::Task { content, .. }) => {
                words::resembles(content, &typed.content)
            }
            _ => false,
        };
        let his = entry
            .author
            .as_ref()
            .is_none_or(|author| author.user() == Some(user));
        if ours && his {
            entry.change = Some(row.change.id);
        }
    }
}

fn extension(name: &str) -> Option<String> {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    extension.map(str::to_lowercase)
}

/// Whether the ticket shows what GLPI called done.
fn has_effect(row: &Held, after: &Ticket) -> bool {
    let entry = after
        .timeline
        .iter()
        .flatten()
        .any(|entry| entry.change == Some(row.change.id));
    match &row.change.body {
        ChangeBody::Take(take) => after
            .assignees
            .iter()
            .any(|actor| actor.user() == Some(take.user)),
        ChangeBody::Status(status) => {
            let closed_at_once = status.to == Status::Solved && after.status == Status::Closed;
            after.status == status.to || closed_at_once
        }
        ChangeBody::Create(_) | ChangeBody::Classify(_) | ChangeBody::Reply(_) => true,
        ChangeBody::Fact(fact) => {
            let is = fact.to.on(after);
            // What GLPI made of the letters of a text is told, and is no reason to write it again.
            let is_text = matches!(is, Fact::Title(_) | Fact::Description(_));
            is.is_same(&fact.to) || (is_text && !is.is_same(&fact.from))
        }
        ChangeBody::Seat(wanted) => wanted.seat.is_taken(after) == wanted.taken,
        ChangeBody::Asset(wanted) => wanted.is_so(after),
        ChangeBody::Followup(_)
        | ChangeBody::Task(_)
        | ChangeBody::Attach(_)
        | ChangeBody::MailFile(_)
        | ChangeBody::TicketFile(_) => entry,
        ChangeBody::Carry(carry) => match carry.step {
            CarryStep::Link => entry || carried_into(after).is_some(),
            CarryStep::Solve => entry,
            CarryStep::Close => after.status == Status::Closed,
        },
        ChangeBody::Link(link) => entry || link.is_so(after),
        ChangeBody::TaskFact(fact) => {
            let is = fact.task.find(after).and_then(|task| fact.to.on(task));
            is.is_some_and(|is| {
                // What GLPI made of the letters of a text is told, too.
                let reworded = matches!(is, TaskFact::Text(_)) && !is.is_same(&fact.from);
                is.is_same(&fact.to) || reworded
            })
        }
        // What became of the status after it is another matter: somebody may have reopened the ticket at once.
        ChangeBody::Solution(_) => entry,
    }
}

/// Whether somebody took away the task that it altered before it was read back.
fn lost_its_task(row: &Held, after: Option<&Ticket>) -> bool {
    let ChangeBody::TaskFact(fact) = &row.change.body else {
        return false;
    };
    after.is_some_and(|ticket| fact.task.find(ticket).is_none())
}

impl Chain<'_> {
    fn verdict(
        &self,
        row: &Held,
        step: Step,
        after: Option<&Read>,
        shown: Option<&Ticket>,
        now: Instant,
    ) -> Verdict {
        let report = match (step, after) {
            (Step::Untouched | Step::NotNow { .. } | Step::Aside { .. }, _) => {
                return Verdict::PutBack;
            }
            (Step::MayLand { .. }, _) => return Verdict::AsItIs,
            (Step::LetGo, _) => ReportState::Withdrawn,
            // In the trash with it: the next run finds its mark there, or not.
            (Step::Written { .. }, Some(Ok(Reading::Trashed))) => {
                let said = "a success, and then a ticket in the trash".to_owned();
                return Verdict::Unknown { said };
            }
            (Step::Unknown { said }, _) => return Verdict::Unknown { said },
            (Step::Written { .. }, Some(Err(error))) => {
                let said = format!("a success that could not be read back: {error}");
                return Verdict::Unknown { said };
            }
            (Step::Written { .. }, None) => {
                let said = "a success that was not read back".to_owned();
                return Verdict::Unknown { said };
            }
            (Step::Problem(problem), _) => ReportState::NeedsYou { problem: *problem },
            (Step::AlreadyThere, _) => delivered(now, self.altered(row, shown)),
            (Step::Written { .. }, Some(Ok(Reading::Gone))) => needs_you(ProblemKind::TicketGone),
            // GLPI said yes, and with the same yes the ticket left his sight.
            (Step::Written { notices, .. }, Some(Ok(Reading::NotAllowed))) => {
                delivered(now, notices)
            }
            (
                Step::Written {
                    notices, message, ..
                },
                Some(Ok(Reading::Present(_))),
            ) => {
                if shown.is_some_and(|ticket| has_effect(row, ticket)) {
                    let mut all = self.altered(row, shown);
                    all.extend(notices);
                    delivered(now, once(all))
                } else {
                    let kind = match lost_its_task(row, shown) {
                        true => ProblemKind::TaskGone,
                        false => ProblemKind::NoEffect,
                    };
                    let problem = problem(kind, message);
                    ReportState::NeedsYou { problem }
                }
            }
        };
        Verdict::Report(report)
    }

    /// What GLPI made of a title, or of a description.
    fn retitled(&self, wanted: &Fact, after: Option<&Ticket>) -> Vec<Notice> {
        let dialect = self.session.dialect();
        let mut notices = match wanted {
            Fact::Title(title) => dialect.ticket_title(title.trim()).notices,
            Fact::Description(text) if dialect.kept_text(text) != text.trim_end() => {
                vec![Notice::EmojiSpelled]
            }
            Fact::Description(_) => Vec::new(),
            _ => return Vec::new(),
        };
        let differs = |ticket: &Ticket| !wanted.on(ticket).is_same(wanted);
        if notices.is_empty() && after.is_some_and(differs) {
            notices.push(Notice::TextAltered);
        }
        notices
    }

    /// What GLPI made of a task's other text.
    fn reworded(&self, wanted: &SetTask, after: Option<&Ticket>) -> Vec<Notice> {
        let TaskFact::Text(text) = &wanted.to else {
            return Vec::new();
        };
        let kept = self.session.dialect().kept_text(text);
        let is = after.and_then(|ticket| wanted.to.on(wanted.task.find(ticket)?));
        if kept.trim_end() != text.trim_end() {
            vec![Notice::EmojiSpelled]
        } else if is.is_some_and(|is| !is.is_same(&wanted.to)) {
            vec![Notice::TextAltered]
        } else {
            Vec::new()
        }
    }

    /// What GLPI made of a change that is in it.
    fn altered(&self, row: &Held, after: Option<&Ticket>) -> Vec<Notice> {
        let dialect = self.session.dialect();
        let mark = Mark::new(row.change.id);
        let (typed, mut notices) = match &row.change.body {
            ChangeBody::Followup(followup) => (
                &followup.content,
                dialect.followup_text(&followup.content, &mark).notices,
            ),
            ChangeBody::Solution(solution) => (
                &solution.content,
                dialect.solution_text(&solution.content, &mark).notices,
            ),
            ChangeBody::Task(task) => (
                &task.content,
                dialect.followup_text(&task.content, &mark).notices,
            ),
            ChangeBody::TaskFact(fact) => return self.reworded(fact, after),
            ChangeBody::Take(_)
            | ChangeBody::Status(_)
            | ChangeBody::Create(_)
            | ChangeBody::Seat(_)
            | ChangeBody::Asset(_)
            | ChangeBody::Attach(_)
            | ChangeBody::MailFile(_)
            | ChangeBody::TicketFile(_)
            | ChangeBody::Carry(_)
            | ChangeBody::Classify(_)
            | ChangeBody::Link(_)
            | ChangeBody::Reply(_) => return Vec::new(),
            ChangeBody::Fact(fact) => return self.retitled(&fact.to, after),
        };
        let Some(ticket) = after else {
            return notices;
        };
        let mut entries = ticket.timeline.iter().flatten();
        let stored = entries.find(|entry| entry.change == Some(row.change.id));
        let content = stored.and_then(|entry| match &entry.what {
            EntryKind::Followup { content, .. }
            | EntryKind::Solution { content, .. }
            | EntryKind::Task { content, .. } => Some(content),
            EntryKind::Document(_) => None,
        });
        // A text that had to be altered differs for a reason that is said already.
        if notices.is_empty() && content.is_some_and(|html| words::differs(html, typed)) {
            notices.push(Notice::TextAltered);
        }
        let solved = matches!(row.change.body, ChangeBody::Solution(_));
        if solved && dialect.may_close_at_once() && ticket.status == Status::Closed {
            notices.push(Notice::ClosedAtOnce);
        }
        notices
    }
}

//! What came of a chain's changes, by the ticket as it was read back.

use std::time::Duration;

use tournee_core::changes::{CarryStep, ChangeBody, Fact, SetTask, TaskFact};
use tournee_core::domain::{Actor, EntryKind, Status, Ticket, carried_into};
use tournee_core::ids::UserId;
use tournee_core::time::Instant;
use tournee_core::wire::{Notice, ProblemKind, ReportState};

use super::chain::{Chain, Outcome, problem};
use super::known::needs_you;
use super::plan::solves;
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

/// Whether the chain has to run again, and when.
pub(super) fn outcome(steps: &[Step], after: &Option<Read>, at_least: Option<Duration>) -> Outcome {
    let later = |step: &Step| step.stops_the_chain() || matches!(step, Step::Aside { .. });
    let untouched = |step: &Step| matches!(step, Step::Untouched);
    let goes_on = steps.iter().any(Step::is_undecided) && steps.iter().any(untouched);
    if steps.iter().any(later) || goes_on || matches!(after, Some(Err(_) | Ok(Reading::Trashed))) {
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
    let last_status = last(todo, &steps, |body| {
        solves(body) || matches!(body, ChangeBody::Status(_))
    });
    let last_solution = last(todo, &steps, solves);
    let last_plan = last(todo, &steps, is_planned);
    let last_note = last(todo, &steps, |body| {
        let links = body
            .carry()
            .is_some_and(|carry| carry.step == CarryStep::Link);
        links || matches!(body, ChangeBody::Followup(_) | ChangeBody::Link(_))
    });
    let mut verdicts = Vec::with_capacity(steps.len());
    for (index, (row, step)) in todo.iter().zip(steps).enumerate() {
        if let (Step::Written { id, .. }, Some(ticket)) = (&step, shown.as_deref_mut()) {
            claim(ticket, row, *id, chain.account.account.user);
        }
        let place = Place {
            decides_status: last_status == Some(index),
            is_last_solution: last_solution == Some(index),
            is_reopened: last_note > Some(index) && chain.reopens(shown.as_deref()),
            is_planned: last_plan > Some(index),
        };
        verdicts.push(chain.verdict(row, step, after, shown.as_deref(), &place, now));
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

/// The last change of a kind that was written.
fn last(todo: &[Held], steps: &[Step], is_kind: fn(&ChangeBody) -> bool) -> Option<usize> {
    todo.iter()
        .zip(steps)
        .rposition(|(row, step)| matches!(step, Step::Written { .. }) && is_kind(&row.change.body))
}

/// Whether GLPI moves an assigned ticket to *planned* with it.
fn is_planned(body: &ChangeBody) -> bool {
    match body {
        ChangeBody::Task(task) => task.time.plan().is_some(),
        ChangeBody::TaskFact(fact) => fact.planned,
        _ => false,
    }
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

/// What the final state of the ticket can say about a change in the middle of a chain.
struct Place {
    decides_status: bool,
    is_last_solution: bool,
    /// A note after it has reopened the ticket, as this GLPI does where its requester writes one.
    is_reopened: bool,
    /// A planned task after it has moved the ticket, as GLPI does.
    is_planned: bool,
}

impl Place {
    fn has_effect(&self, row: &Held, after: &Ticket) -> bool {
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
            ChangeBody::Status(status) if self.decides_status => {
                let closed_at_once = status.to == Status::Solved && after.status == Status::Closed;
                let paused = matches!(status.to, Status::Pending | Status::Solved);
                let reopened = self.is_reopened && paused && after.status == Status::Assigned;
                let planned = self.is_planned
                    && matches!(status.to, Status::New | Status::Assigned)
                    && after.status == Status::Planned;
                after.status == status.to || closed_at_once || reopened || planned
            }
            ChangeBody::Status(_)
            | ChangeBody::Create(_)
            | ChangeBody::Classify(_)
            | ChangeBody::Reply(_) => true,
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
                CarryStep::Solve => entry || !self.is_last_solution,
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
            // Where a ticket has room for one solution, a later one took its place. What became of the status after it
            // is another matter: somebody may have reopened the ticket at once.
            ChangeBody::Solution(_) => entry || !self.is_last_solution,
        }
    }
}

impl Chain<'_> {
    fn verdict(
        &self,
        row: &Held,
        step: Step,
        after: Option<&Read>,
        shown: Option<&Ticket>,
        place: &Place,
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
                if shown.is_some_and(|ticket| place.has_effect(row, ticket)) {
                    let mut all = self.altered(row, shown);
                    all.extend(notices);
                    delivered(now, once(all))
                } else {
                    let problem = problem(ProblemKind::NoEffect, message);
                    ReportState::NeedsYou { problem }
                }
            }
        };
        Verdict::Report(report)
    }

    /// Whether his notes reopen this ticket: he asked for it, and others work on it.
    fn reopens(&self, ticket: Option<&Ticket>) -> bool {
        let me = Some(self.account.account.user);
        let among = |actors: &[Actor]| actors.iter().any(|actor| actor.user() == me);
        let is_his = |ticket: &Ticket| among(&ticket.requesters) && !among(&ticket.assignees);
        self.session.dialect().reopens_at_requesters_note() && ticket.is_some_and(is_his)
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

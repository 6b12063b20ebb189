//! What was answered to a ticket's last solution, out of its timeline: GLPI 10 says it, of 9.2 it is read between the
//! lines.

use crate::domain::{Actor, Answer, Entry, EntryKind, Ticket};
use crate::time::Instant;

/// What the requester made of the solution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// He approved it.
    Approved,
    /// He refused it.
    Refused,
    /// He wrote after it, and the ticket is open again; GLPI does not say more.
    Contested,
}

/// An answer, with the words that came along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// What it was.
    pub outcome: Outcome,
    /// Whose.
    pub by: Option<Actor>,
    /// When.
    pub at: Option<Instant>,
    /// His words, sanitised HTML.
    pub words: Option<String>,
}

/// The answer to the last solution that GLPI has; none while there is none, or a newer solution of ours is on its way.
pub fn answered(ticket: &Ticket) -> Option<Answered> {
    let entries: Vec<&Entry> = ticket.timeline.iter().flatten().collect();
    let is_solution = |entry: &&Entry| matches!(entry.what, EntryKind::Solution { .. });
    let last = entries.iter().rposition(is_solution)?;
    let EntryKind::Solution { answer, .. } = &entries[last].what else {
        return None;
    };
    match answer {
        // It has a followup of its own only where something was typed.
        Some(answer) => Some(said(answer, &entries)),
        None if entries[last].id != 0 && ticket.status.is_open() => {
            contested(ticket, &entries, entries[last].at)
        }
        None => None,
    }
}

fn said(answer: &Answer, entries: &[&Entry]) -> Answered {
    let is_his = |entry: &&&Entry| match answer.followup {
        Some(id) => entry.id == id,
        None => {
            let near = answer.at.is_some_and(|at| is_near(at, entry.at));
            near && entry.author.is_some() && entry.author == answer.by
        }
    };
    let followups = entries
        .iter()
        .filter(|entry| matches!(entry.what, EntryKind::Followup { .. }));
    let words = followups.filter(is_his).find_map(|entry| text(entry));
    Answered {
        outcome: match answer.approved {
            true => Outcome::Approved,
            false => Outcome::Refused,
        },
        by: answer.by.clone(),
        at: answer.at,
        words,
    }
}

/// A requester's words since the solution of a ticket that is open again. Such a solution has no date of its own in 9.2 but
/// the ticket's last change: what was written in the same moment counts.
fn contested(ticket: &Ticket, entries: &[&Entry], solved: Instant) -> Option<Answered> {
    let asked = |author: &Actor| {
        let among = |people: &[Actor]| people.iter().any(|one| one.user() == author.user());
        author.user().is_some() && among(&ticket.requesters) && !among(&ticket.assignees)
    };
    let since = |entry: &&&Entry| entry.at > solved || is_near(entry.at, solved);
    entries.iter().filter(since).find_map(|entry| {
        let by = entry.author.clone().filter(asked)?;
        Some(Answered {
            outcome: Outcome::Contested,
            by: Some(by),
            at: Some(entry.at),
            words: Some(text(entry)?),
        })
    })
}

fn text(entry: &Entry) -> Option<String> {
    match &entry.what {
        EntryKind::Followup { content, .. } => Some(content.clone()),
        _ => None,
    }
}

/// GLPI writes both in one go, of which a second may be the border.
fn is_near(one: Instant, two: Instant) -> bool {
    (one - two).0.abs() <= 2
}

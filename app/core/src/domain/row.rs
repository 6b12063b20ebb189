//! What the list needs of a ticket: small, so that thousands load in an instant.

use serde::{Deserialize, Serialize};

use super::{Account, AssetKey, Clock, EntryKind, Level, Status, TaskState, Ticket, TicketType};
use crate::ids::{TicketKey, UserId};
use crate::time::{Instant, Seconds};

/// One row of the list. Derived from [`Ticket`]; never the only place where something is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketRow {
    /// Which ticket.
    pub key: TicketKey,
    /// Title.
    pub title: String,
    /// Incident or request.
    pub kind: TicketType,
    /// Where it stands.
    pub status: Status,
    /// Priority.
    pub priority: Level,
    /// Entity's name.
    pub entity: String,
    /// Category's name, empty for none.
    pub category: String,
    /// Store, empty for none.
    pub location: String,
    /// First requester and how many more ("Garcin Magali +1").
    pub requester: String,
    /// Technicians and groups by name, comma between.
    pub assignee: String,
    /// Assigned users, for *mine* and *unassigned*.
    pub assignees: Vec<UserId>,
    /// Assigned groups.
    pub groups: Vec<u64>,
    /// Linked assets.
    pub assets: Vec<AssetKey>,
    /// Opened.
    pub opened_at: Instant,
    /// Last change.
    pub modified_at: Instant,
    /// Due.
    pub due_at: Option<Instant>,
    /// The rest of its clock.
    pub clock: Clock,
    /// When the next intervention on it is planned. Of the base: a row knows no tasks, so what is queued comes with them.
    pub planned_at: Option<Instant>,
    /// Solved.
    pub solved_at: Option<Instant>,
    /// Time spent on its tasks. Of the base, too.
    pub spent: Seconds,
    /// Came or was changed by somebody else since the technician last looked.
    pub news: bool,
}

impl TicketRow {
    /// The row of a ticket; `news` is the phone's own knowledge.
    pub fn of(ticket: &Ticket, news: bool) -> Self {
        let assignee = ticket
            .assignees
            .iter()
            .map(|actor| actor.label())
            .chain(ticket.groups.iter().map(|group| group.name.as_str()))
            .collect::<Vec<_>>()
            .join(", ");
        Self {
            key: ticket.key.clone(),
            title: ticket.title.clone(),
            kind: ticket.kind,
            status: ticket.status,
            priority: ticket.priority,
            entity: ticket.entity.name.clone(),
            category: name(ticket.category.as_ref()),
            location: name(ticket.location.as_ref()),
            requester: requester(ticket),
            assignee,
            assignees: ticket.assignees.iter().filter_map(|a| a.user()).collect(),
            groups: ticket.groups.iter().map(|group| group.id).collect(),
            assets: ticket.assets.iter().map(|asset| asset.key).collect(),
            opened_at: ticket.opened_at,
            modified_at: ticket.modified_at,
            due_at: ticket.due_at,
            clock: ticket.clock,
            planned_at: planned(ticket),
            solved_at: ticket.solved_at,
            spent: ticket.actiontime,
            news,
        }
    }

    /// Assigned to this account.
    pub fn is_mine(&self, account: &Account) -> bool {
        self.key.source == account.source && self.assignees.contains(&account.user)
    }

    /// Assigned to one of this account's groups.
    pub fn is_my_groups(&self, account: &Account) -> bool {
        self.key.source == account.source
            && account.groups.iter().any(|g| self.groups.contains(&g.id))
    }

    /// Nobody and no group has it.
    pub fn is_unassigned(&self) -> bool {
        self.assignee.is_empty()
    }
}

fn name(named: Option<&super::Named>) -> String {
    named.map(|n| n.name.clone()).unwrap_or_default()
}

/// When the first of its tasks that are still to do begins.
fn planned(ticket: &Ticket) -> Option<Instant> {
    let entries = ticket.timeline.iter().flatten();
    let begins = entries.filter_map(|entry| match &entry.what {
        EntryKind::Task {
            state: TaskState::Todo,
            planned: Some((from, _)),
            ..
        } => Some(*from),
        _ => None,
    });
    begins.min()
}

fn requester(ticket: &Ticket) -> String {
    match ticket.requesters.as_slice() {
        [] => String::new(),
        [one] => one.label().to_owned(),
        [first, more @ ..] => format!("{} +{}", first.label(), more.len()),
    }
}

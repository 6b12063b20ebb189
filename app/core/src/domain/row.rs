//! What the list needs of a ticket: small, so that thousands load in an instant.

use serde::{Deserialize, Serialize};

use super::{
    Account, AssetKey, Clock, Entry, EntryKind, Level, Status, TaskState, Ticket, TicketType,
};
use crate::ids::{ChangeId, TicketKey, UserId};
use crate::time::{Instant, Seconds};

/// A task, as far as a row follows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowTask {
    /// GLPI's number; 0 for one that is not in GLPI yet.
    pub id: u64,
    /// The change that added it.
    pub change: Option<ChangeId>,
    /// Whether it is done.
    pub state: TaskState,
    /// How long it takes.
    pub length: Seconds,
    /// From, to.
    pub planned: Option<(Instant, Instant)>,
}

impl RowTask {
    /// What an entry of the timeline is, if it is a task.
    pub fn of(entry: &Entry) -> Option<Self> {
        Self::made(entry.id, entry.change, &entry.what)
    }

    /// The same of what a change adds.
    pub fn made(id: u64, change: Option<ChangeId>, what: &EntryKind) -> Option<Self> {
        match what {
            EntryKind::Task {
                state,
                actiontime,
                planned,
                ..
            } => Some(Self {
                id,
                change,
                state: *state,
                length: *actiontime,
                planned: *planned,
            }),
            _ => None,
        }
    }
}

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
    /// When the next intervention on it is planned.
    pub planned_at: Option<Instant>,
    /// Solved.
    pub solved_at: Option<Instant>,
    /// Time spent on its tasks.
    pub spent: Seconds,
    /// Its tasks, so that what is queued on them can be followed.
    pub tasks: Vec<RowTask>,
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
        let entries = ticket.timeline.iter().flatten();
        let tasks: Vec<RowTask> = entries.filter_map(RowTask::of).collect();
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
            planned_at: planned(&tasks),
            solved_at: ticket.solved_at,
            spent: ticket.actiontime,
            tasks,
            news,
        }
    }

    /// A task more. GLPI adds up the time of the tasks.
    pub(crate) fn add_task(&mut self, task: RowTask) {
        self.spent = Seconds(self.spent.0 + task.length.0);
        self.tasks.push(task);
        self.planned_at = planned(&self.tasks);
    }

    /// Alters the first of its tasks that is meant.
    pub(crate) fn alter_task(
        &mut self,
        is_it: impl Fn(&RowTask) -> bool,
        alter: impl FnOnce(&mut RowTask),
    ) {
        if let Some(task) = self.tasks.iter_mut().find(|task| is_it(task)) {
            let before = task.length;
            alter(task);
            self.spent = Seconds(self.spent.0 + task.length.0 - before.0);
            self.planned_at = planned(&self.tasks);
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

/// When the first of the tasks that are still to do begins.
fn planned(tasks: &[RowTask]) -> Option<Instant> {
    let todo = tasks.iter().filter(|task| task.state == TaskState::Todo);
    todo.filter_map(|task| Some(task.planned?.0)).min()
}

fn requester(ticket: &Ticket) -> String {
    match ticket.requesters.as_slice() {
        [] => String::new(),
        [one] => one.label().to_owned(),
        [first, more @ ..] => format!("{} +{}", first.label(), more.len()),
    }
}

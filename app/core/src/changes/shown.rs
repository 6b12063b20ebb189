//! What a change can alter: the whole ticket or thread, or its row alone.

use super::fact::described;
use super::seat::{has, is_same};
use super::{Fact, Seat, TaskFact, TaskKey};
use crate::domain::{
    Actor, EntryKind, Level, LinkedAsset, MailBox, Named, Status, Thread, ThreadRow, Ticket,
    TicketRow,
};
use crate::ids::TicketKey;
use crate::time::Seconds;

/// Something that shows a ticket's facts.
pub trait Shown {
    /// Its status.
    fn status(&self) -> Status;
    /// Sets its status.
    fn set_status(&mut self, status: Status);
    /// Puts somebody on it, once, or takes him off it.
    fn seat(&mut self, seat: &Seat, taken: bool);
    /// Nobody and no group has it.
    fn is_unassigned(&self) -> bool;
    /// Sets one of its facts.
    fn set_fact(&mut self, fact: &Fact);
    /// Sets its priority.
    fn set_priority(&mut self, priority: Level);
    /// Links an asset, once, or parts it.
    fn set_asset(&mut self, asset: &LinkedAsset, linked: bool);
    /// Sets a fact of one of its tasks, and the time spent on all of them.
    fn set_task(&mut self, task: TaskKey, fact: &TaskFact);
    /// Whether one of its tasks is planned, if it has that task.
    fn is_planned(&self, task: TaskKey) -> Option<bool>;
}

impl Shown for Ticket {
    fn status(&self) -> Status {
        self.status
    }

    fn set_status(&mut self, status: Status) {
        self.status = status;
    }

    fn seat(&mut self, seat: &Seat, taken: bool) {
        match seat {
            Seat::Requester(actor) => sit(&mut self.requesters, actor, taken),
            Seat::Observer(actor) => sit(&mut self.observers, actor, taken),
            Seat::Assignee(actor) => sit(&mut self.assignees, actor, taken),
            Seat::Group(group) => {
                self.groups.retain(|other| taken || other.id != group.id);
                if taken && !self.groups.iter().any(|other| other.id == group.id) {
                    self.groups.push(group.clone());
                }
            }
        }
    }

    fn is_unassigned(&self) -> bool {
        self.assignees.is_empty() && self.groups.is_empty()
    }

    fn set_fact(&mut self, fact: &Fact) {
        match fact {
            Fact::Title(title) => title.trim().clone_into(&mut self.title),
            Fact::Description(text) => self.content = described(text, &self.content),
            Fact::Kind(kind) => self.kind = *kind,
            Fact::Category(category) => self.category.clone_from(category),
            Fact::Location(location) => self.location.clone_from(location),
            Fact::Urgency(urgency) => self.urgency = *urgency,
            Fact::Impact(impact) => self.impact = *impact,
            Fact::Due(due) => self.due_at = *due,
        }
    }

    fn set_priority(&mut self, priority: Level) {
        self.priority = priority;
    }

    fn set_asset(&mut self, asset: &LinkedAsset, linked: bool) {
        let assets = &mut self.assets;
        assets.retain(|other| linked || other.key != asset.key);
        if linked && !assets.iter().any(|other| other.key == asset.key) {
            assets.push(asset.clone());
        }
    }

    fn set_task(&mut self, task: TaskKey, fact: &TaskFact) {
        let mut entries = self.timeline.iter_mut().flatten();
        if let Some(entry) = entries.find(|entry| task.is(entry)) {
            let before = time_of(&entry.what);
            fact.set(&mut entry.what);
            let more = time_of(&entry.what).0 - before.0;
            self.actiontime = Seconds(self.actiontime.0 + more);
        }
    }

    fn is_planned(&self, task: TaskKey) -> Option<bool> {
        match &task.find(self)?.what {
            EntryKind::Task { planned, .. } => Some(planned.is_some()),
            _ => None,
        }
    }
}

fn sit(actors: &mut Vec<Actor>, actor: &Actor, taken: bool) {
    match taken {
        true if !has(actors, actor) => actors.push(actor.clone()),
        true => {}
        false => actors.retain(|other| !is_same(other, actor)),
    }
}

impl Shown for TicketRow {
    fn status(&self) -> Status {
        self.status
    }

    fn set_status(&mut self, status: Status) {
        self.status = status;
    }

    /// A row knows requesters by one name and a number, and observers not at all: they come with the base.
    fn seat(&mut self, seat: &Seat, taken: bool) {
        let was_on_it = match seat {
            Seat::Requester(_) | Seat::Observer(_) => return,
            Seat::Assignee(actor) => {
                let Some(user) = actor.user() else { return };
                member(&mut self.assignees, user, taken)
            }
            Seat::Group(group) => member(&mut self.groups, group.id, taken),
        };
        if was_on_it == taken {
            return;
        }
        let mut names: Vec<&str> = self.assignee.split(", ").collect();
        names.retain(|name| !name.is_empty() && (taken || *name != seat.label()));
        if taken {
            names.push(seat.label());
        }
        self.assignee = names.join(", ");
    }

    fn is_unassigned(&self) -> bool {
        self.assignees.is_empty() && self.groups.is_empty()
    }

    fn set_fact(&mut self, fact: &Fact) {
        let name =
            |named: &Option<Named>| named.as_ref().map_or_else(String::new, |n| n.name.clone());
        match fact {
            Fact::Title(title) => title.trim().clone_into(&mut self.title),
            Fact::Kind(kind) => self.kind = *kind,
            Fact::Category(category) => self.category = name(category),
            Fact::Location(location) => self.location = name(location),
            Fact::Description(_) | Fact::Urgency(_) | Fact::Impact(_) => {}
            Fact::Due(due) => self.due_at = *due,
        }
    }

    fn set_priority(&mut self, priority: Level) {
        self.priority = priority;
    }

    fn set_asset(&mut self, asset: &LinkedAsset, linked: bool) {
        member(&mut self.assets, asset.key, linked);
    }

    fn set_task(&mut self, task: TaskKey, fact: &TaskFact) {
        self.alter_task(|one| task.is_of_row(one), |one| fact.set_on_row(one));
    }

    fn is_planned(&self, task: TaskKey) -> Option<bool> {
        let mut tasks = self.tasks.iter();
        let task = tasks.find(|one| task.is_of_row(one))?;
        Some(task.planned.is_some())
    }
}

fn time_of(what: &EntryKind) -> Seconds {
    match what {
        EntryKind::Task { actiontime, .. } => *actiontime,
        _ => Seconds(0),
    }
}

/// Adds or removes; answers whether it was there.
fn member<T: PartialEq>(members: &mut Vec<T>, one: T, wanted: bool) -> bool {
    let was_there = members.contains(&one);
    match wanted {
        true if !was_there => members.push(one),
        true => {}
        false => members.retain(|other| *other != one),
    }
    was_there
}

/// Something that shows where a thread stands.
pub trait ShownThread {
    /// Its boxes.
    fn boxes(&mut self) -> &mut Vec<MailBox>;
    /// Its ticket.
    fn ticket(&mut self) -> &mut Option<TicketKey>;
}

impl ShownThread for Thread {
    fn boxes(&mut self) -> &mut Vec<MailBox> {
        &mut self.boxes
    }

    fn ticket(&mut self) -> &mut Option<TicketKey> {
        &mut self.ticket
    }
}

impl ShownThread for ThreadRow {
    fn boxes(&mut self) -> &mut Vec<MailBox> {
        &mut self.boxes
    }

    fn ticket(&mut self) -> &mut Option<TicketKey> {
        &mut self.ticket
    }
}

//! Tasks as a technician makes and alters them on his screen.

use anyhow::{Context as _, Result};
use tournee_core::changes::{AddTask, ChangeBody, SetTask, TaskFact, TaskTime};
use tournee_core::domain::{Actor, Entry, TaskState};
use tournee_core::ids::{ChangeId, TicketKey};

use super::Handset;

pub fn task(phone: &Handset, source: &str, text: &str, time: TaskTime) -> Result<ChangeBody> {
    let account = phone.account(source)?;
    Ok(ChangeBody::Task(Box::new(AddTask {
        content: text.to_owned(),
        private: false,
        state: TaskState::Todo,
        time,
        technician: Some(Actor::User {
            id: account.user,
            name: account.name,
        }),
    })))
}

/// The entry that a change left, as the screen shows it.
pub fn shown(phone: &Handset, key: &TicketKey, change: ChangeId) -> Result<Entry> {
    let ticket = phone.phone.shown_ticket(phone.base(key)?);
    let mut entries = ticket.timeline.into_iter().flatten();
    let entry = entries.find(|entry| entry.change == Some(change));
    entry.context("no such entry")
}

/// Alters a task as the screen does: from what it shows.
pub fn set(phone: &mut Handset, key: &TicketKey, entry: &Entry, to: TaskFact) -> Result<ChangeId> {
    let set = SetTask::on(entry, to).context("no task")?;
    phone.edit(key, ChangeBody::TaskFact(Box::new(set)))
}

//! `base ⊕ outbox`: what the screen shows. Pure, so that an offline edit shows at once and survives any refresh
//! under it.

use crate::changes::{ChangeKind, ShownThread};
use crate::domain::{Entry, EntryKind, RowTask, Ticket, TicketRow};
use crate::ids::ChangeId;
use crate::outbox::{Queued, State};
use crate::time::Seconds;
use crate::wire::Wish;

/// A row with the changes on its ticket laid over it.
pub fn row<'a>(base: &TicketRow, queued: impl IntoIterator<Item = &'a Queued>) -> TicketRow {
    let mut shown = base.clone();
    for entry in queued.into_iter().filter(|q| q.is_on_its_way()) {
        entry.change.body.show(&mut shown);
        add_task(&mut shown, entry);
    }
    shown
}

fn add_task(row: &mut TicketRow, queued: &Queued) {
    let id = queued.change.id;
    // As in the timeline: GLPI may show it before the server's report of it reaches us.
    if row.tasks.iter().any(|task| task.change == Some(id)) {
        return;
    }
    let what = queued.change.body.entry();
    if let Some(task) = what.and_then(|what| RowTask::made(0, Some(id), &what)) {
        row.add_task(task);
    }
}

/// A ticket with the changes on it laid over it. A change that waits for the technician no longer shows in the
/// facts, but what he typed stays in the timeline, where its ticks say why.
pub fn ticket<'a>(base: &Ticket, queued: impl IntoIterator<Item = &'a Queued>) -> Ticket {
    let mut shown = base.clone();
    let queued: Vec<&Queued> = queued.into_iter().collect();
    for entry in &queued {
        if entry.is_on_its_way() {
            entry.change.body.show(&mut shown);
        }
        add_to_timeline(&mut shown, entry);
    }
    for entry in &queued {
        put_below_its_note(&mut shown, entry, &queued);
    }
    shown
}

/// A file that was taken for a note stands below it, behind others of that note. GLPI tells of both by their second.
fn put_below_its_note(ticket: &mut Ticket, queued: &Queued, all: &[&Queued]) {
    let file = queued.change.body.file();
    let (Some(mut note), Some(timeline)) = (file.and_then(|file| file.note), &mut ticket.timeline)
    else {
        return;
    };
    // A note that was typed anew is another change.
    for other in all {
        if other.change.replaces == Some(note) {
            note = other.change.id;
        }
    }
    let place_of = |timeline: &[Entry], change: ChangeId| {
        let mut entries = timeline.iter();
        entries.position(|entry| entry.change == Some(change))
    };
    let Some(from) = place_of(timeline, queued.change.id) else {
        return;
    };
    if place_of(timeline, note).is_none() {
        return;
    }
    let entry = timeline.remove(from);
    let Some(mut to) = place_of(timeline, note).map(|note| note + 1) else {
        return;
    };
    let is_before = |entry: &Entry, other: &Entry| {
        matches!(other.what, EntryKind::Document(_)) && other.change < entry.change
    };
    while timeline
        .get(to)
        .is_some_and(|other| is_before(&entry, other))
    {
        to += 1;
    }
    timeline.insert(to, entry);
}

/// A thread, or its row, with the changes on it laid over it.
pub fn thread<'a, T>(base: &T, queued: impl IntoIterator<Item = &'a Queued>) -> T
where
    T: ShownThread + Clone,
{
    let mut shown = base.clone();
    for entry in queued.into_iter().filter(|q| q.is_on_its_way()) {
        entry.change.show_on_thread(&mut shown);
    }
    shown
}

fn add_to_timeline(ticket: &mut Ticket, queued: &Queued) {
    // What he takes back is gone from the screen, wherever it stands: nothing more can be done to it.
    let waits =
        matches!(queued.state, State::NeedsYou { .. }) && queued.wish != Some(Wish::Withdraw);
    let visible = queued.is_on_its_way() || waits;
    let Some(what) = queued.change.body.entry().filter(|_| visible) else {
        return;
    };
    let timeline = ticket.timeline.get_or_insert_default();
    // GLPI may show it before the server's report of it reaches us.
    if timeline
        .iter()
        .any(|entry| entry.change == Some(queued.change.id))
    {
        return;
    }
    // GLPI adds up the time of the tasks.
    if let EntryKind::Task { actiontime, .. } = &what
        && queued.is_on_its_way()
    {
        ticket.actiontime = Seconds(ticket.actiontime.0 + actiontime.0);
    }
    timeline.push(Entry {
        id: 0,
        at: queued.change.at,
        author: Some(queued.change.author.clone()),
        what,
        change: Some(queued.change.id),
    });
}

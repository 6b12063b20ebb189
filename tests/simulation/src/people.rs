//! Other people, on GLPI's own page.

use std::sync::Arc;

use serde_json::json;
use tournee_sandbox::world::TaskView;
use tournee_sandbox::{Glpi, accounts};

use crate::counters::Count;
use crate::dice::Dice;
use crate::glpi::{COLLEAGUE, Side, TECHNICIANS};
use crate::weather::Weather;
use crate::words;

/// Tickets up to this number are where everybody meets.
pub const BUSY: i64 = 7;

/// One edit, drawn.
#[derive(Clone, Debug)]
pub struct Edit {
    who: String,
    what: Deed,
}

#[derive(Clone, Debug)]
enum Deed {
    Status(i64),
    Assign,
    UnassignAll,
    Fact(&'static str, serde_json::Value),
    Description(u64),
    Seat(Place),
    Asset(&'static str, i64),
    Followup(u64),
    Document(u64),
    Task(TaskEdit),
    RemoveTask,
    TrashOrRestore,
    Purge,
}

/// What is done to a task.
#[derive(Clone, Debug)]
enum TaskEdit {
    State(i64),
    Length(u64),
    Text(u64),
    Plan(u64),
}

/// A place on a ticket, with who comes to it, or leaves it where he is there.
#[derive(Clone, Debug)]
struct Place {
    itemtype: &'static str,
    who: i64,
    role: i64,
}

/// Draws an edit of a ticket.
pub fn draw(dice: &mut Dice, weather: &Weather, ticket: i64) -> Edit {
    // Now and then it is the technician himself, at a desk.
    let who = if dice.hit(0.25) {
        TECHNICIANS[0]
    } else {
        COLLEAGUE
    };
    let rough = weather.storm.people.rough;
    let files = weather.storm.files.as_ref();
    let what = if files.is_some_and(|files| dice.hit(files.by_people)) {
        Deed::Document(dice.between(1, 99))
    } else if dice.hit(rough) {
        // A purged ticket is gone for the rest of the storm: not the busiest ones.
        match ticket > 2 && dice.hit(0.3) {
            true => Deed::Purge,
            false => Deed::TrashOrRestore,
        }
    } else {
        match dice.between(0, 17) {
            17 => asset(dice),
            10 | 11 => fact(dice, weather),
            12 => Deed::Seat(place(dice)),
            13..=15 => Deed::Task(task(dice)),
            16 => Deed::RemoveTask,
            0..=4 => Deed::Status(*dice.pick(&[2, 2, 3, 4, 5, 6]).unwrap_or(&2)),
            5 => Deed::Assign,
            6 => Deed::UnassignAll,
            _ => Deed::Followup(dice.between(1, 99)),
        }
    };
    Edit {
        who: accounts::technician(who),
        what,
    }
}

/// The facts that technicians correct too, and few values, so that some are the same.
fn fact(dice: &mut Dice, weather: &Weather) -> Deed {
    if dice.hit(0.2) {
        return Deed::Description(dice.between(1, 99));
    }
    let level = json!(dice.between(1, 5));
    let row = json!(dice.between(0, 3));
    let (column, value) = match dice.between(0, 6) {
        0 => (
            "name",
            json!(format!("Vu au bureau {}", dice.between(1, 9))),
        ),
        1 => ("type", json!(dice.between(1, 2))),
        2 => ("itilcategories_id", row),
        3 => ("locations_id", row),
        4 => ("urgency", level),
        5 => ("impact", level),
        _ => {
            let day = weather.clock.timestamp().strftime("%Y-%m-%d").to_string();
            let hour = dice.between(21, 23);
            ("time_to_resolve", json!(format!("{day} {hour}:00:00")))
        }
    };
    Deed::Fact(column, value)
}

fn task(dice: &mut Dice) -> TaskEdit {
    match dice.between(0, 5) {
        0..=2 => TaskEdit::State(dice.between(0, 2).cast_signed()),
        3 => TaskEdit::Length(dice.between(0, 12) * 300),
        4 => TaskEdit::Text(dice.between(1, 99)),
        _ => TaskEdit::Plan(dice.between(8, 20)),
    }
}

fn asset(dice: &mut Dice) -> Deed {
    let kind = dice.pick(&["Computer", "Phone"]).copied();
    Deed::Asset(kind.unwrap_or("Computer"), dice.between(1, 3).cast_signed())
}

fn place(dice: &mut Dice) -> Place {
    let (itemtype, role) = match dice.between(0, 3) {
        0 => ("Ticket_User", 1),
        1 => ("Ticket_User", 3),
        2 => ("Ticket_User", 2),
        _ => ("Group_Ticket", 2),
    };
    let who = match itemtype {
        "Group_Ticket" => dice.between(1, 2),
        _ => dice.between(2, 9),
    };
    Place {
        itemtype,
        who: who.cast_signed(),
        role,
    }
}

impl Edit {
    /// Makes it.
    pub fn make(&self, glpi: &Glpi, ticket: i64, weather: &Weather) {
        let mut world = glpi.world();
        let Some(user) = world.user_id(&self.who) else {
            return;
        };
        let Some(before) = world.ticket(ticket) else {
            return;
        };
        if before.is_deleted && !matches!(self.what, Deed::TrashOrRestore | Deed::Purge) {
            return;
        }
        weather.count(match self.what {
            Deed::Status(_) => Count::PersonStatus,
            Deed::Assign => Count::PersonAssigned,
            Deed::UnassignAll => Count::PersonUnassigned,
            Deed::Fact(..) => Count::PersonFact,
            Deed::Description(_) => Count::PersonDescription,
            Deed::Seat(_) => Count::PersonSeat,
            Deed::Asset(..) => Count::PersonAsset,
            Deed::Followup(_) => Count::PersonFollowup,
            Deed::Document(_) => Count::PersonDocument,
            Deed::Task(_) => Count::PersonTask,
            Deed::RemoveTask => Count::PersonTaskRemoved,
            Deed::TrashOrRestore if before.is_deleted => Count::PersonRestored,
            Deed::TrashOrRestore => Count::PersonTrashed,
            Deed::Purge => Count::PersonPurged,
        });
        match &self.what {
            Deed::Status(status) => world.edit_ticket(ticket, user, &[("status", json!(status))]),
            Deed::Assign => {
                if !before.actors.iter().any(|a| a.role == 2 && a.who == user) {
                    world.assign(ticket, user, user);
                }
            }
            Deed::UnassignAll => world.unassign_all(ticket, user),
            Deed::Fact(column, value) => {
                world.edit_ticket(ticket, user, &[(*column, value.clone())]);
            }
            Deed::Description(number) => {
                let content = json!(words::reworded(&before.content, *number));
                world.edit_ticket(ticket, user, &[("content", content)]);
            }
            Deed::Seat(place) => {
                world.seat_or_unseat(ticket, place.itemtype, place.who, place.role, user);
            }
            Deed::Asset(kind, id) => world.link_or_part(ticket, kind, *id, user),
            Deed::Followup(number) => {
                let text = format!("Vu sur place, passage {number}.");
                world.add_followup(ticket, user, &text, number % 4 == 0);
            }
            Deed::Document(number) => {
                let name = format!("constat{number}.txt");
                world.add_document(ticket, user, &name, format!("Vu, {number}.").as_bytes());
            }
            Deed::Task(edit) => {
                // The last one is where a technician has just been.
                if let Some(task) = world.tasks(ticket).pop() {
                    let fields = edit.fields(&task, weather);
                    world.edit_task(task.id, user, &fields);
                }
            }
            Deed::RemoveTask => {
                // With a task its mark is gone: who sent it and heard no answer could not know that it ever was there.
                let demo = |task: &TaskView| words::telling(&task.content).is_empty();
                if let Some(task) = world.tasks(ticket).into_iter().find(demo) {
                    world.remove_task(task.id, user);
                }
            }
            Deed::TrashOrRestore if before.is_deleted => world.restore_ticket(ticket, user),
            Deed::TrashOrRestore => world.trash_ticket(ticket, user),
            Deed::Purge => world.purge_ticket(ticket),
        }
    }
}

impl TaskEdit {
    fn fields(&self, task: &TaskView, weather: &Weather) -> Vec<(&'static str, serde_json::Value)> {
        let day = || weather.clock.timestamp().strftime("%Y-%m-%d").to_string();
        match self {
            Self::State(state) => vec![("state", json!(state))],
            Self::Length(seconds) => vec![("actiontime", json!(seconds))],
            Self::Text(number) => vec![("content", json!(words::reworded(&task.content, *number)))],
            Self::Plan(hour) => {
                let at = |hour: u64| format!("{} {hour:02}:00:00", day());
                vec![("plan", json!({ "begin": at(*hour), "end": at(hour + 1) }))]
            }
        }
    }
}

/// Works on the busy tickets of one GLPI for as long as it storms.
pub async fn work(weather: Arc<Weather>, side: Arc<Side>) {
    let mut dice = weather.dice(&format!("people at {}", side.source));
    loop {
        tokio::time::sleep(dice.seconds(1, weather.storm.people.every.max(2) * 2)).await;
        if !weather.storms() || weather.storm.people.every == 0 {
            continue;
        }
        let busy = i64::try_from(dice.between(1, BUSY.unsigned_abs() + 3)).unwrap_or(1);
        let ticket = side.newest().filter(|_| dice.hit(0.25)).unwrap_or(busy);
        let edit = draw(&mut dice, &weather, ticket);
        side.person(ticket, |glpi| edit.make(glpi, ticket, &weather))
            .await;
    }
}

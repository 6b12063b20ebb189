//! What a change of status does to a ticket's dates and durations.

use super::dates::seconds_between;
use crate::{value::Value, world::World};

/// Moves a ticket to a status.
pub fn change(world: &mut World, id: i64, to: i64) {
    let Some(row) = world.row("Ticket", id) else {
        return;
    };
    let from = row.int("status");
    let opened = row.text("date").to_owned();
    let waiting = row.text("begin_waiting_date").to_owned();
    let solved = row.get("solvedate").clone();
    let now = world.now_text();
    world.set("Ticket", id, "status", to.into());
    if from == to {
        return;
    }
    let over = |status: i64| status == 5 || status == 6;
    if !waiting.is_empty() && from == 4 {
        let waited =
            row_int(world, id, "waiting_duration") + seconds_between(world, &waiting, &now);
        world.set("Ticket", id, "waiting_duration", waited.into());
    }
    if to == 4 || to == 5 {
        world.set("Ticket", id, "begin_waiting_date", now.clone().into());
    } else if from == 4 || !over(to) || world.dialect.is_9_2() {
        world.set("Ticket", id, "begin_waiting_date", Value::Null);
    }
    let spent = seconds_between(world, &opened, &now) - row_int(world, id, "waiting_duration");
    let spent: Value = spent.max(0).into();
    if over(to) && solved.is_null() {
        world.set("Ticket", id, "solvedate", now.clone().into());
        world.set("Ticket", id, "solve_delay_stat", spent.clone());
    }
    if to == 6 {
        world.set("Ticket", id, "closedate", now.into());
        world.set("Ticket", id, "close_delay_stat", spent);
    } else {
        world.set("Ticket", id, "closedate", Value::Null);
        world.set("Ticket", id, "close_delay_stat", 0.into());
    }
    if over(from) && !over(to) {
        world.set("Ticket", id, "solvedate", Value::Null);
        world.set("Ticket", id, "solve_delay_stat", 0.into());
    }
}

fn row_int(world: &World, id: i64, column: &str) -> i64 {
    world.row("Ticket", id).map_or(0, |row| row.int(column))
}

//! Followups, tasks, solutions and documents of the demo tickets.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::{stored, texts, tickets::Draft};
use crate::{
    clock::local_text,
    items::{
        Input,
        document::{self, Upload},
    },
    value::Value,
    world::World,
};

/// What was done on a ticket.
pub(super) fn timeline(world: &mut World, draft: &Draft, rng: &mut ChaCha8Rng) {
    let Some(technician) = draft.technician else {
        return;
    };
    let moved = Value::Text(local_text(draft.moved, &world.zone));
    let common = |text: Value| {
        vec![
            ("itemtype", Value::text("Ticket")),
            ("users_id", technician.into()),
            ("content", text),
            ("date", moved.clone()),
            ("date_mod", moved.clone()),
            ("date_creation", moved.clone()),
            ("timeline_position", 1.into()),
        ]
    };
    for _ in 0..rng.random_range(0..3) {
        let text = stored(
            world,
            texts::FOLLOWUPS[rng.random_range(0..texts::FOLLOWUPS.len())],
        );
        let mut row = common(text);
        row.push((world.dialect.followup_parent(), draft.id.into()));
        row.push(("requesttypes_id", 1.into()));
        row.push(("is_private", i64::from(rng.random_bool(0.2)).into()));
        world.insert(world.dialect.followup(), &row);
    }
    if rng.random_bool(0.3) {
        let text = stored(world, texts::TASKS[rng.random_range(0..texts::TASKS.len())]);
        let seconds = 1_800 * rng.random_range(1..5);
        let mut row = common(text);
        row.extend([
            ("tickets_id", draft.id.into()),
            ("actiontime", seconds.into()),
            ("state", 2.into()),
            ("users_id_tech", technician.into()),
            ("uuid", world.random_uuid().into()),
        ]);
        world.insert("TicketTask", &row);
        world.set("Ticket", draft.id, "actiontime", seconds.into());
    }
    if draft.status >= 5 {
        solution(world, draft, rng, &common);
    }
}

/// A text file on the ticket.
pub(super) fn document(world: &mut World, draft: &Draft) {
    let who = world.page_session(draft.technician.unwrap_or(2));
    let input = Input::from_iter([
        ("itemtype".to_owned(), "Ticket".into()),
        ("items_id".to_owned(), draft.id.into()),
        ("tickets_id".to_owned(), draft.id.into()),
        ("is_recursive".to_owned(), 1.into()),
    ]);
    let file = Upload {
        filename: format!("piece-{}.txt", draft.id),
        mime: Some("text/plain".to_owned()),
        bytes: format!("Relevé du ticket {}\n", draft.id).into_bytes(),
    };
    let moved = world
        .row("Ticket", draft.id)
        .map(|row| row.get("date_mod").clone());
    let updater = world
        .row("Ticket", draft.id)
        .map(|row| row.get("users_id_lastupdater").clone());
    let _always_a_text_file = document::upload(world, &who, &input, &file);
    // The document came with the ticket: it doesn't count as a later change.
    world.set("Ticket", draft.id, "date_mod", moved.unwrap_or_default());
    world.set(
        "Ticket",
        draft.id,
        "users_id_lastupdater",
        updater.unwrap_or_default(),
    );
}

fn solution(
    world: &mut World,
    draft: &Draft,
    rng: &mut ChaCha8Rng,
    common: &dyn Fn(Value) -> Vec<(&'static str, Value)>,
) {
    let text = stored(
        world,
        texts::SOLUTIONS[rng.random_range(0..texts::SOLUTIONS.len())],
    );
    let kind = rng.random_range(1..=2);
    if world.dialect.is_9_2() {
        world.set("Ticket", draft.id, "solution", text);
        world.set("Ticket", draft.id, "solutiontypes_id", kind.into());
        return;
    }
    let mut row = common(text);
    row.push(("items_id", draft.id.into()));
    row.push(("solutiontypes_id", kind.into()));
    world.insert("ITILSolution", &row);
}

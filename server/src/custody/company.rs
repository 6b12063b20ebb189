//! What goes with what in one run of a chain.

use tournee_core::changes::{CarryStep, ChangeBody, ChangeKind as _, Field};
use tournee_core::domain::Status;

use crate::app::Server;
use crate::mutation::Mutation;
use crate::store::changes::Held;

/// What a change alters in GLPI: where a task is planned, it moves the ticket. More of that kind is known by state alone, and
/// goes apart anyway.
pub(super) fn writes(row: &Held) -> Vec<Field> {
    let mut fields = row.change.body.fields().to_vec();
    if let ChangeBody::Task(task) = &row.change.body
        && task.time.plan().is_some()
    {
        fields.push(Field::Status);
    }
    fields
}

/// Whether it is for the next run, which sees what came of this one.
pub(super) fn waits_for_the_next(server: &Server, row: &Held, todo: &[Held]) -> bool {
    let body = &row.change.body;
    let base = body.builds_on();
    todo.iter().any(|other| {
        let before = &other.change.body;
        if base == Some(other.change.id) {
            // It alters what that one adds, and GLPI has no number for that yet.
            !server.mutated(Mutation::BaseNotAwaited)
        } else if body.needs_it_open() && may_close(before) {
            !server.mutated(Mutation::ClosingNotAwaited)
        } else {
            is_reopened_by(body, before) || !may_go_together(body, before)
        }
    })
}

/// Whether each can be told from the other where outcomes get lost. What is known by state alone is known by the ticket's
/// date too, which moves with everything that is written there; of notes alone the dates are GLPI's own.
fn may_go_together(one: &ChangeBody, other: &ChangeBody) -> bool {
    match (is_by_state(one), is_by_state(other)) {
        (true, true) => false,
        (true, false) => is_note(other),
        (false, true) => is_note(one),
        (false, false) => true,
    }
}

/// Whether it is text of its own on its ticket, and nothing but that.
pub(super) fn is_note(body: &ChangeBody) -> bool {
    matches!(body, ChangeBody::Followup(_) | ChangeBody::Link(_))
}

/// Whether only the ticket's state says that it was carried out. A solution has its mark there; but a GLPI may have room for
/// one solution alone, and the next one takes the mark away.
pub(super) fn is_by_state(body: &ChangeBody) -> bool {
    match body {
        ChangeBody::Take(_)
        | ChangeBody::Status(_)
        | ChangeBody::Fact(_)
        | ChangeBody::Seat(_)
        | ChangeBody::Asset(_)
        | ChangeBody::Solution(_)
        | ChangeBody::TaskFact(_) => true,
        ChangeBody::Carry(carry) => carry.step == CarryStep::Close,
        ChangeBody::Followup(_)
        | ChangeBody::Task(_)
        | ChangeBody::Attach(_)
        | ChangeBody::MailFile(_)
        | ChangeBody::TicketFile(_)
        | ChangeBody::Link(_)
        | ChangeBody::Create(_)
        | ChangeBody::Classify(_)
        | ChangeBody::Reply(_) => false,
    }
}

/// Whether a note behind it may open the ticket again, as its requester's does, so that nobody sees any more what it was.
fn is_reopened_by(note: &ChangeBody, before: &ChangeBody) -> bool {
    let rests = |to: Status| to == Status::Pending || !to.is_open();
    is_note(note) && matches!(before, ChangeBody::Status(set) if rests(set.to))
}

/// A solution closes at once where that GLPI is told to. All but *Carry* is by state, and goes apart anyway: it is said for
/// whoever does not wait for that.
fn may_close(body: &ChangeBody) -> bool {
    match body {
        ChangeBody::Solution(_) => true,
        ChangeBody::Carry(carry) => carry.step != CarryStep::Link,
        ChangeBody::Status(step) => matches!(step.to, Status::Solved | Status::Closed),
        _ => false,
    }
}

//! What is known of a change whose outcome GLPI never told.

use tournee_core::changes::ChangeBody;
use tournee_core::time::Instant;
use tournee_core::wire::{Attempt, Evidence};

use crate::store::changes::{Held, Phase};

/// With the look that this run began with.
pub(super) fn looked(row: &Held, now: Instant) -> Evidence {
    let mut evidence = row.evidence.clone();
    if row.phase == Phase::Intended || !evidence.tries.is_empty() {
        evidence.looks = evidence.looks.saturating_add(1);
        evidence.looked_at = Some(now);
    }
    evidence
}

/// With a write whose outcome was not told.
pub(super) fn tried(row: &Held, now: Instant, said: String) -> Evidence {
    let mut evidence = looked(row, now);
    evidence.tries.push(Attempt { at: now, said });
    evidence
}

/// What stood as it was begun, and whether it is begun alone. Of what is known by its mark in the ticket, that says nothing more; but a GLPI may have room
/// for one solution alone, and the next one takes the mark away.
pub(super) fn begun(row: &Held, altered_at: Instant, alone: bool) -> Option<Evidence> {
    let by_state = match row.change.body {
        ChangeBody::Take(_)
        | ChangeBody::Status(_)
        | ChangeBody::Fact(_)
        | ChangeBody::Seat(_)
        | ChangeBody::Asset(_)
        | ChangeBody::Solution(_)
        | ChangeBody::TaskFact(_) => true,
        ChangeBody::Followup(_)
        | ChangeBody::Task(_)
        | ChangeBody::Attach(_)
        | ChangeBody::MailFile(_)
        | ChangeBody::TicketFile(_)
        | ChangeBody::Carry(_)
        | ChangeBody::Link(_)
        | ChangeBody::Create(_)
        | ChangeBody::Classify(_)
        | ChangeBody::Reply(_) => false,
    };
    by_state.then(|| Evidence {
        altered_at: Some(altered_at),
        alone,
        ..row.evidence.clone()
    })
}

/// One that was begun alone, and that others are begun with now.
pub(super) fn joined(row: &Held, alone: bool) -> Option<Evidence> {
    (row.evidence.alone && !alone).then(|| Evidence {
        alone: false,
        ..row.evidence.clone()
    })
}

/// When the technician has it tried again: counted anew, but not forgotten, so that it is looked for first.
pub(super) fn tried_again(row: &Held) -> Evidence {
    let last = row.evidence.tries.last().cloned();
    Evidence {
        tries: last.into_iter().collect(),
        ..Evidence::default()
    }
}

//! What is known of a change whose outcome GLPI never told.

use tournee_core::domain::Ticket;
use tournee_core::ids::ChangeId;
use tournee_core::time::Instant;
use tournee_core::wire::{Attempt, Evidence};

use super::before;
use super::company::is_by_state;
use crate::store::changes::{Held, Phase};

/// With the look that this run began with.
pub(super) fn looked(row: &Held, now: Instant) -> Evidence {
    let mut evidence = row.evidence.clone();
    evidence.forgotten = row.of_before;
    evidence.unread = None;
    if row.of_before || row.phase == Phase::Intended || !evidence.tries.is_empty() {
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

/// What stood as one is begun that is known by state alone, and the notes that are begun beside it.
pub(super) fn begun(row: &Held, before: &Ticket, notes: &[ChangeId]) -> Option<Evidence> {
    is_by_state(&row.change.body).then(|| Evidence {
        altered_at: Some(before.modified_at),
        altered_by: before.modified_by,
        beside: Some(notes.to_vec()),
        ..row.evidence.clone()
    })
}

/// One that was begun before, with the notes that are begun beside it now.
pub(super) fn goes_on(row: &Held, notes: &[ChangeId]) -> Option<Evidence> {
    let beside = row.evidence.beside.as_ref()?;
    let mut more = notes.to_vec();
    more.retain(|note| !beside.contains(note));
    (!more.is_empty()).then(|| Evidence {
        beside: Some([beside.as_slice(), &more].concat()),
        ..row.evidence.clone()
    })
}

/// When he has tried again what nobody could look for: it goes on from where it was begun.
pub(super) fn looked_for_again(row: &Held) -> Evidence {
    let last = row.evidence.tries.last().cloned();
    Evidence {
        tries: last.into_iter().collect(),
        unread: None,
        ..row.evidence.clone()
    }
}

/// When the technician has it tried again: counted anew, but not forgotten, so that it is looked for first.
pub(super) fn tried_again(row: &Held) -> Evidence {
    let last = row.evidence.tries.last().cloned();
    let stood = row.evidence.altered_at;
    Evidence {
        tries: last.into_iter().collect(),
        altered_at: stood.filter(|_| before::keeps_its_ground(row)),
        ..Evidence::default()
    }
}

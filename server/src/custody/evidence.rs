//! What is known of a change whose outcome GLPI never told.

use tournee_core::changes::{Conflict, ConflictValue};
use tournee_core::ids::ChangeId;
use tournee_core::time::Instant;
use tournee_core::wire::{Attempt, Evidence, ReportState};

use super::company::is_by_state;
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

/// What stood as one is begun that is known by state alone, and the notes that are begun beside it.
pub(super) fn begun(row: &Held, altered_at: Instant, notes: &[ChangeId]) -> Option<Evidence> {
    is_by_state(&row.change.body).then(|| Evidence {
        altered_at: Some(altered_at),
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

/// When the technician has it tried again: counted anew, but not forgotten, so that it is looked for first.
pub(super) fn tried_again(row: &Held) -> Evidence {
    let last = row.evidence.tries.last().cloned();
    Evidence {
        tries: last.into_iter().collect(),
        over: row.evidence.over.clone(),
        ..Evidence::default()
    }
}

/// When he insists: over what he was shown; where his phone does not say, over what it was told last.
pub(super) fn insisted(row: &Held, shown: Option<ConflictValue>) -> Evidence {
    let told = || match &row.report {
        ReportState::NeedsYou { problem } => problem.conflict.as_ref(),
        _ => None,
    };
    let over = shown.or_else(|| told().map(|conflict| conflict.theirs.clone()));
    Evidence {
        over,
        ..row.evidence.clone()
    }
}

/// Whether he was shown this value, and insisted over it.
pub(super) fn is_insisted_over(row: &Held, conflict: &Conflict) -> bool {
    let over = row.evidence.over.as_ref();
    row.insist && over.is_none_or(|over| *over == conflict.theirs)
}

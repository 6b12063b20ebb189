//! Corrections: each was asked for, and no fact that somebody else moved is written over.

use tournee_core::changes::{ChangeBody, ConflictValue, Field, Seat};

use super::{Facts, tasks};
use crate::chronicle::{By, Chronicle, Deed, Snag};
use crate::effects::assignee;
use crate::glpi::Side;
use crate::ledger::Made;
use crate::moment::{Correction, Sitting, What, value};

const NO_SILENT_WINNER: &str = "no silent winner";

impl Facts<'_> {
    /// Whether somebody asked for a correction that the server made, on the fact as he saw it.
    pub(super) fn is_corrected_with_reason(
        &self,
        side: &Side,
        chronicle: &Chronicle,
        place: usize,
        deed: &Deed,
        asked: &[&Made],
        correction: &Correction<'_>,
    ) -> bool {
        let Correction {
            task,
            field,
            from,
            to,
        } = *correction;
        let reasons = asked.iter();
        let mut reasons =
            reasons.filter_map(|made| Some((*made, based_on(made, chronicle, correction)?)));
        let saw = |based: &str| {
            let mut seen = deed.seen.iter();
            seen.any(|seen| seen.get(task, field) == Some(based))
        };
        let mut is_asked = false;
        let knew = reasons.any(|(made, based)| {
            is_asked = true;
            let over = made.over().filter_map(|theirs| match theirs {
                ConflictValue::Fact(fact) => Some(value(fact)),
                ConflictValue::Task(fact) => Some(crate::tasks::value(fact)),
                _ => None,
            });
            let shown: Vec<String> = std::iter::once(based).chain(over).collect();
            chronicle.had(deed.ticket, Snag::NoEffect)
                || shown.iter().any(|shown| shown == from)
                || (shown.iter().any(|shown| saw(shown))
                    && !ours_corrected(chronicle, place, deed, correction))
        });
        if is_asked && !knew {
            let (ticket, at) = (deed.ticket, deed.at_ms);
            let what = &deed.what;
            self.broke(
                NO_SILENT_WINNER,
                format!("{} #{ticket} at {at} ms: {what:?}", side.source),
            );
        }
        is_asked || (is_sent_along(side, asked, field) && saw(to))
    }
}

/// The value that a change was made on, where it wants this correction.
pub(super) fn based_on(
    made: &Made,
    chronicle: &Chronicle,
    wanted: &Correction<'_>,
) -> Option<String> {
    match &made.change.body {
        ChangeBody::Fact(fact) if wanted.task.is_none() => {
            let same = fact.to.field() == wanted.field && value(&fact.to) == wanted.to;
            same.then(|| value(&fact.from))
        }
        _ => tasks::based_on(made, chronicle, wanted),
    }
}

/// An old GLPI computes the priority anew only where urgency and impact come together: the one that is not corrected is
/// sent as it was just read.
fn is_sent_along(side: &Side, asked: &[&Made], field: Field) -> bool {
    let other = match field {
        Field::Urgency => Field::Impact,
        Field::Impact => Field::Urgency,
        _ => return false,
    };
    let corrects = |made: &&Made| match &made.change.body {
        ChangeBody::Fact(fact) => fact.to.field() == other,
        _ => false,
    };
    side.glpi.dialect().is_9_2() && asked.iter().any(corrects)
}

/// Whether the value before was one of the server's own making for somebody else: that gap it could have closed.
fn ours_corrected(
    chronicle: &Chronicle,
    place: usize,
    deed: &Deed,
    correction: &Correction<'_>,
) -> bool {
    let same = |one: &Correction<'_>| one.task == correction.task && one.field == correction.field;
    let mut before = chronicle.deeds[..place].iter().rev();
    let last = before
        .find(|one| one.ticket == deed.ticket && one.what.correction().as_ref().is_some_and(same));
    last.is_some_and(|one| matches!(one.by, By::Ours(_)) && one.by != deed.by)
}

/// Whether this change, carried out, brings or takes away who came or left.
pub(super) fn seats(made: &Made, what: &What, user: i64) -> bool {
    match (&made.change.body, what) {
        (ChangeBody::Take(_), What::Assigned(who)) => *who == user,
        (ChangeBody::Seat(wanted), What::Assigned(who)) => {
            is_assignee(&wanted.seat) && wanted.taken && assignee(wanted) == *who
        }
        (ChangeBody::Seat(wanted), What::Unassigned(who)) => {
            is_assignee(&wanted.seat) && !wanted.taken && assignee(wanted) == *who
        }
        (ChangeBody::Seat(wanted), What::Seated { who, taken }) => {
            wanted.taken == *taken && Sitting::of(&wanted.seat).as_ref() == Some(who)
        }
        (ChangeBody::Asset(wanted), What::Seated { who, taken }) => {
            wanted.linked == *taken && Sitting::of_asset(wanted.asset.key) == *who
        }
        _ => false,
    }
}

fn is_assignee(seat: &Seat) -> bool {
    matches!(seat, Seat::Assignee(_))
}

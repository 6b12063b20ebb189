//! Corrections: each was asked for, and no fact that somebody else moved is written over.

use tournee_core::changes::{ChangeBody, Field, Seat};

use super::Facts;
use crate::chronicle::{By, Chronicle, Deed, Snag, assignee};
use crate::glpi::Side;
use crate::ledger::Made;
use crate::moment::{Sitting, What, value};

const NO_SILENT_WINNER: &str = "no silent winner";

/// One fact, moved.
pub(super) struct Correction<'a> {
    pub field: Field,
    pub from: &'a str,
    pub to: &'a str,
}

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
        let Correction { field, from, to } = *correction;
        let mut reasons = asked.iter().filter_map(|made| match &made.change.body {
            ChangeBody::Fact(fact) if fact.to.field() == field && value(&fact.to) == to => {
                Some((*made, value(&fact.from)))
            }
            _ => None,
        });
        let saw = |based: &str| {
            let mut seen = deed.seen.iter();
            seen.any(|seen| seen.facts.get(field) == Some(based))
        };
        let mut is_asked = false;
        let knew = reasons.any(|(made, based)| {
            is_asked = true;
            made.insisted
                || chronicle.had(deed.ticket, Snag::NoEffect)
                || based == from
                || (saw(&based) && !ours_corrected(chronicle, place, deed, field))
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
fn ours_corrected(chronicle: &Chronicle, place: usize, deed: &Deed, field: Field) -> bool {
    let mut before = chronicle.deeds[..place].iter().rev();
    let last = before.find(|one| {
        let same = matches!(&one.what, What::Fact { field: moved, .. } if *moved == field);
        same && one.ticket == deed.ticket
    });
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

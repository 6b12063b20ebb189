//! One ticket's changes came in the order in which they were made on their phone.

use std::collections::BTreeMap;

use tournee_core::changes::{ChangeBody, ChangeKind as _};
use tournee_core::ids::TicketKey;

use super::corrected::based_on;
use super::waiting::{adds_its_thing, overlap};
use super::{Facts, is_delivered};
use crate::chronicle::{By, Chronicle, Deed, Snag};
use crate::ledger::Made;
use crate::moment::{Correction, What, value};
use crate::tasks;

const ORDER: &str = "order per ticket held";

impl Facts<'_> {
    pub(super) fn order(&self) {
        let mut chains: BTreeMap<(usize, TicketKey), Vec<&Made>> = BTreeMap::new();
        for made in &self.made {
            // What waited, was replaced or taken back has left its place.
            let plain = made.waited.is_none() && !made.taken_back && made.change.replaces.is_none();
            let plain = plain && !self.was_held(made);
            if plain && !self.phones_restored.contains(&made.hand) {
                let chain = (made.hand, made.ticket().clone());
                chains.entry(chain).or_default().push(made);
            }
        }
        for chain in chains.values_mut() {
            chain.sort_by_key(|made| made.change.seq);
            self.is_in_order(chain);
        }
    }

    /// Behind a change of the same field, or of the one that adds what it alters, that waited for him, whichever phone of his made it.
    fn was_held(&self, made: &Made) -> bool {
        let fields = made.change.body.fields();
        self.made.iter().any(|other| {
            // A step on an old ticket waits by itself, for all that belongs to the new one.
            let steps = other.change.body.carry().is_some();
            // Nothing comes before the creation itself.
            other.change.body.creation().is_none()
                && (other.waited.is_some() || other.taken_back || other.has_insisted() || steps)
                && other.technician == made.technician
                && other.ticket() == made.ticket()
                && (overlap(other.change.body.fields(), fields) || adds_its_thing(other, made))
        })
    }

    fn is_in_order(&self, chain: &[&Made]) {
        let Some(side) = chain
            .first()
            .and_then(|made| self.side(&made.ticket().source))
        else {
            return;
        };
        let chronicle = side.chronicle();
        // What GLPI swallowed or refused just before a crash is made once more, behind what came after it.
        let again = |made: &&Made| {
            let number = made.number();
            chronicle.had(number, Snag::NoEffect) || chronicle.had(number, Snag::Refused)
        };
        if chain.first().is_some_and(again) {
            return;
        }
        let mut last: Option<(usize, &Made)> = None;
        for made in chain {
            if !is_delivered(self.standing(made)) {
                continue;
            }
            let Some(place) = self.only_place(&chronicle, made) else {
                continue;
            };
            if let Some((before, earlier)) = last
                && place < before
                && !made.was_apart_from(earlier)
            {
                self.broke(ORDER, format!("{made} came before {earlier}"));
            }
            last = Some((place, made));
        }
    }

    /// Where a change took effect, where that can be told for certain.
    fn only_place(&self, chronicle: &Chronicle, made: &Made) -> Option<usize> {
        let user = self.user(made)?;
        // It may have waited for a moment with a conflict that went away.
        let mut fields = made.change.body.fields().iter();
        if fields.any(|field| self.somebody_moved(made, chronicle, *field)) {
            return None;
        }
        let body = &made.change.body;
        match body {
            ChangeBody::Followup(_)
            | ChangeBody::Solution(_)
            | ChangeBody::Create(_)
            | ChangeBody::Attach(_)
            | ChangeBody::Task(_) => {
                return Self::places(chronicle, made).first().copied();
            }
            ChangeBody::Take(_)
            | ChangeBody::Seat(_)
            | ChangeBody::Asset(_)
            | ChangeBody::MailFile(_)
            | ChangeBody::TicketFile(_)
            | ChangeBody::Carry(_)
            | ChangeBody::Classify(_)
            | ChangeBody::Link(_)
            | ChangeBody::Reply(_) => return None,
            ChangeBody::Status(_) | ChangeBody::Fact(_) | ChangeBody::TaskFact(_) => {}
        }
        let others = self.made.iter();
        let others = others.filter(|other| other.ticket() == made.ticket());
        if others
            .filter(|other| brings_about(other, made, chronicle))
            .count()
            != 1
        {
            return None;
        }
        let all = chronicle.deeds.iter().enumerate();
        let mut places = all.filter(|(_, deed)| {
            deed.ticket == made.number()
                && deed.by == By::Ours(user)
                && is_effect(deed, made, chronicle)
        });
        let first = places.next()?.0;
        places.next().is_none().then_some(first)
    }
}

/// Whether a change may have brought about what another one wants.
fn brings_about(other: &Made, made: &Made, chronicle: &Chronicle) -> bool {
    let task = |made: &Made| chronicle.task_of(made, made.number());
    match (&other.change.body, &made.change.body) {
        (ChangeBody::Status(other), ChangeBody::Status(status)) => other.to == status.to,
        (
            ChangeBody::Take(_)
            | ChangeBody::Solution(_)
            | ChangeBody::Seat(_)
            | ChangeBody::Task(_)
            | ChangeBody::TaskFact(_),
            ChangeBody::Status(_),
        ) => true,
        (ChangeBody::Fact(other), ChangeBody::Fact(fact)) => {
            other.to.field() == fact.to.field() && value(&other.to) == value(&fact.to)
        }
        (ChangeBody::TaskFact(wanted), ChangeBody::TaskFact(fact)) => {
            let same = wanted.to.field() == fact.to.field();
            same && tasks::value(&wanted.to) == tasks::value(&fact.to) && task(other) == task(made)
        }
        _ => false,
    }
}

/// Whether a deed is what a change wants.
fn is_effect(deed: &Deed, made: &Made, chronicle: &Chronicle) -> bool {
    match (&deed.what, &made.change.body) {
        (What::Status { to, .. }, ChangeBody::Status(status)) => {
            *to == i64::from(status.to.to_glpi())
        }
        (What::Fact { .. } | What::TaskFact { .. }, _) => {
            let correction = deed.what.correction();
            let wants = |it: &Correction<'_>| {
                let its_own = match &made.change.body {
                    ChangeBody::Fact(fact) => fact.to.field(),
                    ChangeBody::TaskFact(fact) => fact.to.field(),
                    _ => return false,
                };
                its_own == it.field && based_on(made, chronicle, it).is_some()
            };
            correction.as_ref().is_some_and(wants)
        }
        _ => false,
    }
}

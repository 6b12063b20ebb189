//! What stands behind a step on an old ticket, and what such a step stands behind: whatever waits on the new one.

use tournee_core::changes::{CarryOver, Change, ChangeKind as _};
use tournee_core::outbox::State;

use super::Facts;
use super::waiting::overlap;
use crate::hand::Hand;
use crate::ledger::Made;

impl Facts<'_> {
    /// Whether a step waits for the new ticket, or for what was made for it before.
    pub(super) fn is_held_by_the_new(&self, made: &Made) -> bool {
        let Some(carry) = made.change.body.carry() else {
            return false;
        };
        let waits = |other: &Made| {
            let standing = self.standing(other).map(|queued| &queued.state);
            matches!(standing, Some(State::NeedsYou { .. } | State::Server))
        };
        let new = self.new_of(made, carry);
        self.made.iter().any(|other| {
            let own = other.change.device == made.change.device;
            let on_it = other.named.as_ref() == Some(&carry.to)
                || new.as_ref().is_some_and(|new| other.ticket() == new);
            let creation = other.change.body.creation().is_some();
            let before = other.change.seq < made.change.seq;
            own && on_it && (creation || (before && carry.waits_for_all())) && waits(other)
        })
    }
}

/// Whether a step on an old ticket stands behind what waits for him on the new one, or a change behind such a step.
pub(super) fn is_held(hands: &[Hand], technician: usize, change: &Change) -> bool {
    let his = || hands.iter().filter(|hand| hand.technician == technician);
    let mut all = his().flat_map(|hand| hand.phone.outbox().iter());
    let waits = |step: &Change, carry: &CarryOver| {
        let mut others = his().flat_map(|hand| hand.phone.outbox().iter());
        others.any(|other| {
            let own = other.change.device == step.device;
            let before = other.change.seq < step.seq;
            let creation = other.change.body.creation().is_some();
            let on_it = other.change.ticket() == Some(&carry.to);
            let stands = matches!(other.state, State::NeedsYou { .. });
            own && on_it && stands && (creation || (before && carry.waits_for_all()))
        })
    };
    if let Some(carry) = change.body.carry()
        && waits(change, carry)
    {
        return true;
    }
    all.any(|other| {
        let step = &other.change;
        let same = step.target == change.target && step.id != change.id;
        let stands = same && other.state == State::Server;
        let carry = step.body.carry().filter(|_| stands);
        carry.is_some_and(|carry| {
            overlap(step.body.fields(), change.body.fields()) && waits(step, carry)
        })
    })
}

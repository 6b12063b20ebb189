//! A new ticket that was moved on its phone before it was typed anew with other people, or without.

use tournee_core::domain::Status;

use super::Facts;
use crate::ledger::Made;

impl Facts<'_> {
    /// Whether a move was made on one text of his new ticket, and what it meets is what a later text of his makes of it.
    pub(super) fn was_typed_anew_since(&self, made: &Made, saw: Status, met: i64) -> bool {
        let texts = self.made.iter().filter(|other| {
            other.technician == made.technician
                && other.thread().is_none()
                && other.ticket() == made.ticket()
        });
        let mut statuses = texts.filter_map(|text| {
            let status = text.change.body.creation()?.status();
            let before = match text.change.device == made.change.device {
                true => text.change.seq < made.change.seq,
                false => text.change.at <= made.change.at,
            };
            Some((before, status))
        });
        let met = |status: Status| i64::from(status.to_glpi()) == met;
        let on_one = statuses
            .clone()
            .any(|(before, status)| before && status == saw);
        on_one && statuses.any(|(before, status)| !before && met(status))
    }
}

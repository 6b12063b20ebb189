//! Units: what each call costs, and what one user may spend in a minute.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use super::http::reply::Refusal;

const WINDOW: SignedDuration = SignedDuration::from_mins(1);

/// How many requests of one user may be in flight.
pub const IN_FLIGHT: usize = 5;

/// What one user has spent, and what is under way for him.
#[derive(Clone, Debug, Default)]
pub struct Quota {
    spent: VecDeque<(Timestamp, u32)>,
    pub in_flight: usize,
    pub most_in_flight: usize,
}

impl Quota {
    /// Takes the units, or says that there are none left.
    pub fn spend(&mut self, now: Timestamp, units: u32, limit: u32) -> Result<(), Refusal> {
        while self
            .spent
            .front()
            .is_some_and(|(at, _)| now.duration_since(*at) >= WINDOW)
        {
            self.spent.pop_front();
        }
        if self.in_the_last_minute() + u64::from(units) > u64::from(limit) {
            return Err(Refusal::quota(now));
        }
        self.spent.push_back((now, units));
        Ok(())
    }

    /// The units of the last minute.
    pub fn in_the_last_minute(&self) -> u64 {
        self.spent.iter().map(|(_, units)| u64::from(*units)).sum()
    }
}

/// The units of a call. Reading costs as for projects made since May 2026.
pub fn units(call: &str) -> u32 {
    match call {
        "getProfile" | "labels.list" | "labels.get" => 1,
        "history.list" => 2,
        "messages.list" | "messages.modify" | "messages.trash" | "messages.untrash" => 5,
        "labels.create" | "labels.patch" | "labels.update" | "labels.delete" => 5,
        "drafts.list" => 5,
        "threads.list" | "threads.modify" | "threads.trash" | "threads.untrash" => 10,
        "drafts.create" | "drafts.delete" | "messages.delete" => 10,
        "drafts.update" => 15,
        "messages.get" | "messages.attachments.get" | "drafts.get" => 20,
        "threads.get" => 40,
        "messages.batchModify" => 50,
        "messages.send" | "drafts.send" => 100,
        _ => 25,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_come_back_a_minute_after_they_were_spent() {
        let start: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        let mut quota = Quota::default();
        assert!(quota.spend(start, 60, 100).is_ok());
        assert!(quota.spend(start, 60, 100).is_err());
        assert!(quota.spend(start, 40, 100).is_ok());
        let later = start.checked_add(SignedDuration::from_secs(59)).unwrap();
        assert!(quota.spend(later, 1, 100).is_err());
        let after = start.checked_add(WINDOW).unwrap();
        assert!(quota.spend(after, 100, 100).is_ok());
    }
}

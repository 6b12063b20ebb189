//! Operations drawn at random.

use tournee::chance::Chance;
use tournee::store::sessions::{self, Token};
use tournee::store::{AccountId, Stored, TechnicianId};
use tournee_core::changes::{Change, Target};
use tournee_core::domain::Ticket;
use tournee_core::ids::{MailboxId, SourceId, ThreadKey, TicketKey};
use tournee_core::time::{Instant, Seconds};
use tournee_core::wire::{Notice, ReportState};

use crate::support::*;

/// One operation: what, on what, and when. So few of each that they meet.
#[derive(Debug)]
pub struct Draw {
    pub what: u32,
    pub seed: u64,
    pub numbers: [u64; 4],
    pub now: Instant,
}

impl Draw {
    pub fn new(chance: &Chance, step: u32) -> Self {
        let numbers = std::array::from_fn(|_| u64::from(chance.number()));
        Self {
            what: chance.number() % 30,
            seed: u64::from(chance.number() % 50),
            numbers,
            now: NOW + Seconds(i64::from(step) * 40),
        }
    }

    pub fn who(&self) -> TechnicianId {
        TechnicianId(i64::try_from(self.numbers[0] % 4).unwrap_or(0) + 1)
    }

    pub fn other(&self) -> TechnicianId {
        TechnicianId(i64::try_from(self.numbers[1] % 4).unwrap_or(0) + 1)
    }

    pub fn source(&self) -> SourceId {
        SourceId::new(["ancien", "nouveau"][usize::from(self.numbers[1] % 8 > 4)])
    }

    pub fn account(&self) -> AccountId {
        AccountId(i64::try_from(self.numbers[0] % 5).unwrap_or(0) + 1)
    }

    pub fn change(&self) -> Change {
        let change = change(u128::from(self.numbers[1] % 25), self.numbers[3] % 4);
        let target = match self.numbers[3] % 5 {
            4 => Target::Thread(ThreadKey {
                mailbox: MailboxId::of("info@glpi.example"),
                id: format!("19{}", self.numbers[2] % 2),
            }),
            _ => change.target.clone(),
        };
        Change {
            device: device(u128::from(self.numbers[2] % 3)),
            target,
            ..change
        }
    }

    /// One of three local numbers.
    pub fn local(&self) -> TicketKey {
        key(local(u128::from(self.numbers[3] % 3)).0)
    }

    /// The creation of a local number, or a change on it.
    pub fn creation_or_more(&self) -> Change {
        let number = u128::from(self.numbers[1] % 25);
        let device = device(u128::from(self.numbers[2] % 3));
        let change = match self.numbers[1].is_multiple_of(2) {
            true => creation(number),
            false => change(number, 0),
        };
        Change {
            target: self.local().into(),
            device,
            ..change
        }
    }

    pub fn num(&self) -> i64 {
        i64::try_from(self.numbers[1] % 25).unwrap_or(0)
    }

    pub fn ticket(&self) -> Ticket {
        let mut ticket = ticket(
            self.numbers[2] % 4,
            0,
            ["a", "b"][usize::from(self.numbers[3].is_multiple_of(2))],
        );
        ticket.key.source = self.source();
        ticket.modified_at = self.now - Seconds(i64::try_from(self.numbers[3] % 900).unwrap_or(0));
        ticket
    }

    pub fn report(&self) -> ReportState {
        match self.numbers[3] % 5 {
            0 => ReportState::Queued,
            1 => ReportState::Withdrawn,
            2 => needs_you(),
            3 => delivered(vec![Notice::ClosedAtOnce]),
            _ => delivered(Vec::new()),
        }
    }

    pub fn chance(&self) -> Chance {
        Chance::seeded(self.seed)
    }

    pub async fn token(&self) -> Stored<Token> {
        // The one that a session opened with the same seed got.
        let elsewhere = memory(1)?;
        let mut tx = elsewhere.write().await?;
        let who = technician(&mut tx).await?;
        sessions::open(&mut tx, &self.chance(), who, NOW).await
    }
}

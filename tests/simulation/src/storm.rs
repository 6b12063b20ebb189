//! Which faults a seed draws, and how often they strike.

use std::fmt;

use crate::dice::Dice;
use crate::files::storm::Files;
use crate::mail::storm::Mails;

/// So many of the storms have tickets in them that GLPI can't show.
const BREAKING: f64 = 0.03;
/// So many of the storms have tickets in them that are carried over.
const CARRYING: f64 = 0.35;

/// The plan of one storm. Chances are for each occasion.
#[derive(Clone, Debug)]
pub struct Storm {
    /// How long it lasts.
    pub minutes: u64,
    /// Phones of their own.
    pub phones: usize,
    /// One more phone is a copy of the first one, storage and all.
    pub clone: bool,
    /// Phones draw the same change ids.
    pub twins: bool,
    /// Between phone and server.
    pub air: Air,
    /// Phones themselves.
    pub pockets: Pockets,
    /// Between server and GLPI.
    pub wire: Wire,
    /// The server's machine.
    pub house: House,
    /// Other people.
    pub people: People,
    /// Gmail, where there are mailboxes.
    pub mails: Option<Mails>,
    /// Files, where there are any.
    pub files: Option<Files>,
    /// A technician carries a ticket over, each time that he does anything.
    pub carried: f64,
}

/// Chances on the way between phone and server.
#[derive(Clone, Debug, Default)]
pub struct Air {
    /// The request never arrives.
    pub lost_request: f64,
    /// The answer never arrives.
    pub lost_response: f64,
    /// The request arrives twice.
    pub duplicate: f64,
    /// The request arrives after its sender gave up.
    pub late: f64,
    /// The phone has no network for a while.
    pub offline: f64,
}

/// Chances of the phones.
#[derive(Clone, Debug, Default)]
pub struct Pockets {
    /// Killed around a write of its storage.
    pub killed: f64,
    /// The storage refuses a write.
    pub refused: f64,
    /// The phone goes back to its backup.
    pub restored: f64,
    /// A second tab sends the same changes.
    pub tabs: f64,
    /// Clocks that are wrong.
    pub wrong_clocks: f64,
}

/// Chances of each request to a GLPI.
#[derive(Clone, Debug, Default)]
pub struct Wire {
    /// Refused connections.
    pub refused: f64,
    /// Lost before the work.
    pub lost_before: f64,
    /// Lost after the work.
    pub lost_after: f64,
    /// Done, but answered after the server's patience.
    pub timed_out: f64,
    /// Answered late.
    pub late: f64,
    /// 500 instead of the work.
    pub error_instead: f64,
    /// 500 or 404 after the work.
    pub error_after: f64,
    /// 400 with HTML in it.
    pub refusal: f64,
    /// All sessions expire.
    pub expired: f64,
    /// 503 or 429.
    pub throttled: f64,
    /// 200 without effect.
    pub no_effect: f64,
    /// A maintenance page.
    pub maintenance: f64,
    /// PHP's words before the JSON.
    pub notice: f64,
    /// Writes that never arrive, one after the other.
    pub stubborn: f64,
    /// GLPI answers what is asked of one ticket with an error for some minutes, each half minute.
    pub breaks: f64,
    /// A GLPI goes down, each half minute.
    pub down: f64,
    /// A GLPI's clock jumps back, each half minute.
    pub clock_back: f64,
    /// A technician's password changes, each half minute.
    pub password: f64,
}

/// Chances of the server's machine.
#[derive(Clone, Debug, Default)]
pub struct House {
    /// Killed at a step of its disk.
    pub crash_at_disk: f64,
    /// Killed before a request to GLPI.
    pub crash_before: f64,
    /// Killed after a request to GLPI.
    pub crash_after: f64,
    /// Killed at any time, each half minute.
    pub crash_any_time: f64,
    /// Stopped in order, each half minute.
    pub stopped: f64,
    /// Restored from a backup, each half minute.
    pub restored: f64,
    /// The disk is full for a while, each half minute.
    pub disk_full: f64,
}

/// Other people's habits.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// Seconds between two edits, at most.
    pub every: u64,
    /// An edit in the second of a read.
    pub in_the_second: f64,
    /// Of their edits, those that trash or purge.
    pub rough: f64,
}

impl Storm {
    /// The storm of a seed: each kind of fault is on or off, and strikes more or less often.
    pub fn of(seed: u64) -> Self {
        let mut dice = Dice::of(seed, "storm");
        let storm = Self::drawn(&mut dice).with_files(seed);
        match dice.between(0, 99) {
            0..=14 => storm.of_twins(),
            15..=19 => storm.of_stubborn_writes().with_carrying(seed),
            _ if Dice::of(seed, "breaks").hit(BREAKING) => storm
                .of_broken_tickets()
                .with_mails(seed)
                .with_carrying(seed),
            _ => storm.with_mails(seed).with_carrying(seed),
        }
    }

    /// Two phones of one man draw the same change ids. Nothing else tells his wishes apart, so he has none.
    fn of_twins(mut self) -> Self {
        self.twins = true;
        self.phones = 2;
        self.clone = false;
        self.pockets.restored = 0.0;
        self.house.restored = 0.0;
        self
    }

    /// Nothing but writes that never arrive, for long enough to give up.
    fn of_stubborn_writes(mut self) -> Self {
        self.minutes = 12;
        self.wire = Wire {
            stubborn: 0.97,
            ..Wire::default()
        };
        self.house = House::default();
        self
    }

    /// Tickets that GLPI answers with an error for minutes, for long enough to give up; beside that, lost answers, and now and
    /// then nobody there.
    fn of_broken_tickets(mut self) -> Self {
        self.minutes = 12;
        self.wire = Wire {
            lost_after: 0.01,
            down: 0.1,
            breaks: 0.5,
            ..Wire::default()
        };
        self
    }

    /// With mailboxes, where the seed draws any: from a stream of their own, so that storms without them stay as they were.
    fn with_mails(mut self, seed: u64) -> Self {
        self.mails = Mails::of(seed);
        self
    }

    /// With files, where the seed draws any: from a stream of their own, too.
    fn with_files(mut self, seed: u64) -> Self {
        self.files = Files::of(seed);
        self
    }

    /// With tickets that are carried from one GLPI to the other, where the seed draws any; from a stream of their own.
    fn with_carrying(mut self, seed: u64) -> Self {
        let mut dice = Dice::of(seed, "carrying");
        self.carried = some(&mut dice, CARRYING, 0.2);
        self
    }

    fn drawn(dice: &mut Dice) -> Self {
        Self {
            mails: None,
            files: None,
            carried: 0.0,
            minutes: dice.between(2, 4),
            phones: usize::try_from(dice.between(2, 3)).unwrap_or(2),
            clone: dice.hit(0.2),
            twins: false,
            air: Air::of(dice),
            pockets: Pockets::of(dice),
            wire: Wire::of(dice),
            house: House::of(dice),
            people: People::of(dice),
        }
    }
}

/// Off, or up to `most`.
pub(crate) fn some(dice: &mut Dice, on: f64, most: f64) -> f64 {
    let share = dice.between(1, 100) as f64 / 100.0;
    if dice.hit(on) { most * share } else { 0.0 }
}

impl Air {
    fn of(dice: &mut Dice) -> Self {
        Self {
            lost_request: some(dice, 0.5, 0.25),
            lost_response: some(dice, 0.5, 0.25),
            duplicate: some(dice, 0.5, 0.2),
            late: some(dice, 0.4, 0.15),
            offline: some(dice, 0.4, 0.06),
        }
    }
}

impl Pockets {
    fn of(dice: &mut Dice) -> Self {
        Self {
            killed: some(dice, 0.4, 0.05),
            refused: some(dice, 0.4, 0.08),
            restored: some(dice, 0.15, 0.03),
            tabs: some(dice, 0.3, 0.2),
            wrong_clocks: some(dice, 0.4, 1.0),
        }
    }
}

impl Wire {
    fn of(dice: &mut Dice) -> Self {
        Self {
            refused: some(dice, 0.3, 0.08),
            lost_before: some(dice, 0.4, 0.08),
            lost_after: some(dice, 0.5, 0.12),
            timed_out: some(dice, 0.3, 0.03),
            late: some(dice, 0.3, 0.05),
            error_instead: some(dice, 0.3, 0.08),
            error_after: some(dice, 0.5, 0.2),
            refusal: some(dice, 0.2, 0.1),
            expired: some(dice, 0.3, 0.03),
            throttled: some(dice, 0.3, 0.05),
            no_effect: some(dice, 0.2, 0.15),
            maintenance: some(dice, 0.2, 0.05),
            notice: some(dice, 0.2, 0.1),
            stubborn: 0.0,
            breaks: 0.0,
            down: some(dice, 0.3, 0.2),
            clock_back: some(dice, 0.15, 0.15),
            password: some(dice, 0.15, 0.1),
        }
    }
}

impl House {
    fn of(dice: &mut Dice) -> Self {
        Self {
            crash_at_disk: some(dice, 0.4, 0.01),
            crash_before: some(dice, 0.3, 0.02),
            crash_after: some(dice, 0.4, 0.03),
            crash_any_time: some(dice, 0.4, 0.3),
            stopped: some(dice, 0.2, 0.2),
            restored: some(dice, 0.2, 0.15),
            disk_full: some(dice, 0.2, 0.2),
        }
    }
}

impl People {
    fn of(dice: &mut Dice) -> Self {
        Self {
            every: dice.between(8, 90),
            in_the_second: some(dice, 0.5, 0.05),
            rough: some(dice, 0.4, 0.2),
        }
    }
}

impl fmt::Display for Storm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} minutes, {} phones{}{}",
            self.minutes,
            self.phones,
            if self.clone {
                ", one of them cloned"
            } else {
                ""
            },
            if self.twins { ", twin change ids" } else { "" },
        )?;
        writeln!(f, "  {:?}\n  {:?}", self.air, self.pockets)?;
        writeln!(f, "  {:?}\n  {:?}", self.wire, self.house)?;
        write!(f, "  {:?}", self.people)?;
        if let Some(mails) = &self.mails {
            write!(f, "\n  {mails:?}")?;
        }
        if let Some(files) = &self.files {
            write!(f, "\n  {files:?}")?;
        }
        match self.carried {
            0.0 => Ok(()),
            carried => write!(f, "\n  carried {carried}"),
        }
    }
}

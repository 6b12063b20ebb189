//! A change in custody: where it stands, and how it is stored.

use tournee_core::changes::{Change, ConflictValue, Target};
use tournee_core::ids::{ChangeId, DeviceId, TicketId};
use tournee_core::time::Instant;
use tournee_core::wire::{Against, Evidence, ProblemKind, ReportState};

use super::{Stored, TechnicianId};

/// Where a change stands, for the executor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(rename_all = "snake_case")]
pub enum Phase {
    /// To be carried out.
    Queued,
    /// About to be written, or written with an unknown outcome.
    Intended,
    /// Waits for the technician.
    NeedsYou,
    /// In GLPI, read back.
    Delivered,
    /// Taken back.
    Withdrawn,
}

impl Phase {
    pub(super) fn of(report: &ReportState) -> Self {
        match report {
            ReportState::Queued => Self::Queued,
            ReportState::Delivered { .. } => Self::Delivered,
            ReportState::NeedsYou { .. } => Self::NeedsYou,
            ReportState::Withdrawn => Self::Withdrawn,
        }
    }

    /// Delivered or taken back: nothing more happens to it.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Delivered | Self::Withdrawn)
    }

    /// To be carried out, or being so.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Intended)
    }
}

/// A change in custody.
#[derive(Clone, Debug)]
pub struct Held {
    /// Its number here.
    pub num: i64,
    /// Whose.
    pub technician: TechnicianId,
    /// What.
    pub change: Change,
    /// Its place in the order of its ticket or thread.
    pub place: i64,
    /// Where it stands.
    pub phase: Phase,
    /// What the phone is told.
    pub report: ReportState,
    /// What the technician was shown, and wants it against.
    pub against: Vec<Against>,
    /// The technician took it back while it was being written.
    pub withdraw: bool,
    /// What is known of writes whose outcome GLPI never told.
    pub evidence: Evidence,
    /// What it is known by elsewhere: the draft that a mail was laid down as; of a thread's move, how far its mailbox's
    /// history went when it was begun; of a creation, the number that GLPI gave it and did not show yet.
    pub draft: Option<String>,
    /// A server that this database does not know may have carried it out: it was put back to a backup since.
    pub of_before: bool,
    /// When it came.
    pub received_at: Instant,
}

impl Held {
    /// Whether a write of it may have left, with an outcome that nobody knows.
    pub fn may_be_sent(&self) -> bool {
        self.phase == Phase::Intended || !self.evidence.tries.is_empty()
    }

    /// Whether a server that this database does not know may have carried it out, and this one has begun nothing of it. What its
    /// evidence says of the ticket then is how that stood here when it was put back.
    pub fn may_be_forgotten(&self) -> bool {
        self.of_before && self.evidence.beside.is_none()
    }

    /// No server can have begun it before.
    pub fn begun_after(&self) -> Instant {
        match self.of_before {
            true => self.change.at.min(self.received_at),
            false => self.received_at,
        }
    }

    /// Whether he was shown that it waits for this, and insisted.
    pub fn insists_against(&self, kind: ProblemKind) -> bool {
        self.against.iter().any(|against| against.kind == kind)
    }

    /// Whether he was shown what somebody else made of it, and insisted.
    pub fn insists_over(&self, theirs: &ConflictValue) -> bool {
        let mut shown = self
            .against
            .iter()
            .filter_map(|against| against.theirs.as_ref());
        shown.any(|shown| theirs.was_shown_with(shown))
    }
}

/// A change in custody as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRecord {
    /// Its number.
    pub num: i64,
    /// Whose.
    pub technician: TechnicianId,
    /// What it is on, as that is named today: the change itself names the ticket's number that it was made with.
    pub target: Target,
    /// The change, JSON.
    pub body: String,
    /// Its place.
    pub place: i64,
    /// Where it stands.
    pub phase: Phase,
    /// What the phone is told, JSON.
    pub report: String,
    /// What is insisted against, JSON.
    pub against: Option<String>,
    /// Taken back meanwhile.
    pub withdraw: bool,
    /// Of writes whose outcome is not known, JSON.
    pub evidence: Option<String>,
    /// What it is known by elsewhere.
    pub draft: Option<String>,
    /// A server that this database does not know may have carried it out.
    pub of_before: bool,
    /// When it came.
    pub received_at: Instant,
}

impl HeldRecord {
    pub(super) fn parse(self) -> Stored<Held> {
        let mut change: Change = serde_json::from_str(&self.body)?;
        change.target = self.target;
        Ok(Held {
            num: self.num,
            technician: self.technician,
            change,
            place: self.place,
            phase: self.phase,
            report: serde_json::from_str(&self.report)?,
            against: match self.against {
                Some(against) => serde_json::from_str(&against)?,
                None => Vec::new(),
            },
            withdraw: self.withdraw,
            evidence: match self.evidence {
                Some(evidence) => serde_json::from_str(&evidence)?,
                None => Evidence::default(),
            },
            // One that was given up is none.
            draft: self.draft.filter(|draft| !draft.is_empty()),
            of_before: self.of_before,
            received_at: self.received_at,
        })
    }
}

/// A change as it comes into custody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewChange {
    /// Its number.
    pub num: i64,
    /// Its name.
    pub id: ChangeId,
    /// What its mark in GLPI says of it.
    pub mark: String,
    /// Where it was made.
    pub device: DeviceId,
    /// Whose.
    pub technician: TechnicianId,
    /// On what.
    pub target: Target,
    /// The number that it came with, where that was not GLPI's.
    pub local: Option<TicketId>,
    /// Its place in the ticket's order.
    pub place: i64,
    /// The change, JSON.
    pub body: String,
    /// Where it stands.
    pub phase: Phase,
    /// What the phone is told, JSON.
    pub report: String,
    /// When it came.
    pub received_at: Instant,
    /// When it was settled.
    pub settled_at: Option<Instant>,
}

impl NewChange {
    /// Its ticket has this number from here on.
    pub(super) fn renumber(&mut self, id: TicketId) {
        if let Target::Ticket(key) = &mut self.target {
            key.id = id;
        }
    }
}

//! The life of a ticket: six states and the moves between them.

use serde::{Deserialize, Serialize};

/// A ticket's status, with GLPI's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// *Nouveau* (1).
    New,
    /// *En cours (Attribué)* (2).
    Assigned,
    /// *En cours (Planifié)* (3).
    Planned,
    /// *En attente* (4).
    Pending,
    /// *Résolu* (5).
    Solved,
    /// *Clos* (6).
    Closed,
}

impl Status {
    /// All of them, in GLPI's order.
    pub const ALL: [Status; 6] = [
        Status::New,
        Status::Assigned,
        Status::Planned,
        Status::Pending,
        Status::Solved,
        Status::Closed,
    ];

    /// From GLPI's number. GLPI accepts others in silence (GLPI.md: status 99), so this can fail.
    pub fn from_glpi(number: u64) -> Option<Self> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        Self::ALL.get(index).copied()
    }

    /// GLPI's number.
    pub fn to_glpi(self) -> u8 {
        self as u8 + 1
    }

    /// Neither solved nor closed.
    pub fn is_open(self) -> bool {
        self < Status::Solved
    }

    /// The statuses that a technician may choose from here. A ticket becomes *solved* by its solution, except
    /// that GLPI also allows the bare status; *new* is where a ticket starts, nobody moves one back there.
    pub fn moves(self) -> &'static [Status] {
        use Status::{Assigned, Closed, New, Pending, Planned, Solved};
        match self {
            New => &[Assigned, Planned, Pending, Solved],
            Assigned => &[Planned, Pending, Solved],
            Planned => &[Assigned, Pending, Solved],
            Pending => &[Assigned, Planned, Solved],
            Solved => &[Assigned, Closed],
            // A closed ticket refuses every PUT but a change of status; 2 reopens it (GLPI.md).
            Closed => &[Assigned],
        }
    }

    /// Whether `to` is one of [`Status::moves`].
    pub fn can_move_to(self, to: Status) -> bool {
        self.moves().contains(&to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glpi_numbers_go_both_ways() {
        for status in Status::ALL {
            assert_eq!(Status::from_glpi(u64::from(status.to_glpi())), Some(status));
        }
        assert_eq!(Status::from_glpi(0), None);
        assert_eq!(Status::from_glpi(99), None);
    }

    #[test]
    fn every_status_but_new_can_be_reached_and_left() {
        for status in Status::ALL {
            assert!(!status.moves().is_empty());
            assert!(!status.can_move_to(status));
            assert_eq!(
                Status::ALL.iter().any(|from| from.can_move_to(status)),
                status != Status::New
            );
        }
    }
}

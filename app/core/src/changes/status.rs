//! Move to another status.

use serde::{Deserialize, Serialize};

use super::{ChangeKind, ConflictValue, Field, Invalid, Shown, Verdict};
use crate::domain::{EntryKind, Status, Ticket};

/// A move between statuses, reopening included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetStatus {
    /// What the screen showed when it was made.
    pub from: Status,
    /// What is wanted.
    pub to: Status,
}

impl ChangeKind for SetStatus {
    fn validate(&self) -> Result<(), Invalid> {
        if self.from.can_move_to(self.to) {
            Ok(())
        } else {
            Err(Invalid::IllegalMove)
        }
    }

    fn show<S: Shown>(&self, on: &mut S) {
        on.set_status(self.to);
    }

    fn entry(&self) -> Option<EntryKind> {
        None
    }

    fn fields(&self) -> &'static [Field] {
        &[Field::Status]
    }

    fn check(&self, now: &Ticket) -> Verdict {
        if now.status == self.to {
            Verdict::AlreadyThere
        } else if now.status == self.from {
            Verdict::Apply
        } else {
            Verdict::conflict(
                Field::Status,
                ConflictValue::Status(self.to),
                ConflictValue::Status(now.status),
            )
        }
    }
}

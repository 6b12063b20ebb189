//! Add a followup.

use serde::{Deserialize, Serialize};

use super::{ChangeKind, Field, Invalid, Obstacle, Shown, Verdict, text_to_html, validate_text};
use crate::domain::{EntryKind, Status, Ticket};

/// A note on the ticket. An addition: it never conflicts, but GLPI accepts one on a closed ticket in silence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AddFollowup {
    /// Plain text, as typed.
    pub content: String,
    /// Hidden from the requester.
    pub private: bool,
}

impl ChangeKind for AddFollowup {
    fn validate(&self) -> Result<(), Invalid> {
        validate_text(&self.content)
    }

    fn show<S: Shown>(&self, _on: &mut S) {}

    fn entry(&self) -> Option<EntryKind> {
        Some(EntryKind::Followup {
            content: text_to_html(&self.content),
            private: self.private,
        })
    }

    fn fields(&self) -> &'static [Field] {
        &[]
    }

    fn check(&self, now: &Ticket) -> Verdict {
        if now.status == Status::Closed {
            Verdict::Obstacle(Obstacle::Closed)
        } else {
            Verdict::Apply
        }
    }
}

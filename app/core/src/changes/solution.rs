//! Solve a ticket, with words.

use serde::{Deserialize, Serialize};

use super::{
    ChangeKind, ConflictValue, Field, Invalid, Obstacle, Shown, Verdict, text_to_html,
    validate_text,
};
use crate::domain::{EntryKind, Status, Ticket};

/// A solution; GLPI moves the ticket to *solved* (9.2 to *closed* at once where the entity says so).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AddSolution {
    /// Plain text, as typed.
    pub content: String,
    /// `SolutionType`, where one was chosen.
    pub solution_type: Option<u64>,
}

impl ChangeKind for AddSolution {
    fn validate(&self) -> Result<(), Invalid> {
        validate_text(&self.content)
    }

    fn show<S: Shown>(&self, on: &mut S) {
        on.set_status(Status::Solved);
    }

    fn entry(&self) -> Option<EntryKind> {
        Some(EntryKind::Solution {
            content: text_to_html(&self.content),
            refused: false,
            answer: None,
        })
    }

    fn fields(&self) -> &'static [Field] {
        &[Field::Status, Field::Solution]
    }

    fn check(&self, now: &Ticket) -> Verdict {
        match now.status {
            Status::Closed => Verdict::Obstacle(Obstacle::Closed),
            Status::Solved => Verdict::conflict(
                Field::Solution,
                ConflictValue::Text(text_to_html(&self.content)),
                ConflictValue::Text(standing_solution(now)),
            ),
            _ => Verdict::Apply,
        }
    }
}

fn standing_solution(now: &Ticket) -> String {
    let entries = now.timeline.iter().flatten().rev();
    entries
        .filter_map(|entry| match &entry.what {
            EntryKind::Solution {
                content,
                refused: false,
                ..
            } => Some(content.clone()),
            _ => None,
        })
        .next()
        .unwrap_or_default()
}

//! Solve a ticket, with words.

use serde::{Deserialize, Serialize};

use super::{
    ChangeKind, ConflictValue, Field, Invalid, Obstacle, Shown, Verdict, text_to_html,
    validate_text,
};
use crate::domain::{EntryKind, Status, Ticket};
use crate::ids::ChangeId;

/// A solution; GLPI moves the ticket to *solved* (9.2 to *closed* at once where the entity says so).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AddSolution {
    /// Plain text, as typed.
    pub content: String,
    /// `SolutionType`, where one was chosen.
    pub solution_type: Option<u64>,
}

impl AddSolution {
    /// What stands as a ticket's solution: nothing where there is none.
    pub fn standing_on(now: &Ticket) -> String {
        let content = Self::entry_on(now).map(|(_, content)| content.clone());
        content.unwrap_or_default()
    }

    /// The change that brought what stands as a ticket's solution, where it was one of ours.
    pub fn brought_by(now: &Ticket) -> Option<ChangeId> {
        Self::entry_on(now)?.0
    }

    fn entry_on(now: &Ticket) -> Option<(Option<ChangeId>, &String)> {
        let mut entries = now.timeline.iter().flatten().rev();
        entries.find_map(|entry| match &entry.what {
            EntryKind::Solution {
                content,
                refused: false,
                ..
            } => Some((entry.change, content)),
            _ => None,
        })
    }
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
                ConflictValue::Text(Self::standing_on(now)),
            ),
            _ => Verdict::Apply,
        }
    }
}

//! What a technician can do to a ticket. One file a kind, each with the same rooms: what it carries, how it is
//! checked, how it shows on the base, what it leaves in the timeline, how it conflicts.

mod conflict;
mod create;
mod fact;
mod followup;
mod seat;
mod shown;
mod solution;
mod status;
mod take;
mod task;
mod task_fact;
mod words;

use serde::{Deserialize, Serialize};

pub use conflict::{Conflict, ConflictValue, Field, Obstacle, Verdict};
pub use create::{CreateTicket, MAX_TITLE_LETTERS};
pub use fact::{Fact, SetFact};
pub use followup::AddFollowup;
pub use seat::{Seat, SetSeat};
pub use shown::Shown;
pub use solution::AddSolution;
pub use status::SetStatus;
pub use take::Take;
pub use task::{AddTask, MOST_TIME, TaskTime};
pub use task_fact::{SetTask, TaskFact, TaskKey};
pub use words::{plain_text, same_words};

use crate::domain::{Actor, EntryKind, Ticket};
use crate::ids::{ChangeId, DeviceId, TicketKey};
use crate::time::Instant;

/// The longest text a change may carry, in bytes: far above what a person types, far below what PHP refuses.
pub const MAX_TEXT_BYTES: usize = 500_000;

/// A change as the phone made it. It never alters: an edit is a new change that [`Change::replaces`] it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    /// Its name for ever.
    pub id: ChangeId,
    /// The installation that made it: a change is known by device and id.
    pub device: DeviceId,
    /// Its place in that device's order; a phone's clock may jump, this does not.
    pub seq: u64,
    /// When it was made, by the phone's clock corrected by the server's.
    pub at: Instant,
    /// Who made it, as its GLPI knows him.
    pub author: Actor,
    /// On what.
    pub ticket: TicketKey,
    /// What.
    pub body: ChangeBody,
    /// The change that this one takes the place of.
    pub replaces: Option<ChangeId>,
}

/// The kinds of change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChangeBody {
    /// Assign me.
    Take(Take),
    /// Move to another status.
    Status(SetStatus),
    /// Add a followup.
    Followup(AddFollowup),
    /// Solve, with words.
    Solution(AddSolution),
    /// Create the ticket.
    Create(Box<CreateTicket>),
    /// Correct one fact.
    Fact(Box<SetFact>),
    /// Put somebody on it, or take him off it.
    Seat(SetSeat),
    /// Add a task.
    Task(Box<AddTask>),
    /// Correct a task, or tick it done.
    TaskFact(Box<SetTask>),
}

/// What each kind of change knows of itself.
pub trait ChangeKind {
    /// Whether it can be queued at all.
    ///
    /// # Errors
    /// What is wrong with it, for the person who typed it.
    fn validate(&self) -> Result<(), Invalid>;
    /// Alters the facts of what is shown.
    fn show<S: Shown>(&self, on: &mut S);
    /// What it leaves in the timeline.
    fn entry(&self) -> Option<EntryKind>;
    /// The fields it writes: while it waits for the technician, later changes of these wait with it.
    fn fields(&self) -> &'static [Field];
    /// The change without which there is nothing that it could alter: it waits for that one, and goes with it.
    fn builds_on(&self) -> Option<ChangeId> {
        None
    }
    /// Whether it can be carried out on the ticket as GLPI has it now.
    fn check(&self, now: &Ticket) -> Verdict;
}

/// Why a change can't be queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// Nothing was typed.
    #[error("the text is empty")]
    Empty,
    /// More than [`MAX_TEXT_BYTES`].
    #[error("the text is longer than {MAX_TEXT_BYTES} bytes")]
    TooLong,
    /// A ticket without a title.
    #[error("the title is empty")]
    NoTitle,
    /// More than [`MAX_TITLE_LETTERS`].
    #[error("the title is longer than {MAX_TITLE_LETTERS} letters")]
    TitleTooLong,
    /// A fact as it was, or another fact than the one that was shown.
    #[error("nothing was altered")]
    SameAsBefore,
    /// Somebody who can't work on a ticket: GLPI knows no such user.
    #[error("only a user of GLPI can be assigned")]
    NobodyThere,
    /// No mail address.
    #[error("this is no mail address")]
    NoAddress,
    /// A task that takes less than nothing, or more than [`MOST_TIME`].
    #[error("a task takes no such time")]
    NoSuchTime,
    /// A task that is planned to end before it begins.
    #[error("a task cannot be planned so")]
    NoSuchPlan,
    /// No such move between statuses.
    #[error("a ticket cannot move between these statuses")]
    IllegalMove,
}

macro_rules! each {
    ($body:expr, $kind:ident => $call:expr) => {
        match $body {
            ChangeBody::Take($kind) => $call,
            ChangeBody::Status($kind) => $call,
            ChangeBody::Followup($kind) => $call,
            ChangeBody::Solution($kind) => $call,
            ChangeBody::Create($kind) => $call,
            ChangeBody::Fact($kind) => $call,
            ChangeBody::Seat($kind) => $call,
            ChangeBody::Task($kind) => $call,
            ChangeBody::TaskFact($kind) => $call,
        }
    };
}

impl ChangeBody {
    /// The ticket that it creates, if it does.
    pub fn creation(&self) -> Option<&CreateTicket> {
        match self {
            Self::Create(create) => Some(create),
            _ => None,
        }
    }
}

impl ChangeKind for ChangeBody {
    fn validate(&self) -> Result<(), Invalid> {
        each!(self, kind => kind.validate())
    }

    fn show<S: Shown>(&self, on: &mut S) {
        each!(self, kind => kind.show(on));
    }

    fn entry(&self) -> Option<EntryKind> {
        each!(self, kind => kind.entry())
    }

    fn fields(&self) -> &'static [Field] {
        each!(self, kind => kind.fields())
    }

    fn builds_on(&self) -> Option<ChangeId> {
        each!(self, kind => kind.builds_on())
    }

    fn check(&self, now: &Ticket) -> Verdict {
        each!(self, kind => kind.check(now))
    }
}

fn validate_text(text: &str) -> Result<(), Invalid> {
    if text.trim().is_empty() {
        Err(Invalid::Empty)
    } else if text.len() > MAX_TEXT_BYTES {
        Err(Invalid::TooLong)
    } else {
        Ok(())
    }
}

/// Typed text as the HTML that the timeline shows.
fn text_to_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    for (index, line) in text.trim_end().lines().enumerate() {
        if index > 0 {
            html.push_str("<br>");
        }
        for letter in line.chars() {
            match letter {
                '&' => html.push_str("&amp;"),
                '<' => html.push_str("&lt;"),
                '>' => html.push_str("&gt;"),
                '"' => html.push_str("&quot;"),
                other => html.push(other),
            }
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_markup_is_shown_as_it_was_typed() {
        assert_eq!(
            text_to_html("<b>R&D</b>\nligne 2\n"),
            "&lt;b&gt;R&amp;D&lt;/b&gt;<br>ligne 2"
        );
    }

    #[test]
    fn text_is_bounded_and_not_empty() {
        assert_eq!(validate_text(" \n"), Err(Invalid::Empty));
        assert_eq!(
            validate_text(&"x".repeat(MAX_TEXT_BYTES + 1)),
            Err(Invalid::TooLong)
        );
        assert_eq!(validate_text(&"é".repeat(50_000)), Ok(()));
    }
}

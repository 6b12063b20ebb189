//! Correct one fact of a ticket.

use serde::{Deserialize, Serialize};

use super::words::{plain_text, same_words};
use super::{
    ChangeKind, ConflictValue, CreateTicket, Field, Invalid, Obstacle, Shown, Verdict,
    text_to_html, validate_text,
};
use crate::domain::{
    EntryKind, Level, Named, Status, Ticket, TicketType, link_lines, without_link_lines,
};
use crate::time::Instant;

/// A fact with its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// Title, plain text.
    Title(String),
    /// Description, plain text, without the lines that link mails: those stay whatever is written.
    Description(String),
    /// Incident or request.
    Kind(TicketType),
    /// ITIL category.
    Category(Option<Named>),
    /// Store or service.
    Location(Option<Named>),
    /// How much it hurries.
    Urgency(Level),
    /// How much it stops.
    Impact(Level),
    /// `time_to_resolve`.
    Due(Option<Instant>),
}

impl Fact {
    /// Which fact it is.
    pub fn field(&self) -> Field {
        match self {
            Self::Title(_) => Field::Title,
            Self::Description(_) => Field::Description,
            Self::Kind(_) => Field::Kind,
            Self::Category(_) => Field::Category,
            Self::Location(_) => Field::Location,
            Self::Urgency(_) => Field::Urgency,
            Self::Impact(_) => Field::Impact,
            Self::Due(_) => Field::Due,
        }
    }

    /// The same fact as a ticket has it.
    pub fn on(&self, ticket: &Ticket) -> Self {
        match self {
            Self::Title(_) => Self::Title(ticket.title.clone()),
            Self::Description(_) => {
                Self::Description(without_link_lines(&plain_text(&ticket.content)))
            }
            Self::Kind(_) => Self::Kind(ticket.kind),
            Self::Category(_) => Self::Category(ticket.category.clone()),
            Self::Location(_) => Self::Location(ticket.location.clone()),
            Self::Urgency(_) => Self::Urgency(ticket.urgency),
            Self::Impact(_) => Self::Impact(ticket.impact),
            Self::Due(_) => Self::Due(ticket.due_at),
        }
    }

    /// Whether both say the same. A dropdown's row is known by its number: its name may be known in part. Spaces and lines
    /// of a description aside: GLPI keeps these as it likes.
    pub fn is_same(&self, other: &Self) -> bool {
        let id = |named: &Option<Named>| named.as_ref().map_or(0, |named| named.id);
        match (self, other) {
            (Self::Title(one), Self::Title(two)) => one.trim() == two.trim(),
            (Self::Description(one), Self::Description(two)) => {
                same_words(&without_link_lines(one), &without_link_lines(two))
            }
            (Self::Category(one), Self::Category(two))
            | (Self::Location(one), Self::Location(two)) => id(one) == id(two),
            _ => self == other,
        }
    }
}

/// A description that was typed, as the HTML that is shown in the place of another one, whose links to mails it keeps.
pub(super) fn described(typed: &str, before: &str) -> String {
    let links = link_lines(before);
    match links.is_empty() {
        true => text_to_html(typed),
        false => text_to_html(&format!("{}\n\n{}", typed.trim_end(), links.join("\n"))),
    }
}

/// One fact, corrected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetFact {
    /// What the screen showed when it was made.
    pub from: Fact,
    /// What is wanted.
    pub to: Fact,
    /// What that GLPI's matrix makes of a new urgency or impact, as far as the phone knows it: shown, not sent.
    pub priority: Option<Level>,
}

impl ChangeKind for SetFact {
    fn validate(&self) -> Result<(), Invalid> {
        if self.from.field() != self.to.field() || self.from.is_same(&self.to) {
            return Err(Invalid::SameAsBefore);
        }
        match &self.to {
            Fact::Title(title) => CreateTicket::check_title(title),
            Fact::Description(text) => validate_text(text),
            _ => Ok(()),
        }
    }

    fn show<S: Shown>(&self, on: &mut S) {
        on.set_fact(&self.to);
        if let Some(priority) = self.priority {
            on.set_priority(priority);
        }
    }

    fn entry(&self) -> Option<EntryKind> {
        None
    }

    fn fields(&self) -> &'static [Field] {
        self.to.field().alone()
    }

    fn check(&self, now: &Ticket) -> Verdict {
        let current = self.to.on(now);
        if current.is_same(&self.to) {
            Verdict::AlreadyThere
        } else if now.status == Status::Closed {
            Verdict::Obstacle(Obstacle::Closed)
        } else if current.is_same(&self.from) {
            Verdict::Apply
        } else {
            Verdict::conflict(
                self.to.field(),
                ConflictValue::Fact(self.to.clone()),
                ConflictValue::Fact(current),
            )
        }
    }
}

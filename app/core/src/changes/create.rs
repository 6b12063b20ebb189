//! Create a ticket.

use serde::{Deserialize, Serialize};

use super::{ChangeKind, Field, Invalid, Shown, Verdict, text_to_html, validate_text};
use crate::domain::{
    Account, Actor, Clock, EntryKind, Level, MailOrigin, Named, PriorityMatrix, Status, Ticket,
    TicketType, carried_from_line,
};
use crate::ids::TicketKey;
use crate::time::{Instant, Seconds};

/// GLPI cuts titles there.
pub const MAX_TITLE_LETTERS: usize = 255;

/// A new ticket. Until it lands, its number is a local one ([`crate::ids::TicketId::local`]), and what is done to it
/// meanwhile waits for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateTicket {
    /// One line, as typed.
    pub title: String,
    /// Plain text, as typed; may be empty.
    pub content: String,
    /// Incident or request.
    pub kind: TicketType,
    /// How much it hurries.
    pub urgency: Level,
    /// How much it stops.
    pub impact: Level,
    /// What that GLPI's matrix makes of both, as far as the phone knows it: shown, not sent.
    pub priority: Level,
    /// Where it belongs.
    pub entity: Named,
    /// ITIL category.
    pub category: Option<Named>,
    /// Store or service.
    pub location: Option<Named>,
    /// Who asked; nobody is the technician himself in 9.2, and nobody in 10.
    pub requester: Option<Actor>,
    /// Technicians.
    pub assignees: Vec<Actor>,
    /// Groups of technicians.
    pub groups: Vec<Named>,
    /// `time_to_resolve`, where it was chosen.
    pub due_at: Option<Instant>,
    /// The mail that it is made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<MailOrigin>,
    /// The ticket of another GLPI whose place it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carried: Option<TicketKey>,
}

impl CreateTicket {
    /// Whether GLPI will keep a title whole.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check_title(title: &str) -> Result<(), Invalid> {
        match title.trim().chars().count() {
            0 => Err(Invalid::NoTitle),
            letters if letters > MAX_TITLE_LETTERS => Err(Invalid::TitleTooLong),
            _ => Ok(()),
        }
    }

    /// The text that GLPI gets: what was typed, and the lines that link the mail that it is made of, or the ticket whose
    /// place it takes.
    pub fn description(&self) -> String {
        let origin = self.origin.as_ref();
        let mail = origin.and_then(|origin| Some(origin.names().next()?.line()));
        let old = self.carried.as_ref().map(carried_from_line);
        let lines: Vec<String> = mail.into_iter().chain(old).collect();
        match lines.is_empty() {
            true => self.content.clone(),
            false => format!("{}\n\n{}", self.content.trim_end(), lines.join("\n")),
        }
    }

    /// The priority that GLPI will give, or its default's where it does not tell its matrix.
    pub fn priority_of(matrix: Option<&PriorityMatrix>, urgency: Level, impact: Level) -> Level {
        matrix
            .and_then(|matrix| matrix.priority(urgency, impact))
            .unwrap_or(Level::MEDIUM)
    }

    /// With the technician whom its GLPI will give it to, where nobody was chosen: shown, and what is done to it is done
    /// on what will be.
    pub(crate) fn given_by(&mut self, account: &Account) {
        if account.assigns_creator && self.assignees.is_empty() && self.groups.is_empty() {
            self.assignees.push(Actor::User {
                id: account.user,
                name: account.name.clone(),
            });
        }
    }

    /// The ticket as the screen shows it until it lands.
    pub(crate) fn ticket(&self, key: TicketKey, at: Instant) -> Ticket {
        Ticket {
            key,
            title: self.title.trim().to_owned(),
            content: text_to_html(&self.content),
            kind: self.kind,
            status: self.status(),
            urgency: self.urgency,
            impact: self.impact,
            priority: self.priority,
            entity: self.entity.clone(),
            category: self.category.clone(),
            location: self.location.clone(),
            requesters: self.requester.iter().cloned().collect(),
            assignees: self.assignees.clone(),
            groups: self.groups.clone(),
            observers: Vec::new(),
            assets: Vec::new(),
            opened_at: at,
            modified_at: at,
            modified_by: None,
            due_at: self.due_at,
            clock: Clock::default(),
            solved_at: None,
            closed_at: None,
            actiontime: Seconds(0),
            change: None,
            timeline: Some(Vec::new()),
        }
    }

    /// What GLPI makes of a ticket that somebody has.
    pub fn status(&self) -> Status {
        match self.assignees.is_empty() && self.groups.is_empty() {
            true => Status::New,
            false => Status::Assigned,
        }
    }
}

impl ChangeKind for CreateTicket {
    fn validate(&self) -> Result<(), Invalid> {
        Self::check_title(&self.title)?;
        match validate_text(&self.content) {
            Err(Invalid::Empty) => Ok(()),
            checked => checked,
        }
    }

    fn show<S: Shown>(&self, _on: &mut S) {}

    fn entry(&self) -> Option<EntryKind> {
        None
    }

    fn fields(&self) -> &'static [Field] {
        Field::ALL
    }

    fn check(&self, _now: &Ticket) -> Verdict {
        // It is there.
        Verdict::AlreadyThere
    }
}

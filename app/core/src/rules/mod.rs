//! Rules: which mails become tickets with nobody there, and what of. All of it is pure: the server runs it, and the same is
//! tried on past mails before a rule is switched on.
//!
//! - `conditions`: which mails. - `guard`: which never, whatever a rule says. - `outcome`: what becomes of one.
//! - `telling`: a mail in a ticket's thread, as a note on it.

mod conditions;
mod guard;
mod outcome;
mod telling;

use serde::{Deserialize, Serialize};

pub use conditions::{Conditions, Incoming, Unsaid};
pub use guard::{WhyNot, named_by_glpi, why_not, written_by_nobody};
pub use outcome::{Outcome, Work};
pub use telling::note_of;

use crate::ids::{MailboxId, RuleId};

/// Letters of a name, an address or a phrase.
pub(crate) const MOST_LETTERS: usize = 200;

/// A rule, as whoever owns it wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rule {
    /// Its name for ever.
    pub id: RuleId,
    /// What it is called.
    pub name: String,
    /// The mailbox whose new mails it looks at.
    pub mailbox: MailboxId,
    /// Which of them.
    pub when: Conditions,
    /// What becomes of them.
    pub then: Outcome,
}

/// What is wrong with a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleFault {
    /// It has no name.
    #[error("a rule needs a name")]
    NoName,
    /// A name, an address or a phrase that is longer than anybody means.
    #[error("a rule's texts have at most {MOST_LETTERS} letters")]
    TooLong,
    /// No mail address.
    #[error("the sender is no mail address")]
    Sender,
    /// No domain.
    #[error("the domain is none")]
    Domain,
    /// A phrase without any word, or too many of them.
    #[error("the words are none, or too many")]
    Words,
    /// GLPI has no such urgency.
    #[error("there is no such urgency")]
    Urgency,
}

impl Rule {
    /// Whether it can be kept at all.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn validate(&self) -> Result<(), RuleFault> {
        if self.name.trim().is_empty() {
            return Err(RuleFault::NoName);
        }
        if self.name.chars().count() > MOST_LETTERS {
            return Err(RuleFault::TooLong);
        }
        if self.then.urgency.is_some_and(|level| level.number() > 5) {
            return Err(RuleFault::Urgency);
        }
        self.when.validate()
    }
}

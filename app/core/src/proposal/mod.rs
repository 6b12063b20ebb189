//! What a new ticket is filled with, out of a mail and what the phone holds: lists, tickets of the past, what was chosen
//! before. Each proposal has its reason, so that the screen can say *parce que…*; none of them needs a network.
//!
//! - `standing`: whether a thread may become a ticket. - `letter`: what of a mail is title, text and the rest.
//! - `subject`, `tail`, `plain`, `words`: how mails are taken apart.
//! - `requester`, `location`, `category`, `urgency`: what is proposed; `hints`: words of the trade.
//! - `lore`, `usage`: what the tickets on the phone teach. - `choices`: what was chosen before for a sender.
//! - `likely`: tickets that a mail may belong to.

mod category;
mod choices;
mod hints;
mod letter;
mod likely;
mod location;
mod lore;
mod plain;
mod requester;
mod standing;
mod subject;
mod tail;
mod urgency;
mod usage;
mod words;

use serde::{Deserialize, Serialize};

pub use choices::{Choice, Choices};
pub use letter::Letter;
pub use likely::{Likely, likely};
pub use lore::Lore;
pub use requester::requester;
pub(crate) use requester::same_name;
pub use standing::{Standing, standing};
pub use subject::{bare_subject, number_in};
pub use usage::Usage;

use crate::domain::{Actor, Level, Named, Reference, TicketType};
use crate::ids::SourceId;

/// Something, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Because<T> {
    /// What is proposed.
    pub value: T,
    /// Why.
    pub reason: Reason,
}

impl<T> Because<T> {
    pub(crate) fn new(value: T, reason: Reason) -> Self {
        Self { value, reason }
    }
}

/// Why something is proposed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The sender's address is his.
    Address,
    /// Nobody in this GLPI has the sender's address.
    Stranger,
    /// The sender works there.
    Workplace,
    /// His signature names it.
    Signature,
    /// Most of his tickets are from there.
    Usual,
    /// It was chosen before for this sender.
    Chosen,
    /// It was chosen before for this sender and this word.
    ChosenFor {
        /// As the mail has it.
        word: String,
    },
    /// The mail says so.
    Said {
        /// As it says it.
        words: String,
    },
    /// Tickets with this word have it.
    Similar {
        /// As the mail has it.
        word: String,
        /// How many.
        count: usize,
    },
    /// Only this GLPI knows the sender.
    KnownThere,
    /// The technician has most of his tickets in this GLPI.
    MostUsed,
    /// The ticket that it takes the place of has it by the same name.
    SameName,
    /// By the same name, below another one.
    SameOwnName,
    /// The ticket that it takes the place of is from there.
    Carried,
}

/// What proposals are drawn from, of one GLPI.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// Its lists.
    pub lists: &'a Reference,
    /// What its tickets teach.
    pub lore: &'a Lore,
    /// What was chosen before for the sender.
    pub choices: &'a Choices,
}

/// What is proposed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposal {
    /// Who asks.
    pub requester: Option<Because<Actor>>,
    /// What about.
    pub category: Option<Because<Named>>,
    /// Where.
    pub location: Option<Because<Named>>,
    /// How much it hurries.
    pub urgency: Option<Because<Level>>,
    /// Incident or request.
    pub kind: Option<Because<TicketType>>,
}

/// What a letter is filled in with in one GLPI.
pub fn propose(letter: &Letter, ground: &Ground<'_>) -> Proposal {
    Proposal {
        requester: requester::requester(letter, ground.lists),
        category: category::category(letter, ground),
        location: location::location(letter, ground),
        urgency: urgency::urgency(letter, ground),
        kind: urgency::kind(letter),
    }
}

/// In which GLPI: where it was chosen for this sender last, else the only one that knows him, else the one that the
/// technician uses most.
pub fn best_source(letter: &Letter, grounds: &[Ground<'_>]) -> Option<Because<SourceId>> {
    let source = |ground: &Ground<'_>| ground.lists.source.clone();
    let chosen = grounds.iter().find_map(|ground| {
        let last = ground.choices.0.last()?;
        let mut sources = grounds.iter().map(source);
        sources.find(|source| *source == last.source)
    });
    if let Some(chosen) = chosen {
        return Some(Because::new(chosen, Reason::Chosen));
    }
    let knows = |ground: &&Ground<'_>| requester::person(letter, ground.lists).is_some();
    let mut knowing = grounds.iter().filter(knows);
    if let (Some(only), None) = (knowing.next(), knowing.next())
        && grounds.len() > 1
    {
        return Some(Because::new(source(only), Reason::KnownThere));
    }
    // Of equals the first, as they are listed.
    let most = grounds.iter().rev().max_by_key(|ground| ground.lore.mine)?;
    Some(Because::new(source(most), Reason::MostUsed))
}

//! Ready words for answers, with a ticket's facts in them.

use tournee_core::ids::TicketKey;
use tournee_core::phone::Phone;

use crate::components::{status_words, ticket_number};
use crate::text::{fill, t};

/// What a template can say of a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    number: String,
    title: String,
    status: &'static str,
    /// Who writes.
    me: String,
}

impl Facts {
    /// Of a ticket that GLPI has given a number.
    pub fn of(phone: &Phone, key: &TicketKey) -> Option<Self> {
        let row = phone.shown_row(&phone.resolve(key))?;
        (!row.key.id.is_local()).then_some(())?;
        Some(Self {
            number: ticket_number(row.key.id),
            title: row.title,
            status: status_words(row.status),
            me: phone.account(&row.key.source)?.name.clone(),
        })
    }
}

/// A template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    /// It is registered, and somebody has it.
    Taken,
    /// What is missing to go on.
    Question,
    /// It is solved.
    Done,
}

impl Template {
    /// All, in the order of a ticket's life.
    pub const ALL: [Template; 3] = [Template::Taken, Template::Question, Template::Done];

    /// As forms have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Question => "question",
            Self::Done => "done",
        }
    }

    /// The template of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|template| template.name() == name)
    }

    /// What it is called.
    pub fn label(self) -> &'static str {
        t(|t| match self {
            Self::Taken => t.reply_template_taken,
            Self::Question => t.reply_template_question,
            Self::Done => t.reply_template_done,
        })
    }

    /// Its words for a ticket.
    pub fn words(self, facts: &Facts) -> String {
        let words = t(|t| match self {
            Self::Taken => t.reply_words_taken,
            Self::Question => t.reply_words_question,
            Self::Done => t.reply_words_done,
        });
        let facts = [
            ("number", facts.number.as_str()),
            ("title", facts.title.as_str()),
            ("status", facts.status),
            ("me", facts.me.as_str()),
        ];
        fill(words, &facts)
    }
}

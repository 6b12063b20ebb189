//! What was chosen before for somebody's mails: kept on the phone, a record a sender.

use serde::{Deserialize, Serialize};

use super::Letter;
use crate::changes::CreateTicket;
use crate::domain::Level;
use crate::ids::SourceId;
use crate::time::Instant;

/// So many of one sender are remembered.
const REMEMBERED: usize = 20;
/// So many words of each mail are.
const WORDS: usize = 40;

/// What was chosen for one mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// When.
    pub at: Instant,
    /// What the mail said, as stems.
    pub words: Vec<String>,
    /// The GLPI.
    pub source: SourceId,
    /// Number of the category there; 0 for none.
    pub category: u64,
    /// Number of the store there; 0 for none.
    pub location: u64,
    /// How much it hurries.
    pub urgency: Level,
}

impl Choice {
    /// What became of a letter.
    pub fn of(letter: &Letter, create: &CreateTicket, source: &SourceId, at: Instant) -> Self {
        let id = |named: &Option<crate::domain::Named>| named.as_ref().map_or(0, |named| named.id);
        let words = letter.stems().into_iter().take(WORDS);
        Self {
            at,
            words: words.map(str::to_owned).collect(),
            source: source.clone(),
            category: id(&create.category),
            location: id(&create.location),
            urgency: create.urgency,
        }
    }
}

/// All that is remembered of one sender, the newest last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Choices(pub Vec<Choice>);

impl Choices {
    /// Remembers another one; the oldest is forgotten.
    pub fn learn(&mut self, choice: Choice) {
        self.0.push(choice);
        let forgotten = self.0.len().saturating_sub(REMEMBERED);
        self.0.drain(..forgotten);
    }

    /// Those at one GLPI, the newest first.
    pub(super) fn at<'a>(&'a self, source: &'a SourceId) -> impl Iterator<Item = &'a Choice> {
        self.0
            .iter()
            .rev()
            .filter(move |choice| choice.source == *source)
    }

    /// What was chosen most of one kind at a GLPI, if it was chosen at least so often and in more than half of all cases;
    /// of two, the newer.
    pub(super) fn usual<T: Copy + PartialEq>(
        &self,
        source: &SourceId,
        at_least: usize,
        of: impl Fn(&Choice) -> Option<T>,
    ) -> Option<T> {
        let all: Vec<Option<T>> = self.at(source).map(of).collect();
        let count = |value: &T| all.iter().filter(|other| **other == Some(*value)).count();
        let mut best: Option<(T, usize)> = None;
        for value in all.iter().flatten() {
            let times = count(value);
            if best.is_none_or(|(_, most)| times > most) {
                best = Some((*value, times));
            }
        }
        let (value, times) = best?;
        (times >= at_least && times * 2 > all.len()).then_some(value)
    }
}

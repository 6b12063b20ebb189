//! Tickets that a mail may belong to: by the number in its subject, by who asks and by what is said.

use std::collections::BTreeSet;

use super::words::Words;
use super::{Letter, number_in};
use crate::domain::TicketRow;
use crate::ids::TicketKey;

/// So many are proposed at most.
const OFFERED: usize = 3;
/// Shared words without the same requester.
const WORDS_ALONE: usize = 3;

/// A ticket that a mail may belong to, and what speaks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Likely {
    /// The ticket.
    pub key: TicketKey,
    /// Its number is in the subject.
    pub is_named: bool,
    /// The sender asked for it.
    pub same_requester: bool,
    /// Words of its title that the mail says, as the mail has them.
    pub words: Vec<String>,
}

impl Likely {
    fn rank(&self) -> (bool, usize) {
        (
            self.is_named,
            self.words.len() * 2 + usize::from(self.same_requester) * 3,
        )
    }
}

/// The likeliest first. `names`: what the sender is called in each GLPI.
pub fn likely<'a>(
    letter: &Letter,
    subject: &str,
    names: &BTreeSet<String>,
    rows: impl Iterator<Item = &'a TicketRow>,
) -> Vec<Likely> {
    let number = number_in(subject);
    let mut found: Vec<(Likely, &TicketRow)> = Vec::new();
    for row in rows.filter(|row| row.status.is_open() || number == Some(row.key.id.0)) {
        let title = Words::of(&row.title);
        let words = title.telling().filter_map(|(stem, _)| letter.word(stem));
        let requester = row.requester.split(" +").next().unwrap_or_default();
        let one = Likely {
            key: row.key.clone(),
            is_named: number == Some(row.key.id.0),
            same_requester: names.contains(requester),
            words: words.map(str::to_owned).collect(),
        };
        let speaks = match one.same_requester {
            true => !one.words.is_empty(),
            false => one.words.len() >= WORDS_ALONE,
        };
        if one.is_named || speaks {
            found.push((one, row));
        }
    }
    found.sort_by(|(a, row_a), (b, row_b)| {
        let by_rank = b.rank().cmp(&a.rank());
        by_rank.then_with(|| row_b.modified_at.cmp(&row_a.modified_at))
    });
    found.truncate(OFFERED);
    found.into_iter().map(|(likely, _)| likely).collect()
}

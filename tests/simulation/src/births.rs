//! What became of the requests that create tickets, or documents: until one is carried out it names none, only words.

use crate::chronicle::Snag;
use crate::fate::Fate;

/// All of them, in one GLPI.
#[derive(Default)]
pub struct Births(Vec<(String, Fate)>);

impl Births {
    /// A request with these words met this.
    pub fn note(&mut self, words: &str, fate: Fate) {
        self.0.push((words.to_owned(), fate));
    }

    /// Whether the server was told no, or nothing, about a ticket or a document with this word in it.
    pub fn had(&self, token: &str, snag: Snag) -> bool {
        self.of(token).any(|fate| fate.snag() == Some(snag))
    }

    /// Whether it was created and the server was not told.
    pub fn was_unheard(&self, token: &str) -> bool {
        self.of(token).any(|fate| {
            matches!(
                fate,
                Fate::LostAfter | Fate::TimedOutAfter | Fate::ErrorAfter(_)
            )
        })
    }

    fn of(&self, token: &str) -> impl Iterator<Item = Fate> {
        let named = self
            .0
            .iter()
            .filter(move |(words, _)| words.contains(token));
        named.map(|(_, fate)| *fate)
    }
}

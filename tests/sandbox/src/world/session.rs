//! Who is signed in, with which profile, and where he may look.

use crate::value::Value;

/// One API session.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its token.
    pub token: String,
    /// The user.
    pub user: i64,
    /// The active profile.
    pub profile: i64,
    /// The active entity.
    pub entity: i64,
    /// Whether its children count: GLPI answers 1 after a login and a boolean after a change.
    pub recursive: Value,
    /// The entities in sight.
    pub entities: Vec<i64>,
    /// The user's language.
    pub language: Language,
    /// The zone that the user prefers; empty where he doesn't.
    pub timezone: String,
}

/// The language of GLPI's messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Language {
    /// The default of the simulated GLPIs.
    #[default]
    French,
    /// For users whose preference says `en_GB`.
    English,
}

impl Session {
    /// Whether an entity is in sight.
    pub fn sees(&self, entity: i64) -> bool {
        self.entities.contains(&entity)
    }
}

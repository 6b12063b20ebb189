//! GLPI's five (for priority six) levels.

use serde::{Deserialize, Serialize};

/// Urgency, impact or priority: 1 very low, 2 low, 3 medium, 4 high, 5 very high, 6 major (priority alone).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "u8", into = "u8")]
pub struct Level(u8);

impl Level {
    /// What GLPI gives a ticket when nobody chose.
    pub const MEDIUM: Level = Level(3);
    /// From here on it hurries.
    pub const HIGH: Level = Level(4);

    /// A level from GLPI's number, if it is one.
    pub fn new(number: u8) -> Option<Self> {
        (1..=6).contains(&number).then_some(Self(number))
    }

    /// GLPI's number.
    pub fn number(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Level {
    type Error = NoSuchLevel;
    fn try_from(number: u8) -> Result<Self, NoSuchLevel> {
        Self::new(number).ok_or(NoSuchLevel(number))
    }
}

impl From<Level> for u8 {
    fn from(level: Level) -> u8 {
        level.0
    }
}

/// A number outside 1 to 6.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not a GLPI level (1 to 6)")]
pub struct NoSuchLevel(u8);

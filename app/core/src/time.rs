//! Instants in UTC. GLPI knows seconds and nothing finer.

use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

/// Seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Instant(pub i64);

/// A length of time in seconds.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Seconds(pub i64);

impl Seconds {
    /// `n` days.
    pub const fn days(n: i64) -> Self {
        Self(n * 86_400)
    }
}

impl Add<Seconds> for Instant {
    type Output = Instant;
    fn add(self, length: Seconds) -> Instant {
        Instant(self.0.saturating_add(length.0))
    }
}

impl Sub<Seconds> for Instant {
    type Output = Instant;
    fn sub(self, length: Seconds) -> Instant {
        Instant(self.0.saturating_sub(length.0))
    }
}

impl Sub for Instant {
    type Output = Seconds;
    fn sub(self, other: Instant) -> Seconds {
        Seconds(self.0.saturating_sub(other.0))
    }
}

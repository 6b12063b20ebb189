//! A whole service, counted.

use serde::{Deserialize, Serialize};

use crate::dashboard::Tally;
use crate::time::Instant;

/// `GET /api/dashboard/{source}`: everything in one GLPI that the technician may see, counted. It may be a few minutes
/// old, and says how old.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceTally {
    /// When it was counted.
    pub at: Instant,
    /// The counts.
    pub tally: Tally,
    /// There are more tickets than were counted.
    pub partial: bool,
}

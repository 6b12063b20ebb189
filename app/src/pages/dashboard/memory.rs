//! What the dashboard remembers: whose it was, and the services' counts between visits, so that they open offline too.

use std::cell::Cell;

use tournee_core::ids::SourceId;
use tournee_core::wire::ServiceTally;

use super::Whose;
use crate::platform::settings;

thread_local! {
    static WHOSE: Cell<Whose> = const { Cell::new(Whose::Mine) };
}

/// Whose was shown last.
pub fn whose() -> Whose {
    WHOSE.get()
}

/// Keeps whose is shown.
pub fn keep(whose: Whose) {
    WHOSE.set(whose);
}

/// The counts of a GLPI as they were last told.
pub fn counts(source: &SourceId) -> Option<ServiceTally> {
    serde_json::from_str(&settings::counts(&source.0)?).ok()
}

/// Keeps them.
pub fn keep_counts(source: &SourceId, counts: &ServiceTally) {
    // Our own types have string keys and no failing `Serialize`: an error here is unreachable.
    if let Ok(text) = serde_json::to_string(counts) {
        settings::set_counts(&source.0, &text);
    }
}

//! Whether there is room on the disk, as the last write found it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{StoreError, Stored};

/// Known to all handles of one store.
#[derive(Clone, Debug, Default)]
pub(super) struct Room {
    is_full: Arc<AtomicBool>,
}

impl Room {
    /// Whether the last write found room.
    pub fn is_there(&self) -> bool {
        !self.is_full.load(Ordering::Relaxed)
    }

    /// A write ended. Each change of state is said once.
    pub fn learn(&self, write: &Stored<()>) {
        match write {
            Ok(()) if self.is_full.swap(false, Ordering::Relaxed) => {
                tracing::info!("there is room for the database again");
            }
            Ok(()) => {}
            Err(error) => self.failed(error),
        }
    }

    /// A write failed.
    pub fn failed(&self, error: &StoreError) {
        let is_full = matches!(error, StoreError::Full { .. });
        if is_full && !self.is_full.swap(true, Ordering::Relaxed) {
            tracing::error!(%error, "nothing is acknowledged until there is room");
        }
    }
}

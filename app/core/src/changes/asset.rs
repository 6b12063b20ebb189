//! Link an asset to a ticket, or part them.

use serde::{Deserialize, Serialize};

use super::{ChangeKind, Field, Invalid, Obstacle, Shown, Verdict};
use crate::domain::{EntryKind, LinkedAsset, Status, Ticket};

/// An asset that is on a ticket, or no longer. A set knows no conflict: whatever else came or went is no reason to ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetAsset {
    /// Which.
    pub asset: LinkedAsset,
    /// On it, or off it.
    pub linked: bool,
}

impl SetAsset {
    /// Whether a ticket says so.
    pub fn is_so(&self, ticket: &Ticket) -> bool {
        let mut assets = ticket.assets.iter();
        assets.any(|asset| asset.key == self.asset.key) == self.linked
    }
}

impl ChangeKind for SetAsset {
    fn validate(&self) -> Result<(), Invalid> {
        match self.asset.key.id {
            0 => Err(Invalid::NoAsset),
            _ => Ok(()),
        }
    }

    fn show<S: Shown>(&self, on: &mut S) {
        on.set_asset(&self.asset, self.linked);
    }

    fn entry(&self) -> Option<EntryKind> {
        None
    }

    fn fields(&self) -> &'static [Field] {
        Field::Assets.alone()
    }

    fn check(&self, now: &Ticket) -> Verdict {
        if self.is_so(now) {
            Verdict::AlreadyThere
        } else if now.status == Status::Closed {
            Verdict::Obstacle(Obstacle::Closed)
        } else {
            Verdict::Apply
        }
    }
}

//! Looking for assets beyond what the phone holds.

use serde::{Deserialize, Serialize};

use super::FoundTicket;
use crate::domain::Asset;

/// `POST /api/assets/{source}`. Answers [`FoundAssets`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FindAssets {
    /// What stands on the label, or was typed: a number, a part of a name.
    pub label: String,
}

/// What one GLPI found, with the technician's own rights.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FoundAssets {
    /// Assets, those of that very number first.
    pub assets: Vec<Asset>,
    /// There are more than were asked for.
    pub more: bool,
}

/// `GET /api/assets/{source}/{kind}/{id}`: an asset, and what is open on it beyond the phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssetFile {
    /// It.
    pub asset: Asset,
    /// Its open tickets, the newest first.
    pub tickets: Vec<FoundTicket>,
}

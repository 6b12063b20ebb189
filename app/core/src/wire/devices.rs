//! A technician's devices: which there are, and what a lost one left behind.

use serde::{Deserialize, Serialize};

use crate::changes::Change;
use crate::ids::DeviceId;
use crate::time::Instant;

/// `GET /api/devices`: the installations that his sessions came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Devices {
    /// The last used first.
    pub devices: Vec<DeviceInfo>,
}

/// An installation of the app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceInfo {
    /// Which.
    pub device: DeviceId,
    /// System and browser, as the browser names them; empty where it names neither.
    pub name: String,
    /// When it was last heard of, to the hour.
    pub seen_at: Instant,
    /// Since when it is revoked.
    pub revoked_at: Option<Instant>,
    /// It has no session any more: cleared after it was revoked, signed out, or idle for 30 days.
    pub signed_out: bool,
    /// Changes of a revoked device that are neither in GLPI nor taken back.
    pub waiting: u32,
}

/// `GET /api/devices/{device}/changes`: what a revoked device left, for another of the same technician's to see to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeftBehind {
    /// In the order in which they came.
    pub changes: Vec<Change>,
}

//! Signing in, per GLPI.

use serde::{Deserialize, Serialize};

use crate::domain::{Account, EntityChoice};
use crate::ids::SourceId;

/// `GET /api/session`: the GLPIs there are, and who is signed in where. Needs no session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionInfo {
    /// The server's version.
    pub version: String,
    /// Whether the request carried a valid session.
    pub signed_in: bool,
    /// All configured GLPIs, in the configuration's order.
    pub sources: Vec<SourceInfo>,
}

/// A configured GLPI.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceInfo {
    /// Its id.
    pub id: SourceId,
    /// Its name on screen.
    pub name: String,
    /// Its colour on screen, `#rrggbb`.
    pub color: String,
    /// The account that this session is signed in with.
    pub account: Option<Account>,
}

/// `POST /api/session/{source}`. Answers the [`Account`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignIn {
    /// With what.
    pub method: SignInMethod,
}

/// How a technician proves who he is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SignInMethod {
    /// His GLPI (or Active Directory) login.
    Password {
        /// Login.
        login: String,
        /// Password.
        password: String,
    },
    /// His personal API token, from his GLPI preferences.
    UserToken {
        /// Token.
        token: String,
    },
}

/// `PUT /api/session/{source}/profile`. Answers the [`Account`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChooseProfile {
    /// One of [`Account::profiles`].
    pub profile: u64,
    /// Which entities to see.
    pub entity: EntityChoice,
}

//! Who is on a ticket, and names beside numbers.

use serde::{Deserialize, Serialize};

use crate::ids::UserId;

/// A row of one of GLPI's dropdowns: entity, category, location, group, profile.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Named {
    /// Its number in that GLPI; 0 is the root entity, and elsewhere "none".
    pub id: u64,
    /// Its complete name ("Matériel > Imprimante"), decoded.
    pub name: String,
}

/// A person on a ticket: a user of GLPI, or a bare mail address (`alternative_email`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// Someone GLPI knows.
    User {
        /// Number of the `User`.
        id: UserId,
        /// "Marcoux Patrick", as GLPI shows it.
        name: String,
    },
    /// Someone known by address alone.
    Email {
        /// The address.
        address: String,
    },
}

impl Actor {
    /// What the screen says.
    pub fn label(&self) -> &str {
        match self {
            Actor::User { name, .. } => name,
            Actor::Email { address } => address,
        }
    }

    /// The `User`'s number, where there is one.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Actor::User { id, .. } => Some(*id),
            Actor::Email { .. } => None,
        }
    }
}

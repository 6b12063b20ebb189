//! The technician as one GLPI knows him.

use serde::{Deserialize, Serialize};

use super::Named;
use crate::ids::{SourceId, UserId};

/// One GLPI account that the technician is signed in with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    /// The GLPI.
    pub source: SourceId,
    /// His `User` there.
    pub user: UserId,
    /// What he signed in as.
    pub login: String,
    /// "Marcoux Patrick".
    pub name: String,
    /// Groups he belongs to.
    pub groups: Vec<Named>,
    /// The profile he works with.
    pub profile: Named,
    /// All that he may choose.
    pub profiles: Vec<Profile>,
    /// Which entities he wants to see. Sessions at GLPI stay at the root: this is a filter.
    pub entity: EntityChoice,
    /// Whether the server can work in his name.
    pub state: AccountState,
    /// Whether this GLPI can store characters outside the basic plane (emoji).
    pub stores_emoji: bool,
    /// Whether this GLPI gives a new ticket that nobody has to who creates it.
    #[serde(default)]
    pub assigns_creator: bool,
    /// The first number of that GLPI's version; 0 where an older server did not tell it.
    #[serde(default)]
    pub version: u16,
    /// GLPI's own web address, for a link to the ticket there.
    pub web_url: String,
}

impl Account {
    /// Where a new ticket belongs: what was chosen, or what he works in, or the first that he may see.
    pub fn entity_among(&self, chosen: Option<u64>, entities: &[Named]) -> Named {
        let own = match self.entity {
            EntityChoice::One { id } => Some(id),
            EntityChoice::All => None,
        };
        let wanted = chosen.or(own).unwrap_or(0);
        let found = entities.iter().find(|entity| entity.id == wanted);
        let first = || entities.iter().min_by_key(|entity| entity.id);
        found.or_else(first).cloned().unwrap_or(Named {
            id: wanted,
            name: String::new(),
        })
    }
}

/// A profile and the entities it opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Profile {
    /// Number of the `Profile`.
    pub id: u64,
    /// "Technician".
    pub name: String,
    /// Entities it is given on.
    pub entities: Vec<Named>,
}

/// The technician's choice among his entities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EntityChoice {
    /// Everything that he may see.
    #[default]
    All,
    /// One entity and what is below it.
    One {
        /// Number of the `Entity`.
        id: u64,
    },
}

/// Whether changes can be carried out and tickets read for an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// All is well.
    Active,
    /// GLPI refused the stored password or token once; it is not tried again until he signs in.
    NeedsSignIn,
    /// GLPI does not answer, or turns the server away (its API is off, an application token is wrong); the server keeps
    /// trying.
    Unreachable,
}

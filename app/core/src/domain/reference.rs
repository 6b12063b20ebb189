//! The lists that a GLPI's forms are made of.

use serde::{Deserialize, Serialize};

use super::{Actor, Asset, AssetKind, FileRules, Level, Named, Store};
use crate::ids::{SourceId, UserId};

/// Reference data of one GLPI, as far as the technician's rights go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reference {
    /// The GLPI.
    pub source: SourceId,
    /// Entities he may see.
    pub entities: Vec<Named>,
    /// ITIL categories.
    pub categories: Vec<Named>,
    /// Stores and services.
    pub locations: Vec<Named>,
    /// Users that can be assigned.
    pub technicians: Vec<Named>,
    /// Groups that can be assigned.
    pub groups: Vec<Named>,
    /// Kinds of solution.
    pub solution_types: Vec<Named>,
    /// Words to solve with, as far as his rights go.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub solution_templates: Vec<SolutionTemplate>,
    /// Urgency × impact, where GLPI tells it.
    pub priority_matrix: Option<PriorityMatrix>,
    /// Everybody in the directory: who may have asked.
    #[serde(default)]
    pub people: Vec<Person>,
    /// What it takes as a file.
    #[serde(default)]
    pub files: FileRules,
    /// Where stores are and how they are reached, as far as GLPI or the server's settings say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stores: Vec<Store>,
    /// The assets of the places where his tickets are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assets: Vec<Asset>,
    /// Kinds of asset that his profile may not read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed_assets: Vec<AssetKind>,
    /// Lists that his profile may not read: what is shown then comes from the tickets' own names and may be partial.
    pub partial: Vec<ReferenceKind>,
}

/// `SolutionTemplate`: words to solve with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SolutionTemplate {
    /// What it is called.
    pub name: String,
    /// Its words, plain text.
    pub content: String,
    /// The `SolutionType` that goes with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solution_type: Option<u64>,
}

/// Somebody of a GLPI's directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    /// Number of the `User`.
    pub id: UserId,
    /// "Garcin Magali".
    pub name: String,
    /// Default mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Phone number, as it is dialled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Where he or she works: a complete name of [`Reference::locations`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
}

impl Person {
    /// As an actor of a ticket.
    pub fn actor(&self) -> Actor {
        Actor::User {
            id: self.id,
            name: self.name.clone(),
        }
    }
}

/// The lists of [`Reference`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReferenceKind {
    /// Entities.
    Entities,
    /// Categories.
    Categories,
    /// Locations.
    Locations,
    /// Technicians.
    Technicians,
    /// Groups.
    Groups,
    /// Solution types.
    SolutionTypes,
    /// People; also when the directory is too long to be carried about.
    People,
}

/// Priority by urgency (row, 1 to 5) and impact (column, 1 to 5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct PriorityMatrix(pub Vec<Vec<Level>>);

impl PriorityMatrix {
    /// The priority GLPI will give.
    pub fn priority(&self, urgency: Level, impact: Level) -> Option<Level> {
        self.0
            .get(usize::from(urgency.number()) - 1)?
            .get(usize::from(impact.number()) - 1)
            .copied()
    }
}

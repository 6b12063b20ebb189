//! Who is signed in, as GLPI's own session says.

use serde_json::Value;
use tournee_core::domain::{Named, Profile};
use tournee_core::ids::UserId;

use super::dialect::Dialect;
use super::error::GlpiError;
use super::json;
use super::session::Session;

/// The technician as this GLPI knows him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// His `User`.
    pub user: UserId,
    /// What he signs in as.
    pub login: String,
    /// "Roumieux Camille".
    pub name: String,
    /// Groups he belongs to.
    pub groups: Vec<Named>,
    /// The active profile.
    pub profile: Named,
    /// Whether the active profile has GLPI's central interface; without it tickets can't be worked on.
    pub central: bool,
    /// All that he may choose.
    pub profiles: Vec<Profile>,
}

impl Identity {
    /// Before GLPI was asked.
    pub(crate) fn nobody() -> Self {
        Self {
            user: UserId(0),
            login: String::new(),
            name: String::new(),
            groups: Vec::new(),
            profile: Named {
                id: 0,
                name: String::new(),
            },
            central: false,
            profiles: Vec::new(),
        }
    }

    /// From GLPI's own session; the groups have numbers only.
    pub(crate) fn read(session: &Session, full: &Value) -> Result<Self, GlpiError> {
        let dialect = session.dialect();
        let decoded = |value: &Value, field: &str| dialect.decode(&json::text(value, field));
        let active = &full["glpiactiveprofile"];
        let profile = json::reference(active, "id").ok_or(GlpiError::NoProfile)?;
        let user = json::reference(full, "glpiID").ok_or(GlpiError::SessionExpired)?;
        let login = decoded(full, "glpiname");
        let name = session.full_name(
            &decoded(full, "glpirealname"),
            &decoded(full, "glpifirstname"),
            &login,
        );
        let groups = full["glpigroups"].as_array().into_iter().flatten();
        Ok(Self {
            user: UserId(user),
            login,
            name,
            groups: groups
                .filter_map(json::as_number)
                .map(|id| Named {
                    id,
                    name: String::new(),
                })
                .collect(),
            profile: Named {
                id: profile,
                name: decoded(active, "name"),
            },
            central: active["interface"] == "central",
            profiles: profiles(dialect, &full["glpiprofiles"]),
        })
    }
}

fn profiles(dialect: &dyn Dialect, all: &Value) -> Vec<Profile> {
    let profiles = all.as_object().into_iter().flatten();
    profiles
        .filter_map(|(id, profile)| {
            let entities = match &profile["entities"] {
                Value::Array(items) => items.iter().collect(),
                Value::Object(map) => map.values().collect(),
                _ => Vec::new(),
            };
            Some(Profile {
                id: id.parse().ok()?,
                name: dialect.decode(&json::text(profile, "name")),
                entities: entities
                    .into_iter()
                    .map(|entity| Named {
                        id: json::number(entity, "id"),
                        name: dialect.decode(&json::text(entity, "name")),
                    })
                    .collect(),
            })
        })
        .collect()
}

/// A name as GLPI shows it, by its setting `names_format`.
pub(crate) fn full_name(surname: &str, first: &str, login: &str, first_name_first: bool) -> String {
    let name = if first_name_first {
        format!("{first} {surname}")
    } else {
        format!("{surname} {first}")
    };
    match name.trim() {
        "" => login.to_owned(),
        name => name.to_owned(),
    }
}

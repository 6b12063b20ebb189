//! A store: where it is, and how somebody there is reached.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::fold::fold;

/// A store, whichever GLPI names it: the same shop exists in both. Made of its name, without accents, capitals and
/// signs, so that it can stand in an address.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StoreId(String);

impl StoreId {
    /// The store of that name; none for a ticket that is in no store.
    pub fn of(name: &str) -> Option<Self> {
        let mut id = String::with_capacity(name.len());
        for letter in fold(name).chars() {
            match letter {
                'a'..='z' | '0'..='9' => id.push(letter),
                // Another alphabet: by number, for an address holds ASCII alone.
                other if other.is_alphanumeric() => id.push_str(&format!("x{:x}", other as u32)),
                _ if id.is_empty() || id.ends_with('-') => {}
                _ => id.push('-'),
            }
        }
        id.truncate(id.trim_end_matches('-').len());
        (!id.is_empty()).then_some(Self(id))
    }

    /// Reads back what [`fmt::Display`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        Self::of(text).filter(|id| id.0 == text)
    }
}

impl fmt::Display for StoreId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A place on earth, in millionths of a degree: whole, as instants are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Position {
    /// North.
    pub latitude: i32,
    /// East.
    pub longitude: i32,
}

const MILLION: f64 = 1_000_000.0;
/// Metres in a millionth of a degree of latitude.
const METRES: f64 = 0.111_32;

impl Position {
    /// Of degrees, where they are some.
    pub fn of_degrees(latitude: f64, longitude: f64) -> Option<Self> {
        let fits = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
        // Where GLPI has no coordinates it may say 0 and 0: no shop stands in the Gulf of Guinea.
        let somewhere = latitude != 0.0 || longitude != 0.0;
        (fits && somewhere).then_some(Self {
            latitude: (latitude * MILLION).round() as i32,
            longitude: (longitude * MILLION).round() as i32,
        })
    }

    /// In degrees.
    pub fn degrees(self) -> (f64, f64) {
        let of = |millionths: i32| f64::from(millionths) / MILLION;
        (of(self.latitude), of(self.longitude))
    }

    /// Metres as the crow flies, near enough for shops of one region.
    pub fn metres_to(self, other: Self) -> u32 {
        let north = f64::from(self.latitude) - f64::from(other.latitude);
        let east = f64::from(self.longitude) - f64::from(other.longitude);
        let east = east * self.degrees().0.to_radians().cos();
        ((north * north + east * east).sqrt() * METRES) as u32
    }
}

/// What is known of a store beside its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Store {
    /// A complete name of [`super::Reference::locations`].
    pub name: String,
    /// Street, postcode and town, in a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Phone number, as it is dialled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
}

impl Store {
    /// Which one it is.
    pub fn id(&self) -> Option<StoreId> {
        StoreId::of(&self.name)
    }

    /// Takes over what it lacks itself.
    pub fn complete(&mut self, other: &Store) {
        let fill = |own: &mut Option<String>, others: &Option<String>| {
            if own.is_none() {
                own.clone_from(others);
            }
        };
        fill(&mut self.address, &other.address);
        fill(&mut self.phone, &other.phone);
        fill(&mut self.mail, &other.mail);
        self.position = self.position.or(other.position);
    }

    /// Whether there is a way to it, or to somebody in it.
    pub fn is_known(&self) -> bool {
        self.address.is_some()
            || self.phone.is_some()
            || self.mail.is_some()
            || self.position.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_shop_has_one_id_however_it_is_written() {
        let arcs = StoreId::of("Magasin Les ARCS");
        assert_eq!(
            arcs.as_ref().map(ToString::to_string),
            Some("magasin-les-arcs".into())
        );
        assert_eq!(StoreId::of("MAGASIN  les Arcs "), arcs);
        assert_eq!(StoreId::of("magasin-les-arcs"), arcs);
        assert_ne!(StoreId::of("Magasin Les Arcs > Quai 2"), arcs);
        assert_eq!(
            StoreId::of("Magasin ST-MAXIMIN & BRAS").map(|id| id.to_string()),
            Some("magasin-st-maximin-bras".into())
        );
        assert_eq!(StoreId::of("Fréjus"), StoreId::of("frejus"));
        assert_eq!(StoreId::of(" - "), None);
        assert_eq!(StoreId::of(""), None);
    }

    #[test]
    fn an_id_is_ascii_and_reads_back() {
        for name in ["Magasin Les ARCS", "Склад 4", "Siège"] {
            let id = StoreId::of(name).unwrap();
            let text = id.to_string();
            assert!(text.is_ascii(), "{text}");
            assert_eq!(StoreId::parse(&text), Some(id));
        }
        assert_eq!(StoreId::parse("Les Arcs"), None);
    }

    #[test]
    fn distances_are_right_within_a_hundredth() {
        let les_arcs = Position::of_degrees(43.4636, 6.4792).unwrap();
        let frejus = Position::of_degrees(43.4332, 6.7370).unwrap();
        let metres = les_arcs.metres_to(frejus);
        // 21.09 km by the haversine.
        assert!((20_850..21_300).contains(&metres), "{metres}");
        assert_eq!(les_arcs.metres_to(les_arcs), 0);
        assert_eq!(Position::of_degrees(0.0, 0.0), None);
        assert_eq!(Position::of_degrees(91.0, 6.0), None);
    }

    #[test]
    fn what_one_source_lacks_another_gives() {
        let mut store = Store {
            phone: Some("04 94 47 40 01".into()),
            ..Store::default()
        };
        assert!(!Store::default().is_known() && store.is_known());
        store.complete(&Store {
            phone: Some("0".into()),
            address: Some("12 rue de la République".into()),
            ..Store::default()
        });
        assert_eq!(store.phone.as_deref(), Some("04 94 47 40 01"));
        assert!(store.address.is_some());
    }
}

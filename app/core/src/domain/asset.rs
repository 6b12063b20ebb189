//! Assets: what people work with, known by the numbers on their labels.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::fold::fold;

/// A kind of asset, by GLPI's own name of its item type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AssetKind {
    /// A computer, a till.
    Computer,
    /// A monitor.
    Monitor,
    /// A printer.
    Printer,
    /// A phone.
    Phone,
    /// A switch, an access point.
    NetworkEquipment,
    /// A scanner, a payment terminal, a scale.
    Peripheral,
}

impl AssetKind {
    /// All that a technician looks for.
    pub const ALL: [Self; 6] = [
        Self::Computer,
        Self::Monitor,
        Self::Printer,
        Self::Phone,
        Self::NetworkEquipment,
        Self::Peripheral,
    ];

    /// GLPI's item type.
    pub fn itemtype(self) -> &'static str {
        match self {
            Self::Computer => "Computer",
            Self::Monitor => "Monitor",
            Self::Printer => "Printer",
            Self::Phone => "Phone",
            Self::NetworkEquipment => "NetworkEquipment",
            Self::Peripheral => "Peripheral",
        }
    }

    /// The kind of an item type, in whatever case: GLPI's own addresses write it small.
    pub fn of_itemtype(itemtype: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| kind.itemtype().eq_ignore_ascii_case(itemtype))
    }
}

impl fmt::Display for AssetKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.itemtype())
    }
}

/// An asset within its GLPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssetKey {
    /// Its item type.
    pub kind: AssetKind,
    /// Its number among those.
    pub id: u64,
}

impl AssetKey {
    /// Reads back what [`fmt::Display`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, id) = text.split_once('/')?;
        Some(Self {
            kind: AssetKind::of_itemtype(kind)?,
            id: id.parse().ok()?,
        })
    }
}

impl fmt::Display for AssetKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.id)
    }
}

/// An asset as the phone keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Asset {
    /// Which.
    pub key: AssetKey,
    /// "PC-ARCS-002".
    pub name: String,
    /// Serial number, empty for none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub serial: String,
    /// Inventory number (`otherserial`), empty for none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub inventory: String,
    /// Complete name of the place where it is, empty for none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub location: String,
}

impl Asset {
    /// As a ticket names it.
    pub fn linked(&self) -> LinkedAsset {
        LinkedAsset {
            key: self.key,
            name: self.name.clone(),
        }
    }
}

/// An asset on a ticket (`Item_Ticket`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkedAsset {
    /// Which.
    pub key: AssetKey,
    /// Its name; empty where the technician may not read it.
    pub name: String,
}

/// What stands on a label, as it was scanned or typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    key: Option<AssetKey>,
    codes: Vec<String>,
    words: Vec<String>,
}

/// A shorter piece of a label with several says nothing.
const SHORTEST_PIECE: usize = 4;
/// A label says no more.
const MOST_PIECES: usize = 12;

impl Label {
    /// Reads one. A number alone is the number; of a label with more on it ("S/N: 5CG0123", several lines, the address of
    /// the asset's page in GLPI) each piece may be it.
    pub fn of(text: &str) -> Self {
        let mut codes: Vec<String> = Vec::new();
        let whole = std::iter::once(text);
        let parts =
            |letter: char| letter.is_whitespace() || matches!(letter, ':' | '=' | ';' | ',');
        let pieces = text
            .split(parts)
            .filter(|piece| bare(piece).len() >= SHORTEST_PIECE);
        for code in whole
            .chain(pieces)
            .map(bare)
            .filter(|code| !code.is_empty())
        {
            if codes.len() < MOST_PIECES && !codes.contains(&code) {
                codes.push(code);
            }
        }
        let folded = fold(text);
        Self {
            key: page_of(text),
            codes,
            words: folded.split_whitespace().map(str::to_owned).collect(),
        }
    }

    /// Whether nothing stands on it.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// The asset whose page in GLPI it names.
    pub fn key(&self) -> Option<AssetKey> {
        self.key
    }

    /// Whether it is this one's label: by its page, its serial number or its inventory number.
    pub fn is_of(&self, asset: &Asset) -> bool {
        let numbers = [bare(&asset.serial), bare(&asset.inventory)];
        let is_number = |code: &String| numbers.iter().any(|number| is_same(code, number));
        self.key == Some(asset.key) || self.codes.iter().any(is_number)
    }

    /// Whether all that was typed stands somewhere in its name, numbers or place.
    pub fn resembles(&self, asset: &Asset) -> bool {
        let Asset {
            name,
            serial,
            inventory,
            location,
            ..
        } = asset;
        let all = fold(&format!("{name} {serial} {inventory} {location}"));
        !self.words.is_empty() && self.words.iter().all(|word| all.contains(word.as_str()))
    }
}

/// Letters and digits alone: a label has spaces and dashes where GLPI may have none.
fn bare(code: &str) -> String {
    fold(code)
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .collect()
}

/// The same number. GLPI 9.2 answers one of digits alone as a JSON number: without the noughts in front.
fn is_same(code: &str, number: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let short = |text: &str| text.trim_start_matches('0').len();
    !number.is_empty()
        && (code == number
            || digits(code) && digits(number) && {
                let (code, number) = (
                    &code[code.len() - short(code)..],
                    &number[number.len() - short(number)..],
                );
                !code.is_empty() && code == number
            })
}

/// `…/front/computer.form.php?id=30`, as GLPI prints it on its own labels.
fn page_of(text: &str) -> Option<AssetKey> {
    let (_, rest) = text.split_once("/front/")?;
    let (kind, rest) = rest.split_once(".form.php?")?;
    let (_, id) = rest.split_once("id=")?;
    let digits = id.split(|letter: char| !letter.is_ascii_digit()).next()?;
    Some(AssetKey {
        kind: AssetKind::of_itemtype(kind)?,
        id: digits.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asset() -> Asset {
        Asset {
            key: AssetKey {
                kind: AssetKind::Computer,
                id: 30,
            },
            name: "PC-ARCS-002".to_owned(),
            serial: "5CG-0123 XY".to_owned(),
            inventory: "12345".to_owned(),
            location: "Magasin Les ARCS".to_owned(),
        }
    }

    #[test]
    fn a_label_is_read_whatever_stands_around_the_number() {
        for text in [
            "5CG0123XY",
            " 5cg-0123xy ",
            "S/N: 5CG0123XY",
            "Inventaire = 12345\nSociété = Var",
            "0012345",
            "https://glpi.example/front/computer.form.php?id=30",
            "URL = http://glpi/front/computer.form.php?withtemplate=&id=30&x=1",
        ] {
            assert!(Label::of(text).is_of(&asset()), "{text}");
        }
        for text in [
            "",
            "0",
            "5CG0123",
            "1234",
            "https://glpi.example/front/printer.form.php?id=30",
        ] {
            assert!(!Label::of(text).is_of(&asset()), "{text}");
        }
    }

    #[test]
    fn an_asset_without_numbers_has_no_label() {
        let nameless = Asset {
            serial: String::new(),
            inventory: String::new(),
            ..asset()
        };
        assert!(!Label::of("000").is_of(&nameless));
        assert!(!Label::of("").resembles(&nameless));
        assert!(Label::of("arcs pc").resembles(&nameless));
        assert!(!Label::of("arcs imp").resembles(&nameless));
    }

    #[test]
    fn a_key_reads_back() {
        for kind in AssetKind::ALL {
            let key = AssetKey { kind, id: 7 };
            assert_eq!(AssetKey::parse(&key.to_string()), Some(key));
        }
        assert_eq!(AssetKey::parse("Software/7"), None);
        assert_eq!(AssetKey::parse("Computer"), None);
    }
}

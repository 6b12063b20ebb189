//! The item types of each GLPI: their columns in GLPI's order, the defaults, and the children that HATEOAS links name.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::{options::Version, value::Value};

/// One item type.
#[derive(Debug)]
pub struct Schema {
    /// GLPI's class name, as in the URL.
    pub itemtype: &'static str,
    /// The columns, in order; the first is `id`.
    pub columns: Vec<Column>,
    /// The item types that its links name.
    pub children: Vec<&'static str>,
    positions: FxHashMap<&'static str, usize>,
    /// Where the mark of the trash stands, the entity, the date of the last change: every row is asked for these.
    pub(crate) deleted: Option<usize>,
    pub(crate) entity: Option<usize>,
    pub(crate) modified: Option<usize>,
}

/// One column.
#[derive(Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What an insert without it stores.
    pub default: Value,
    /// The item type that it refers to, where it is a foreign key.
    pub foreign: Option<&'static str>,
}

impl Schema {
    /// Where a column stands.
    pub fn position(&self, column: &str) -> Option<usize> {
        self.positions.get(column).copied()
    }

    /// Whether there is such a column.
    pub fn has(&self, column: &str) -> bool {
        self.positions.contains_key(column)
    }

    /// The database table.
    pub fn table(&self) -> String {
        table_name(self.itemtype)
    }

    /// Whether items have a place in a tree, and so a `completename`.
    pub fn is_tree(&self) -> bool {
        self.has("completename")
    }
}

/// All item types of a GLPI.
pub fn schemas(version: Version) -> &'static [Schema] {
    static V9_2: OnceLock<Vec<Schema>> = OnceLock::new();
    static V10_0: OnceLock<Vec<Schema>> = OnceLock::new();
    match version {
        Version::V9_2 => V9_2.get_or_init(|| parse(include_str!("data/schema-9.2.txt"))),
        Version::V10_0 => V10_0.get_or_init(|| parse(include_str!("data/schema-10.0.txt"))),
    }
}

fn parse(text: &'static str) -> Vec<Schema> {
    text.lines().filter(|l| !l.is_empty()).map(line).collect()
}

fn line(line: &'static str) -> Schema {
    let (columns, children) = line.split_once(" > ").unwrap_or((line, ""));
    let mut words = columns.split(' ');
    let itemtype = words.next().unwrap_or_default();
    let columns: Vec<Column> = words
        .filter_map(|word| word.split_once('='))
        .map(|(name, default)| Column {
            name,
            default: literal(default),
            foreign: foreign(name),
        })
        .collect();
    let at = |name| columns.iter().position(|column| column.name == name);
    Schema {
        itemtype,
        deleted: at("is_deleted"),
        entity: at("entities_id"),
        modified: at("date_mod"),
        positions: columns
            .iter()
            .enumerate()
            .map(|(i, c)| (c.name, i))
            .collect(),
        columns,
        children: children.split(' ').filter(|c| !c.is_empty()).collect(),
    }
}

fn literal(text: &str) -> Value {
    serde_json::from_str::<serde_json::Value>(text).map_or(Value::Null, |json| Value::from(&json))
}

const FOREIGN: &[(&str, &str)] = &[
    ("users_id", "User"),
    ("groups_id", "Group"),
    ("entities_id", "Entity"),
    ("locations_id", "Location"),
    ("itilcategories_id", "ITILCategory"),
    ("requesttypes_id", "RequestType"),
    ("solutiontypes_id", "SolutionType"),
    ("taskcategories_id", "TaskCategory"),
    ("tickets_id", "Ticket"),
    ("documents_id", "Document"),
    ("profiles_id", "Profile"),
];

/// The item type that a column refers to: `users_id_recipient` → `User`.
pub fn foreign(column: &str) -> Option<&'static str> {
    FOREIGN
        .iter()
        .find(|(key, _)| {
            column
                .strip_prefix(key)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
        })
        .map(|(_, itemtype)| *itemtype)
}

/// `ITILCategory` → `glpi_itilcategories`.
pub fn table_name(itemtype: &str) -> String {
    let lower = itemtype.to_ascii_lowercase();
    let plural = |word: &str| match word.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{word}s"),
    };
    let words: Vec<String> = lower.split('_').map(plural).collect();
    format!("glpi_{}", words.join("_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_versions_differ_where_they_should() {
        let of = |version, itemtype| schemas(version).iter().find(|s| s.itemtype == itemtype);
        assert!(of(Version::V9_2, "ITILSolution").is_none());
        assert!(of(Version::V10_0, "ITILSolution").is_some());
        let ticket = of(Version::V9_2, "Ticket").unwrap();
        assert!(ticket.has("solution") && ticket.has("slas_ttr_id"));
        assert_eq!(ticket.columns[0].name, "id");
        assert!(
            of(Version::V10_0, "Ticket")
                .unwrap()
                .has("takeintoaccountdate")
        );
    }

    #[test]
    fn names_follow_glpi() {
        assert_eq!(table_name("Ticket_User"), "glpi_tickets_users");
        assert_eq!(table_name("ITILCategory"), "glpi_itilcategories");
        assert_eq!(foreign("users_id_lastupdater"), Some("User"));
        assert_eq!(foreign("slas_id_ttr"), None);
    }
}

//! The search options of each item type: which number stands for which column.

use std::{collections::HashMap, sync::OnceLock};

use crate::{options::Version, value::Value};

/// One search option.
#[derive(Debug)]
pub struct SearchOption {
    /// Its number.
    pub number: i64,
    /// Its French name.
    pub name: &'static str,
    /// The database table.
    pub table: &'static str,
    /// The column of it.
    pub field: &'static str,
    /// GLPI's kind of data.
    pub datatype: &'static str,
    /// The ways it may be searched.
    pub searchtypes: Vec<&'static str>,
    /// Its name for `uid_cols`.
    pub uid: &'static str,
    nosearch: bool,
    nodisplay: bool,
}

#[derive(Debug)]
enum Line {
    Option(SearchOption),
    Heading(&'static str, Value),
}

type Catalogue = HashMap<&'static str, Vec<Line>>;

fn catalogue(version: Version) -> &'static Catalogue {
    static V9_2: OnceLock<Catalogue> = OnceLock::new();
    static V10_0: OnceLock<Catalogue> = OnceLock::new();
    match version {
        Version::V9_2 => V9_2.get_or_init(|| parse(include_str!("../data/options-9.2.txt"))),
        Version::V10_0 => V10_0.get_or_init(|| parse(include_str!("../data/options-10.0.txt"))),
    }
}

fn parse(text: &'static str) -> Catalogue {
    let mut out = Catalogue::new();
    let mut itemtype = "";
    for line in text.lines().filter(|line| !line.is_empty()) {
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            itemtype = name;
        } else if let Some(line) = self::line(line) {
            out.entry(itemtype).or_default().push(line);
        }
    }
    out
}

fn line(line: &'static str) -> Option<Line> {
    if let Some(heading) = line.strip_prefix('#') {
        let (key, json) = heading.split_once('|')?;
        let json: serde_json::Value = serde_json::from_str(json).ok()?;
        return Some(Line::Heading(key, Value::from(&json)));
    }
    let parts: Vec<&'static str> = line.split('|').collect();
    let [
        number,
        name,
        table,
        field,
        datatype,
        flags,
        searchtypes,
        uid,
    ] = parts[..]
    else {
        return None;
    };
    Some(Line::Option(SearchOption {
        number: number.parse().ok()?,
        name,
        table,
        field,
        datatype,
        searchtypes: searchtypes.split(',').collect(),
        uid,
        nosearch: flags.contains('s'),
        nodisplay: flags.contains('d'),
    }))
}

/// An option of an item type.
pub fn option(version: Version, itemtype: &str, number: i64) -> Option<&'static SearchOption> {
    all(version, itemtype).find(|option| option.number == number)
}

/// The options of an item type.
pub fn all(
    version: Version,
    itemtype: &str,
) -> impl Iterator<Item = &'static SearchOption> + use<> {
    let lines = catalogue(version).get(itemtype);
    lines.into_iter().flatten().filter_map(|line| match line {
        Line::Option(option) => Some(option),
        Line::Heading(..) => None,
    })
}

/// What `listSearchOptions` answers.
pub fn listing(version: Version, itemtype: &str) -> Value {
    let lines = catalogue(version).get(itemtype);
    Value::map(lines.into_iter().flatten().map(|line| match line {
        Line::Heading(key, value) => ((*key).to_owned(), value.clone()),
        Line::Option(option) => (option.number.to_string(), described(option)),
    }))
}

fn described(option: &SearchOption) -> Value {
    let searchtypes = option
        .searchtypes
        .iter()
        .map(|name| Value::text(*name))
        .collect();
    Value::map([
        ("name", option.name.into()),
        ("table", option.table.into()),
        ("field", option.field.into()),
        ("datatype", option.datatype.into()),
        ("nosearch", option.nosearch.into()),
        ("nodisplay", option.nodisplay.into()),
        ("available_searchtypes", Value::List(searchtypes)),
        ("uid", option.uid.into()),
    ])
}

/// The columns that an answer shows without `forcedisplay`, after the first ones.
pub fn preferences(itemtype: &str) -> &'static [i64] {
    match itemtype {
        "Ticket" => &[12, 19, 15, 3, 4, 5, 7, 18],
        "User" => &[34, 5, 6, 3, 8],
        "AllAssets" => &[31],
        "Computer" => &[31, 23, 5, 4, 40, 45, 3, 19, 17],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tickets_have_the_options_that_a_client_needs() {
        for version in [Version::V9_2, Version::V10_0] {
            for number in [
                1, 2, 3, 4, 5, 7, 8, 12, 15, 16, 17, 18, 19, 21, 25, 66, 80, 83,
            ] {
                assert!(option(version, "Ticket", number).is_some(), "{number}");
            }
        }
        assert!(option(Version::V9_2, "Ticket", 24).is_some());
    }
}

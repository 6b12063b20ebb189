//! Reads as the super-admin, and what the search does to odd values.

use anyhow::Result;
use serde_json::json;

use super::super::recording::{Closeness, Glpi, probe};
use super::super::world::request;
use super::{Expected, Probing, READS};

/// The rows that are measured again (by the beginning of their names); the others are in `not_replayed`.
pub const KNOWN: &[&str] = &[
    "super-list-Location",
    "super-list-ITILCategory",
    "super-list-SolutionType",
    "super-list-TaskCategory",
    "super-list-RequestType",
    "super-list-Entity",
    "super-list-Profile",
    "super-list-Log",
    "super-list-Profile_User",
    "super-list-Ticket_User",
    "super-list-Group_User",
    "super-Ticket-Log",
    "super-with_logs",
    "super-getMultipleItems",
    "tech-search-",
    "search-",
    "list-searchText-apostrophe",
    "list-is_deleted-",
    "list-searchText-status",
    "sub-searchText",
    "fup-",
    "two-requesters-search-row",
    "alt-email-search-row",
    "self-",
    "super-search-all",
    "doc-name-encoding",
    "range-1-item-per-page-beyond",
];

/// A title of digits alone, which no demo ticket has.
const NUMERIC: &str = "0081726";

pub fn reads(on: &mut Probing<'_>) -> Result<()> {
    let table = probe(on.glpi(), READS)?;
    for (name, row) in table.as_object().into_iter().flatten() {
        let made = |recorded: u64| {
            if recorded == 0 {
                on.user(6)
            } else {
                on.ids.get("Ticket", recorded)
            }
        };
        let Some((role, path)) = path(name, on.glpi(), on.matrix, &made) else {
            continue;
        };
        let full = format!("{READS}#{name}");
        if name == "search-title-numeric" {
            for _ in 0..row["body"]["totalcount"].as_u64().unwrap_or_default() {
                on.create("Ticket", json!({ "name": NUMERIC, "content": "x" }))?;
            }
        }
        let request = match name.as_str() {
            "doc-name-encoding" => request(
                "POST",
                "/Document",
                Some(json!({ "input": { "name": "Lien <x> & é", "link": "http://exemple.fr" } })),
            ),
            _ => request("GET", &path, None),
        };
        let answer = on.world.send(role, &request)?;
        let status = row["status"].as_u64().unwrap_or_default() as u16;
        let range = row["content-range"].as_str();
        // A long body was kept as the beginning of its text: its status and range are held, not its rows.
        let body = if row["body"].is_string() {
            &answer.body
        } else {
            &row["body"]
        };
        let closeness = if name.ends_with("-search-row") {
            Closeness::Values
        } else {
            Closeness::Form
        };
        on.hold(
            &full,
            &request,
            Expected {
                status,
                range,
                body,
                closeness,
            },
            &answer,
        );
    }
    Ok(())
}

/// Who asks, and for what; `made` gives the counterpart of a recorded ticket, or with 0 the technician.
pub fn path(
    name: &str,
    glpi: Glpi,
    matrix: u64,
    made: &dyn Fn(u64) -> u64,
) -> Option<(&'static str, String)> {
    if !KNOWN.iter().any(|known| name.starts_with(known)) {
        return None;
    }
    Some(question(name, glpi, matrix, made))
}

fn question(
    name: &str,
    glpi: Glpi,
    matrix: u64,
    made: &dyn Fn(u64) -> u64,
) -> (&'static str, String) {
    let followups = glpi.followup();
    if let Some(itemtype) = name.strip_prefix("super-list-") {
        return (
            "super-admin",
            format!("/{itemtype}?range=0-1&get_hateoas=false"),
        );
    }
    if let Some(itemtype) = name.strip_prefix("tech-search-").filter(|t| *t != "all") {
        return ("technician", format!("/search/{itemtype}?range=0-1"));
    }
    if let Some(title) = name.strip_prefix("search-title-") {
        return (
            "technician",
            search(&[("1", "contains", title_value(title))], &["2"], "0-0"),
        );
    }
    let path = match name {
        "super-Ticket-Log" => {
            return (
                "super-admin",
                format!("/Ticket/{matrix}/Log?range=0-1&get_hateoas=false"),
            );
        }
        "super-with_logs" => {
            return (
                "super-admin",
                format!("/Ticket/{matrix}?with_logs=1&get_hateoas=false"),
            );
        }
        "super-getMultipleItems" => {
            let items = format!(
                "items[0][itemtype]=Ticket&items[0][items_id]={matrix}&items[1][itemtype]=Location&items[1][items_id]=1"
            );
            return (
                "super-admin",
                format!("/getMultipleItems?{items}&get_hateoas=false"),
            );
        }
        "super-search-all" => return ("super-admin", "/search/Ticket?range=0-0".to_owned()),
        "tech-search-all" => "/search/Ticket?range=0-0".to_owned(),
        "self-search-all" => return ("self-service", "/search/Ticket?range=0-0".to_owned()),
        "self-list-Ticket" => return ("self-service", "/Ticket?range=0-0".to_owned()),
        "self-ticket-fups-private-hidden" => {
            return (
                "self-service",
                format!("/Ticket/{matrix}/{followups}?range=0-1&get_hateoas=false"),
            );
        }
        "list-searchText-apostrophe" => {
            "/Ticket?searchText[name]=n'imprime&range=0-0&get_hateoas=false".to_owned()
        }
        "list-is_deleted-1" => {
            "/Ticket?is_deleted=1&range=0-2&only_id=true&get_hateoas=false".to_owned()
        }
        "list-is_deleted-true" => {
            "/Ticket?is_deleted=true&range=0-2&only_id=true&get_hateoas=false".to_owned()
        }
        "list-searchText-status" => {
            "/Ticket?searchText[status]=1&range=0-0&only_id=true&get_hateoas=false".to_owned()
        }
        "list-searchText-status-anchored" => {
            "/Ticket?searchText[status]=^1$&range=0-0&only_id=true&get_hateoas=false".to_owned()
        }
        "sub-searchText" => {
            format!("/Ticket/{matrix}/{followups}?searchText[content]=l1&get_hateoas=false")
        }
        "fup-search-by-date_mod" => format!(
            "/search/{followups}?criteria[0][field]=19&criteria[0][searchtype]=morethan&criteria[0][value]=2026-11-23&range=0-0"
        ),
        "fup-list-sorted" => {
            format!("/{followups}?sort=date_mod&order=DESC&range=0-0&get_hateoas=false")
        }
        "doc-name-encoding" => "/Document".to_owned(),
        "range-1-item-per-page-beyond" => "/Ticket?range=3-2".to_owned(),
        "search-1001" => "/search/Ticket?range=0-2999&forcedisplay[0]=2".to_owned(),
        "search-date_mod-sub-second" => search(
            &[("19", "morethan", "2026-11-23 10:00:00.5")],
            &["2", "19"],
            "0-0",
        ),
        "search-date_mod-lessthan" => search(
            &[("19", "lessthan", "2026-11-01 00:00:00")],
            &["2", "19"],
            "0-0",
        ),
        "search-date_mod-contains-gt" => search(
            &[("19", "contains", ">2026-11-20 00:00:00")],
            &["2", "19"],
            "0-0",
        ),
        "search-or-group" => search(
            &[("5", "equals", &made(0).to_string()), ("8", "equals", "1")],
            &[],
            "0-0",
        ),
        "two-requesters-search-row" => search(
            &[("2", "equals", &made(3048).to_string())],
            &["2", "1", "4", "5", "66", "8"],
            "0-0",
        ),
        "alt-email-search-row" => search(
            &[("2", "equals", &made(3047).to_string())],
            &["2", "1", "4", "34", "35"],
            "0-0",
        ),
        other => format!("/{other}"),
    };
    ("technician", path)
}

fn title_value(title: &str) -> &'static str {
    match title {
        "apostrophe" => "n'imprime",
        "apostrophe-backslash" => "n\\'imprime",
        "apostrophe-underscore" => "n_imprime",
        "angle" => "<Nord>",
        "angle-&lt;" => "&lt;Nord&gt;",
        "angle-&#60;" => "&#60;Nord&#62;",
        "quote" => "\"NAS",
        "amp" => "fruits & l",
        "amp-&#38;" => "fruits &#38; l",
        "emoji" => "🔥",
        "caret" => "^Imprimante",
        "dollar" => "oublié$",
        "case" => "IMPRIMANTE",
        "no-accent" => "etiqueteuse",
        "percent" => "%",
        "backslash" => "SRV-FIC\\Compta",
        "numeric" => NUMERIC,
        _ => "",
    }
}

/// A search with criteria joined by OR.
fn search(criteria: &[(&str, &str, &str)], display: &[&str], range: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (n, (field, kind, value)) in criteria.iter().enumerate() {
        if n > 0 {
            query.append_pair(&format!("criteria[{n}][link]"), "OR");
        }
        query.append_pair(&format!("criteria[{n}][field]"), field);
        query.append_pair(&format!("criteria[{n}][searchtype]"), kind);
        query.append_pair(&format!("criteria[{n}][value]"), value);
    }
    for (n, column) in display.iter().enumerate() {
        query.append_pair(&format!("forcedisplay[{n}]"), column);
    }
    query.append_pair("range", range);
    format!("/search/Ticket?{}", query.finish())
}

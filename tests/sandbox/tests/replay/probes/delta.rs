//! What a delta by `date_mod` finds and misses; what is left of a trashed or purged ticket.

use anyhow::Result;
use serde_json::{Value, json};

use super::super::recording::{Closeness, Glpi, probe};
use super::super::world::{Answer, request};
use super::{DELTA, Expected, Probing, dates};

/// The rows that are measured again; the others are in `not_replayed`.
pub const KNOWN: &[&str] = &[
    "dates (future)",
    "delta: ",
    "trashed",
    "purged: GET",
    "purged: PUT",
    "purged: POST",
    "changeActiveEntities",
    "after plain login",
    "top-level followup list",
    "technician lists",
    "list expand",
];

pub fn delta(on: &mut Probing<'_>) -> Result<()> {
    let table = probe(on.glpi(), DELTA)?;
    let ticket = on.create("Ticket", json!({ "name": "delta", "content": "x" }))?;
    let trashed = on.create("Ticket", json!({ "name": "corbeille", "content": "x" }))?;
    let purged = on.create("Ticket", json!({ "name": "purgé", "content": "x" }))?;
    on.ask("super-admin", "DELETE", &format!("/Ticket/{trashed}"), None)?;
    on.ask(
        "super-admin",
        "DELETE",
        &format!("/Ticket/{purged}?force_purge=1"),
        None,
    )?;
    for (key, row) in table.as_object().into_iter().flatten() {
        if !KNOWN.iter().any(|known| key.starts_with(known)) {
            continue;
        }
        let name = format!("{DELTA}#{key}");
        match key.as_str() {
            "dates (future)" => dates::dates(on, &name, row)?,
            "delta: ticket date_mod" => {}
            _ if key.starts_with("delta: ") => moment(on, ticket, key, &name, row)?,
            _ if key.starts_with("trashed") => gone(on, trashed, key, &name, row)?,
            _ if key.starts_with("purged") => gone(on, purged, key, &name, row)?,
            _ if key.contains("ctiveEntities") || key.contains("login") => {
                chosen(on, key, &name, row)?
            }
            _ => lists(on, key, &name, row)?,
        }
    }
    Ok(())
}

/// `delta: id=t AND date_mod morethan (date_mod-1s)`: how many rows.
fn moment(on: &mut Probing<'_>, ticket: u64, key: &str, name: &str, row: &Value) -> Result<()> {
    let words: Vec<&str> = key.split([' ', '(', ')']).collect();
    let kind = words.get(4).copied().unwrap_or_default();
    let offset = key
        .rsplit_once("date_mod")
        .map(|(_, o)| o.trim_end_matches("s)"))
        .and_then(|o| o.parse::<i64>().ok());
    let date = on.ticket(ticket)?["date_mod"]
        .as_str()
        .unwrap_or_default()
        .replace(' ', "T");
    let at = date.parse::<jiff::civil::DateTime>()?
        + jiff::Span::new().seconds(offset.unwrap_or_default());
    let value = at.strftime("%Y-%m-%d %H:%M:%S").to_string();
    let criteria = [("2", "equals", ticket.to_string()), ("19", kind, value)];
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (n, (field, kind, value)) in criteria.iter().enumerate() {
        let parts = [
            ("link", "AND"),
            ("field", field),
            ("searchtype", kind),
            ("value", value),
        ];
        for (part, text) in parts {
            query.append_pair(&format!("criteria[{n}][{part}]"), text);
        }
    }
    let answer = on.ask(
        "technician",
        "GET",
        &format!("/search/Ticket?{}&range=0-0", query.finish()),
        None,
    )?;
    on.same(
        name,
        "status and count",
        row,
        &json!([answer.status, answer.body["totalcount"]]),
    );
    Ok(())
}

/// A ticket in the trash, or purged.
fn gone(on: &mut Probing<'_>, ticket: u64, key: &str, name: &str, row: &Value) -> Result<()> {
    let followups = on.glpi().followup();
    let words = json!({ "input": on.followup_input(ticket, json!("trop tard")) });
    let path = format!("/Ticket/{ticket}");
    match key.split_once(": ").map_or(key, |(_, what)| what) {
        "GET by technician" => {
            let answer = on.ask("technician", "GET", &path, None)?;
            on.same(
                name,
                "status and is_deleted",
                row,
                &json!([answer.status, answer.body["is_deleted"]]),
            );
        }
        "search default / is_deleted=1 (technician)" => {
            let mut count = |deleted: &str| -> Result<Value> {
                let query = format!(
                    "criteria[0][field]=2&criteria[0][searchtype]=equals&criteria[0][value]={ticket}&range=0-0"
                );
                let answer = on.ask(
                    "technician",
                    "GET",
                    &format!("/search/Ticket?{query}{deleted}"),
                    None,
                )?;
                Ok(answer.body["totalcount"].clone())
            };
            let got = json!([count("")?, count("&is_deleted=1")?]);
            on.same(name, "counts", row, &got);
        }
        "PUT name by technician" | "PUT single" => {
            let answer = on.put("technician", ticket, json!({ "name": "modif corbeille" }))?;
            on.outcome(name, &row[0], &row[1], &answer);
            if row[2].is_string() {
                let read = on.ticket(ticket)?["name"].clone();
                on.same(name, "read", &row[2], &read);
            }
        }
        "followup by technician" | "POST followup" => {
            let answer = on.ask("technician", "POST", &format!("/{followups}"), Some(words))?;
            on.outcome(name, &row[0], &row[1], &answer);
        }
        _ => {
            let answer = on.ask("technician", "GET", &path, None)?;
            on.outcome(name, &row[0], &row[1], &answer);
        }
    }
    Ok(())
}

/// Which entities are active after a choice, and how much is seen.
fn chosen(on: &mut Probing<'_>, key: &str, name: &str, row: &Value) -> Result<()> {
    let mut rest = row.as_array().cloned().unwrap_or_default();
    let role = format!("chosen {key}");
    if let Some((_, choice)) = key.split_once(' ').filter(|_| key.starts_with("change")) {
        let choice = choice.replace('\'', "\"").replace("True", "true");
        let answer = on.ask(
            &role,
            "POST",
            "/changeActiveEntities",
            Some(serde_json::from_str(&choice)?),
        )?;
        on.same(
            name,
            "answer",
            &json!(rest.drain(..2).collect::<Vec<_>>()),
            &json!([answer.status, answer.body]),
        );
    }
    let recorded = rest[0]
        .as_str()
        .and_then(|range| range.rsplit('/').next())
        .and_then(|n| n.parse::<u64>().ok());
    let whole = recorded.is_some_and(|n| n > 3000);
    let all = on
        .ask("technician", "GET", "/search/Ticket?range=0-0", None)?
        .body["totalcount"]
        .as_u64();
    let seen = on.ask(&role, "GET", "/search/Ticket?range=0-0", None)?.body["totalcount"].as_u64();
    if whole != (seen == all) {
        on.say(
            name,
            &format!(
                "sees {seen:?} of {all:?} tickets where {} was recorded",
                rest[0]
            ),
        );
    }
    let active = on.ask(&role, "GET", "/getActiveEntities", None)?;
    on.same(name, "active entities", &rest[1], &active.body);
    Ok(())
}

/// Lists at the top level.
fn lists(on: &mut Probing<'_>, key: &str, name: &str, row: &Value) -> Result<()> {
    let followups = on.glpi().followup();
    if key.starts_with("list expand") {
        let path = "/Ticket?expand_dropdowns=1&get_hateoas=0&sort=id&order=DESC&range=0-2";
        let rows = on.ask("technician", "GET", path, None)?.body;
        let login = super::super::sandbox::account("technician").0;
        let expected = Value::from(vec![json!([0, 0, login]); 3]);
        let pick = |row: &Value| {
            json!([
                row["locations_id"],
                row["itilcategories_id"],
                row["users_id_recipient"]
            ])
        };
        let got: Value = rows.as_array().into_iter().flatten().map(pick).collect();
        on.same(name, "names", &expected, &got);
        return Ok(());
    }
    if key.contains("searchText") {
        return by_parent(on, name);
    }
    let path = match key
        .strip_prefix("technician lists ")
        .and_then(|rest| rest.split(' ').next())
    {
        Some(itemtype) => format!("/{itemtype}?range=0-4"),
        None => format!("/{followups}?sort=date_mod&order=DESC&range=0-49"),
    };
    let answer = on.ask("technician", "GET", &path, None)?;
    let range = row[1].as_str();
    let status = row[0].as_u64().unwrap_or_default() as u16;
    let body = answer.body.clone();
    on.hold(
        name,
        &request("GET", &path, None),
        Expected {
            status,
            range,
            body: &body,
            closeness: Closeness::Form,
        },
        &answer,
    );
    Ok(())
}

/// Followups by `searchText` on their parent: 9.2 also finds the followup that has that id itself.
fn by_parent(on: &mut Probing<'_>, name: &str) -> Result<()> {
    let (followups, parent) = match on.glpi() {
        Glpi::V9_2 => ("TicketFollowup", "tickets_id"),
        Glpi::V10_0 => ("ITILFollowup", "items_id"),
    };
    let all = on.ask(
        "super-admin",
        "GET",
        &format!("/{followups}?range=0-99999"),
        None,
    )?;
    let rows = all.body.as_array().cloned().unwrap_or_default();
    // A ticket with followups whose own number is that of another ticket's followup.
    let parents = |id: u64| rows.iter().filter(move |row| row[parent] == id).count();
    let Some(id) = rows
        .iter()
        .filter(|row| row[parent] != row["id"])
        .filter_map(|row| row["id"].as_u64())
        .find(|id| parents(*id) > 0)
    else {
        on.say(
            name,
            "no ticket shares its number with another ticket's followup",
        );
        return Ok(());
    };
    let path = format!("/{followups}?searchText[{parent}]=^{id}$&range=0-49");
    let answer: Answer = on.ask("technician", "GET", &path, None)?;
    let strangers = answer
        .body
        .as_array()
        .into_iter()
        .flatten()
        .filter(|row| row[parent] != id)
        .count();
    let expected = usize::from(on.glpi() == Glpi::V9_2);
    on.same(
        name,
        "rows of other tickets",
        &json!(expected),
        &json!(strangers),
    );
    on.same(
        name,
        "rows",
        &json!(parents(id) + expected),
        &json!(answer.rows()),
    );
    Ok(())
}

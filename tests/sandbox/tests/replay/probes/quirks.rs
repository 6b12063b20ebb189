//! Rights, sizes, entities and other single questions.

use anyhow::Result;
use serde_json::{Value, json};

use super::super::compare::error_code;
use super::super::recording::{Glpi, probe};
use super::{Probing, QUIRKS, dates, doors, encoding};

/// The rows that are measured again; the others are in `not_replayed`.
pub const KNOWN: &[&str] = &[
    "backslashes",
    "newlines in PUT",
    "dates",
    "followup with date",
    "task with date",
    "other technician edits",
    "technician ",
    "getMultipleItems",
    "followup of 70000",
    "content of 3 MB",
    "Accept-Language",
    "after changeActiveEntities",
    "after all",
    "entities 0 recursive",
    "4 parallel identical",
    "Basic auth without",
    "en_GB user",
    "user timezone",
    "tokens in the query string",
];

pub fn quirks(on: &mut Probing<'_>) -> Result<()> {
    let table = probe(on.glpi(), QUIRKS)?;
    for (key, row) in table.as_object().into_iter().flatten() {
        if !KNOWN.iter().any(|known| key.starts_with(known)) {
            continue;
        }
        let name = format!("{QUIRKS}#{key}");
        match key.as_str() {
            "backslashes" => encoding::backslashes(on, &name, row)?,
            "newlines in PUT Ticket content" => encoding::newlines(on, &name, row)?,
            "dates" => dates::dates(on, &name, row)?,
            _ if key.contains("with date") => authored(on, &name, row)?,
            _ if key.contains("technician ") => colleagues(on, key, &name, row)?,
            _ if key.starts_with("getMultipleItems")
                || key.contains("chars")
                || key.contains("MB") =>
            {
                sizes(on, key, &name, row)?
            }
            _ if key.contains("ntities") || key.starts_with("after all") => {
                entities(on, key, &name, row)?
            }
            "user timezone America/New_York" => doors::own_zone(on, &name, row)?,
            "en_GB user" => doors::english(on, &name, row)?,
            "tokens in the query string" => doors::tokens_in_the_address(on, &name, row)?,
            _ => doors::twice_or_refused(on, key, &name, row)?,
        }
    }
    Ok(())
}

/// A followup or task that says who wrote it and when.
fn authored(on: &mut Probing<'_>, name: &str, row: &Value) -> Result<()> {
    let ticket = on.create("Ticket", json!({ "name": "daté", "content": "x" }))?;
    let when = "2026-02-03 04:05:06";
    let said = json!({ "date": when, "users_id": on.user(11), "date_creation": when, "date_mod": when, "actiontime": 61 });
    let itemtype = if name.contains("task") {
        "TicketTask"
    } else {
        on.glpi().followup()
    };
    let mut input = on.followup_input(ticket, json!("daté"));
    if itemtype == "TicketTask" {
        input = json!({ "tickets_id": ticket, "content": "daté" });
    }
    for (key, value) in said.as_object().into_iter().flatten() {
        if itemtype == "TicketTask" || key != "actiontime" {
            input[key] = value.clone();
        }
    }
    let id = on.create(itemtype, input)?;
    let made = on.world.now();
    let got = on
        .ask("technician", "GET", &format!("/{itemtype}/{id}"), None)?
        .body;
    for (key, expected) in row.as_object().into_iter().flatten() {
        let expected = match key.as_str() {
            "users_id" | "users_id_tech" => {
                json!(on.ids.get("User", expected.as_u64().unwrap_or_default()))
            }
            _ if expected
                .as_str()
                .is_some_and(|date| date.starts_with("2026-11-23")) =>
            {
                json!(made)
            }
            _ => expected.clone(),
        };
        on.same(name, key, &expected, &got[key]);
    }
    Ok(())
}

/// What a technician may do to a colleague's ticket and words.
fn colleagues(on: &mut Probing<'_>, key: &str, name: &str, row: &Value) -> Result<()> {
    let (me, colleague) = (on.user(6), on.user(11));
    let theirs = on.create(
        "Ticket",
        json!({ "name": "à un autre", "content": "x", "_users_id_assign": colleague }),
    )?;
    let followups = on.glpi().followup();
    let words = on.followup_input(theirs, json!("un mot"));
    let followup = on.create(followups, words.clone())?;
    let input = |value: Value| Some(json!({ "input": value }));
    let (role, method, path, body) = match key {
        "other technician edits my followup" => (
            "colleague",
            "PUT",
            format!("{followups}/{followup}"),
            input(json!({ "content": "autrement" })),
        ),
        "technician deletes own followup" => (
            "technician",
            "DELETE",
            format!("{followups}/{followup}"),
            None,
        ),
        "technician updates a ticket assigned to another" => (
            "technician",
            "PUT",
            format!("Ticket/{theirs}"),
            input(json!({ "name": "repris" })),
        ),
        "technician comments a ticket assigned to another" => {
            ("technician", "POST", followups.to_owned(), input(words))
        }
        _ => (
            "technician",
            "POST",
            "Ticket_User".to_owned(),
            input(json!({ "tickets_id": theirs, "users_id": me, "type": 2 })),
        ),
    };
    let answer = on.ask(role, method, &format!("/{path}"), body)?;
    let status = row.get(0).unwrap_or(row);
    on.same(name, "status", status, &json!(answer.status));
    let (expected, got) = (error_code(&row[1]), error_code(&answer.body));
    if expected != got {
        on.say(
            name,
            &format!("error code {got:?} where {expected:?} was recorded"),
        );
    }
    Ok(())
}

/// How much goes into one request.
fn sizes(on: &mut Probing<'_>, key: &str, name: &str, row: &Value) -> Result<()> {
    let ticket = on.matrix;
    let got = if let Some(n) = key
        .strip_prefix("getMultipleItems n=")
        .and_then(|n| n.parse::<usize>().ok())
    {
        let items: Vec<String> = (0..n)
            .map(|i| {
                format!(
                    "items%5B{i}%5D%5Bitemtype%5D=Ticket&items%5B{i}%5D%5Bitems_id%5D={}",
                    1000 + i
                )
            })
            .collect();
        let answer = on.ask(
            "technician",
            "GET",
            &format!("/getMultipleItems?{}", items.join("&")),
            None,
        )?;
        json!([answer.status, answer.rows().unwrap_or_default()])
    } else if key.starts_with("followup of") {
        let read = on.followup(ticket, &json!("f".repeat(70_000)))?;
        json!([201, read.as_str().map(|text| text.chars().count())])
    } else {
        let answer = on.put(
            "technician",
            ticket,
            json!({ "content": "c".repeat(3_000_000) }),
        )?;
        let read = on.ticket(ticket)?["content"]
            .as_str()
            .map(|text| text.chars().count());
        json!([answer.status, read])
    };
    // The recorded middle value is the length of the address, the last what was read.
    let last = row
        .as_array()
        .and_then(|row| row.last())
        .filter(|last| last.is_number());
    on.same(
        name,
        "status and size",
        &json!([row[0], last.unwrap_or(&json!(0))]),
        &got,
    );
    Ok(())
}

/// A narrowed session sees less, and is refused the rest.
fn entities(on: &mut Probing<'_>, key: &str, name: &str, row: &Value) -> Result<()> {
    let root = on.matrix;
    let everything = total(on, "technician")?;
    let choice = match key {
        "after all" => json!({ "entities_id": "all" }),
        "entities 0 recursive" => json!({ "entities_id": 0, "is_recursive": true }),
        _ => json!({ "entities_id": 1 }),
    };
    on.ask("narrowed", "POST", "/changeActiveEntities", Some(choice))?;
    let seen = total(on, "narrowed")?;
    let narrowed = match (key, on.glpi()) {
        ("after all", Glpi::V10_0) => true,
        ("after all" | "entities 0 recursive", _) => false,
        _ => {
            let answer = on.ask("narrowed", "GET", &format!("/Ticket/{root}"), None)?;
            on.outcome(name, &row[1], &row[2], &answer);
            true
        }
    };
    if narrowed != (seen < everything) || seen == 0 {
        on.say(
            name,
            &format!("sees {seen} of {everything} tickets, where {row} was recorded"),
        );
    }
    Ok(())
}

/// How many tickets a session finds.
fn total(on: &mut Probing<'_>, role: &str) -> Result<u64> {
    let answer = on.ask(role, "GET", "/search/Ticket?range=0-0", None)?;
    Ok(answer.body["totalcount"].as_u64().unwrap_or_default())
}

//! What moves a ticket's `date_mod`, status and priority.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::super::recording::probe;
use super::steps::{Walk, step};
use super::{MOVES, PRIORITIES, Probing};

/// Urgency × impact, as the GLPI itself computes it.
pub fn priorities(on: &mut Probing<'_>) -> Result<()> {
    let ticket = on.create("Ticket", json!({ "name": "priorité", "content": "x" }))?;
    let table = probe(on.glpi(), PRIORITIES)?;
    for (cell, expected) in table.as_object().into_iter().flatten() {
        let mut digits = cell.chars().filter_map(|c| c.to_digit(10));
        let (urgency, impact) = (digits.next(), digits.next());
        if expected.is_array() {
            on.put("technician", ticket, json!({ "urgency": 5, "impact": 5 }))?;
            on.put("technician", ticket, json!({ "urgency": 5 }))?;
            let first = on.ticket(ticket)?["priority"].clone();
            on.put("technician", ticket, json!({ "urgency": 1 }))?;
            let second = on.ticket(ticket)?["priority"].clone();
            on.same(PRIORITIES, cell, expected, &json!([first, second]));
            continue;
        }
        on.put(
            "technician",
            ticket,
            json!({ "urgency": urgency, "impact": impact }),
        )?;
        let got = on.ticket(ticket)?["priority"].clone();
        on.same(PRIORITIES, cell, expected, &got);
    }
    Ok(())
}

/// A ticket's life, write by write.
pub fn moves(on: &mut Probing<'_>) -> Result<()> {
    let requester = on.user(12);
    let ticket = on.create(
        "Ticket",
        json!({ "name": "mouvements", "content": "x", "_users_id_requester": requester }),
    )?;
    let mut walk = Walk {
        ticket,
        ..Walk::default()
    };
    let rows = probe(on.glpi(), MOVES)?;
    for row in rows.as_array().into_iter().flatten() {
        let Some(write) = row["write"].as_str() else {
            aside(on, &walk, row)?;
            continue;
        };
        let name = format!("{MOVES} ({write})");
        let before = on.ticket(ticket)?;
        let answer = step(on, &mut walk, write).with_context(|| write.to_owned())?;
        on.outcome(&name, &row["status"], &row["body"], &answer);
        let after = on.ticket(ticket)?;
        on.same(
            &name,
            "date_mod moved",
            &row["date_mod_changed"],
            &json!(before["date_mod"] != after["date_mod"]),
        );
        on.same(
            &name,
            "status before and after",
            &row["ticket_status"],
            &json!([before["status"], after["status"]]),
        );
        let updater = on.ids.get(
            "User",
            row["users_id_lastupdater"].as_u64().unwrap_or_default(),
        );
        on.same(
            &name,
            "users_id_lastupdater",
            &json!(updater),
            &after["users_id_lastupdater"],
        );
        if write.starts_with("PUT TicketTask") {
            walk.times.push(after["actiontime"].clone());
        }
    }
    Ok(())
}

/// The rows that look at something beside the ticket.
fn aside(on: &mut Probing<'_>, walk: &Walk, row: &Value) -> Result<()> {
    for (what, expected) in row.as_object().into_iter().flatten() {
        if what.starts_with("ticket.actiontime") {
            on.same(MOVES, what, expected, &json!(walk.times));
        } else if what.starts_with("actors after") {
            let got = on
                .ask(
                    "technician",
                    "GET",
                    &format!("/Ticket/{}/Ticket_User", walk.ticket),
                    None,
                )?
                .body;
            let mine = |row: &Value| {
                json!([
                    on.ids
                        .get("User", row["users_id"].as_u64().unwrap_or_default()),
                    row["type"]
                ])
            };
            let theirs = |row: &Value| json!([row["users_id"], row["type"]]);
            let expected: Value = expected
                .as_array()
                .into_iter()
                .flatten()
                .map(mine)
                .collect();
            let got: Value = got.as_array().into_iter().flatten().map(theirs).collect();
            on.same(MOVES, what, &expected, &got);
        } else {
            on.say(MOVES, &format!("nobody measures {what} again"));
        }
    }
    Ok(())
}

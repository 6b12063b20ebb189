//! What becomes of a text: the same texts through every way in, value by value.

use anyhow::Result;
use serde_json::{Value, json};

use super::super::recording::probe;
use super::{ENCODING, Probing, ROUND_TRIP};

pub fn matrix(on: &mut Probing<'_>) -> Result<()> {
    let requester = on.user(12);
    on.matrix = on.create(
        "Ticket",
        json!({ "name": "matrice", "content": "x", "_users_id_requester": requester }),
    )?;
    let rows = probe(on.glpi(), ENCODING)?;
    for row in rows.as_array().into_iter().flatten() {
        let sent = json!(unabridged(row["sent"].as_str().unwrap_or_default()));
        let got = ways_in(on, &sent)?;
        for (way, expected) in row
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(way, _)| *way != "sent")
        {
            if !matches_abridged(expected, &got[way]) {
                on.say(
                    ENCODING,
                    &format!(
                        "{sent} through {way}: {} where {expected} was recorded",
                        got[way]
                    ),
                );
            }
        }
    }
    Ok(())
}

/// One text as title and content, written to a ticket, as a followup and in a new ticket; what each reads afterwards.
fn ways_in(on: &mut Probing<'_>, sent: &Value) -> Result<Value> {
    let ticket = on.matrix;
    on.put(
        "technician",
        ticket,
        json!({ "name": sent, "content": sent }),
    )?;
    let put = on.ticket(ticket)?;
    let mut decoded = super::super::world::request("GET", &format!("/Ticket/{ticket}"), None);
    decoded.headers.insert(
        "X-GLPI-Sanitized-Content".to_owned(),
        Some("false".to_owned()),
    );
    let decoded = on.world.send("technician", &decoded)?.body;
    let followup = on.followup(ticket, sent)?;
    let created = on.create("Ticket", json!({ "name": sent, "content": sent }))?;
    let created = on.ticket(created)?;
    Ok(json!({
        "name": put["name"], "content": put["content"], "followup": followup,
        "content_X-GLPI-Sanitized-Content:false": decoded["content"],
        "create_name": created["name"], "create_content": created["content"],
    }))
}

/// Texts with backslashes, the same way under other names.
pub fn backslashes(on: &mut Probing<'_>, name: &str, rows: &Value) -> Result<()> {
    let names = [
        ("put_name", "name"),
        ("put_content", "content"),
        ("post_followup", "followup"),
        ("post_name", "create_name"),
        ("post_content", "create_content"),
    ];
    for row in rows.as_array().into_iter().flatten() {
        let got = ways_in(on, &row["sent"])?;
        for (recorded, way) in names {
            on.same(
                name,
                &format!("{} as {recorded}", row["sent"]),
                &row[recorded],
                &got[way],
            );
        }
    }
    Ok(())
}

/// Newlines in a ticket's content.
pub fn newlines(on: &mut Probing<'_>, name: &str, rows: &Value) -> Result<()> {
    let ticket = on.matrix;
    for row in rows.as_array().into_iter().flatten() {
        let answer = on.put("technician", ticket, json!({ "content": row["sent"] }))?;
        on.same(name, "status", &row["status"], &json!(answer.status));
        let got = on.ticket(ticket)?;
        on.same(
            name,
            &row["sent"].to_string(),
            &row["read"],
            &got["content"],
        );
    }
    Ok(())
}

/// Writing back what was read changes nothing, three times over.
pub fn round_trip(on: &mut Probing<'_>) -> Result<()> {
    let ticket = on.create("Ticket", json!({ "name": "aller-retour", "content": "x" }))?;
    let rows = probe(on.glpi(), ROUND_TRIP)?;
    for row in rows.as_array().into_iter().flatten() {
        let sent = &row["sent"];
        on.put(
            "technician",
            ticket,
            json!({ "name": sent, "content": sent }),
        )?;
        for pair in row["read_then_written_back_3x"]
            .as_array()
            .into_iter()
            .flatten()
        {
            let got = on.ticket(ticket)?;
            on.same(
                ROUND_TRIP,
                &sent.to_string(),
                pair,
                &json!([got["name"], got["content"]]),
            );
            on.put(
                "technician",
                ticket,
                json!({ "name": got["name"], "content": got["content"] }),
            )?;
        }
    }
    Ok(())
}

/// `xxxx…(300 chars)`: the table keeps the beginning and the length of a long text.
fn abridged(text: &str) -> Option<(&str, usize)> {
    let (head, rest) = text.split_once("…(")?;
    Some((head, rest.strip_suffix(" chars)")?.parse().ok()?))
}

fn unabridged(text: &str) -> String {
    match abridged(text) {
        Some((head, length)) => head.chars().cycle().take(length).collect(),
        None => text.to_owned(),
    }
}

fn matches_abridged(expected: &Value, got: &Value) -> bool {
    match (expected.as_str(), got.as_str()) {
        (Some("…"), Some(_)) => true,
        (Some(e), Some(g)) => match abridged(e) {
            Some((head, length)) => g.starts_with(head) && g.chars().count() == length,
            None => e == g,
        },
        _ => expected == got || expected.as_f64().is_some() && expected.as_f64() == got.as_f64(),
    }
}

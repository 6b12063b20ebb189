//! Ways in: sign-in, languages, tokens, and the same request twice.

use anyhow::Result;
use serde_json::{Value, json};

use super::super::sandbox;
use super::super::world::request;
use super::Probing;

/// Signing in, and doing the same twice.
pub fn twice_or_refused(on: &mut Probing<'_>, key: &str, name: &str, row: &Value) -> Result<()> {
    if key.starts_with("4 parallel") {
        let (ticket, colleague) = (
            on.create("Ticket", json!({ "name": "course", "content": "x" }))?,
            on.user(11),
        );
        let mut statuses = Vec::new();
        for _ in 0..4 {
            let input =
                json!({ "input": { "tickets_id": ticket, "users_id": colleague, "type": 2 } });
            statuses.push(
                on.ask("technician", "POST", "/Ticket_User", Some(input))?
                    .status,
            );
        }
        let mut recorded: Vec<u64> = row[0]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_u64)
            .collect();
        recorded.sort_unstable();
        statuses.sort_unstable();
        on.same(name, "statuses", &json!(recorded), &json!(statuses));
        return Ok(());
    }
    let (path, authorization) = match key {
        _ if key.starts_with("Accept-Language") => ("/initSession", "Basic inconnu:wrong"),
        _ => ("/Ticket", "Basic <technician>"),
    };
    let mut request = request("GET", path, None);
    request
        .headers
        .insert("Authorization".to_owned(), Some(authorization.to_owned()));
    request
        .headers
        .insert("Accept-Language".to_owned(), Some("en".to_owned()));
    let answer = on.world.send("nobody", &request)?;
    on.outcome(name, &row[0], &row[1], &answer);
    Ok(())
}

/// A user whose language is English reads GLPI's words in English; the codes stay.
pub fn english(on: &mut Probing<'_>, name: &str, row: &Value) -> Result<()> {
    let colleague = on.user(11);
    let language = |language: Value| Some(json!({ "input": { "language": language } }));
    let path = format!("/User/{colleague}");
    on.ask("super-admin", "PUT", &path, language(json!("en_GB")))?;
    let missing = on.ask("colleague in English", "GET", "/Ticket/99999999", None)?;
    let refused = on.ask("colleague in English", "GET", "/Location?range=0-1", None)?;
    let got = json!([missing.status, missing.body, refused.status, refused.body]);
    on.same(name, "answers", row, &got);
    on.ask("super-admin", "PUT", &path, language(Value::Null))?;
    Ok(())
}

pub fn tokens_in_the_address(on: &mut Probing<'_>, name: &str, row: &Value) -> Result<()> {
    let token = on.world.session("technician")?.unwrap_or_default();
    let path = format!(
        "/getMyProfiles?session_token={token}&app_token={}",
        sandbox::APP_TOKEN
    );
    let mut request = request("GET", &path, None);
    request.headers.insert("App-Token".to_owned(), None);
    let answer = on.world.send("nobody", &request)?;
    on.same(name, "status", row, &json!(answer.status));
    Ok(())
}

/// A user with a zone of his own: what he reads and writes moves by as many hours as were recorded.
pub fn own_zone(on: &mut Probing<'_>, name: &str, row: &Value) -> Result<()> {
    let ticket = on.create("Ticket", json!({ "name": "fuseau", "content": "x" }))?;
    let (me, path) = (on.user(6), format!("/Ticket/{ticket}"));
    let zone = |zone: Value| Some(json!({ "input": { "timezone": zone } }));
    let put = on.ask(
        "technician",
        "PUT",
        &format!("/User/{me}"),
        zone(json!("America/New_York")),
    )?;
    on.outcome(name, &row["put"][0], &row["put"][1], &put);
    let moved = hours(
        &row["paris session"]["date"],
        &row["new_york session"]["date"],
    );
    for field in ["date", "date_mod"] {
        let paris = on.ask("technician", "GET", &path, None)?.body;
        let york = on.ask("technician in New York", "GET", &path, None)?.body;
        let got = hours(&paris[field], &york[field]);
        on.same(
            name,
            &format!("hours between the two readings of {field}"),
            &json!(moved),
            &json!(got),
        );
    }
    let write = json!({ "input": { "name": "fuseau horaire" } });
    on.ask("technician in New York", "PUT", &path, Some(write))?;
    let now = on.world.now();
    let paris = on.ask("technician", "GET", &path, None)?.body;
    on.same(
        name,
        "date_mod after a write from New York",
        &json!(now),
        &paris["date_mod"],
    );
    let york = on.ask("technician in New York", "GET", &path, None)?;
    let modified = york.header("Last-Modified").unwrap_or_default().to_owned();
    let modified = jiff::fmt::rfc2822::parse(&modified)
        .map(|at| at.timestamp())
        .ok();
    let expected =
        tournee_sandbox::clock::parse_local(&now, &jiff::tz::TimeZone::get("Europe/Paris")?);
    if modified != expected {
        on.say(
            name,
            &format!("Last-Modified {modified:?} where {expected:?} is the time of the write"),
        );
    }
    on.ask(
        "technician",
        "PUT",
        &format!("/User/{me}"),
        zone(Value::Null),
    )?;
    Ok(())
}

fn hours(from: &Value, to: &Value) -> Option<i64> {
    let read = |date: &Value| -> Option<jiff::civil::DateTime> {
        date.as_str()?.replace(' ', "T").parse().ok()
    };
    Some(read(to)?.duration_since(read(from)?).as_hours())
}

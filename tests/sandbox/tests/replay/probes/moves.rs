//! What moves a ticket's `date_mod`, status and priority.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::super::recording::probe;
use super::super::world::Answer;
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
            let first = on.ticket(ticket)?["priority"].take();
            on.put("technician", ticket, json!({ "urgency": 1 }))?;
            let second = on.ticket(ticket)?["priority"].take();
            on.same(PRIORITIES, cell, expected, &json!([first, second]));
            continue;
        }
        on.put("technician", ticket, json!({ "urgency": urgency, "impact": impact }))?;
        let got = on.ticket(ticket)?["priority"].take();
        on.same(PRIORITIES, cell, expected, &got);
    }
    Ok(())
}

/// The state that one step leaves for the next.
struct Walk {
    ticket: u64,
    assignee: u64,
    followup: u64,
    task: u64,
    /// The ticket's `actiontime` after each of the two changes of the task.
    times: Vec<Value>,
}

/// A ticket's life, write by write.
pub fn moves(on: &mut Probing<'_>) -> Result<()> {
    let requester = on.user(12);
    let ticket = on.create("Ticket", json!({ "name": "mouvements", "content": "x", "_users_id_requester": requester }))?;
    let mut walk = Walk { ticket, assignee: 0, followup: 0, task: 0, times: Vec::new() };
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
        on.same(&name, "date_mod moved", &row["date_mod_changed"], &json!(before["date_mod"] != after["date_mod"]));
        on.same(&name, "status before and after", &row["ticket_status"], &json!([before["status"], after["status"]]));
        let updater = on.ids.get("User", row["users_id_lastupdater"].as_u64().unwrap_or_default());
        on.same(&name, "users_id_lastupdater", &json!(updater), &after["users_id_lastupdater"]);
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
            let got = on.ask("technician", "GET", &format!("/Ticket/{}/Ticket_User", walk.ticket), None)?.body;
            let mine = |row: &Value| json!([on.ids.get("User", row["users_id"].as_u64().unwrap_or_default()), row["type"]]);
            let theirs = |row: &Value| json!([row["users_id"], row["type"]]);
            let expected: Value = expected.as_array().into_iter().flatten().map(mine).collect();
            let got: Value = got.as_array().into_iter().flatten().map(theirs).collect();
            on.same(MOVES, what, &expected, &got);
        } else {
            on.say(MOVES, &format!("nobody measures {what} again"));
        }
    }
    Ok(())
}

fn step(on: &mut Probing<'_>, walk: &mut Walk, write: &str) -> Result<Answer> {
    let ticket = walk.ticket;
    let (colleague, observer) = (on.user(11), on.user(16));
    let followups = on.glpi().followup();
    let parent = on.followup_input(ticket, json!("x"));
    let with_parent = |key: &str, value: Value| {
        let mut input = parent.clone();
        input[key] = value;
        input
    };
    let (role, method, path, input) = match write {
        "PUT Ticket name" | "PUT Ticket same name" => ("technician", "PUT", format!("Ticket/{ticket}"), json!({ "name": "renommé" })),
        "PUT Ticket unknown field" => ("technician", "PUT", format!("Ticket/{ticket}"), json!({ "nimporte": "quoi" })),
        "POST Ticket_User assign" => ("technician", "POST", "Ticket_User".into(), json!({ "tickets_id": ticket, "users_id": colleague, "type": 2 })),
        "POST Ticket_User observer" => ("technician", "POST", "Ticket_User".into(), json!({ "tickets_id": ticket, "users_id": observer, "type": 3 })),
        "DELETE Ticket_User assign" => ("technician", "DELETE", format!("Ticket_User/{}", walk.assignee), Value::Null),
        "POST Group_Ticket" => ("technician", "POST", "Group_Ticket".into(), json!({ "tickets_id": ticket, "groups_id": 1, "type": 2 })),
        "POST followup" | "tech followup on solved/closed" => ("technician", "POST", followups.into(), with_parent("content", json!("tech"))),
        "PUT followup" => ("technician", "PUT", format!("{followups}/{}", walk.followup), json!({ "content": "modifié" })),
        "PUT followup with parent key" => ("technician", "PUT", format!("{followups}/{}", walk.followup), with_parent("content", json!("encore"))),
        "DELETE followup (super-admin)" => ("super-admin", "DELETE", format!("{followups}/{}", walk.followup), Value::Null),
        "POST TicketTask" => ("technician", "POST", "TicketTask".into(), json!({ "tickets_id": ticket, "content": "x", "actiontime": 600 })),
        "PUT TicketTask actiontime" => ("technician", "PUT", format!("TicketTask/{}", walk.task), json!({ "actiontime": 1200 })),
        "PUT TicketTask actiontime with tickets_id" => {
            ("technician", "PUT", format!("TicketTask/{}", walk.task), json!({ "actiontime": 1800, "tickets_id": ticket }))
        }
        "POST Item_Ticket" => ("super-admin", "POST", "Item_Ticket".into(), json!({ "tickets_id": ticket, "itemtype": "Computer", "items_id": 1 })),
        "PUT status 4" => ("technician", "PUT", format!("Ticket/{ticket}"), json!({ "status": 4 })),
        "PUT status 2" => ("technician", "PUT", format!("Ticket/{ticket}"), json!({ "status": 2 })),
        "PUT status 1" => ("technician", "PUT", format!("Ticket/{ticket}"), json!({ "status": 1 })),
        "PUT status 6" => ("technician", "PUT", format!("Ticket/{ticket}"), json!({ "status": 6 })),
        "PUT _users_id_assign [id] (array)" => ("technician", "PUT", format!("Ticket/{ticket}"), json!({ "_users_id_assign": [colleague] })),
        "PUT solution (field)" => ("technician", "PUT", format!("Ticket/{ticket}"), json!({ "solution": "Résolu", "solutiontypes_id": 1 })),
        "PUT status 5 + solution text together" => ("technician", "PUT", format!("Ticket/{ticket}"), json!({ "status": 5, "solution": "Autre" })),
        "POST ITILSolution" | "second POST ITILSolution" => {
            ("technician", "POST", "ITILSolution".into(), json!({ "itemtype": "Ticket", "items_id": ticket, "content": "Résolu" }))
        }
        "requester followup add_reopen (ticket solved/closed)" => ("self-service", "POST", followups.into(), with_parent("add_reopen", json!(1))),
        "requester followup WITHOUT add_reopen" => ("self-service", "POST", followups.into(), with_parent("content", json!("moi"))),
        "PUT title on closed (tech)" => ("technician", "PUT", format!("Ticket/{ticket}"), json!({ "name": "clos" })),
        "PUT title on closed (super-admin)" => ("super-admin", "PUT", format!("Ticket/{ticket}"), json!({ "name": "clos" })),
        "DELETE (trash, super-admin)" => ("super-admin", "DELETE", format!("Ticket/{ticket}"), Value::Null),
        other => anyhow::bail!("nobody measures {other} again"),
    };
    let body = (!input.is_null()).then(|| json!({ "input": input }));
    let answer = on.ask(role, method, &format!("/{path}"), body)?;
    let id = answer.body["id"].as_u64().unwrap_or_default();
    match write {
        "POST Ticket_User assign" => walk.assignee = id,
        "POST followup" => walk.followup = id,
        "POST TicketTask" => walk.task = id,
        _ => {}
    }
    Ok(answer)
}


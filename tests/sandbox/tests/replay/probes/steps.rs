//! The writes of a ticket's life, by the names that the recorded table gives them.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::super::world::Answer;
use super::Probing;

/// The state that one step leaves for the next.
#[derive(Default)]
pub struct Walk {
    pub ticket: u64,
    pub assignee: u64,
    pub followup: u64,
    pub task: u64,
    /// The ticket's `actiontime` after each of the two changes of the task.
    pub times: Vec<Value>,
}

/// One write: who, how, where, what.
struct Step {
    role: &'static str,
    method: &'static str,
    path: String,
    input: Option<Value>,
}

fn by(
    role: &'static str,
    method: &'static str,
    path: impl Into<String>,
    input: Value,
) -> Option<Step> {
    let input = (!input.is_null()).then_some(input);
    Some(Step {
        role,
        method,
        path: path.into(),
        input,
    })
}

/// Does the write of that name, and keeps the ids that later writes need.
pub fn step(on: &mut Probing<'_>, walk: &mut Walk, write: &str) -> Result<Answer> {
    let step = on_ticket(on, walk, write)
        .or_else(|| actors(on, walk, write))
        .or_else(|| timeline(on, walk, write))
        .or_else(|| tasks(walk, write))
        .with_context(|| format!("nobody measures {write} again"))?;
    let body = step.input.map(|input| json!({ "input": input }));
    let answer = on.ask(step.role, step.method, &format!("/{}", step.path), body)?;
    let id = answer.body["id"].as_u64().unwrap_or_default();
    match write {
        "POST Ticket_User assign" => walk.assignee = id,
        "POST followup" => walk.followup = id,
        "POST TicketTask" => walk.task = id,
        _ => {}
    }
    Ok(answer)
}

fn on_ticket(on: &Probing<'_>, walk: &Walk, write: &str) -> Option<Step> {
    let path = format!("Ticket/{}", walk.ticket);
    let input = match write {
        "PUT Ticket name" | "PUT Ticket same name" => json!({ "name": "renommé" }),
        "PUT Ticket unknown field" => json!({ "nimporte": "quoi" }),
        "PUT status 1" => json!({ "status": 1 }),
        "PUT status 2" => json!({ "status": 2 }),
        "PUT status 4" => json!({ "status": 4 }),
        "PUT status 6" => json!({ "status": 6 }),
        "PUT _users_id_assign [id] (array)" => json!({ "_users_id_assign": [on.user(11)] }),
        "PUT solution (field)" => json!({ "solution": "Résolu", "solutiontypes_id": 1 }),
        "PUT status 5 + solution text together" => json!({ "status": 5, "solution": "Autre" }),
        "PUT title on closed (tech)" => json!({ "name": "clos" }),
        "PUT title on closed (super-admin)" => {
            return by("super-admin", "PUT", path, json!({ "name": "clos" }));
        }
        "DELETE (trash, super-admin)" => return by("super-admin", "DELETE", path, Value::Null),
        _ => return None,
    };
    by("technician", "PUT", path, input)
}

fn actors(on: &Probing<'_>, walk: &Walk, write: &str) -> Option<Step> {
    let ticket = walk.ticket;
    let user = |id: u64, role: u64| json!({ "tickets_id": ticket, "users_id": id, "type": role });
    let group = json!({ "tickets_id": ticket, "groups_id": on.ids.get("Group", 1), "type": 2 });
    let asset = json!({ "tickets_id": ticket, "itemtype": "Computer", "items_id": 1 });
    match write {
        "POST Ticket_User assign" => by("technician", "POST", "Ticket_User", user(on.user(11), 2)),
        "POST Ticket_User observer" => {
            by("technician", "POST", "Ticket_User", user(on.user(16), 3))
        }
        "DELETE Ticket_User assign" => by(
            "technician",
            "DELETE",
            format!("Ticket_User/{}", walk.assignee),
            Value::Null,
        ),
        "POST Group_Ticket" => by("technician", "POST", "Group_Ticket", group),
        "POST Item_Ticket" => by("super-admin", "POST", "Item_Ticket", asset),
        _ => None,
    }
}

fn timeline(on: &Probing<'_>, walk: &Walk, write: &str) -> Option<Step> {
    let itemtype = on.glpi().followup();
    let words = |text: &str| on.followup_input(walk.ticket, json!(text));
    let mine = format!("{itemtype}/{}", walk.followup);
    let solution = json!({ "itemtype": "Ticket", "items_id": walk.ticket, "content": "Résolu" });
    match write {
        "POST followup" | "tech followup on solved/closed" => {
            by("technician", "POST", itemtype, words("tech"))
        }
        "PUT followup" => by("technician", "PUT", mine, json!({ "content": "modifié" })),
        "PUT followup with parent key" => by("technician", "PUT", mine, words("encore")),
        "DELETE followup (super-admin)" => by("super-admin", "DELETE", mine, Value::Null),
        "requester followup WITHOUT add_reopen" => {
            by("self-service", "POST", itemtype, words("moi"))
        }
        "requester followup add_reopen (ticket solved/closed)" => {
            let mut input = words("rouvrez");
            input["add_reopen"] = json!(1);
            by("self-service", "POST", itemtype, input)
        }
        "POST ITILSolution" | "second POST ITILSolution" => {
            by("technician", "POST", "ITILSolution", solution)
        }
        _ => None,
    }
}

fn tasks(walk: &Walk, write: &str) -> Option<Step> {
    let (ticket, path) = (walk.ticket, format!("TicketTask/{}", walk.task));
    let task = json!({ "tickets_id": ticket, "content": "x", "actiontime": 600 });
    match write {
        "POST TicketTask" => by("technician", "POST", "TicketTask", task),
        "PUT TicketTask actiontime" => by("technician", "PUT", path, json!({ "actiontime": 1200 })),
        "PUT TicketTask actiontime with tickets_id" => by(
            "technician",
            "PUT",
            path,
            json!({ "actiontime": 1800, "tickets_id": ticket }),
        ),
        _ => None,
    }
}

//! New tickets.

use serde_json::Value as Json;

use super::{
    Added, Input, Refusal, access, actor,
    dates::{self, Given},
    ids, int, stored, ticket,
};
use crate::{
    dialect::Write,
    value::Value,
    world::{World, rights, session::Session},
};

const TYPE: &str = "Ticket";

/// Adds a ticket.
pub fn add(world: &mut World, who: &Session, input: &Input) -> Added {
    let bits = access::right(world, who, "ticket");
    if bits & rights::CREATE == 0 {
        return Err(Refusal::right(who));
    }
    let technician = bits & rights::UPDATE != 0;
    let id = insert(world, who, input, technician)?;
    add_actors(world, who, input, id);
    Ok((id, message(world, id)))
}

fn insert(
    world: &mut World,
    who: &Session,
    input: &Input,
    technician: bool,
) -> Result<i64, Refusal> {
    let urgency = int(input, "urgency").unwrap_or(3);
    let impact = int(input, "impact").unwrap_or(3);
    let computed = world.dialect.priority(urgency, impact);
    let priority = int(input, "priority")
        .filter(|_| technician)
        .unwrap_or(computed);
    let now = world.now_value();
    let mut row: Vec<(&str, Value)> = vec![
        (
            "entities_id",
            int(input, "entities_id").unwrap_or(who.entity).into(),
        ),
        ("date", now.clone()),
        ("date_mod", now.clone()),
        ("date_creation", now),
        ("users_id_recipient", who.user.into()),
        ("users_id_lastupdater", who.user.into()),
        ("urgency", urgency.into()),
        ("impact", impact.into()),
        ("priority", priority.into()),
        ("name", "".into()),
        ("content", "".into()),
    ];
    for column in [
        "name",
        "content",
        "itilcategories_id",
        "locations_id",
        "type",
        "requesttypes_id",
    ] {
        let Some(json) = input.get(column) else {
            continue;
        };
        if let Some(value) = stored(world, Write::TicketAdd, TYPE, column, json) {
            row.push((column, value));
        }
    }
    for column in ["date", "time_to_resolve", "time_to_own"] {
        let Some(text) = input.get(column).and_then(Json::as_str) else {
            continue;
        };
        match dates::read(world, text) {
            Given::Stored(value) => row.push((column, value)),
            Given::Refused if column == "date" => {
                return Err(Refusal::Message(
                    "Valeur incorrecte pour le champ date.".to_owned(),
                ));
            }
            Given::Refused | Given::Malformed => {}
        }
    }
    let id = world.insert(TYPE, &row);
    if let Some(status) = int(input, "status").filter(|_| technician) {
        world.set(TYPE, id, "status", status.into());
    }
    Ok(id)
}

fn message(world: &World, id: i64) -> String {
    if world.dialect.is_9_2() {
        return format!(
            "Votre ticket a bien été enregistré, son traitement est en cours. (Ticket : {id})"
        );
    }
    let name = world.row(TYPE, id).map_or("", |row| row.text("name"));
    match name {
        "" => format!("Élément ajouté : Ticket - ID {id} ({id})"),
        name => format!("Élément ajouté : {name} ({id})"),
    }
}

fn add_actors(world: &mut World, who: &Session, input: &Input, id: i64) {
    let old = world.dialect.is_9_2();
    let mut requesters = ids(input, "_users_id_requester");
    let mut assigned = ids(input, "_users_id_assign");
    let emails = emails(input);
    requesters.retain(|user| *user != 0);
    assigned.retain(|user| *user != 0);
    if old {
        // 9.2 makes its writer the requester and the assigned one, where nobody else is.
        let central = access::right(world, who, "ticket") & rights::UPDATE != 0;
        if requesters.is_empty() && emails.is_empty() {
            requesters.push(who.user);
        }
        if assigned.is_empty() && central && ids(input, "_groups_id_assign").is_empty() {
            assigned.push(who.user);
        }
    }
    let observers = ids(input, "_users_id_observer");
    let observers = observers.into_iter().filter(|user| *user != 0);
    for user in requesters {
        put(world, id, user, 1, "");
    }
    for email in emails {
        put(world, id, 0, 1, &email);
    }
    let assigned = assigned.into_iter().map(|user| (user, 2));
    let observers = observers.map(|user| (user, 3));
    let both: Vec<(i64, i64)> = if old {
        observers.chain(assigned).collect()
    } else {
        assigned.chain(observers).collect()
    };
    for (user, role) in both {
        put(world, id, user, role, "");
    }
    for (field, role) in [
        ("_groups_id_requester", 1),
        ("_groups_id_observer", 3),
        ("_groups_id_assign", 2),
    ] {
        for group in ids(input, field).into_iter().filter(|group| *group != 0) {
            let row = [
                ("tickets_id", id.into()),
                ("groups_id", group.into()),
                ("type", role.into()),
            ];
            world.insert("Group_Ticket", &row);
            if role == actor::ASSIGNED {
                actor::now_assigned(world, id);
            }
        }
    }
}

fn put(world: &mut World, ticket: i64, user: i64, role: i64, email: &str) {
    // A user that doesn't exist is stored all the same.
    let row = [
        ("tickets_id", ticket.into()),
        ("users_id", user.into()),
        ("type", role.into()),
        ("alternative_email", email.into()),
    ];
    world.insert("Ticket_User", &row);
    if role == actor::ASSIGNED {
        actor::now_assigned(world, ticket);
        ticket::take_into_account(world, ticket);
    }
}

fn emails(input: &Input) -> Vec<String> {
    let given = input
        .get("_users_id_requester_notif")
        .and_then(|json| json.get("alternative_email"));
    let texts: Vec<&Json> = match given {
        Some(Json::Array(list)) => list.iter().collect(),
        Some(json) => vec![json],
        None => Vec::new(),
    };
    texts
        .into_iter()
        .filter_map(Json::as_str)
        .filter(|email| !email.is_empty())
        .map(str::to_owned)
        .collect()
}

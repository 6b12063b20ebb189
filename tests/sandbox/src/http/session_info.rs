//! What a session tells about itself, and GLPI about its settings.

use super::{call::Call, reply::Reply, sign_in::scope};
use crate::{
    value::Value,
    world::{
        World, rights,
        session::{Language, Session},
    },
};

/// The profiles of a user, with their entities.
pub(super) fn profiles(world: &World, who: &Session) -> Value {
    let mut ids: Vec<i64> = world
        .rows_by("Profile_User", "users_id", who.user)
        .map(|row| row.int("profiles_id"))
        .collect();
    ids.dedup();
    Value::List(ids.into_iter().map(|id| profile(world, who, id)).collect())
}

fn profile(world: &World, who: &Session, id: i64) -> Value {
    let name = world
        .row("Profile", id)
        .map_or(Value::Null, |row| row.get("name").clone());
    Value::map([
        ("id", id.into()),
        ("name", name),
        ("entities", profile_entities(world, who, id)),
    ])
}

fn profile_entities(world: &World, who: &Session, id: i64) -> Value {
    let rows = world.rows_by("Profile_User", "users_id", who.user);
    Value::List(
        rows.filter(|row| row.int("profiles_id") == id)
            .map(|row| {
                let entity = row.int("entities_id");
                Value::map([
                    ("id", entity.into()),
                    ("name", entity_name(world, entity)),
                    ("is_recursive", row.get("is_recursive").clone()),
                ])
            })
            .collect(),
    )
}

fn entity_name(world: &World, id: i64) -> Value {
    world
        .row("Entity", id)
        .map_or(Value::Null, |row| row.get("completename").clone())
}

/// The active profile with all its rights.
pub(super) fn active_profile(world: &World, who: &Session) -> Value {
    let mut out = Vec::new();
    if let Some(row) = world.row("Profile", who.profile) {
        for column in &row.schema.columns {
            let value = row.get(column.name);
            let list = value.as_str().filter(|text| text.starts_with('['));
            let list = list.and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok());
            out.push((
                column.name,
                list.map_or_else(|| value.clone(), |json| Value::from(&json)),
            ));
        }
    }
    out.extend(
        rights::of(world.dialect.0, who.profile)
            .into_iter()
            .map(|(name, bits)| (name, bits.into())),
    );
    out.push(("entities", profile_entities(world, who, who.profile)));
    Value::map(out)
}

/// `getMyEntities`.
pub(super) fn my_entities(world: &World, call: &Call, who: &Session) -> Reply {
    let (first, reach) = scope(world, who.user, who.profile);
    let mut ids = vec![first];
    if call.asks("is_recursive") && !world.dialect.is_9_2() {
        ids = reach
            .into_iter()
            .filter(|id| *id != first)
            .chain([first])
            .collect();
    }
    let entities = ids
        .into_iter()
        .map(|id| Value::map([("id", id.into()), ("name", entity_name(world, id))]));
    Reply::json(
        200,
        Value::map([("myentities", Value::List(entities.collect()))]),
    )
}

/// `getActiveEntities`.
pub(super) fn active_entities(who: &Session) -> Reply {
    let entities = who
        .entities
        .iter()
        .map(|id| Value::map([("id", (*id).into())]));
    let active = Value::map([
        ("id", who.entity.into()),
        ("active_entity_recursive", who.recursive.clone()),
        ("active_entities", Value::List(entities.collect())),
    ]);
    Reply::json(200, Value::map([("active_entity", active)]))
}

/// The whole session, as PHP holds it.
pub(super) fn full_session(world: &World, who: &Session) -> Value {
    let template = if world.dialect.is_9_2() {
        include_str!("../data/session-9.2.json")
    } else {
        include_str!("../data/session-10.0.json")
    };
    let template: serde_json::Value = serde_json::from_str(template).unwrap_or_default();
    let Value::Map(pairs) = Value::from(&template) else {
        return Value::Null;
    };
    Value::Map(
        pairs
            .into_iter()
            .map(|(key, value)| {
                let own = value.as_str().is_some_and(|text| text.starts_with('{'));
                let value = if own {
                    session_value(world, who, &key)
                } else {
                    value
                };
                (key, value)
            })
            .collect(),
    )
}

fn session_value(world: &World, who: &Session, key: &str) -> Value {
    let user = |column| {
        world
            .row("User", who.user)
            .map_or(Value::Null, |row| row.get(column).clone())
    };
    let place = || {
        let name = entity_name(world, who.entity);
        let tree = if who.entities.len() > 1 {
            " (Arborescence)"
        } else {
            ""
        };
        Value::text(format!("{}{tree}", name.to_text()))
    };
    match key {
        "valid_id" => Value::text(&who.token),
        "glpi_currenttime" => world.now_value(),
        "glpiID" => who.user.into(),
        "glpiname" => user("name"),
        "glpirealname" => user("realname"),
        "glpifirstname" => user("firstname"),
        "glpifriendlyname" => Value::text(
            format!(
                "{} {}",
                user("realname").to_text(),
                user("firstname").to_text()
            )
            .trim(),
        ),
        "glpiroot" => (if world.dialect.is_9_2() { "/glpi" } else { "" }).into(),
        "glpicrontimer" => world.now().as_second().into(),
        "glpilanguage" => (if who.language == Language::English {
            "en_GB"
        } else {
            "fr_FR"
        })
        .into(),
        "glpishowallentities" => i64::from(who.entities.len() > 1).into(),
        "glpiprofiles" => match profiles(world, who) {
            Value::List(list) => Value::map(list.into_iter().map(|profile| {
                let id = profile.get("id").map_or(0, Value::as_int).to_string();
                let keep = |key: &'static str| (key, profile.get(key).cloned().unwrap_or_default());
                (id, Value::map([keep("name"), keep("entities")]))
            })),
            other => other,
        },
        "glpiactiveprofile" => active_profile(world, who),
        "glpiactiveentities" => Value::List(who.entities.iter().map(|id| (*id).into()).collect()),
        "glpiactiveentities_string" => {
            let ids: Vec<String> = who.entities.iter().map(|id| format!("'{id}'")).collect();
            ids.join(", ").into()
        }
        "glpiactive_entity" => who.entity.into(),
        "glpiactive_entity_recursive" => who.recursive.clone(),
        "glpiactive_entity_name" | "glpiactive_entity_shortname" => place(),
        "glpigroups" => Value::List(
            world
                .rows_by("Group_User", "users_id", who.user)
                .map(|row| row.get("groups_id").clone())
                .collect(),
        ),
        _ => Value::Null,
    }
}

/// `getGlpiConfig`.
pub(super) fn config(world: &World, call: &Call) -> Reply {
    let template = if world.dialect.is_9_2() {
        include_str!("../data/config-9.2.json")
    } else {
        include_str!("../data/config-10.0.json")
    };
    let root = call.base.trim_end_matches("/apirest.php");
    let text = template
        .replacen(
            "\"url_base\":\"{base}\"",
            &format!("\"url_base\":\"{root}\""),
            1,
        )
        .replacen("{base}", &call.base, 1);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    Reply::json(200, Value::map([("cfg_glpi", Value::from(&json))]))
}

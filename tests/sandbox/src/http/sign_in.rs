//! Sessions: who signs in, with which profile, in which entities.

use base64::{Engine, prelude::BASE64_STANDARD};

use super::{call::Call, reply::Reply};
use crate::{
    messages,
    value::Value,
    world::{
        World, rights,
        session::{Language, Session},
    },
};

/// `initSession`.
pub(super) fn init(world: &mut World, call: &Call) -> Reply {
    let user = match credentials(call) {
        Credentials::None => {
            return Reply::documented(
                call,
                "ERROR_LOGIN_PARAMETERS_MISSING",
                "le(s) paramètre(s) login, password ou user_token sont manquants",
            );
        }
        Credentials::Token(token) => match world.api_tokens.get(&token) {
            Some(user) => *user,
            None => {
                let words = "le paramètre user_token semble incorrect";
                return Reply::error(401, "ERROR_GLPI_LOGIN_USER_TOKEN", words);
            }
        },
        Credentials::Password(login, password) => {
            if !world.settings.login_with_credentials {
                let words = "l'utilisation de la ressource initSession avec les identifiants est désactivée";
                return Reply::documented(call, "ERROR_LOGIN_WITH_CREDENTIALS_DISABLED", words);
            }
            match by_password(world, &login, &password) {
                Ok(user) => user,
                Err(words) => return Reply::error(401, "ERROR_GLPI_LOGIN", words),
            }
        }
    };
    if world
        .row("User", user)
        .is_none_or(|row| row.int("is_active") != 1)
    {
        return Reply::error(401, "ERROR_GLPI_LOGIN", messages::DEACTIVATED);
    }
    let Some(session) = open(world, user) else {
        return Reply::error(
            401,
            "ERROR_GLPI_LOGIN",
            "Vous n'avez pas le droit de vous connecter",
        );
    };
    let mut out = vec![("session_token", Value::text(&session.token))];
    if call.asks("get_full_session") && !world.dialect.is_9_2() {
        out.push(("session", full_session(world, &session)));
    }
    world.sessions.insert(session.token.clone(), session);
    Reply::json(200, Value::map(out))
}

enum Credentials {
    None,
    Token(String),
    Password(String, String),
}

fn credentials(call: &Call) -> Credentials {
    let authorization = call.header("authorization").unwrap_or_default();
    if let Some(token) = authorization.strip_prefix("user_token ") {
        return Credentials::Token(token.trim().to_owned());
    }
    if let Some(basic) = authorization.strip_prefix("Basic ") {
        let text = BASE64_STANDARD.decode(basic.trim()).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        if let Some((login, password)) = text.split_once(':').filter(|(login, _)| !login.is_empty())
        {
            return Credentials::Password(login.to_owned(), password.to_owned());
        }
    }
    if let Some(token) = call.parameter("user_token") {
        return Credentials::Token(token);
    }
    match (call.parameter("login"), call.parameter("password")) {
        (Some(login), Some(password)) => Credentials::Password(login, password),
        _ => Credentials::None,
    }
}

fn by_password(world: &World, login: &str, password: &str) -> Result<i64, &'static str> {
    let user = world.user_id(login);
    match user {
        Some(user) if world.passwords.get(&user).is_some_and(|p| p == password) => Ok(user),
        // 9.2 has no words for a wrong password of a known user.
        Some(_) if world.dialect.is_9_2() => Err(""),
        _ if world.dialect.is_9_2() => Err("Identifiant ou mot de passe erroné"),
        _ => Err("Identifiant ou mot de passe incorrect"),
    }
}

fn open(world: &mut World, user: i64) -> Option<Session> {
    let profile = world
        .rows_by("Profile_User", "users_id", user)
        .next()?
        .int("profiles_id");
    let language = match world.row("User", user)?.text("language") {
        language if language.starts_with("en") => Language::English,
        _ => Language::French,
    };
    let (entity, entities) = scope(world, user, profile);
    let now = world.now_value();
    world.set("User", user, "last_login", now);
    Some(Session {
        token: world.random_token(26),
        user,
        profile,
        entity,
        recursive: Value::Int(i64::from(entities.len() > 1)),
        entities,
        language,
    })
}

/// The first entity of a profile, and all that it reaches.
fn scope(world: &World, user: i64, profile: i64) -> (i64, Vec<i64>) {
    let mut all = Vec::new();
    let mut first = None;
    for row in world
        .rows_by("Profile_User", "users_id", user)
        .filter(|row| row.int("profiles_id") == profile)
    {
        let entity = row.int("entities_id");
        first.get_or_insert(entity);
        all.push(entity);
        if row.int("is_recursive") == 1 {
            all.extend(children(world, entity));
        }
    }
    all.sort_unstable();
    all.dedup();
    (first.unwrap_or(0), all)
}

fn children(world: &World, entity: i64) -> Vec<i64> {
    let Some(table) = world.table("Entity") else {
        return Vec::new();
    };
    table
        .iter()
        .filter(|row| !row.get("entities_id").is_null() && row.int("entities_id") == entity)
        .map(|row| row.id())
        .collect()
}

/// `killSession`.
pub(super) fn kill(world: &mut World, who: &Session) -> Reply {
    world.sessions.remove(&who.token);
    confirmed(world)
}

fn confirmed(world: &World) -> Reply {
    if world.dialect.is_9_2() {
        Reply::blank_json()
    } else {
        Reply::json(200, true)
    }
}

/// `changeActiveProfile`.
pub(super) fn change_profile(world: &mut World, call: &Call, who: &Session) -> Reply {
    let Some(wanted) = call
        .parameter("profiles_id")
        .and_then(|word| word.parse::<i64>().ok())
    else {
        return Reply::documented(call, "ERROR", "Bad Request");
    };
    let has = world
        .rows_by("Profile_User", "users_id", who.user)
        .any(|row| row.int("profiles_id") == wanted);
    if !has {
        return Reply::not_found(who.language);
    }
    let (entity, entities) = scope(world, who.user, wanted);
    if let Some(session) = world.sessions.get_mut(&who.token) {
        session.profile = wanted;
        session.entity = entity;
        session.recursive = Value::Int(i64::from(entities.len() > 1));
        session.entities = entities;
    }
    confirmed(world)
}

/// `changeActiveEntities`.
pub(super) fn change_entities(world: &mut World, call: &Call, who: &Session) -> Reply {
    let wanted = call
        .parameter("entities_id")
        .unwrap_or_else(|| "all".to_owned());
    let recursive = call.asks("is_recursive");
    let (first, reach) = scope(world, who.user, who.profile);
    let entity = match wanted.as_str() {
        "all" => first,
        word => word.parse().unwrap_or(-1),
    };
    if !reach.contains(&entity) {
        return Reply::json(200, false);
    }
    // 9.2 takes the root for everything.
    let everything = world.dialect.is_9_2() && (wanted == "all" || entity == 0);
    let mut entities = vec![entity];
    if everything {
        entities.clone_from(&reach);
    } else if recursive {
        entities.extend(
            children(world, entity)
                .into_iter()
                .filter(|id| reach.contains(id)),
        );
    }
    if let Some(session) = world.sessions.get_mut(&who.token) {
        session.entity = entity;
        session.recursive = Value::Bool(recursive);
        session.entities = entities;
    }
    Reply::json(200, true)
}

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

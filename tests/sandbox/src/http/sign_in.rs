//! Sessions: who signs in, with which profile, in which entities.

use base64::{Engine, prelude::BASE64_STANDARD};

use super::{call::Call, reply::Reply, session_info};
use crate::{
    messages,
    value::Value,
    world::{
        World,
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
        out.push(("session", session_info::full_session(world, &session)));
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
    let timezone = world.row("User", user)?.text("timezone").to_owned();
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
        timezone,
    })
}

/// The first entity of a profile, and all that it reaches.
pub(super) fn scope(world: &World, user: i64, profile: i64) -> (i64, Vec<i64>) {
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

//! Which call is which.

use axum::http::Method;

use super::{
    call::{Call, Payload},
    listing, page, reading,
    reply::Reply,
    searching, session_info, sign_in, writing, zones,
};
use crate::{
    messages,
    search::{ALL_ASSETS, options},
    value::Value,
    world::{World, session::Session},
};

/// Carries a call out.
pub(super) fn dispatch(world: &mut World, call: &Call) -> Reply {
    if call.method == Method::OPTIONS {
        return Reply::empty(200);
    }
    if let Some(refusal) = gate(world, call) {
        return refusal;
    }
    let Some(first) = call.segments.first().map(String::as_str) else {
        return page::documentation();
    };
    if first == "initSession" {
        return sign_in::init(world, call);
    }
    if first == "lostPassword" {
        return Reply::documented(
            call,
            "ERROR",
            "Les notifications par courriel sont désactivées.",
        );
    }
    let who = match session(world, call) {
        Ok(who) => who,
        Err(refusal) => return *refusal,
    };
    match zones::of(world, &who) {
        None => for_session(world, call, &who, first),
        Some(zone) => {
            let call = zones::incoming(world, call, &zone);
            let reply = for_session(world, &call, &who, first);
            zones::outgoing(world, reply, zone)
        }
    }
}

fn for_session(world: &mut World, call: &Call, who: &Session, first: &str) -> Reply {
    named(world, call, who, first).unwrap_or_else(|| item_call(world, call, who, first))
}

/// What is looked at before anything else.
fn gate(world: &World, call: &Call) -> Option<Reply> {
    let reads = !matches!(
        call.method,
        Method::POST | Method::PUT | Method::PATCH | Method::DELETE | Method::HEAD
    );
    if call.method == Method::GET && reads && !call.body.is_empty() {
        let words = "GET Request should not have json payload (http body)";
        let code = "ERROR_JSON_PAYLOAD_FORBIDDEN";
        return Some(if world.dialect.is_9_2() {
            Reply::documented(call, code, words)
        } else {
            // 10 says it before it knows its own language and address.
            Reply::error(
                400,
                code,
                format!("{words}; view documentation in your browser at /#{code}"),
            )
        });
    }
    if matches!(call.payload, Payload::Invalid) {
        return Some(Reply::error(
            400,
            "ERROR_JSON_PAYLOAD_INVALID",
            "JSON payload seems not valid",
        ));
    }
    if !world.settings.api_enabled {
        return Some(Reply::error(400, "ERROR", messages::API_DISABLED));
    }
    app_token(world, call)
}

fn app_token(world: &World, call: &Call) -> Option<Reply> {
    let wanted = world.settings.app_token.as_deref()?;
    let given = call
        .header("app-token")
        .map(str::to_owned)
        .or_else(|| call.parameter("app_token"));
    match given {
        Some(given) if given == wanted => None,
        Some(_) if !world.dialect.is_9_2() => Some(Reply::documented(
            call,
            "ERROR_WRONG_APP_TOKEN_PARAMETER",
            "le paramètre app_token semble incorrect",
        )),
        _ => Some(Reply::documented(
            call,
            "ERROR_APP_TOKEN_PARAMETERS_MISSING",
            "le paramètre app_token est manquant",
        )),
    }
}

fn session(world: &World, call: &Call) -> Result<Session, Box<Reply>> {
    let token = call
        .header("session-token")
        .map(str::to_owned)
        .or_else(|| call.parameter("session_token"));
    let Some(token) = token.filter(|token| !token.is_empty()) else {
        return Err(Box::new(Reply::documented(
            call,
            "ERROR_SESSION_TOKEN_MISSING",
            "le paramètre session_token est manquant ou vide",
        )));
    };
    world.sessions.get(&token).cloned().ok_or_else(|| {
        Box::new(Reply::error(
            401,
            "ERROR_SESSION_TOKEN_INVALID",
            "session_token semble incorrect",
        ))
    })
}

/// The calls that have names of their own, by whatever verb.
fn named(world: &mut World, call: &Call, who: &Session, name: &str) -> Option<Reply> {
    Some(match name {
        "killSession" => sign_in::kill(world, who),
        "changeActiveProfile" => sign_in::change_profile(world, call, who),
        "changeActiveEntities" => sign_in::change_entities(world, call, who),
        "getMyProfiles" => Reply::json(
            200,
            Value::map([("myprofiles", session_info::profiles(world, who))]),
        ),
        "getActiveProfile" => Reply::json(
            200,
            Value::map([("active_profile", session_info::active_profile(world, who))]),
        ),
        "getMyEntities" => session_info::my_entities(world, call, who),
        "getActiveEntities" => session_info::active_entities(who),
        "getFullSession" => Reply::json(
            200,
            Value::map([("session", session_info::full_session(world, who))]),
        ),
        "getGlpiConfig" => session_info::config(world, call),
        "listSearchOptions" => list_options(world, call),
        "getMultipleItems" => reading::multiple(world, call, who),
        "search" => match searched(world, call) {
            Some(itemtype) => searching::search(world, call, who, itemtype),
            None => unknown(call),
        },
        _ => return None,
    })
}

/// What is searched: an item type, or all assets at once.
fn searched(world: &World, call: &Call) -> Option<&'static str> {
    if call
        .segments
        .get(1)
        .is_some_and(|asked| asked == ALL_ASSETS)
    {
        return Some(ALL_ASSETS);
    }
    itemtype(world, call, 1)
}

fn list_options(world: &World, call: &Call) -> Reply {
    match itemtype(world, call, 1) {
        Some(itemtype) => Reply::json(200, options::listing(world.dialect.0, itemtype)),
        None => unknown(call),
    }
}

/// The item type that a part of the path names; 10 also knows the old name of followups.
pub(super) fn itemtype(world: &World, call: &Call, at: usize) -> Option<&'static str> {
    let asked = call.segments.get(at)?;
    let alias = (!world.dialect.is_9_2()).then_some("TicketFollowup");
    world
        .dialect
        .itemtype(asked, world.itemtypes().chain(alias))
}

/// An item type that doesn't exist.
pub(super) fn unknown(call: &Call) -> Reply {
    Reply::documented(
        call,
        "ERROR_RESOURCE_NOT_FOUND_NOR_COMMONDBTM",
        "la ressource n'a pas été trouvée ou n'est pas une instance de CommonDBTM",
    )
}

fn item_call(world: &mut World, call: &Call, who: &Session, _first: &str) -> Reply {
    let Some(first) = itemtype(world, call, 0) else {
        return unknown(call);
    };
    let sub = match call.segments.get(2) {
        Some(_) => match itemtype(world, call, 2) {
            Some(sub) => Some(sub),
            None => return unknown(call),
        },
        None => None,
    };
    // A word that isn't a number is no id: the list is meant.
    let id = call
        .segments
        .get(1)
        .and_then(|word| word.parse::<i64>().ok())
        .filter(|id| *id > 0 || first == "Entity");
    match (&call.method, sub) {
        (&Method::POST, sub) => writing::create(world, call, who, sub.unwrap_or(first)),
        (&Method::PUT, _) => writing::update(world, call, who, first, id),
        (&Method::PATCH, _) if !world.dialect.is_9_2() => {
            writing::update(world, call, who, first, id)
        }
        (&Method::DELETE, _) => writing::delete(world, call, who, first, id),
        (_, Some(sub)) => match id {
            Some(id) => listing::sub_items(world, call, who, (first, id), sub),
            None => listing::list(world, call, who, first),
        },
        (_, None) => match id {
            Some(id) => reading::one(world, call, who, first, id),
            None => listing::list(world, call, who, first),
        },
    }
}

//! `POST`, `PUT`, `DELETE`: one or many.

use serde_json::Value as Json;

use super::{
    call::{Call, Payload},
    reply::Reply,
};
use crate::{
    items::{self, Input, Refusal, document},
    messages,
    value::Value,
    world::{World, session::Session},
};

fn bad_array(call: &Call) -> Reply {
    Reply::documented(
        call,
        "ERROR_BAD_ARRAY",
        "Le paramètre input doit être un tableau d'objets",
    )
}

/// The inputs of a call, and whether they came as a list.
fn inputs(call: &Call) -> Option<(Vec<Input>, bool)> {
    match call.input()? {
        Json::Object(one) => Some((vec![one.clone()], false)),
        Json::Array(list) => list
            .iter()
            .map(|json| json.as_object().cloned())
            .collect::<Option<_>>()
            .map(|l| (l, true)),
        _ => None,
    }
}

/// `POST`.
pub(super) fn create(world: &mut World, call: &Call, who: &Session, itemtype: &str) -> Reply {
    let Some((inputs, many)) = inputs(call) else {
        return bad_array(call);
    };
    if let (Payload::Upload(_, file), "Document", Some(input)) =
        (&call.payload, itemtype, inputs.first())
    {
        return upload(world, call, who, input, file);
    }
    let mut results = Vec::new();
    for input in inputs {
        results.push(items::add(world, who, itemtype, input));
    }
    if !many {
        return match results.remove(0) {
            Ok((id, message)) => Reply::json(201, added(id, message))
                .with("location", format!("{}/{itemtype}/{id}", call.base)),
            Err(refusal) => Reply::refused("ERROR_GLPI_ADD", refusal),
        };
    }
    let failed = results.iter().filter(|result| result.is_err()).count();
    let links: Vec<String> = results
        .iter()
        .filter_map(|result| result.as_ref().ok())
        .map(|(id, _)| format!("{}/{itemtype}/{id}", call.base))
        .collect();
    let total = results.len();
    let list = Value::List(
        results
            .into_iter()
            .map(|result| match result {
                Ok((id, message)) => added(id, message),
                Err(refusal) => Value::map([("id", false.into()), ("message", words(refusal))]),
            })
            .collect(),
    );
    match failed {
        0 => Reply::json(201, list).with("link", links.join(",")),
        n if n == total => Reply::error(400, "ERROR_GLPI_ADD", list),
        _ => Reply::error(207, "ERROR_GLPI_PARTIAL_ADD", list).with("link", links.join(",")),
    }
}

fn added(id: i64, message: String) -> Value {
    Value::map([("id", id.into()), ("message", message.into())])
}

fn words(refusal: Refusal) -> Value {
    match refusal {
        Refusal::Message(words) => words.into(),
        Refusal::Crash => Value::Null,
    }
}

fn upload(
    world: &mut World,
    call: &Call,
    who: &Session,
    input: &Input,
    file: &document::Upload,
) -> Reply {
    match document::upload(world, who, input, file) {
        Ok((id, message, result)) => Reply::json(
            201,
            Value::map([
                ("id", id.into()),
                ("message", message.into()),
                ("upload_result", result),
            ]),
        )
        .with("location", format!("{}/Document/{id}", call.base)),
        Err(refusal) => Reply::refused("ERROR_GLPI_ADD", refusal),
    }
}

/// What became of one of several.
enum Fate {
    Done(i64, String),
    Failed(i64, Refusal),
    /// 9.2 and 10 alike leave an unknown id out of a list of updates.
    LeftOut,
    /// An input without an id is answered by an empty list.
    NoId,
}

/// `PUT`, and `PATCH` in 10.
pub(super) fn update(
    world: &mut World,
    call: &Call,
    who: &Session,
    itemtype: &str,
    id: Option<i64>,
) -> Reply {
    let Some((inputs, many)) = inputs(call) else {
        return bad_array(call);
    };
    let mut fates = Vec::new();
    for input in inputs {
        // The id in the body wins over the one in the address.
        let Some(id) = items::int(&input, "id").or(id) else {
            fates.push(Fate::NoId);
            continue;
        };
        if world
            .row(items::real_itemtype(world, itemtype), id)
            .is_none()
        {
            fates.push(Fate::LeftOut);
            continue;
        }
        fates.push(match items::update(world, who, itemtype, id, input) {
            Ok(message) => Fate::Done(id, message),
            Err(Refusal::Crash) => return Reply::empty(500),
            Err(refusal) => Fate::Failed(id, refusal),
        });
    }
    concluded(fates, many, "UPDATE")
}

/// `DELETE`.
pub(super) fn delete(
    world: &mut World,
    call: &Call,
    who: &Session,
    itemtype: &str,
    id: Option<i64>,
) -> Reply {
    let (inputs, many) = match (inputs(call), id) {
        (_, Some(id)) => (
            vec![Input::from_iter([("id".to_owned(), Json::from(id))])],
            false,
        ),
        (Some(given), None) => given,
        (None, None) => return bad_array(call),
    };
    let purge = call.asks("force_purge");
    let mut fates = Vec::new();
    for input in inputs {
        let Some(id) = items::int(&input, "id") else {
            fates.push(Fate::NoId);
            continue;
        };
        if world
            .row(items::real_itemtype(world, itemtype), id)
            .is_none()
        {
            let words = messages::not_found(who.language).to_owned();
            fates.push(Fate::Failed(id, Refusal::Message(words)));
            continue;
        }
        fates.push(match items::delete(world, who, itemtype, id, purge) {
            Ok(message) => Fate::Done(id, message),
            Err(refusal) => Fate::Failed(id, refusal),
        });
    }
    concluded(fates, many, "DELETE")
}

fn concluded(fates: Vec<Fate>, many: bool, verb: &str) -> Reply {
    let failed = fates
        .iter()
        .filter(|fate| matches!(fate, Fate::Failed(..) | Fate::LeftOut))
        .count();
    let total = fates.len();
    let code = format!("ERROR_GLPI_{verb}");
    if !many && failed == 1 {
        let words = match fates.into_iter().next() {
            Some(Fate::Failed(_, refusal)) => words(refusal),
            _ => Value::Null,
        };
        return Reply::error(400, &code, words);
    }
    let list: Vec<Value> = fates.into_iter().filter_map(shown).collect();
    match failed {
        0 => Reply::json(200, Value::List(list)),
        n if n == total => Reply::error(400, &code, Value::List(list)),
        _ => Reply::error(
            207,
            &format!("ERROR_GLPI_PARTIAL_{verb}"),
            Value::List(list),
        ),
    }
}

fn shown(fate: Fate) -> Option<Value> {
    Some(match fate {
        Fate::Done(id, message) => Value::map([
            (id.to_string(), true.into()),
            ("message".to_owned(), message.into()),
        ]),
        Fate::Failed(id, refusal) => Value::map([
            (id.to_string(), false.into()),
            ("message".to_owned(), words(refusal)),
        ]),
        Fate::NoId => Value::List(Vec::new()),
        Fate::LeftOut => return None,
    })
}

/// The answer to a write as if it had been carried out.
pub(super) fn pretend(world: &World, call: &Call) -> Reply {
    let itemtype = call
        .segments
        .get(2)
        .or(call.segments.first())
        .map(String::as_str)
        .unwrap_or_default();
    let id = call
        .segments
        .get(1)
        .and_then(|word| word.parse::<i64>().ok());
    let (inputs, many) = inputs(call).unwrap_or_default();
    if call.method == axum::http::Method::POST {
        let next = world
            .table(items::real_itemtype(world, itemtype))
            .map_or(1, |table| table.next_id());
        let list: Vec<Value> = (0..inputs.len() as i64)
            .map(|at| added(next + at, String::new()))
            .collect();
        let body = if many {
            Value::List(list)
        } else {
            list.into_iter().next().unwrap_or_default()
        };
        return Reply::json(201, body).with("location", format!("{}/{itemtype}/{next}", call.base));
    }
    let mut ids: Vec<i64> = inputs
        .iter()
        .filter_map(|input| items::int(input, "id").or(id))
        .collect();
    if ids.is_empty() {
        ids.extend(id);
    }
    let list = ids
        .into_iter()
        .filter_map(|id| shown(Fate::Done(id, String::new())));
    Reply::json(200, Value::List(list.collect()))
}

//! A user's own time zone. 10 keeps instants: what a session reads and writes is in its user's zone. 9.2 has no such
//! preference.

use jiff::tz::TimeZone;
use serde_json::Value as Json;

use super::{
    call::{Call, Payload},
    query::Tree,
    reply::{self, Reply},
};
use crate::{
    clock::{local_text, parse_local},
    value::Value,
    world::{World, session::Session},
};

/// Fields and columns whose text stays as it was typed, also where it looks like a date.
const FREE: &[&str] = &[
    "name", "content", "solution", "comment", "message", "title", "1", "21", "24", "25",
];

/// From one zone to another.
pub(super) struct Shift {
    from: TimeZone,
    to: TimeZone,
}

impl Shift {
    fn text(&self, text: &str) -> Option<String> {
        Some(local_text(parse_local(text, &self.from)?, &self.to))
    }

    fn value(&self, value: &mut Value) {
        match value {
            Value::Text(text) => {
                if let Some(shifted) = self.text(text) {
                    *text = shifted;
                }
            }
            Value::List(list) => list.iter_mut().for_each(|value| self.value(value)),
            Value::Map(pairs) => pairs
                .iter_mut()
                .filter(|(key, _)| !FREE.contains(&key.as_ref()))
                .for_each(|(_, value)| self.value(value)),
            _ => {}
        }
    }

    fn json(&self, json: &mut Json) {
        match json {
            Json::String(text) => {
                if let Some(shifted) = self.text(text) {
                    *text = shifted;
                }
            }
            Json::Array(list) => list.iter_mut().for_each(|json| self.json(json)),
            Json::Object(fields) => fields
                .iter_mut()
                .filter(|(key, _)| !FREE.contains(&key.as_str()))
                .for_each(|(_, json)| self.json(json)),
            _ => {}
        }
    }

    fn tree(&self, tree: &mut Tree) {
        match tree {
            Tree::Leaf(word) => {
                if let Some(shifted) = self.text(word) {
                    *word = shifted;
                }
            }
            Tree::Node(members) => members.iter_mut().for_each(|(_, tree)| self.tree(tree)),
        }
    }
}

/// The zone of a session, where it isn't this GLPI's own.
pub(super) fn of(world: &World, who: &Session) -> Option<TimeZone> {
    if world.dialect.is_9_2() || who.timezone.is_empty() {
        return None;
    }
    TimeZone::get(&who.timezone)
        .ok()
        .filter(|zone| *zone != world.zone)
}

/// The request, its dates in this GLPI's zone.
pub(super) fn incoming(world: &World, call: &Call, zone: &TimeZone) -> Call {
    let shift = Shift {
        from: zone.clone(),
        to: world.zone.clone(),
    };
    let mut call = call.clone();
    shift.tree(&mut call.query);
    if let Payload::Json(json) | Payload::Upload(json, _) = &mut call.payload {
        shift.json(json);
    }
    call
}

/// The answer, its dates in the user's zone.
pub(super) fn outgoing(world: &World, mut reply: Reply, zone: TimeZone) -> Reply {
    let shift = Shift {
        from: world.zone.clone(),
        to: zone,
    };
    if let reply::Payload::Json(value) = &mut reply.body {
        shift.value(value);
    }
    reply
}

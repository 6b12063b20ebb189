//! Ids differ between the recorded GLPI and the sandbox: who is whose counterpart.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::recording::Request;
use super::route::Route;

/// Recorded id → id in the sandbox, per item type. Grows as answers name new items.
#[derive(Default)]
pub struct Ids {
    known: HashMap<(String, u64), u64>,
}

impl Ids {
    pub fn set(&mut self, itemtype: &str, recorded: u64, actual: u64) {
        self.known.insert((canonical(itemtype), recorded), actual);
    }

    /// The counterpart, or the id itself where none is known (an id that exists nowhere stays one).
    pub fn get(&self, itemtype: &str, recorded: u64) -> u64 {
        self.known
            .get(&(canonical(itemtype), recorded))
            .copied()
            .unwrap_or(recorded)
    }

    /// Whether `actual` can be the counterpart of `recorded`; the first meeting decides.
    pub fn unify(&mut self, itemtype: &str, recorded: u64, actual: u64) -> bool {
        if recorded == 0 || actual == 0 {
            return recorded == actual;
        }
        *self
            .known
            .entry((canonical(itemtype), recorded))
            .or_insert(actual)
            == actual
    }

    /// The request with every recorded id replaced.
    pub fn translate(&self, request: &Request) -> Request {
        let route = Route::of(request);
        let mut out = request.clone();
        out.path = self.path(&route);
        if let Some(body) = &mut out.body {
            self.body(route.itemtype(), body);
        }
        if let Some(part) = &mut out.multipart
            && let Some(manifest) = &part.manifest
            && let Ok(mut value) = serde_json::from_str::<Value>(manifest)
        {
            self.body(route.itemtype(), &mut value);
            part.manifest = Some(value.to_string());
        }
        out
    }

    fn path(&self, route: &Route) -> String {
        let mut path = format!("/{}", route.head);
        if let Some(id) = &route.id {
            path.push('/');
            path.push_str(&self.text(&route.head, id));
        }
        if let Some(sub) = &route.sub {
            path.push('/');
            path.push_str(sub);
        }
        if !route.query.is_empty() {
            let query: String = url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs(
                    route
                        .query
                        .iter()
                        .map(|(k, v)| (k, self.parameter(&route.query, k, v))),
                )
                .finish();
            path.push('?');
            path.push_str(&query);
        }
        path
    }

    /// `items[n][items_id]` and the values of criteria on id columns.
    fn parameter(&self, query: &[(String, String)], key: &str, value: &str) -> String {
        let sibling = |name: &str| {
            let (stem, _) = key.rsplit_once('[')?;
            let wanted = format!("{stem}[{name}]");
            query
                .iter()
                .find(|(k, _)| *k == wanted)
                .map(|(_, v)| v.as_str())
        };
        let itemtype = if key.ends_with("[items_id]") {
            sibling("itemtype")
        } else if key.ends_with("[value]") && sibling("searchtype") != Some("contains") {
            sibling("field").and_then(column_type)
        } else {
            None
        };
        itemtype.map_or_else(|| value.to_owned(), |itemtype| self.text(itemtype, value))
    }

    fn text(&self, itemtype: &str, value: &str) -> String {
        match value.parse::<u64>() {
            Ok(id) => self.get(itemtype, id).to_string(),
            Err(_) => value.to_owned(),
        }
    }

    fn body(&self, itemtype: &str, body: &mut Value) {
        match body {
            Value::Array(rows) => rows.iter_mut().for_each(|row| self.body(itemtype, row)),
            Value::Object(fields) => {
                let types: Vec<_> = fields
                    .keys()
                    .map(|key| field_type(key, itemtype, fields))
                    .collect();
                for ((_, value), found) in fields.iter_mut().zip(types) {
                    match found {
                        Some(found) => self.value(&found, value),
                        None => self.body(itemtype, value),
                    }
                }
            }
            _ => {}
        }
    }

    fn value(&self, itemtype: &str, value: &mut Value) {
        match value {
            Value::Array(ids) => ids.iter_mut().for_each(|id| self.value(itemtype, id)),
            Value::Number(n) => {
                if let Some(id) = n.as_u64() {
                    *value = self.get(itemtype, id).into();
                }
            }
            _ => {}
        }
    }
}

/// The item type that a field's value names, if it is one whose ids differ.
pub fn field_type(key: &str, itemtype: &str, siblings: &Map<String, Value>) -> Option<String> {
    let found = match key {
        "id" => itemtype,
        "tickets_id" => "Ticket",
        "documents_id" => "Document",
        "items_id" => siblings
            .get("itemtype")
            .and_then(Value::as_str)
            .unwrap_or("Ticket"),
        "locations_id" => "Location",
        "itilcategories_id" => "ITILCategory",
        _ if key.starts_with("users_id")
            || key.starts_with("_users_id") && !key.ends_with("_notif") =>
        {
            "User"
        }
        _ if key.starts_with("groups_id") || key.starts_with("_groups_id") => "Group",
        _ => return None,
    };
    Some(found.to_owned())
}

/// The item type of a ticket column that holds ids.
pub fn column_type(field: &str) -> Option<&'static str> {
    Some(match field {
        "2" => "Ticket",
        "4" | "5" | "22" | "66" => "User",
        "8" | "65" | "71" => "Group",
        "7" => "ITILCategory",
        "83" => "Location",
        _ => return None,
    })
}

fn canonical(itemtype: &str) -> String {
    match itemtype {
        "ticket" => "Ticket",
        "TicketFollowup" | "ITILFollowup" => "Followup",
        other => other,
    }
    .to_owned()
}

//! Google's own description of the API, and whether an answer is as it says.

use serde_json::Value as Json;

/// What is used of Google's description, without its prose.
pub struct Discovery(Json);

impl Discovery {
    pub fn read() -> Discovery {
        let text = include_str!("../../../recordings/gmail/discovery.json");
        Discovery(serde_json::from_str(text).unwrap())
    }

    /// The schema that a method answers with.
    pub fn response(&self, method: &str) -> Option<&str> {
        let method = &self.0["methods"][method];
        assert!(!method.is_null(), "Google knows no such method");
        method["response"].as_str()
    }

    /// The names of all methods.
    pub fn methods(&self) -> Vec<String> {
        self.0["methods"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect()
    }

    /// Fails unless an answer is one that the method may give.
    pub fn check(&self, method: &str, verb: &str, json: &Json) {
        let described = &self.0["methods"][method];
        assert_eq!(described["httpMethod"], verb, "{method}");
        let schema = self
            .response(method)
            .unwrap_or_else(|| panic!("{method} answers nothing"));
        let faults = self.faults(schema, json);
        assert!(faults.is_empty(), "{method}: {faults:#?}\n{json:#}");
    }

    /// What of a value is not as a schema says.
    pub fn faults(&self, schema: &str, json: &Json) -> Vec<String> {
        let mut faults = Vec::new();
        self.compare(
            schema,
            &serde_json::json!({"$ref": schema}),
            json,
            &mut faults,
        );
        faults
    }

    fn compare(&self, at: &str, schema: &Json, json: &Json, faults: &mut Vec<String>) {
        if let Some(name) = schema["$ref"].as_str() {
            return self.compare(at, &self.0["schemas"][name], json, faults);
        }
        let mut wrong = |words: &str| faults.push(format!("{at}: {words}: {json}"));
        match (schema["type"].as_str(), json) {
            (Some("object"), Json::Object(object)) => {
                for (key, value) in object {
                    let below = format!("{at}.{key}");
                    match schema["properties"].get(key) {
                        Some(schema) => self.compare(&below, schema, value, faults),
                        None => faults.push(format!("{below} is not in the description")),
                    }
                }
            }
            (Some("array"), Json::Array(items)) => {
                // A list with nothing in it is left out by Google; headers of a bare part are the exception.
                if items.is_empty() && !at.ends_with("headers") {
                    wrong("an empty list");
                }
                for (number, item) in items.iter().enumerate() {
                    self.compare(&format!("{at}[{number}]"), &schema["items"], item, faults);
                }
            }
            (Some("string"), Json::String(text)) => {
                let fits = match schema["format"].as_str() {
                    Some("uint64") => text.parse::<u64>().is_ok(),
                    Some("int64") => text.parse::<i64>().is_ok(),
                    Some("byte") => text
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b"-_=".contains(&b)),
                    _ => true,
                };
                let listed = schema["enum"]
                    .as_array()
                    .is_none_or(|words| words.contains(json));
                if !fits || !listed {
                    wrong("of another form");
                }
            }
            (Some("integer"), Json::Number(number)) => {
                let fits = match schema["format"].as_str() {
                    Some("uint32") => number.as_u64().is_some_and(|n| u32::try_from(n).is_ok()),
                    _ => number.as_i64().is_some_and(|n| i32::try_from(n).is_ok()),
                };
                if !fits {
                    wrong("too big");
                }
            }
            (Some("boolean"), Json::Bool(_)) => {}
            _ => wrong("of another type"),
        }
    }
}

#[test]
fn what_google_does_not_describe_is_noticed() {
    let discovery = Discovery::read();
    let fine = serde_json::json!({"id": "a", "historyId": "12", "payload": {"body": {"size": 0, "data": "YQ=="}}});
    assert!(discovery.faults("Message", &fine).is_empty());
    for wrong in [
        serde_json::json!({"id": 1}),
        serde_json::json!({"historyId": 12}),
        serde_json::json!({"historyId": "douze"}),
        serde_json::json!({"labelIds": []}),
        serde_json::json!({"payload": {"body": {"data": "a+b/"}}}),
        serde_json::json!({"subject": "a"}),
    ] {
        assert_eq!(discovery.faults("Message", &wrong).len(), 1, "{wrong}");
    }
}

//! What DevTools are attached to, which of it has what, and what its messages say.

use serde_json::{Value, json};

/// A page, a worker, a frame.
#[derive(Clone)]
pub struct Target {
    pub id: String,
    pub kind: String,
    pub url: String,
}

pub fn is_page(target: &Target) -> bool {
    target.kind == "page" && !target.url.starts_with("chrome://omnibox")
}

pub fn has_network(target: &Target) -> bool {
    is_page(target) || target.kind.contains("worker") || target.kind == "iframe"
}

/// A dedicated worker shares its page's: Chromium answers "Not supported" for it, and the harness's own test shows
/// that it is cut with the page.
pub fn has_own_network(target: &Target) -> bool {
    has_network(target) && target.kind != "worker"
}

pub fn auto_attach() -> Value {
    json!({ "autoAttach": true, "waitForDebuggerOnStart": false, "flatten": true })
}

/// A service worker is attached from the browser already.
pub fn auto_attach_workers() -> Value {
    let mut params = auto_attach();
    params["filter"] = json!([{ "type": "service_worker", "exclude": true }, {}]);
    params
}

pub fn conditions(offline: bool) -> Value {
    json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 })
}

pub fn exception(params: &Value) -> String {
    let details = &params["exceptionDetails"];
    let description = text(&details["exception"]["description"]);
    format!("uncaught: {} {description}", text(&details["text"]))
}

pub fn console(params: &Value) -> String {
    let words = params["args"].as_array().into_iter().flatten();
    let words: Vec<String> = words
        .map(|word| match &word["value"] {
            Value::String(text) => text.clone(),
            Value::Null => text(&word["description"]).to_owned(),
            other => other.to_string(),
        })
        .collect();
    format!("console.error: {}", words.join(" "))
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

//! What a request to Google is about: the thread that it shows, or writes to.

use tournee::glpi::HttpRequest;

/// A request's path, without what comes before it and behind it.
pub fn path(url: &str) -> &str {
    let path = url.split_once("/users/me/").map_or(url, |(_, path)| path);
    path.split('?').next().unwrap_or(path)
}

/// Whether it is one of the API's, and not of the sign-in's.
fn is_of_the_api(request: &HttpRequest) -> bool {
    request.url.contains("/users/me/")
}

/// Whether it alters a mailbox.
pub fn writes(request: &HttpRequest) -> bool {
    is_of_the_api(request) && request.method != "GET"
}

/// The thread that a read shows.
pub fn looked_at(request: &HttpRequest) -> Option<&str> {
    let id = path(&request.url).strip_prefix("threads/")?;
    (request.method == "GET").then_some(id)
}

/// The thread that a write alters, or begins a mail in.
pub fn written(request: &HttpRequest) -> Option<String> {
    if !writes(request) {
        return None;
    }
    if let Some(rest) = path(&request.url).strip_prefix("threads/") {
        return rest.split('/').next().map(str::to_owned);
    }
    let body: serde_json::Value = serde_json::from_slice(request.body.as_ref()?).ok()?;
    let thread = body.get("message")?.get("threadId")?;
    thread.as_str().map(str::to_owned)
}

/// The draft that is sent, or given up.
pub fn draft(request: &HttpRequest) -> Option<String> {
    if !writes(request) {
        return None;
    }
    let draft = path(&request.url).strip_prefix("drafts/")?;
    if draft != "send" {
        return Some(draft.to_owned());
    }
    let body: serde_json::Value = serde_json::from_slice(request.body.as_ref()?).ok()?;
    body.get("id")?.as_str().map(str::to_owned)
}

//! Which of Google's methods a path means.

use axum::http::Method;

/// A method of the API, by Google's name without `gmail.users.`, and the ids in its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route<'a> {
    pub name: &'static str,
    pub user: &'a str,
    pub ids: Vec<&'a str>,
    /// Whether the message comes as it is, not within JSON.
    pub upload: bool,
}

/// Finds the method.
pub fn find<'a>(method: &Method, segments: &'a [String]) -> Option<Route<'a>> {
    let words: Vec<_> = segments.iter().map(String::as_str).collect();
    let (upload, words) = match &words[..] {
        ["upload", rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let ["gmail", "v1", "users", user, rest @ ..] = words else {
        return None;
    };
    let (name, ids) = named(method.as_str(), rest)?;
    let takes_upload = matches!(
        name,
        "drafts.create" | "drafts.update" | "drafts.send" | "messages.send"
    );
    (takes_upload || !upload).then_some(Route {
        name,
        user,
        ids,
        upload,
    })
}

fn named<'a>(method: &str, rest: &[&'a str]) -> Option<(&'static str, Vec<&'a str>)> {
    Some(match (method, rest) {
        ("GET", ["profile"]) => ("getProfile", vec![]),
        ("GET", ["history"]) => ("history.list", vec![]),
        (_, ["labels", rest @ ..]) => labels(method, rest)?,
        (_, ["messages", rest @ ..]) => messages(method, rest)?,
        (_, ["threads", rest @ ..]) => threads(method, rest)?,
        (_, ["drafts", rest @ ..]) => drafts(method, rest)?,
        _ => return None,
    })
}

type Named<'a> = Option<(&'static str, Vec<&'a str>)>;

fn labels<'a>(method: &str, rest: &[&'a str]) -> Named<'a> {
    Some(match (method, rest) {
        ("GET", []) => ("labels.list", vec![]),
        ("POST", []) => ("labels.create", vec![]),
        ("GET", [id]) => ("labels.get", vec![*id]),
        ("PATCH", [id]) => ("labels.patch", vec![*id]),
        ("PUT", [id]) => ("labels.update", vec![*id]),
        ("DELETE", [id]) => ("labels.delete", vec![*id]),
        _ => return None,
    })
}

fn messages<'a>(method: &str, rest: &[&'a str]) -> Named<'a> {
    Some(match (method, rest) {
        ("GET", []) => ("messages.list", vec![]),
        ("POST", ["send"]) => ("messages.send", vec![]),
        ("POST", ["batchModify"]) => ("messages.batchModify", vec![]),
        ("GET", [id]) => ("messages.get", vec![*id]),
        ("DELETE", [id]) => ("messages.delete", vec![*id]),
        ("POST", [id, "modify"]) => ("messages.modify", vec![*id]),
        ("POST", [id, "trash"]) => ("messages.trash", vec![*id]),
        ("POST", [id, "untrash"]) => ("messages.untrash", vec![*id]),
        ("GET", [id, "attachments", file]) => ("messages.attachments.get", vec![*id, *file]),
        _ => return None,
    })
}

fn threads<'a>(method: &str, rest: &[&'a str]) -> Named<'a> {
    Some(match (method, rest) {
        ("GET", []) => ("threads.list", vec![]),
        ("GET", [id]) => ("threads.get", vec![*id]),
        ("POST", [id, "modify"]) => ("threads.modify", vec![*id]),
        ("POST", [id, "trash"]) => ("threads.trash", vec![*id]),
        ("POST", [id, "untrash"]) => ("threads.untrash", vec![*id]),
        _ => return None,
    })
}

fn drafts<'a>(method: &str, rest: &[&'a str]) -> Named<'a> {
    Some(match (method, rest) {
        ("GET", []) => ("drafts.list", vec![]),
        ("POST", []) => ("drafts.create", vec![]),
        ("POST", ["send"]) => ("drafts.send", vec![]),
        ("GET", [id]) => ("drafts.get", vec![*id]),
        ("PUT", [id]) => ("drafts.update", vec![*id]),
        ("DELETE", [id]) => ("drafts.delete", vec![*id]),
        _ => return None,
    })
}

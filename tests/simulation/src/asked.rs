//! What a request to a GLPI is about: the ticket that it writes to, the tickets that it shows, the one that it creates.

use tournee::glpi::HttpRequest;

/// A request's path, short enough for the trace.
pub fn path(url: &str) -> &str {
    let path = path_and_query(url).unwrap_or(url);
    path.get(..60).unwrap_or(path)
}

/// The ticket that a request writes to.
pub fn written(request: &HttpRequest) -> Option<i64> {
    let path = path(&request.url);
    match request.method {
        "PUT" => path.strip_prefix("Ticket/")?.parse().ok(),
        "POST" => {
            let body = said(request)?;
            let input = body.get("input")?;
            let named = input.get("tickets_id").or_else(|| input.get("items_id"));
            named?.as_i64()
        }
        _ => None,
    }
}

/// What a write says: the whole of it, or what stands before a file.
fn said(request: &HttpRequest) -> Option<serde_json::Value> {
    let body = request.body.as_deref()?;
    let manifest = uploads(request).and_then(|words| serde_json::from_str(words).ok());
    manifest.or_else(|| serde_json::from_slice(body).ok())
}

/// The words that a file is uploaded with, its name among them.
pub fn uploads(request: &HttpRequest) -> Option<&str> {
    let uploads = request.method == "POST" && path(&request.url) == "Document";
    let body = request.body.as_deref().filter(|_| uploads)?;
    // The file stands behind them, and may be of any letters.
    let start = body.windows(2).position(|two| two == br#"{""#)?;
    let end = body[start..]
        .windows(4)
        .position(|four| four == b"\r\n--")?;
    std::str::from_utf8(&body[start..start + end]).ok()
}

/// The row of a part of a ticket that a request alters or deletes: a task, who or what is on it.
pub fn part(request: &HttpRequest) -> Option<(&'static str, i64)> {
    let (path, id) = (path(&request.url), row(request)?);
    let kind = path.split('/').next()?;
    let kinds: &[&'static str] = match request.method {
        "DELETE" => &["Ticket_User", "Group_Ticket", "Item_Ticket"],
        _ => &["TicketTask"],
    };
    let kind = kinds.iter().find(|one| **one == kind)?;
    Some((kind, id))
}

/// The row that a request alters or deletes.
pub fn row(request: &HttpRequest) -> Option<i64> {
    let path = path(&request.url).split('?').next()?;
    let writes = matches!(request.method, "PUT" | "DELETE");
    let (_, id) = path.split_once('/').filter(|_| writes)?;
    id.parse().ok()
}

/// The words of the ticket that a request is to create.
pub fn creates(request: &HttpRequest) -> Option<&str> {
    let creates = request.method == "POST" && path(&request.url) == "Ticket";
    let body = request.body.as_deref().filter(|_| creates)?;
    std::str::from_utf8(body).ok()
}

/// The tickets that a read shows.
pub fn shown(url: &str) -> Vec<i64> {
    let path = path_and_query(url).unwrap_or_default();
    if let Some(rest) = path.strip_prefix("Ticket/") {
        let digits = rest.split(|letter: char| !letter.is_ascii_digit()).next();
        return digits
            .and_then(|digits| digits.parse().ok())
            .into_iter()
            .collect();
    }
    let Some((_, query)) = path.split_once("getMultipleItems?") else {
        return Vec::new();
    };
    let named = query.split('&').filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.contains("items_id")
            .then(|| value.parse().ok())
            .flatten()
    });
    named.collect()
}

fn path_and_query(url: &str) -> Option<&str> {
    url.split_once("apirest.php/").map(|(_, path)| path)
}

//! What a request is about: which item types its path names, and in which context its answer is read.

use super::recording::Request;

/// The parts of a path under `apirest.php`.
#[derive(Debug, Clone)]
pub struct Route {
    /// The endpoint or item type.
    pub head: String,
    pub id: Option<String>,
    pub sub: Option<String>,
    pub query: Vec<(String, String)>,
    /// Where the fields of the answer are learnt: item type, or endpoint, and the switches that change its form.
    pub context: String,
}

impl Route {
    pub fn of(request: &Request) -> Self {
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let mut parts = path.trim_matches('/').split('/').map(str::to_owned);
        let head = parts.next().unwrap_or_default();
        let (id, sub) = (parts.next(), parts.next());
        let query: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let mut context = context(&head, id.as_deref(), sub.as_deref());
        let on = |key: &str| {
            query
                .iter()
                .any(|(k, v)| k == key && matches!(v.as_str(), "true" | "1"))
        };
        if on("expand_dropdowns") {
            context.push_str("+expanded");
        }
        if request.headers.contains_key("X-GLPI-Sanitized-Content") {
            context.push_str("+decoded");
        }
        for (key, mark) in [
            ("uid_cols", "+uid"),
            ("withindexes", "+indexed"),
            ("raw", "+raw"),
        ] {
            if on(key) {
                context.push_str(mark);
            }
        }
        Self {
            head,
            id,
            sub,
            query,
            context,
        }
    }

    /// The item type that an `id` in the answer, or in a write, belongs to.
    pub fn itemtype(&self) -> &str {
        match (&self.sub, self.head.as_str()) {
            (Some(sub), _) => sub,
            (None, "search") => self.id.as_deref().unwrap_or_default(),
            (None, head) => head,
        }
    }

    pub fn range(&self) -> Option<(u64, u64)> {
        let (_, range) = self.query.iter().find(|(k, _)| k == "range")?;
        let (from, to) = range.split_once('-')?;
        Some((from.parse().ok()?, to.parse().ok()?))
    }
}

fn context(head: &str, id: Option<&str>, sub: Option<&str>) -> String {
    match (head, id, sub) {
        ("search" | "listSearchOptions", Some(id), _) => format!("{head}/{id}"),
        (_, _, Some(sub)) => followup(sub),
        ("ticket", _, _) => "Ticket".to_owned(),
        _ => followup(head),
    }
}

/// In 10 the old name is an alias: same fields.
fn followup(itemtype: &str) -> String {
    if itemtype == "TicketFollowup" || itemtype == "ITILFollowup" {
        "Followup".to_owned()
    } else {
        itemtype.to_owned()
    }
}

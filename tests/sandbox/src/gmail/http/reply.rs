//! Answers in Google's manner.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Response, StatusCode},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};

use crate::faults::Canned;

/// A refusal, with everything that Google says in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: u16,
    status: &'static str,
    domain: &'static str,
    reason: &'static str,
    message: String,
    /// Where it lies, as `(location, locationType)`.
    location: Option<(&'static str, &'static str)>,
    pub retry_after: Option<u32>,
}

impl Refusal {
    fn new(
        code: u16,
        status: &'static str,
        reason: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Refusal {
            code,
            status,
            domain: "global",
            reason,
            message: message.into(),
            location: None,
            retry_after: None,
        }
    }

    /// A request that makes no sense.
    pub fn invalid(message: impl Into<String>) -> Self {
        Refusal::new(400, "INVALID_ARGUMENT", "invalidArgument", message)
    }

    /// A page token of nobody's.
    pub fn bad_page() -> Self {
        Refusal::invalid("Invalid pageToken")
    }

    /// What was named isn't there.
    pub fn not_found() -> Self {
        let message = "Requested entity was not found.";
        Refusal::new(404, "NOT_FOUND", "notFound", message)
    }

    /// A path that no method has.
    pub fn no_method() -> Self {
        Refusal::new(404, "NOT_FOUND", "notFound", "Method not found.")
    }

    /// A second label of the same name.
    pub fn label_exists() -> Self {
        Refusal::new(409, "ABORTED", "aborted", "Label name exists or conflicts")
    }

    /// No token, or one that has expired or died.
    pub fn credentials() -> Self {
        let message = "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or \
                       other valid authentication credential.";
        Refusal {
            location: Some(("Authorization", "header")),
            ..Refusal::new(401, "UNAUTHENTICATED", "authError", message)
        }
    }

    /// A token that may not do this.
    pub fn scopes() -> Self {
        let message = "Request had insufficient authentication scopes.";
        Refusal::new(403, "PERMISSION_DENIED", "insufficientPermissions", message)
    }

    /// Somebody else's mailbox.
    pub fn delegation(address: &str) -> Self {
        let message = format!("Delegation denied for {address}");
        Refusal::new(403, "PERMISSION_DENIED", "forbidden", message)
    }

    /// The minute's units are spent.
    pub fn quota(now: Timestamp) -> Self {
        let until = now.checked_add(SignedDuration::from_mins(1)).unwrap_or(now);
        Refusal {
            domain: "usageLimits",
            ..Refusal::new(
                403,
                "RESOURCE_EXHAUSTED",
                "rateLimitExceeded",
                format!("User-rate limit exceeded.  Retry after {until:.3}"),
            )
        }
    }

    /// Too many at once.
    pub fn concurrent() -> Self {
        Refusal {
            domain: "usageLimits",
            ..Refusal::new(
                429,
                "RESOURCE_EXHAUSTED",
                "rateLimitExceeded",
                "Too many concurrent requests for user",
            )
        }
    }

    fn json(&self) -> Json {
        let mut error =
            json!({"message": self.message, "domain": self.domain, "reason": self.reason});
        if let Some((location, kind)) = self.location {
            error["location"] = location.into();
            error["locationType"] = kind.into();
        }
        json!({"error": {
            "code": self.code, "message": self.message, "errors": [error], "status": self.status,
        }})
    }
}

/// An answer, before it is sent.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    /// JSON; Google indents it unless asked not to.
    pub fn json(status: u16, json: &Json, pretty: bool) -> Self {
        let body = if pretty {
            serde_json::to_vec_pretty(json)
        } else {
            serde_json::to_vec(json)
        };
        Reply {
            status,
            headers: vec![("content-type", "application/json; charset=UTF-8".to_owned())],
            body: body.unwrap_or_default(),
        }
    }

    /// Done, with nothing to say.
    pub fn nothing() -> Self {
        Reply {
            status: 204,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// A page.
    pub fn html(status: u16, page: String) -> Self {
        Reply {
            status,
            headers: vec![("content-type", "text/html; charset=UTF-8".to_owned())],
            body: page.into_bytes(),
        }
    }

    /// Somewhere else.
    pub fn redirect(to: &str) -> Self {
        Reply {
            status: 302,
            headers: vec![("location", to.to_owned())],
            body: Vec::new(),
        }
    }

    pub fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let usual = [
            ("server", "ESF".to_owned()),
            ("cache-control", "private".to_owned()),
        ];
        for (name, value) in usual.into_iter().chain(self.headers) {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response
                    .headers_mut()
                    .insert(HeaderName::from_static(name), value);
            }
        }
        response
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Self {
        let mut reply = Reply::json(refusal.code, &refusal.json(), true);
        if refusal.code == 401 {
            let realm = "Bearer realm=\"https://accounts.google.com/\", error=\"invalid_token\"";
            reply.headers.push(("www-authenticate", realm.to_owned()));
        }
        if let Some(seconds) = refusal.retry_after {
            reply.headers.push(("retry-after", seconds.to_string()));
        }
        reply
    }
}

impl From<Canned> for Reply {
    fn from(canned: Canned) -> Self {
        let mut headers = vec![("content-type", canned.content_type.to_owned())];
        if let Some(seconds) = canned.retry_after {
            headers.push(("retry-after", seconds.to_string()));
        }
        Reply {
            status: canned.status,
            headers,
            body: canned.body.into_bytes(),
        }
    }
}

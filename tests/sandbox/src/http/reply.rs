//! Answers in GLPI's manner.

use std::borrow::Cow;

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Response, StatusCode, header},
};

use crate::{
    faults::Canned, http::call::Call, items::Refusal, messages, value::Value,
    world::session::Language,
};

/// An answer, before it is bytes.
#[derive(Debug)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// Its headers, beside the usual ones.
    pub headers: Vec<(&'static str, String)>,
    /// Its body.
    pub body: Payload,
}

/// What an answer carries.
#[derive(Debug)]
pub enum Payload {
    /// JSON.
    Json(Value),
    /// Something else, with its media type.
    Raw(String, Vec<u8>),
}

impl Reply {
    /// A JSON answer.
    pub fn json(status: u16, value: impl Into<Value>) -> Self {
        Reply {
            status,
            headers: Vec::new(),
            body: Payload::Json(value.into()),
        }
    }

    /// An answer that isn't JSON.
    pub fn raw(status: u16, content_type: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        Reply {
            status,
            headers: Vec::new(),
            body: Payload::Raw(content_type.into(), body.into()),
        }
    }

    /// An empty page: what is left when PHP dies, or has nothing to say.
    pub fn empty(status: u16) -> Self {
        Reply::raw(status, "text/html; charset=UTF-8", Vec::new())
    }

    /// Empty, as 9.2 confirms some calls.
    pub fn blank_json() -> Self {
        Reply::raw(200, "application/json; charset=UTF-8", Vec::new())
    }

    /// With PHP's own words before the body.
    pub fn preceded_by(self, words: &str) -> Self {
        let body = match self.body {
            Payload::Json(value) => serde_json::to_vec(&value).unwrap_or_default(),
            Payload::Raw(_, body) => body,
        };
        let body = [words.as_bytes(), &body].concat();
        Reply {
            body: Payload::Raw("text/html; charset=UTF-8".to_owned(), body),
            ..self
        }
    }

    /// With a header.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// `["CODE","words"]`.
    pub fn error(status: u16, code: &str, words: impl Into<Value>) -> Self {
        Reply::json(status, Value::List(vec![code.into(), words.into()]))
    }

    /// The same, with the address of the documentation after the words.
    pub fn documented(call: &Call, code: &str, words: &str) -> Self {
        let see = "Afficher la documentation dans votre navigateur à";
        Reply::error(400, code, format!("{words}; {see} {}/#{code}", call.base))
    }

    /// A missing right.
    pub fn right_missing(call: &Call, language: Language) -> Self {
        let status = call.dialect.right_missing();
        Reply::error(
            status,
            "ERROR_RIGHT_MISSING",
            messages::right_missing(language),
        )
    }

    /// An item that isn't there.
    pub fn not_found(language: Language) -> Self {
        Reply::error(404, "ERROR_ITEM_NOT_FOUND", messages::not_found(language))
    }

    /// A write that was refused.
    pub fn refused(code: &str, refusal: Refusal) -> Self {
        match refusal {
            Refusal::Message(words) => Reply::error(400, code, words),
            Refusal::Crash => Reply::empty(500),
        }
    }

    /// As bytes, with the headers that every answer of GLPI has.
    pub fn into_response(self) -> Response<Body> {
        let (content_type, body) = match self.body {
            Payload::Json(value) => (
                Cow::Borrowed("application/json; charset=UTF-8"),
                serde_json::to_vec(&value).unwrap_or_default(),
            ),
            Payload::Raw(content_type, body) => (Cow::Owned(content_type), body),
        };
        let mut response = Response::new(Body::from(body));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        let usual = [
            ("content-type", content_type.as_ref()),
            (
                "access-control-expose-headers",
                "content-type, content-range, accept-range",
            ),
            ("cache-control", "no-store, no-cache, must-revalidate"),
            ("expires", "Mon, 26 Jul 1997 05:00:00 GMT"),
            ("pragma", "no-cache"),
            ("server", "nginx"),
        ];
        let own = self
            .headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()));
        for (name, value) in usual.into_iter().chain(own) {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        headers.remove(header::CONTENT_LENGTH);
        response
    }
}

impl From<Canned> for Reply {
    fn from(canned: Canned) -> Self {
        let reply = Reply::raw(canned.status, canned.content_type, canned.body);
        match canned.retry_after {
            Some(seconds) => reply.with("retry-after", seconds.to_string()),
            None => reply,
        }
    }
}

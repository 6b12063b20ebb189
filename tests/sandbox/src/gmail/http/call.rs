//! A request, read once.

use axum::{
    body::Bytes,
    http::{HeaderMap, Method, Uri},
};
use serde_json::Value as Json;
use url::form_urlencoded;

use super::reply::Refusal;

/// A request, read.
#[derive(Clone, Debug)]
pub struct Call {
    pub method: Method,
    /// The path, split and decoded.
    pub segments: Vec<String>,
    /// Path and query as sent.
    pub target: String,
    pub query: Vec<(String, String)>,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Call {
    pub fn new(method: Method, uri: &Uri, headers: HeaderMap, body: Bytes) -> Call {
        let segments = uri
            .path()
            .split('/')
            .filter(|segment| !segment.is_empty())
            .map(|segment| {
                percent_encoding::percent_decode_str(segment)
                    .decode_utf8_lossy()
                    .into_owned()
            })
            .collect();
        Call {
            method,
            segments,
            target: uri
                .path_and_query()
                .map_or_else(String::new, ToString::to_string),
            query: pairs(uri.query().unwrap_or_default().as_bytes()),
            headers,
            body,
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The first value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// All its values.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.query
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// A number with its default and its most.
    pub fn count(&self, name: &str, usual: usize, most: usize) -> Result<usize, Refusal> {
        match self.parameter(name) {
            None => Ok(usual),
            Some(text) => text
                .parse::<usize>()
                .map(|number| number.clamp(1, most))
                .map_err(|_| Refusal::invalid(format!("Invalid value at '{name}'"))),
        }
    }

    /// The fields of a form.
    pub fn form(&self) -> Vec<(String, String)> {
        pairs(&self.body)
    }

    /// A JSON body; an empty one is an empty object.
    pub fn json(&self) -> Result<Json, Refusal> {
        if self.body.is_empty() {
            return Ok(Json::Object(serde_json::Map::new()));
        }
        serde_json::from_slice(&self.body)
            .map_err(|_| Refusal::invalid("Invalid JSON payload received."))
    }

    /// The bearer's token.
    pub fn token(&self) -> Option<&str> {
        self.header("authorization")?.strip_prefix("Bearer ")
    }

    pub fn pretty(&self) -> bool {
        self.parameter("prettyPrint") != Some("false")
    }
}

fn pairs(bytes: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(bytes).into_owned().collect()
}

//! A client that asks a simulated Gmail in the same process.

use std::sync::Arc;

use axum::body::Body;
use http_body_util::BodyExt;
use jiff::Timestamp;
use serde_json::Value as Json;
use tournee_sandbox::{
    ManualClock,
    gmail::{Gmail, Options, accounts},
};
use tower::ServiceExt;

use crate::discovery::Discovery;

/// The morning on which all tests take place.
pub const NOW: &str = "2026-11-23T09:00:00Z";

/// An answer.
pub struct Answer {
    pub status: u16,
    pub headers: axum::http::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap_or(Json::Null)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

/// A Gmail, its clock, and the token of one mailbox.
pub struct Client {
    pub gmail: Gmail,
    pub clock: Arc<ManualClock>,
    pub token: String,
    discovery: Discovery,
}

impl Client {
    pub fn of(address: &str) -> Client {
        Client::with(address, Options::default())
    }

    pub fn with(address: &str, options: Options) -> Client {
        let now: Timestamp = NOW.parse().unwrap();
        let clock = Arc::new(ManualClock::new(now));
        let gmail = Gmail::new(Options {
            clock: clock.clone(),
            ..options
        });
        let token = gmail.world().access_token(address);
        Client {
            gmail,
            clock,
            token,
            discovery: Discovery::read(),
        }
    }

    pub fn technician() -> Client {
        Client::of(accounts::TECHNICIAN)
    }

    /// Any request.
    pub async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Answer {
        let mut request = axum::http::Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body)).unwrap();
        let response = self.gmail.router().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes().to_vec(),
        }
    }

    /// A call of the API, with the token.
    pub async fn call(&self, method: &str, path: &str, body: Option<Json>) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let path = format!("/gmail/v1/users/me/{path}");
        let body = body.map_or_else(Vec::new, |json| json.to_string().into_bytes());
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
        ];
        self.ask(method, &path, &headers, body).await
    }

    /// A call that succeeds, held to Google's description of the method.
    pub async fn done(&self, name: &str, method: &str, path: &str, body: Option<Json>) -> Json {
        let answer = self.call(method, path, body).await;
        assert!(
            answer.status < 300,
            "{name} {path}: {} {}",
            answer.status,
            answer.text()
        );
        if answer.body.is_empty() {
            assert_eq!(
                self.discovery.response(name),
                None,
                "{name} should answer something"
            );
            return Json::Null;
        }
        let json = answer.json();
        self.discovery.check(name, method, &json);
        json
    }

    pub async fn get(&self, name: &str, path: &str) -> Json {
        self.done(name, "GET", path, None).await
    }

    pub async fn post(&self, name: &str, path: &str, body: Json) -> Json {
        self.done(name, "POST", path, Some(body)).await
    }
}

//! One simulated GLPI, the people signed in to it, and how to speak to it.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, Method, Request as HttpRequest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tournee_sandbox::clock::ManualClock;
use tower::ServiceExt;

use super::recording::{Glpi, Multipart, Request, Response};
use super::sandbox;

const BOUNDARY: &str = "0d0cb2d33854a2ba931601efc7c62c85";

/// A simulated GLPI under replay.
pub struct World {
    pub glpi: Glpi,
    pub clock: Arc<ManualClock>,
    router: Router,
    runtime: tokio::runtime::Runtime,
    sessions: BTreeMap<String, String>,
}

/// What it answered.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    headers: HeaderMap,
    /// JSON where it is JSON, else the text as a string.
    pub body: Value,
}

impl Answer {
    /// The answer that was recorded, to hold the comparison against itself.
    pub fn recorded(response: &Response) -> Result<Self> {
        let mut headers = HeaderMap::new();
        for (name, value) in &response.headers {
            headers.insert(HeaderName::from_bytes(name.as_bytes())?, value.parse()?);
        }
        Ok(Self {
            status: response.status,
            headers,
            body: response.body.clone(),
        })
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The rows of a list or of a search.
    pub fn rows(&self) -> Option<usize> {
        let rows = if self.body.is_array() {
            &self.body
        } else {
            &self.body["data"]
        };
        rows.as_array()
            .map(Vec::len)
            .or_else(|| rows.as_object().map(serde_json::Map::len))
    }

    /// Its beginning, for a person to read.
    pub fn short(&self) -> String {
        self.body.to_string().chars().take(160).collect()
    }
}

impl World {
    /// A GLPI of that version, as large as the one that was recorded, at the hour at which it was.
    pub fn new(glpi: Glpi) -> Result<Self> {
        let start = "2026-11-23T10:55:22Z".parse()?;
        let clock = Arc::new(ManualClock::new(start));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let router = sandbox::router(glpi, clock.clone());
        Ok(Self {
            glpi,
            clock,
            router,
            runtime,
            sessions: BTreeMap::new(),
        })
    }

    /// Sends a request in the session of `role`, once its ids are those of this world.
    pub fn send(&mut self, role: &str, request: &Request) -> Result<Answer> {
        let token = self.session(role)?;
        let mut http = HttpRequest::builder()
            .method(Method::from_bytes(request.method.as_bytes())?)
            .uri(format!(
                "{}/apirest.php{}",
                sandbox::base(self.glpi),
                self.secrets(&request.path)
            ));
        let mut headers: BTreeMap<&str, Option<String>> = BTreeMap::new();
        headers.insert("App-Token", Some(sandbox::APP_TOKEN.to_owned()));
        headers.insert("Session-Token", token);
        headers.extend(
            request
                .headers
                .iter()
                .map(|(k, v)| (k.as_str(), v.as_deref().map(|v| self.secrets(v)))),
        );
        let body = self.body(request, &mut headers)?;
        for (name, value) in headers {
            if let Some(value) = value {
                http = http.header(name, value);
            }
        }
        self.call(http.body(Body::from(body))?)
    }

    /// A JSON request with nothing special about it.
    pub fn ask(
        &mut self,
        role: &str,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Result<Answer> {
        self.send(role, &request(method, path, body))
    }

    /// The clock's time as GLPI writes it.
    pub fn now(&self) -> String {
        use tournee_sandbox::clock::{Clock, local_text};
        let zone = jiff::tz::TimeZone::get("Europe/Paris").unwrap_or(jiff::tz::TimeZone::UTC);
        local_text(self.clock.now(), &zone)
    }

    fn call(&mut self, request: HttpRequest<Body>) -> Result<Answer> {
        let router = self.router.clone();
        self.runtime.block_on(async move {
            let response = router.oneshot(request).await?;
            let (parts, body) = response.into_parts();
            let bytes = axum::body::to_bytes(body, usize::MAX).await?;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
            Ok(Answer {
                status: parts.status.as_u16(),
                headers: parts.headers,
                body,
            })
        })
    }

    /// The session token of a role; it signs in the first time.
    pub fn session(&mut self, role: &str) -> Result<Option<String>> {
        if matches!(role, "nobody" | "literal") {
            return Ok(None);
        }
        if let Some(token) = self.sessions.get(role) {
            return Ok(Some(token.clone()));
        }
        let token = self.sign_in(role)?;
        if role == "dead" {
            // GLPI's own clean-up of old sessions looks the same to a client.
            self.sessions.insert("dying".to_owned(), token.clone());
            let killed = self.ask("dying", "GET", "/killSession", None)?;
            ensure!(
                killed.status == 200,
                "killSession answered {}",
                killed.status
            );
        }
        self.sessions.insert(role.to_owned(), token.clone());
        Ok(Some(token))
    }

    fn sign_in(&mut self, role: &str) -> Result<String> {
        let (login, password) = sandbox::account(role);
        let mut request = request("GET", "/initSession", None);
        let basic = STANDARD.encode(format!("{login}:{password}"));
        request
            .headers
            .insert("Authorization".to_owned(), Some(format!("Basic {basic}")));
        let answer = self.send("nobody", &request)?;
        answer.body["session_token"]
            .as_str()
            .map(str::to_owned)
            .with_context(|| format!("no session: {}", answer.short()))
    }

    /// Puts this world's secrets where a recording has masks.
    fn secrets(&self, text: &str) -> String {
        let (login, password) = sandbox::account("technician");
        match text {
            "Basic <technician>" => {
                format!("Basic {}", STANDARD.encode(format!("{login}:{password}")))
            }
            "Basic <technician>:wrong" => {
                format!("Basic {}", STANDARD.encode(format!("{login}:wrong")))
            }
            "Basic inconnu:wrong" => format!("Basic {}", STANDARD.encode("inconnu:wrong")),
            _ => text
                .replace("%3Cuser_token%3E", &sandbox::user_token(self.glpi))
                .replace("<user_token>", &sandbox::user_token(self.glpi))
                .replace("<password>", password),
        }
    }

    fn body(
        &self,
        request: &Request,
        headers: &mut BTreeMap<&str, Option<String>>,
    ) -> Result<Vec<u8>> {
        if let Some(part) = &request.multipart {
            headers.insert(
                "Content-Type",
                Some(format!("multipart/form-data; boundary={BOUNDARY}")),
            );
            return multipart(part);
        }
        if let Some(text) = &request.latin1 {
            return Ok(text.chars().map(|c| c as u8).collect());
        }
        let text = match (&request.raw, &request.body) {
            (Some(raw), _) => raw.clone(),
            (None, Some(body)) if body.get("login").is_some() => {
                let (login, password) = sandbox::account("technician");
                json!({ "login": login, "password": password }).to_string()
            }
            (None, Some(body)) => body.to_string(),
            (None, None) => String::new(),
        };
        Ok(text.into_bytes())
    }
}

/// A request as the product sends it.
pub fn request(method: &str, path: &str, body: Option<Value>) -> Request {
    let headers = [(
        "Content-Type".to_owned(),
        Some("application/json".to_owned()),
    )]
    .into();
    Request {
        method: method.to_owned(),
        path: path.to_owned(),
        headers,
        body,
        raw: None,
        latin1: None,
        multipart: None,
    }
}

fn multipart(part: &Multipart) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    if let Some(manifest) = &part.manifest {
        let head = "Content-Disposition: form-data; name=\"uploadManifest\"\r\nContent-Type: application/json";
        body.extend(format!("--{BOUNDARY}\r\n{head}\r\n\r\n{manifest}\r\n").bytes());
    }
    let name = &part.filename;
    let head = format!(
        "Content-Disposition: form-data; name=\"filename[0]\"; filename=\"{name}\"\r\nContent-Type: {}",
        part.mime
    );
    body.extend(format!("--{BOUNDARY}\r\n{head}\r\n\r\n").bytes());
    match (&part.text, &part.base64) {
        (Some(text), _) => body.extend(text.bytes()),
        (None, Some(encoded)) => body.extend(STANDARD.decode(encoded)?),
        (None, None) => {}
    }
    body.extend(format!("\r\n--{BOUNDARY}--\r\n").bytes());
    Ok(body)
}

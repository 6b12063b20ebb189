//! The wire to one GLPI: a trait, so that simulations can plug in another one, and the real one over HTTP.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

/// One GLPI never sees more requests of ours at a time: PHP has few workers, and people need them too.
pub const MAX_IN_FLIGHT: usize = 4;

/// What GLPI is asked. Headers may hold secrets, hence no `Debug`.
#[derive(Clone)]
pub struct HttpRequest {
    /// `GET`, `POST`, `PUT`, `DELETE`.
    pub method: &'static str,
    /// Whole address.
    pub url: String,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// For `POST` and `PUT`: JSON, or a form with a file.
    pub body: Option<Vec<u8>>,
}

/// What GLPI answered.
#[derive(Clone)]
pub struct HttpResponse {
    /// Status.
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// Whatever came; not always JSON.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// A header by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Why there is no answer. The difference decides whether a write may be repeated without looking first.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The request never left: refused connection, unknown host, failed handshake.
    #[error("the request was not sent: {0}")]
    NotSent(String),
    /// It may have arrived: time-out, connection lost before the answer was whole.
    #[error("no whole answer: {0}")]
    Unknown(String),
}

/// Carries requests to one GLPI.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends one request once.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError>;
}

/// HTTP by reqwest: time-outs, no redirects (a redirected `POST` becomes a `GET`).
pub struct HttpTransport {
    client: reqwest::Client,
}

impl HttpTransport {
    /// A transport for one GLPI.
    ///
    /// # Errors
    /// When the TLS library can't be set up.
    pub fn new(timeout: Duration) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5).min(timeout))
            .timeout(timeout)
            .redirect(reqwest::redirect::Policy::none())
            .pool_idle_timeout(Duration::from_secs(15))
            .pool_max_idle_per_host(MAX_IN_FLIGHT)
            .user_agent(concat!("tournee/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client })
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let method = reqwest::Method::from_bytes(request.method.as_bytes())
            .map_err(|error| TransportError::NotSent(error.to_string()))?;
        let mut call = self
            .client
            .request(method, &request.url)
            .headers(headers(&request)?);
        if let Some(body) = request.body {
            call = call.body(body);
        }
        let response = call.send().await.map_err(classify)?;
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .filter_map(|(name, value)| {
                Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
            })
            .collect();
        let body = response.bytes().await.map_err(classify)?.to_vec();
        Ok(HttpResponse {
            status,
            headers,
            body,
        })
    }
}

fn headers(request: &HttpRequest) -> Result<HeaderMap, TransportError> {
    let mut map = HeaderMap::new();
    for (name, value) in &request.headers {
        let mut value = HeaderValue::from_str(value).map_err(|_| {
            TransportError::NotSent(format!("{name} has characters that HTTP can't carry"))
        })?;
        value.set_sensitive(true);
        map.insert(HeaderName::from_static(name), value);
    }
    Ok(map)
}

fn classify(error: reqwest::Error) -> TransportError {
    // The address stays out: it can hold search words, and administrators know their GLPI.
    let error = error.without_url();
    let mut words = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        words = format!("{words}: {cause}");
        source = cause.source();
    }
    if error.is_connect() || error.is_builder() {
        TransportError::NotSent(words)
    } else {
        TransportError::Unknown(words)
    }
}

//! One call of the REST API, and the headers that GLPI wants.

use serde_json::{Value, json};

use super::answer::{Answer, answer, outcome};
use super::client::Client;
use super::error::{GlpiError, WriteError};
use super::secret::Secret;
use super::session::Session;
use super::transport::{HttpRequest, HttpResponse, TransportError};

/// What is asked.
pub(crate) struct Call {
    method: &'static str,
    path: String,
    query: Vec<(String, String)>,
    input: Option<Value>,
}

impl Call {
    /// A read. (GLPI refuses one with a body.)
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self {
            method: "GET",
            path: path.into(),
            query: Vec::new(),
            input: None,
        }
    }

    /// A write of a whole body.
    pub(crate) fn send(method: &'static str, path: impl Into<String>, body: Value) -> Self {
        Self {
            method,
            path: path.into(),
            query: Vec::new(),
            input: Some(body),
        }
    }

    /// A write of an item.
    pub(crate) fn write(method: &'static str, path: impl Into<String>, input: &Value) -> Self {
        Self::send(method, path, json!({ "input": input }))
    }

    /// A row that goes for good.
    pub(crate) fn delete(path: impl Into<String>) -> Self {
        Self {
            method: "DELETE",
            ..Self::get(path)
        }
    }

    /// Adds a parameter. Booleans are 1 and 0: 9.2 misreads `true`.
    pub(crate) fn with(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.query.push((name.into(), value.to_string()));
        self
    }

    fn address(&self, base: &str) -> String {
        let mut address = format!("{base}/{}", self.path);
        if !self.query.is_empty() {
            let query = url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs(&self.query)
                .finish();
            address = format!("{address}?{query}");
        }
        address
    }
}

/// How a call proves whose it is.
pub(crate) enum Proof<'a> {
    /// Nothing at all: the probe.
    None,
    /// `Authorization`.
    Authorization(Secret),
    /// `Session-Token`.
    Session(&'a Session),
}

impl Client {
    /// Reads, or writes where repeating does no harm.
    pub(crate) async fn call(&self, session: &Session, call: Call) -> Result<Answer, GlpiError> {
        let response = self.raw(&Proof::Session(session), call, None).await?;
        let answer = answer(response).map_err(|error| self.told_apart(error))?;
        if let Some(date) = answer.date {
            self.remember_clock(date);
        }
        Ok(answer)
    }

    /// Writes once, and says what is known of the outcome.
    pub(crate) async fn write(&self, session: &Session, call: Call) -> Result<Answer, WriteError> {
        match self.raw(&Proof::Session(session), call, None).await {
            Ok(response) => outcome(response),
            Err(TransportError::NotSent(what)) => Err(WriteError::NotSent { what }),
            Err(TransportError::Unknown(what)) => Err(WriteError::Unknown { what }),
        }
    }

    /// Sends, with the headers that GLPI wants; `app_token` in place of the configured one.
    pub(crate) async fn raw(
        &self,
        proof: &Proof<'_>,
        call: Call,
        app_token: Option<&str>,
    ) -> Result<HttpResponse, TransportError> {
        // Without this a body is ignored.
        let mut headers = vec![("content-type", "application/json".to_owned())];
        let configured = self.config().app_token.as_ref().map(Secret::reveal);
        if let Some(token) = app_token.or(configured) {
            headers.push(("app-token", token.to_owned()));
        }
        match proof {
            Proof::None => {}
            Proof::Authorization(value) => {
                headers.push(("authorization", value.reveal().to_owned()));
            }
            Proof::Session(session) => {
                headers.push(("session-token", session.token().reveal().to_owned()));
            }
        }
        let request = HttpRequest {
            method: call.method,
            url: call.address(&self.config().api_base()),
            headers,
            body: call.input.map(|input| input.to_string()),
        };
        self.transport().send(request).await
    }
}

//! One request to Google: its form, and what the answer means.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use tournee_core::ids::MailboxId;
use url::Url;

use super::config::GmailConfig;
use super::error::GmailError;
use super::gate::{Gate, Haste};
use crate::chance::Chance;
use crate::glpi::{HttpRequest, HttpResponse, HttpTransport, Transport};

/// How long Google may take: an attachment of 25 MB comes in one answer.
const TIMEOUT: Duration = Duration::from_secs(90);
/// How often a request that may be repeated is tried.
const TRIES: u32 = 6;

/// A call of the API. Most may be repeated at will: reads, labels, changes of labels.
pub struct Call<'a> {
    /// The verb.
    pub method: &'static str,
    /// Behind `/gmail/v1/users/me/`.
    pub path: &'a str,
    /// Parameters.
    pub query: &'a [(&'a str, &'a str)],
    /// A JSON body.
    pub body: Option<String>,
    /// What it costs.
    pub units: u32,
    /// Whether somebody waits.
    pub haste: Haste,
    /// It does something anew each time: who asks decides whether to ask again.
    pub is_once: bool,
}

impl<'a> Call<'a> {
    /// A read.
    pub fn get(path: &'a str, query: &'a [(&'a str, &'a str)], units: u32, haste: Haste) -> Self {
        Self {
            method: "GET",
            path,
            query,
            body: None,
            units,
            haste,
            is_once: false,
        }
    }
}

/// The way to Google for all mailboxes.
pub struct Client {
    /// What the administrator decided.
    pub config: GmailConfig,
    transport: Arc<dyn Transport>,
    gates: Mutex<BTreeMap<MailboxId, Arc<Gate>>>,
    chance: Chance,
}

impl Client {
    /// A client over HTTP.
    ///
    /// # Errors
    /// The TLS library can't be set up.
    pub fn new(config: GmailConfig, chance: Chance) -> Result<Self, reqwest::Error> {
        let transport = Arc::new(HttpTransport::new(TIMEOUT)?);
        Ok(Self::over(transport, config, chance))
    }

    /// A client over a transport of the caller's.
    pub fn over(transport: Arc<dyn Transport>, config: GmailConfig, chance: Chance) -> Self {
        Self {
            config,
            transport,
            gates: Mutex::default(),
            chance,
        }
    }

    fn gate(&self, mailbox: &MailboxId) -> Arc<Gate> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        let gate = gates.entry(mailbox.clone());
        let new = || Arc::new(Gate::new(self.config.units_per_minute, self.chance.clone()));
        gate.or_insert_with(new).clone()
    }

    /// Makes a call until it is answered, as often as is worth while. `Ok(None)`: the token is refused.
    ///
    /// # Errors
    /// Google's refusal, or that it does not answer.
    pub async fn call(
        &self,
        mailbox: &MailboxId,
        token: &str,
        call: &Call<'_>,
    ) -> Result<Option<HttpResponse>, GmailError> {
        let gate = self.gate(mailbox);
        let mut tries = 0;
        loop {
            tries += 1;
            let error = match self.once(&gate, token, call).await {
                Ok(response) => {
                    gate.answered();
                    return Ok(response);
                }
                Err(error) => error,
            };
            if !error.is_passing() || tries >= TRIES || call.is_once {
                return Err(error);
            }
            gate.rest(match &error {
                GmailError::Throttled { retry_after } => *retry_after,
                _ => None,
            });
        }
    }

    async fn once(
        &self,
        gate: &Gate,
        token: &str,
        call: &Call<'_>,
    ) -> Result<Option<HttpResponse>, GmailError> {
        let _place = gate.enter(call.units, call.haste).await;
        let mut headers = vec![("authorization", format!("Bearer {token}"))];
        if call.body.is_some() {
            headers.push(("content-type", "application/json".to_owned()));
        }
        let response = self
            .transport
            .send(HttpRequest {
                method: call.method,
                url: self.address(call),
                headers,
                body: call.body.clone(),
            })
            .await?;
        match response.status {
            200..300 => Ok(Some(response)),
            401 => Ok(None),
            _ => Err(refusal(&response)),
        }
    }

    fn address(&self, call: &Call<'_>) -> String {
        let api = self.config.endpoints.api.as_str().trim_end_matches('/');
        let path = format!("{api}/gmail/v1/users/me/{}", call.path);
        let Ok(mut url) = Url::parse(&path) else {
            return path;
        };
        let mut query = url.query_pairs_mut();
        query.extend_pairs(call.query);
        query.append_pair("prettyPrint", "false");
        drop(query);
        url.into()
    }

    /// Sends a form to one of the sign-in's addresses, once.
    ///
    /// # Errors
    /// No answer.
    pub async fn form(
        &self,
        to: &Url,
        fields: &[(&str, &str)],
    ) -> Result<HttpResponse, GmailError> {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let form = "application/x-www-form-urlencoded".to_owned();
        let request = HttpRequest {
            method: "POST",
            url: to.to_string(),
            headers: vec![("content-type", form)],
            body: Some(body),
        };
        Ok(self.transport.send(request).await?)
    }
}

/// Reads an answer.
///
/// # Errors
/// It is not of the API's form.
pub fn read<T: DeserializeOwned>(response: &HttpResponse) -> Result<T, GmailError> {
    let status = response.status;
    serde_json::from_slice(&response.body).map_err(|_| GmailError::Unexpected { status })
}

#[derive(Deserialize)]
struct Refusal {
    error: RefusalBody,
}

#[derive(Deserialize)]
struct RefusalBody {
    #[serde(default)]
    message: String,
    #[serde(default)]
    errors: Vec<Reason>,
}

#[derive(Deserialize)]
struct Reason {
    #[serde(default)]
    reason: String,
}

fn refusal(response: &HttpResponse) -> GmailError {
    let status = response.status;
    let retry_after = response
        .header("retry-after")
        .and_then(|seconds| seconds.trim().parse().ok());
    let body: Option<Refusal> = serde_json::from_slice(&response.body).ok();
    let reason = body.as_ref().and_then(|body| body.error.errors.first());
    let reason = reason
        .map(|reason| reason.reason.clone())
        .unwrap_or_default();
    let waits = [
        "rateLimitExceeded",
        "userRateLimitExceeded",
        "quotaExceeded",
    ];
    match (status, body) {
        (429, _) => GmailError::Throttled { retry_after },
        (403, _) if waits.contains(&reason.as_str()) => GmailError::Throttled { retry_after },
        (503, _) if retry_after.is_some() => GmailError::Throttled { retry_after },
        (404, Some(_)) => GmailError::NotFound,
        (409, Some(_)) => GmailError::Exists,
        (400..500, Some(body)) => GmailError::Refused {
            status,
            reason,
            words: body.error.message,
        },
        _ => GmailError::Unexpected { status },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, reason: &str, headers: &[(&str, &str)]) -> GmailError {
        let body = serde_json::json!({"error": {"code": status, "message": "m", "errors": [{"reason": reason}]}});
        let own = |text: &str| text.to_owned();
        refusal(&HttpResponse {
            status,
            headers: headers
                .iter()
                .map(|(name, value)| (own(name), own(value)))
                .collect(),
            body: body.to_string().into_bytes(),
        })
    }

    #[test]
    fn what_may_be_repeated_is_told_from_what_may_not() {
        assert!(answer(403, "rateLimitExceeded", &[]).is_passing());
        assert!(answer(429, "", &[]).is_passing());
        assert!(answer(503, "backendError", &[]).is_passing());
        assert!(!answer(403, "forbidden", &[]).is_passing());
        assert!(matches!(answer(404, "notFound", &[]), GmailError::NotFound));
        assert!(matches!(answer(409, "aborted", &[]), GmailError::Exists));
        let asked = answer(429, "", &[("retry-after", "7")]);
        assert!(matches!(
            asked,
            GmailError::Throttled {
                retry_after: Some(7)
            }
        ));
    }
}

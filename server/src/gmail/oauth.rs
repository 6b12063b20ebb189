//! Google's sign-in: the page a person is sent to, and tokens for what comes back.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tournee_core::ids::MailboxId;
use tournee_core::time::{Instant, Seconds};
use url::Url;

use super::assertion;
use super::client::{Client, read};
use super::config::{SCOPE, WebClient};
use super::error::GmailError;
use crate::chance::Chance;
use crate::glpi::{HttpResponse, Secret};

/// How long a person may take on Google's page.
pub const PATIENCE: Seconds = Seconds(600);

/// What is remembered of a connection while the person is at Google. Sealed, in a cookie of its own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Journey {
    /// What Google has to say back.
    pub state: String,
    /// What proves that the code is ours.
    pub verifier: String,
    /// The technician.
    pub technician: i64,
    /// The service's mailbox instead of his own.
    pub shared: bool,
    /// When it is too late.
    pub until: Instant,
}

impl Journey {
    /// The beginning of one.
    pub fn begin(chance: &Chance, technician: i64, shared: bool, now: Instant) -> Self {
        let random = || {
            let mut bytes = [0; 32];
            chance.fill(&mut bytes);
            URL_SAFE_NO_PAD.encode(bytes)
        };
        Self {
            state: random(),
            verifier: random(),
            technician,
            shared,
            until: now + PATIENCE,
        }
    }
}

/// What Google gives.
#[derive(Debug)]
pub struct Tokens {
    /// Opens the API.
    pub access: Secret,
    /// Until when.
    pub until: Instant,
    /// Gets the next one; only for a code.
    pub refresh: Option<Secret>,
    /// What they are good for.
    pub scope: String,
}

#[derive(Deserialize)]
struct Given {
    access_token: String,
    #[serde(default)]
    expires_in: i64,
    refresh_token: Option<String>,
    #[serde(default)]
    scope: String,
}

#[derive(Deserialize)]
struct Denied {
    error: String,
    #[serde(default)]
    error_description: String,
}

/// Tokens are renewed before they run out.
const EARLY: Seconds = Seconds(60);

impl Client {
    /// The page that asks a person.
    pub fn page(
        &self,
        client: &WebClient,
        journey: &Journey,
        back: &Url,
        hint: Option<&str>,
    ) -> Url {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(journey.verifier.as_bytes()));
        let mut url = self.config.endpoints.authorize.clone();
        let mut query = url.query_pairs_mut();
        query
            .append_pair("client_id", &client.id)
            .append_pair("redirect_uri", back.as_str())
            .append_pair("response_type", "code")
            .append_pair("scope", SCOPE)
            .append_pair("access_type", "offline")
            .append_pair("prompt", "consent")
            .append_pair("state", &journey.state)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        if let Some(hint) = hint {
            query.append_pair("login_hint", hint);
        }
        if let Some(domain) = &self.config.domain {
            query.append_pair("hd", domain);
        }
        drop(query);
        url
    }

    /// Tokens for a code. A code is good once: this is not repeated.
    ///
    /// # Errors
    /// Google's refusal, or that it does not answer.
    pub async fn redeem(
        &self,
        client: &WebClient,
        code: &str,
        verifier: &str,
        back: &Url,
        now: Instant,
    ) -> Result<Tokens, GmailError> {
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", client.id.as_str()),
            ("client_secret", client.secret.reveal()),
            ("code", code),
            ("code_verifier", verifier),
            ("redirect_uri", back.as_str()),
        ];
        tokens(
            &self.form(&self.config.endpoints.token, &fields).await?,
            now,
        )
    }

    /// The next access token.
    ///
    /// # Errors
    /// [`GmailError::Reconnect`] where the refresh token is dead.
    pub async fn renew(
        &self,
        client: &WebClient,
        refresh: &str,
        now: Instant,
    ) -> Result<Tokens, GmailError> {
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", client.id.as_str()),
            ("client_secret", client.secret.reveal()),
            ("refresh_token", refresh),
        ];
        tokens(
            &self.form(&self.config.endpoints.token, &fields).await?,
            now,
        )
    }

    /// A token by the service account's word.
    ///
    /// # Errors
    /// [`GmailError::Reconnect`] where Google does not take it.
    pub async fn assert(&self, mailbox: &MailboxId, now: Instant) -> Result<Tokens, GmailError> {
        let account = self
            .config
            .service_account
            .as_ref()
            .ok_or(GmailError::NoMailbox)?;
        let to = &self.config.endpoints.token;
        let assertion = assertion::sign(account, mailbox, to.as_str(), now).ok_or_else(|| {
            GmailError::Reconnect {
                words: "the service account's key can't sign".to_owned(),
            }
        })?;
        let fields = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ("assertion", assertion.as_str()),
        ];
        tokens(&self.form(to, &fields).await?, now)
    }

    /// Ends a grant at Google. One that has ended already is fine.
    ///
    /// # Errors
    /// Google does not answer.
    pub async fn revoke(&self, token: &str) -> Result<(), GmailError> {
        let answer = self
            .form(&self.config.endpoints.revoke, &[("token", token)])
            .await?;
        match answer.status {
            200 | 400 => Ok(()),
            status => Err(GmailError::Unexpected { status }),
        }
    }
}

fn tokens(response: &HttpResponse, now: Instant) -> Result<Tokens, GmailError> {
    if response.status == 200 {
        let given: Given = read(response)?;
        return Ok(Tokens {
            access: Secret::new(given.access_token),
            until: now + Seconds(given.expires_in) - EARLY,
            refresh: given.refresh_token.map(Secret::new),
            scope: given.scope,
        });
    }
    let status = response.status;
    let Ok(denied) = read::<Denied>(response) else {
        return Err(match status {
            429 => GmailError::Throttled { retry_after: None },
            _ => GmailError::Unexpected { status },
        });
    };
    // The grant is dead, or the service account lost its delegation: either way somebody has to act.
    match denied.error.as_str() {
        "invalid_grant" | "unauthorized_client" => Err(GmailError::Reconnect {
            words: denied.error_description,
        }),
        _ => Err(GmailError::Refused {
            status,
            reason: denied.error,
            words: denied.error_description,
        }),
    }
}

//! A service account's signed word that it acts for a mailbox.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value as Json, json};
use tournee_core::ids::MailboxId;
use tournee_core::time::Instant;

use super::config::{SCOPE, ServiceAccount};

/// As long as Google takes it.
const LIFE_SECONDS: i64 = 3_600;

/// The key pair of a PEM, if it is one.
pub fn key_pair(pem: &str) -> Option<RsaKeyPair> {
    let lines = pem
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("--"));
    let der = STANDARD.decode(lines.collect::<String>()).ok()?;
    RsaKeyPair::from_pkcs8(&der).ok()
}

/// A signed assertion; none where the key is no key, which the configuration has refused before.
pub fn sign(
    account: &ServiceAccount,
    mailbox: &MailboxId,
    audience: &str,
    now: Instant,
) -> Option<String> {
    let pair = key_pair(account.key.reveal())?;
    let part = |json: &Json| URL_SAFE_NO_PAD.encode(json.to_string());
    let claims = json!({
        "iss": account.email, "sub": mailbox.0, "scope": SCOPE, "aud": audience,
        "iat": now.0, "exp": now.0 + LIFE_SECONDS,
    });
    let signed = format!(
        "{}.{}",
        part(&json!({"alg": "RS256", "typ": "JWT"})),
        part(&claims)
    );
    let mut signature = vec![0; pair.public().modulus_len()];
    let random = SystemRandom::new();
    pair.sign(
        &RSA_PKCS1_SHA256,
        &random,
        signed.as_bytes(),
        &mut signature,
    )
    .ok()?;
    Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

//! A service account's signed word that it acts for a mailbox of its domain.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde_json::Value as Json;

use super::{
    SCOPE,
    token::{Denied, given},
};
use crate::gmail::{World, accounts, http::reply::Reply};

const PUBLIC_KEY: &[u8] = include_bytes!("../data/service-account.pub.der");
const HOUR: i64 = 3_600;
/// How far clocks may be apart.
const SLACK: i64 = 60;

/// Gives a token for a signed assertion.
pub(super) fn redeem(world: &mut World, assertion: &str) -> Result<Reply, Denied> {
    let claims = verified(assertion)?;
    let text = |name: &str| claims.get(name).and_then(Json::as_str).unwrap_or_default();
    let number = |name: &str| claims.get(name).and_then(Json::as_i64).unwrap_or_default();
    let now = world.now().as_second();
    let (issued, expires) = (number("iat"), number("exp"));
    if issued > now + SLACK || expires < now - SLACK || expires - issued > HOUR {
        return Err(Denied::grant(
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.",
        ));
    }
    if text("iss") != accounts::SERVICE_ACCOUNT {
        return Err(Denied::grant("Invalid grant: account not found"));
    }
    // Google's own address, or wherever this stands.
    if !text("aud").ends_with("/token") {
        return Err(Denied::grant("Invalid JWT: Failed audience check."));
    }
    let subject = text("sub").to_lowercase();
    let outside = !subject.ends_with(&format!("@{}", accounts::DOMAIN));
    if outside || text("scope") != SCOPE {
        return Err(Denied::new(
            401,
            "unauthorized_client",
            "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.",
        ));
    }
    if world.mailbox(&subject).is_none() {
        return Err(Denied::grant("Invalid email or User ID"));
    }
    Ok(given(world, &subject, &[SCOPE.to_owned()], None, false))
}

fn verified(assertion: &str) -> Result<Json, Denied> {
    let malformed = || Denied::grant("Invalid JWT: Malformed.");
    let (signed, signature) = assertion.rsplit_once('.').ok_or_else(malformed)?;
    let (head, claims) = signed.split_once('.').ok_or_else(malformed)?;
    let read = |text: &str| -> Option<Json> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        serde_json::from_slice(&bytes).ok()
    };
    let head = read(head).ok_or_else(malformed)?;
    if head.get("alg").and_then(Json::as_str) != Some("RS256") {
        return Err(malformed());
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| malformed())?;
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, PUBLIC_KEY)
        .verify(signed.as_bytes(), &signature)
        .map_err(|_| Denied::grant("Invalid JWT Signature."))?;
    read(claims).ok_or_else(malformed)
}

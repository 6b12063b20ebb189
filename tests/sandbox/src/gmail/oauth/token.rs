//! Tokens for codes, for refresh tokens and for signed assertions; and their end.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};
use serde_json::json;

use super::assertion;
use crate::gmail::{
    World, accounts,
    http::{call::Call, reply::Reply},
};

/// A refusal in OAuth's own shape.
pub(super) struct Denied {
    pub status: u16,
    pub error: &'static str,
    pub words: &'static str,
}

impl Denied {
    pub fn new(status: u16, error: &'static str, words: &'static str) -> Self {
        Denied {
            status,
            error,
            words,
        }
    }

    pub fn grant(words: &'static str) -> Self {
        Denied::new(400, "invalid_grant", words)
    }
}

impl From<Denied> for Reply {
    fn from(denied: Denied) -> Self {
        let body = json!({"error": denied.error, "error_description": denied.words});
        Reply::json(denied.status, &body, true)
    }
}

struct Form(Vec<(String, String)>);

impl Form {
    fn text(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value)
    }
}

/// Gives tokens.
pub fn token(world: &mut World, call: &Call) -> Reply {
    let form = Form(call.form());
    let given = match form.text("grant_type") {
        "authorization_code" => for_code(world, &form),
        "refresh_token" => for_refresh(world, &form),
        "urn:ietf:params:oauth:grant-type:jwt-bearer" => {
            assertion::redeem(world, form.text("assertion"))
        }
        "" => Err(Denied::new(
            400,
            "invalid_request",
            "Required parameter is missing: grant_type",
        )),
        _ => Err(Denied::new(
            400,
            "unsupported_grant_type",
            "Invalid grant_type",
        )),
    };
    given.unwrap_or_else(Reply::from)
}

fn client(form: &Form) -> Result<(), Denied> {
    if form.text("client_id") != accounts::CLIENT_ID {
        return Err(Denied::new(
            401,
            "invalid_client",
            "The OAuth client was not found.",
        ));
    }
    if form.text("client_secret") != accounts::CLIENT_SECRET {
        return Err(Denied::new(401, "invalid_client", "Unauthorized"));
    }
    Ok(())
}

fn for_code(world: &mut World, form: &Form) -> Result<Reply, Denied> {
    client(form)?;
    let code = world
        .oauth
        .take_code(form.text("code"))
        .filter(|code| code.expires > world.now())
        .ok_or_else(|| Denied::grant("Malformed auth code."))?;
    if code.redirect_uri != form.text("redirect_uri") {
        return Err(Denied::new(400, "redirect_uri_mismatch", "Bad Request"));
    }
    if let Some(challenge) = &code.challenge {
        let verifier = form.text("code_verifier");
        if verifier.is_empty() {
            return Err(Denied::grant("Missing code verifier."));
        }
        let hash = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
        if hash != *challenge {
            return Err(Denied::grant("Invalid code verifier."));
        }
    }
    let refresh = code
        .offline
        .then(|| world.oauth.give_refresh(&code.address, &code.scopes));
    Ok(given(
        world,
        &code.address,
        &code.scopes,
        refresh.as_deref(),
        true,
    ))
}

fn for_refresh(world: &mut World, form: &Form) -> Result<Reply, Denied> {
    client(form)?;
    let refresh = form.text("refresh_token");
    let grant = world
        .oauth
        .grant(refresh)
        .cloned()
        .ok_or_else(|| Denied::grant("Token has been expired or revoked."))?;
    Ok(given(
        world,
        &grant.address,
        &grant.scopes,
        Some(refresh),
        false,
    ))
}

/// The answer with an access token; the refresh token is told only when it is new.
pub(super) fn given(
    world: &mut World,
    address: &str,
    scopes: &[String],
    refresh: Option<&str>,
    tell: bool,
) -> Reply {
    let until = world.access_until();
    let access = world
        .oauth
        .give_access(address, scopes, until, refresh.map(str::to_owned));
    let mut body = json!({
        "access_token": access,
        "expires_in": world.settings.access_seconds,
        "scope": scopes.join(" "),
        "token_type": "Bearer",
    });
    if let (Some(refresh), true) = (refresh, tell) {
        body["refresh_token"] = refresh.into();
    }
    Reply::json(200, &body, true)
}

/// Ends a grant.
pub fn revoke(world: &mut World, call: &Call) -> Reply {
    let form = Form(call.form());
    let token = call
        .parameter("token")
        .unwrap_or_else(|| form.text("token"))
        .to_owned();
    let now = world.now();
    if world.oauth.revoke(&token, now) {
        return Reply::json(200, &json!({}), true);
    }
    Denied::new(400, "invalid_token", "Token expired or revoked").into()
}

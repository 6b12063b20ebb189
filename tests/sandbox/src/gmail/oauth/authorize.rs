//! The page on which a person gives, or refuses, access to a mailbox.

use axum::http::Method;
use jiff::SignedDuration;
use url::Url;

use super::Code;
use crate::gmail::{
    World, accounts,
    http::{call::Call, reply::Reply},
};

/// Shows the page, and takes its answer.
pub fn authorize(world: &mut World, call: &Call) -> Reply {
    let asked = match Asked::read(world, call) {
        Ok(asked) => asked,
        Err((code, words)) => return refusal(code, &words),
    };
    if call.method != Method::POST {
        return page(world, call, &asked);
    }
    let form = call.form();
    let field = |name: &str| {
        form.iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    if field("decision") != Some("accept") {
        return asked.back(&[("error", "access_denied")]);
    }
    let address = field("account").unwrap_or_default().to_lowercase();
    if world.mailbox(&address).is_none() {
        return refusal("invalid_account", "Ce compte n'existe pas.");
    }
    // A person may leave single boxes unticked.
    let scopes: Vec<String> = asked
        .scopes
        .iter()
        .filter(|scope| field(&format!("scope:{scope}")) == Some("on"))
        .cloned()
        .collect();
    let granted = scopes.join(" ");
    let life = SignedDuration::from_mins(10);
    let code = world.oauth.give_code(Code {
        address,
        scopes,
        redirect_uri: asked.redirect_uri.to_string(),
        challenge: asked.challenge.clone(),
        offline: asked.offline,
        expires: world.now().checked_add(life).unwrap_or(world.now()),
    });
    asked.back(&[("code", &code), ("scope", &granted)])
}

/// What the client asked for.
struct Asked {
    redirect_uri: Url,
    scopes: Vec<String>,
    state: Option<String>,
    challenge: Option<String>,
    offline: bool,
    hint: Option<String>,
}

type Wrong = (&'static str, String);

impl Asked {
    fn read(world: &World, call: &Call) -> Result<Asked, Wrong> {
        let text = |name: &str| call.parameter(name).map(str::to_owned);
        let missing = |name: &str| {
            let words = format!("Required parameter is missing: {name}");
            ("invalid_request", words)
        };
        if text("client_id").as_deref() != Some(accounts::CLIENT_ID) {
            let words = "The OAuth client was not found.".to_owned();
            return Err(("invalid_client", words));
        }
        let redirect = text("redirect_uri").ok_or_else(|| missing("redirect_uri"))?;
        let redirect_uri = returnable(world, &redirect).ok_or_else(|| {
            let words = format!("{redirect} n'est pas enregistré pour ce client.");
            ("redirect_uri_mismatch", words)
        })?;
        if text("response_type").as_deref() != Some("code") {
            return Err(missing("response_type"));
        }
        let scope = text("scope").ok_or_else(|| missing("scope"))?;
        let method = text("code_challenge_method");
        let challenge = text("code_challenge");
        if challenge.is_some() && method.as_deref() != Some("S256") {
            let words = "Invalid code challenge method.".to_owned();
            return Err(("invalid_request", words));
        }
        Ok(Asked {
            redirect_uri,
            scopes: scope.split_whitespace().map(str::to_owned).collect(),
            state: text("state"),
            challenge,
            // Without the question anew, Google gives no second refresh token.
            offline: text("access_type").as_deref() == Some("offline")
                && text("prompt").is_some_and(|prompt| prompt.contains("consent")),
            hint: text("login_hint"),
        })
    }

    fn back(&self, answer: &[(&str, &str)]) -> Reply {
        let mut to = self.redirect_uri.clone();
        let mut query = to.query_pairs_mut();
        if let Some(state) = &self.state {
            query.append_pair("state", state);
        }
        for (name, value) in answer {
            query.append_pair(name, value);
        }
        drop(query);
        Reply::redirect(to.as_str())
    }
}

fn returnable(world: &World, redirect: &str) -> Option<Url> {
    let url = Url::parse(redirect).ok()?;
    let here = matches!(url.host_str(), Some("127.0.0.1" | "localhost"));
    let named = world
        .settings
        .redirect_uris
        .iter()
        .any(|known| known == redirect);
    (here || named).then_some(url)
}

fn page(world: &World, call: &Call, asked: &Asked) -> Reply {
    let hint = asked.hint.as_deref().unwrap_or(accounts::TECHNICIAN);
    let accounts: String = world
        .addresses()
        .map(|address| {
            let checked = if address.eq_ignore_ascii_case(hint) { " checked" } else { "" };
            let address = escape(address);
            format!(
                "<p><label><input type=\"radio\" name=\"account\" value=\"{address}\"{checked}> {address}</label></p>"
            )
        })
        .collect();
    let scopes: String = asked
        .scopes
        .iter()
        .map(|scope| {
            let scope = escape(scope);
            format!(
                "<p><label><input type=\"checkbox\" name=\"scope:{scope}\" checked> Lire, rédiger et envoyer des e-mails <small>{scope}</small></label></p>"
            )
        })
        .collect();
    Reply::html(
        200,
        format!(
            "<!doctype html><html lang=\"fr\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
             <title>Connexion Google (simulée)</title></head><body><h1>Tournée souhaite accéder à votre compte Google</h1>\
             <form method=\"post\" action=\"{}\"><fieldset><legend>Choisissez un compte</legend>{accounts}</fieldset>\
             <fieldset><legend>Ce que Tournée pourra faire</legend>{scopes}</fieldset>\
             <p><button id=\"deny\" name=\"decision\" value=\"deny\">Annuler</button> \
             <button id=\"accept\" name=\"decision\" value=\"accept\">Continuer</button></p></form></body></html>",
            escape(&call.target),
        ),
    )
}

fn refusal(code: &str, words: &str) -> Reply {
    Reply::html(
        400,
        format!(
            "<!doctype html><html lang=\"fr\"><head><meta charset=\"utf-8\"><title>Erreur 400</title></head><body>\
             <h1>Accès bloqué : erreur d'autorisation</h1><p>{}</p><p>Erreur 400 : {code}</p></body></html>",
            escape(words),
        ),
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

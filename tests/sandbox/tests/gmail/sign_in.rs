//! Consent, codes, tokens, and their deaths.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use serde_json::{Value as Json, json};
use tournee_sandbox::gmail::accounts;
use url::{Url, form_urlencoded};

use crate::client::{Answer, Client};

const SCOPE: &str = "https://www.googleapis.com/auth/gmail.modify";
const BACK: &str = "http://127.0.0.1:8080/api/gmail/return";
const VERIFIER: &str = "un-verificateur-de-quarante-trois-caracteres-ou-plus";

fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

fn page(extra: &[(&str, &str)]) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, VERIFIER.as_bytes()));
    let mut fields = vec![
        ("client_id", accounts::CLIENT_ID),
        ("redirect_uri", BACK),
        ("response_type", "code"),
        ("scope", SCOPE),
        ("state", "s1"),
        ("access_type", "offline"),
        ("prompt", "consent"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    fields.retain(|(name, _)| extra.iter().all(|(other, _)| other != name));
    fields.extend_from_slice(extra);
    format!("/o/oauth2/v2/auth?{}", form(&fields))
}

async fn decide(client: &Client, decision: &str, address: &str) -> Url {
    let tick = format!("scope:{SCOPE}");
    let body = form(&[("decision", decision), ("account", address), (&tick, "on")]);
    let answer = client.ask("POST", &page(&[]), &[], body.into_bytes()).await;
    assert_eq!(answer.status, 302, "{}", answer.text());
    answer.header("location").parse().unwrap()
}

fn parameter(url: &Url, name: &str) -> String {
    url.query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

async fn token(client: &Client, fields: &[(&str, &str)]) -> Answer {
    let mut all = vec![
        ("client_id", accounts::CLIENT_ID),
        ("client_secret", accounts::CLIENT_SECRET),
    ];
    all.retain(|(name, _)| fields.iter().all(|(other, _)| other != name));
    all.extend_from_slice(fields);
    client
        .ask("POST", "/token", &[], form(&all).into_bytes())
        .await
}

async fn tokens(client: &Client, address: &str) -> Json {
    let code = parameter(&decide(client, "accept", address).await, "code");
    let answer = token(
        client,
        &[
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", BACK),
            ("code_verifier", VERIFIER),
        ],
    )
    .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

async fn refresh(client: &Client, refresh: &str) -> Answer {
    token(
        client,
        &[("grant_type", "refresh_token"), ("refresh_token", refresh)],
    )
    .await
}

fn text(json: &Json, key: &str) -> String {
    json[key].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn the_page_asks_and_both_answers_lead_back() {
    let client = Client::technician();
    let shown = client
        .ask(
            "GET",
            &page(&[("login_hint", accounts::SHARED)]),
            &[],
            vec![],
        )
        .await;
    let html = shown.text();
    assert!(
        html.contains("id=\"accept\"") && html.contains("id=\"deny\""),
        "{html}"
    );
    assert!(html.contains(&format!("value=\"{}\" checked", accounts::SHARED)));
    let denied = decide(&client, "deny", accounts::TECHNICIAN).await;
    assert_eq!(
        (parameter(&denied, "error"), parameter(&denied, "state")),
        ("access_denied".into(), "s1".into())
    );
    let accepted = decide(&client, "accept", accounts::TECHNICIAN).await;
    assert_eq!(
        (parameter(&accepted, "scope"), parameter(&accepted, "state")),
        (SCOPE.into(), "s1".into())
    );
    for wrong in [
        ("client_id", "autre"),
        ("redirect_uri", "https://ailleurs.example/"),
        ("response_type", "token"),
        ("code_challenge_method", "plain"),
    ] {
        assert_eq!(
            client.ask("GET", &page(&[wrong]), &[], vec![]).await.status,
            400,
            "{wrong:?}"
        );
    }
}

#[tokio::test]
async fn a_code_is_good_once_with_its_verifier() {
    let client = Client::technician();
    let code = parameter(
        &decide(&client, "accept", accounts::TECHNICIAN).await,
        "code",
    );
    let redeem = async |verifier: &str| {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", BACK),
            ("code_verifier", verifier),
        ];
        let answer = token(&client, &fields).await;
        (answer.status, text(&answer.json(), "error"))
    };
    assert_eq!(redeem("faux").await, (400, "invalid_grant".to_owned()));
    assert_eq!(
        redeem(VERIFIER).await,
        (400, "invalid_grant".to_owned()),
        "it was used up"
    );
    let json = tokens(&client, accounts::TECHNICIAN).await;
    assert_eq!(
        (json["expires_in"].as_i64(), text(&json, "token_type")),
        (Some(3_599), "Bearer".to_owned())
    );
    let secret = token(
        &client,
        &[("grant_type", "refresh_token"), ("client_secret", "faux")],
    )
    .await;
    assert_eq!(
        (secret.status, text(&secret.json(), "error")),
        (401, "invalid_client".to_owned())
    );
}

async fn status(client: &Client, access: &str) -> u16 {
    let bearer = format!("Bearer {access}");
    client
        .ask(
            "GET",
            "/gmail/v1/users/me/profile",
            &[("authorization", &bearer)],
            vec![],
        )
        .await
        .status
}

#[tokio::test]
async fn access_expires_and_is_renewed_until_the_grant_dies() {
    let client = Client::technician();
    let json = tokens(&client, accounts::SHARED).await;
    let (access, lasting) = (text(&json, "access_token"), text(&json, "refresh_token"));
    assert_eq!(status(&client, &access).await, 200);
    client.clock.advance_seconds(3_600);
    assert_eq!(status(&client, &access).await, 401);
    let renewed = refresh(&client, &lasting).await.json();
    assert!(renewed.get("refresh_token").is_none());
    assert_eq!(status(&client, &text(&renewed, "access_token")).await, 200);
    client.gmail.world().kill_refresh_tokens(accounts::SHARED);
    let dead = refresh(&client, &lasting).await;
    assert_eq!(
        (dead.status, text(&dead.json(), "error")),
        (400, "invalid_grant".to_owned())
    );
    assert_eq!(client.gmail.world().grants(accounts::SHARED), 0);
}

#[tokio::test]
async fn revoking_ends_everything_of_a_grant() {
    let client = Client::technician();
    let json = tokens(&client, accounts::SHARED).await;
    let (access, lasting) = (text(&json, "access_token"), text(&json, "refresh_token"));
    let revoke = async || {
        client
            .ask(
                "POST",
                "/revoke",
                &[],
                form(&[("token", &lasting)]).into_bytes(),
            )
            .await
            .status
    };
    assert_eq!(revoke().await, 200);
    assert_eq!(revoke().await, 400);
    assert_eq!(status(&client, &access).await, 401);
    assert_eq!(refresh(&client, &lasting).await.status, 400);
}

#[tokio::test]
async fn the_hundred_and_first_grant_kills_the_first() {
    let client = Client::technician();
    let first = text(&tokens(&client, accounts::SHARED).await, "refresh_token");
    let second = text(&tokens(&client, accounts::SHARED).await, "refresh_token");
    for _ in 0..99 {
        tokens(&client, accounts::SHARED).await;
    }
    assert_eq!(refresh(&client, &first).await.status, 400);
    assert_eq!(refresh(&client, &second).await.status, 200);
}

#[tokio::test]
async fn an_unticked_scope_opens_nothing() {
    let client = Client::technician();
    let body = form(&[("decision", "accept"), ("account", accounts::SHARED)]);
    let answer = client.ask("POST", &page(&[]), &[], body.into_bytes()).await;
    let back: Url = answer.header("location").parse().unwrap();
    let code = parameter(&back, "code");
    let json = token(
        &client,
        &[
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", BACK),
            ("code_verifier", VERIFIER),
        ],
    )
    .await
    .json();
    assert_eq!(text(&json, "scope"), "");
    assert_eq!(status(&client, &text(&json, "access_token")).await, 403);
}

fn assertion(claims: &Json) -> String {
    let key: Json = serde_json::from_str(accounts::SERVICE_ACCOUNT_KEY).unwrap();
    let pem = key["private_key"].as_str().unwrap();
    let der: String = pem.lines().filter(|line| !line.starts_with("--")).collect();
    let der = base64::engine::general_purpose::STANDARD
        .decode(der)
        .unwrap();
    let pair = RsaKeyPair::from_pkcs8(&der).unwrap();
    let part = |json: &Json| URL_SAFE_NO_PAD.encode(json.to_string());
    let signed = format!(
        "{}.{}",
        part(&json!({"alg": "RS256", "typ": "JWT"})),
        part(claims)
    );
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        signed.as_bytes(),
        &mut signature,
    )
    .unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[tokio::test]
async fn a_service_account_speaks_for_the_mailboxes_of_its_domain() {
    let client = Client::technician();
    let now = tournee_sandbox::Clock::now(&*client.clock).as_second();
    let claims = |subject: &str, exp: i64| json!({"iss": accounts::SERVICE_ACCOUNT, "sub": subject, "scope": SCOPE, "aud": "https://oauth2.googleapis.com/token", "iat": now, "exp": exp});
    let redeem = async |assertion: String| {
        let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
        let answer = token(&client, &[("grant_type", grant), ("assertion", &assertion)]).await;
        (answer.status, answer.json())
    };
    let (given, json) = redeem(assertion(&claims(accounts::SHARED, now + 3_600))).await;
    assert_eq!(given, 200, "{json}");
    assert_eq!(status(&client, &text(&json, "access_token")).await, 200);
    assert!(json.get("refresh_token").is_none());
    let (refused, json) = redeem(assertion(&claims(accounts::FOREIGN, now + 3_600))).await;
    assert_eq!(
        (refused, text(&json, "error")),
        (401, "unauthorized_client".to_owned())
    );
    let unknown = format!("personne@{}", accounts::DOMAIN);
    for wrong in [
        assertion(&claims(&unknown, now + 60)),
        assertion(&claims(accounts::SHARED, now + 7_200)),
        format!("{}x", assertion(&claims(accounts::SHARED, now + 60))),
    ] {
        let (refused, json) = redeem(wrong).await;
        assert_eq!(
            (refused, text(&json, "error")),
            (400, "invalid_grant".to_owned())
        );
    }
}

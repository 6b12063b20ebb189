//! What browsers and machines see: headers, files, health, the document.

use anyhow::Result;
use serde_json::Value;
use tournee::config::Config;

use crate::support::House;

fn with_files(config: &mut Config) {
    let web = config.data_dir.join("web");
    let files = [
        ("index.html", "<!doctype html><title>Tournée</title>"),
        ("sw.js", "// worker"),
        ("assets/app.0123.js", "export {};"),
        ("assets/app.0123.js.br", "brotli"),
        ("assets/app.0123.js.gz", "gzip"),
    ];
    for (name, text) in files {
        let path = web.join(name);
        let folder = path.parent().map(std::fs::create_dir_all);
        assert!(folder.is_some_and(|made| made.is_ok()));
        assert!(std::fs::write(path, text).is_ok());
    }
    config.web_dir = Some(web);
}

#[tokio::test]
async fn the_apps_files_come_in_the_form_that_the_browser_takes() -> Result<()> {
    let house = House::with(with_files).await?;
    let base = format!("http://{}", house.address);
    let http = reqwest::Client::builder().no_gzip().build()?;
    let file = format!("{base}/assets/app.0123.js");
    for (accept, encoding, body) in [
        ("br, gzip", Some("br"), "brotli"),
        ("gzip", Some("gzip"), "gzip"),
        ("identity", None, "export {};"),
    ] {
        let answer = http
            .get(&file)
            .header("accept-encoding", accept)
            .send()
            .await?;
        let header = |name: &str| {
            answer
                .headers()
                .get(name)
                .and_then(|v| v.to_str().ok())
                .map(str::to_owned)
        };
        assert_eq!(header("content-encoding").as_deref(), encoding);
        assert!(header("cache-control").unwrap().contains("immutable"));
        assert!(
            header("content-type")
                .unwrap()
                .starts_with("text/javascript")
        );
        assert_eq!(answer.text().await?, body);
    }
    for page in ["/", "/tickets/ancien/12", "/queue"] {
        let answer = http.get(format!("{base}{page}")).send().await?;
        assert_eq!(answer.headers()["cache-control"], "no-cache");
        assert!(answer.text().await?.contains("Tournée"));
    }
    let again = http.get(format!("{base}/sw.js")).send().await?;
    let tag = again.headers()["etag"].clone();
    let known = http
        .get(format!("{base}/sw.js"))
        .header("if-none-match", tag)
        .send()
        .await?;
    assert_eq!(known.status(), 304);
    assert_eq!(
        http.get(format!("{base}/missing.js"))
            .send()
            .await?
            .status(),
        404
    );
    assert_eq!(
        http.get(format!("{base}/readyz")).send().await?.status(),
        200
    );
    Ok(())
}

#[tokio::test]
async fn every_answer_has_an_id_and_the_headers_that_browsers_obey() -> Result<()> {
    let house = House::with(|config| {
        with_files(config);
        config.public_url = "https://tournee.example.org"
            .parse()
            .unwrap_or(config.public_url.clone());
    })
    .await?;
    let base = format!("http://{}", house.address);
    for path in [
        "/",
        "/api/session",
        "/api/absent",
        "/healthz",
        "/missing.js",
    ] {
        let answer = reqwest::get(format!("{base}{path}")).await?;
        for name in [
            "x-request-id",
            "content-security-policy",
            "strict-transport-security",
        ] {
            assert!(answer.headers().contains_key(name), "{path}: {name}");
        }
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        let policy = answer.headers()["content-security-policy"].to_str()?;
        let expected = match path.starts_with("/api/") {
            true => "default-src 'none'",
            false => "script-src 'self' 'wasm-unsafe-eval'",
        };
        assert!(policy.contains(expected), "{path}: {policy}");
        assert!(!policy.contains("unsafe-inline"));
    }
    let refused = reqwest::Client::new()
        .post(format!("{base}/api/sync"))
        .send()
        .await?;
    let id = refused.headers()["x-request-id"].to_str()?.to_owned();
    let error: Value = refused.json().await?;
    assert_eq!(error["request_id"], id);
    assert_eq!(error["code"], "not_signed_in");
    Ok(())
}

#[tokio::test]
async fn without_files_the_server_lives_but_is_not_ready() -> Result<()> {
    let house = House::open().await?;
    let base = format!("http://{}", house.address);
    assert_eq!(reqwest::get(format!("{base}/healthz")).await?.status(), 200);
    assert_eq!(reqwest::get(format!("{base}/readyz")).await?.status(), 503);
    Ok(())
}

#[tokio::test]
async fn the_document_has_every_route_and_the_types_of_the_protocol() -> Result<()> {
    let house = House::open().await?;
    let document: Value = reqwest::get(format!("http://{}/api/openapi.json", house.address))
        .await?
        .json()
        .await?;
    let expected = [
        ("/api/session", vec!["get", "delete"]),
        ("/api/session/{source}", vec!["post", "delete"]),
        ("/api/session/{source}/profile", vec!["put"]),
        ("/api/sync", vec!["post"]),
        ("/api/gmail", vec!["get"]),
        ("/api/gmail/connect", vec!["post"]),
        ("/api/gmail/return", vec!["get"]),
        ("/api/gmail/{mailbox}", vec!["delete"]),
        ("/api/gmail/{mailbox}/search", vec!["post"]),
        ("/api/gmail/{mailbox}/threads/{thread}", vec!["get"]),
        ("/api/gmail/{mailbox}/mails/{mail}", vec!["get"]),
        (
            "/api/gmail/{mailbox}/mails/{mail}/files/{part}",
            vec!["get"],
        ),
        ("/api/rules", vec!["get"]),
        ("/api/rules/{rule}", vec!["put", "delete"]),
        ("/api/rules/{rule}/try", vec!["post"]),
        ("/api/rules/{rule}/state", vec!["put"]),
        ("/api/rules/{rule}/record", vec!["get"]),
        ("/api/rules/{rule}/wish", vec!["post"]),
        ("/api/search/{source}", vec!["post"]),
        ("/api/assets/{source}", vec!["post"]),
        ("/api/assets/{source}/{kind}/{id}", vec!["get"]),
        ("/api/tickets/{source}/{id}", vec!["get"]),
        ("/api/tickets/{source}/{id}/history", vec!["get"]),
        ("/api/devices", vec!["get"]),
        ("/api/devices/{device}", vec!["delete"]),
        ("/api/devices/{device}/changes", vec!["get"]),
        ("/api/dashboard/{source}", vec!["get"]),
        ("/api/files/{hash}", vec!["get", "put"]),
        ("/api/documents/{source}/{document}", vec!["get"]),
        ("/api/openapi.json", vec!["get"]),
        ("/healthz", vec!["get"]),
        ("/readyz", vec!["get"]),
    ];
    let paths = document["paths"].as_object().unwrap();
    assert_eq!(paths.len(), expected.len(), "{:?}", paths.keys());
    for (path, methods) in expected {
        for method in methods {
            assert!(paths[path].get(method).is_some(), "{method} {path}");
        }
    }
    for name in [
        "SyncRequest",
        "SyncResponse",
        "Change",
        "Ticket",
        "ApiError",
        "Problem",
        "Account",
        "Thread",
        "Mailbox",
        "GmailInfo",
    ] {
        assert!(
            document["components"]["schemas"].get(name).is_some(),
            "{name}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn answers_are_compressed_as_the_client_likes() -> Result<()> {
    let house = House::open().await?;
    let address = format!("http://{}/api/openapi.json", house.address);
    let http = reqwest::Client::builder().no_gzip().build()?;
    for encoding in ["br", "zstd", "gzip"] {
        let answer = http
            .get(&address)
            .header("accept-encoding", encoding)
            .send()
            .await?;
        assert_eq!(answer.headers()["content-encoding"], encoding);
    }
    Ok(())
}

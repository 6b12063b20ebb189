//! The tools of the walks, tried on pages of their own: a cut that doesn't cut would prove nothing.

use anyhow::Result;
use axum::{Router, http::header::CONTENT_TYPE, routing::get};
use tournee_tests::browser::{Chromium, Page, Profile, Screen, WebKit};
use tournee_tests::patience::until_true;
use tournee_tests::wire::Wire;

const PAGE: &str = r#"<!doctype html><title>page</title><input name=a><script>
navigator.serviceWorker?.register("/sw.js");
const worker = new Worker("/worker.js");
worker.onmessage = (event) => document.body.dataset.worker = event.data;
const load = (path) => fetch(path).then((r) => r.text(), () => "no network");
</script>"#;
const SERVICE_WORKER: &str = r#"
addEventListener("install", (e) => e.waitUntil(caches.open("c").then((c) => c.addAll(["/", "/worker.js"]))));
addEventListener("activate", (e) => e.waitUntil(clients.claim()));
addEventListener("fetch", (e) => {
  const path = new URL(e.request.url).pathname;
  if (path === "/through") e.respondWith(fetch("/answer").catch(() => Response.error()));
  else e.respondWith(caches.match(path).then((hit) => hit ?? fetch(e.request).catch(() => Response.error())));
});"#;
const WORKER: &str = r#"onmessage = () => fetch("/answer?worker").then(() => postMessage("answer"), () => postMessage("no network"));"#;

async fn site() -> Result<Wire> {
    let script = |text: &'static str| {
        get(move || async move { ([(CONTENT_TYPE, "text/javascript")], text) })
    };
    let page = get(|| async { ([(CONTENT_TYPE, "text/html")], PAGE) });
    let router = Router::new()
        .route("/", page)
        .route("/sw.js", script(SERVICE_WORKER))
        .route("/worker.js", script(WORKER))
        .route("/answer", get(|| async { "answer" }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let wire = Wire::lay().await?;
    wire.lead_to(Some(listener.local_addr()?));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(wire)
}

async fn asks(page: &Page, path: &str) -> Result<String> {
    page.js_async(
        "const done = arguments[1]; load(arguments[0]).then(done)",
        vec![path.into()],
    )
    .await
}

async fn worker_asks(page: &Page) -> Result<String> {
    page.js::<()>("delete document.body.dataset.worker; worker.postMessage(0)")
        .await?;
    until_true("the worker's answer", async || {
        page.has("[data-worker]").await
    })
    .await?;
    Ok(page.attributes("body", "data-worker").await?.concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_reaches_page_service_worker_and_worker_also_after_a_new_start() -> Result<()> {
    let wire = site().await?;
    let origin = format!("http://{}", wire.address());
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&origin).await?;
    page.goto("/").await?;
    until_true("a service worker", async || {
        page.js("return !!navigator.serviceWorker.controller").await
    })
    .await?;
    assert_eq!(asks(&page, "/through").await?, "answer");
    assert_eq!(worker_asks(&page).await?, "answer");

    chromium.tools().offline(true).await?;
    wire.cut();
    assert_eq!(asks(&page, "/answer").await?, "no network");
    assert_eq!(asks(&page, "/through").await?, "no network");
    assert_eq!(worker_asks(&page).await?, "no network");
    page.reload().await?;
    assert_eq!(asks(&page, "/through").await?, "no network");
    assert_eq!(worker_asks(&page).await?, "no network");
    // The browser's own look for a newer service worker is the one thing that DevTools don't stop.
    assert!(
        wire.refused().iter().all(|request| request == "GET /sw.js"),
        "{:?}",
        wire.refused()
    );

    let profile = chromium.kill().await?;
    let chromium = Chromium::with(Screen::Phone).start(profile).await?;
    chromium.tools().offline(true).await?;
    let page = chromium.page(&origin).await?;
    page.goto("/").await?;
    assert_eq!(asks(&page, "/through").await?, "no network");
    chromium.tools().offline(false).await?;
    wire.mend();
    assert_eq!(asks(&page, "/through").await?, "answer");
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exception_that_nobody_caught_fails_the_test() -> Result<()> {
    let wire = site().await?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&format!("http://{}", wire.address())).await?;
    page.goto("/").await?;
    page.js::<()>("setTimeout(() => { throw new Error('lost') })")
        .await?;
    until_true("the fault", async || {
        Ok(!chromium.tools().faults().is_empty())
    })
    .await?;
    let error = chromium.close().await.unwrap_err();
    assert!(error.to_string().contains("lost"), "{error}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_has_its_size_and_language_and_types_emoji() -> Result<()> {
    let wire = site().await?;
    let chromium = Chromium::with(Screen::Narrow)
        .speaking("en-GB")
        .start(Profile::new()?)
        .await?;
    let page = chromium.page(&format!("http://{}", wire.address())).await?;
    page.goto("/").await?;
    let seen: (u32, String) = page.js("return [screen.width, navigator.language]").await?;
    assert_eq!(seen, (320, "en-GB".to_owned()));
    page.fills("input", "caisse 🔧 dénudée").await?;
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn webkit_runs_a_service_worker_and_works_without_the_server() -> Result<()> {
    let wire = site().await?;
    let webkit = WebKit::start().await?;
    let page = webkit.page(&format!("http://{}", wire.address()))?;
    page.goto("/").await?;
    until_true("a service worker", async || {
        page.js("return !!navigator.serviceWorker.controller").await
    })
    .await?;
    page.fills("input", "caisse dénudée").await?;
    wire.cut();
    page.reload().await?;
    assert_eq!(page.js::<String>("return document.title").await?, "page");
    assert_eq!(asks(&page, "/through").await?, "no network");
    wire.mend();
    assert_eq!(asks(&page, "/through").await?, "answer");
    webkit.close().await
}

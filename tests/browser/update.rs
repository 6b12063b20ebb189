//! A new version is offered, never forced under somebody's hands.

use std::time::Duration;

use anyhow::{Context, Result};
use tournee_tests::app;
use tournee_tests::browser::Chromium;
use tournee_tests::holdings::his;
use tournee_tests::patience::{stays_true, until_true};
use tournee_tests::stage::{Make, NEW, Stage};

/// The same app under another version: a build that changed one byte would do the same.
fn publish_another_version(stage: &Stage) -> Result<()> {
    let path = stage.web().join("sw.js");
    let script = std::fs::read_to_string(&path)?;
    let (before, after) = script
        .split_once("VERSION = \"")
        .context("sw.js names its version")?;
    std::fs::write(&path, format!("{before}VERSION = \"another-{after}"))?;
    for packed in ["sw.js.br", "sw.js.gz", "sw.js.zst"] {
        let _ = std::fs::remove_file(stage.web().join(packed));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_waits_until_the_technician_lets_it_in() -> Result<()> {
    let mut stage = Make {
        own_web: true,
        ..Make::default()
    }
    .open()
    .await?;
    let [mine] = his(&stage.new)?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    app::opens(&page, NEW, mine).await?;
    page.fills("textarea[name=followup]", "En train d’écrire")
        .await?;
    page.js::<()>("window.sameDocument = true").await?;

    stage.kill_server();
    publish_another_version(&stage)?;
    stage.start_server().await?;
    page.js::<()>("navigator.serviceWorker.getRegistration().then((r) => r.update())")
        .await?;
    page.sees("[data-test=update-ready]").await?;
    stays_true(
        "nothing reloads by itself",
        Duration::from_secs(2),
        async || {
            let same: bool = page.js("return window.sameDocument === true").await?;
            let text: String = page
                .js("return document.querySelector('textarea[name=followup]').value")
                .await?;
            Ok(same && text == "En train d’écrire")
        },
    )
    .await?;

    page.tap("[data-test=update-apply]").await?;
    until_true("the new version", async || {
        page.js("return window.sameDocument !== true").await
    })
    .await?;
    page.sees("[data-test=ticket]").await?;
    until_true("the words that were being typed", async || {
        let text: String = page
            .js("return document.querySelector('textarea[name=followup]').value")
            .await?;
        Ok(text == "En train d’écrire")
    })
    .await?;
    page.sees_no("[data-test=update-ready]").await?;
    app::is_synced(&page).await?;
    // It opens without a network after the update too.
    let cut = stage.cut(&chromium).await?;
    page.reload().await?;
    page.sees("[data-test=ticket]").await?;
    stage.restore(&chromium, cut).await?;
    chromium.close().await
}

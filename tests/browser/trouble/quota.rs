//! The phone is full.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page};
use tournee_tests::holdings::Holdings;
use tournee_tests::patience::until_true;
use tournee_tests::stage::{NEW, Stage};

/// Chromium remembers for half a minute how much room there was; a database of our own tells when it looks again.
async fn the_phone_is_full(page: &Page) -> Result<()> {
    let probe = "const done = arguments[0];
        const open = indexedDB.open('probe', 1);
        open.onupgradeneeded = () => open.result.createObjectStore('s');
        open.onerror = () => done(open.error.name);
        open.onsuccess = () => {
          const db = open.result, t = db.transaction('s', 'readwrite');
          const end = (words) => { db.close(); done(words); };
          try { t.objectStore('s').put(new Uint8Array(1e5), 'k'); } catch (e) { return end(e.name); }
          t.oncomplete = () => end('room');
          t.onabort = () => end(t.error?.name ?? 'aborted');
        };";
    let start = Instant::now();
    loop {
        let answer: String = page.js_async(probe, Vec::new()).await?;
        if answer == "QuotaExceededError" {
            return Ok(());
        }
        ensure!(
            start.elapsed() < Duration::from_secs(120),
            "the phone never got full: {answer}"
        );
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_phone_says_so_and_keeps_the_words_on_screen_until_there_is_room() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let [id] = super::mine(&stage, NEW);
    let before = Holdings::of(&stage.new);
    let cut = stage.cut(&chromium).await?;
    app::opens(&page, NEW, id).await?;
    chromium.tools().quota(&stage.origin(), Some(1)).await?;
    the_phone_is_full(&page).await?;

    page.fills("textarea[name=followup]", "Écrit sur un téléphone plein")
        .await?;
    page.tap("button[data-test=send-followup]").await?;
    page.sees("[data-test=storage-problem]").await?;
    assert!(page.text("[data-test=storage-problem]").await?.len() > 15);
    let kept: String = page
        .js("return document.querySelector('textarea[name=followup]').value")
        .await?;
    assert_eq!(kept, "Écrit sur un téléphone plein");
    // The screen never says that it is on the phone when it isn't.
    assert!(
        !page
            .has("[data-test=entry] [data-test=ticks][data-state=phone]")
            .await?
    );

    chromium.tools().quota(&stage.origin(), None).await?;
    page.tap("button[data-test=send-followup]").await?;
    page.says(
        "[data-test=entry][data-kind=followup]",
        "Écrit sur un téléphone plein",
    )
    .await?;
    stage.restore(&chromium, cut).await?;
    app::queue_comes_to(&page, "delivered", 1).await?;
    until_true("the note in GLPI, once", async || {
        let now = Holdings::of(&stage.new);
        Ok(now.moved_since(&before) == [id]
            && now.ticket(id)?.followups.len() == before.ticket(id)?.followups.len() + 1)
    })
    .await?;
    // What the full storage threw on the way was told on the page.
    chromium.tools().forget_faults();
    chromium.close().await
}

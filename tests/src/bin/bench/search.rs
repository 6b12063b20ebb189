//! A search in all that a phone holds, with no network, its processor four times slower.

use anyhow::{Context as _, Result};
use tournee_tests::browser::Page;

use crate::held::Held;
use crate::report::Report;

const RUNS: usize = 7;
/// What people look for; a letter after the other, each of them a search of its own.
const TYPED: [&str; RUNS] = [
    "caisse",
    "imprimante",
    "téléphone",
    "réseau lent",
    "scanner",
    "7754",
    "magasin arcs",
];
/// From the letter to the frame that shows what it found. Watches from before it is typed.
const LETTER: &str = "new Promise((answer) => {
  const over = new AbortController();
  addEventListener('input', (event) => {
    const at = event.timeStamp, words = event.target.value.trim();
    const shown = () => document.querySelector('[data-test=search-here]')?.dataset.words.trim() === words;
    const draws = () => { const c = new MessageChannel(); c.port1.onmessage = () => { over.abort(); answer(performance.now() - at); }; c.port2.postMessage(0); };
    // A timer would see it only behind the frame that shows it already.
    const watch = new MutationObserver(() => look());
    const look = () => { if (shown()) { watch.disconnect(); requestAnimationFrame(draws); } };
    watch.observe(document, { subtree: true, childList: true, attributeFilter: ['data-words'] });
    look();
  }, { capture: true, signal: over.signal });
})";
/// From navigation to an index that finds something.
pub const READY: &str = "new Promise((answer) => {
  const look = () => document.querySelector('[data-test=search-count][data-ready=true]') ? answer(performance.now()) : setTimeout(look);
  look();
})";

pub async fn measure(report: &mut Report) -> Result<()> {
    let (few, _) = letters(500).await?;
    let (many, ready) = letters(5_000).await?;
    report.add("search_ms", many, 50.0);
    report.add("search_500_ms", few, 50.0);
    report.add("search_ready_ms", ready, 3_000.0);
    Ok(())
}

/// With so many tickets cached, the slowest letter of each word; and when the index was ready.
async fn letters(tickets: usize) -> Result<(Vec<f64>, Vec<f64>)> {
    let held = Held::with(tickets).await?;
    let page = &held.page;
    // Once unhurried: the first visit packs what the first read brought.
    page.goto("/search").await?;
    page.promised::<f64>(READY).await?;
    held.is_slow().await?;
    let (mut slowest, mut ready) = (Vec::new(), Vec::new());
    for word in TYPED {
        page.goto("/search").await?;
        ready.push(page.promised(READY).await?);
        slowest.push(typed(page, word).await?);
    }
    held.chromium.close().await?;
    Ok((slowest, ready))
}

async fn typed(page: &Page, word: &str) -> Result<f64> {
    // Tapped once: taps that follow each other fast would mark the word, and the next letter take its place.
    page.tap("[data-test=search-words]").await?;
    let (tools, target) = page.tools().context("only Chromium has DevTools")?;
    let mut slowest = 0.0_f64;
    for letter in word.chars() {
        let letter = letter.to_string();
        // Watched for before it is typed: the browser takes both as it likes.
        let watched = format!("window.letter = {LETTER}; return null");
        page.js::<Option<f64>>(&watched).await?;
        tools.insert_text(target, &letter).await?;
        let took = page.promised::<f64>("window.letter").await?;
        slowest = slowest.max(took);
    }
    Ok(slowest)
}

//! A mail becomes a ticket on a phone with thousands of tickets and no network, its processor four times slower.

use anyhow::Result;
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page};
use tournee_tests::stage::Make;

use crate::held::{SLOWDOWN, all_in_his_hands, holds};
use crate::offline::RUNS;
use crate::report::Report;

const TICKETS: usize = 5_000;
/// From the finger's lift to the frame in which the form stands there, with what is known of the sender.
const CONVERT: &str = "new Promise((answer) => {
  const over = new AbortController(), options = { capture: true, signal: over.signal };
  let lifted = null, painted = null;
  const tell = () => {
    if (lifted === null || painted === null) return;
    over.abort();
    answer(painted - lifted);
  };
  const filled = (name) => !!document.querySelector(`.create [name=${name}]`)?.value;
  const draws = () => { const c = new MessageChannel(); c.port1.onmessage = () => { painted = performance.now(); tell(); }; c.port2.postMessage(0); };
  const look = () => filled('title') && filled('content') && filled('requester') ? draws() : requestAnimationFrame(look);
  addEventListener('pointerup', (event) => {
    if (!event.target.closest('[data-test=mail-make], [data-test=thread-make]')) return;
    lifted = event.timeStamp;
    requestAnimationFrame(look);
  }, options);
})";

pub async fn measure(report: &mut Report) -> Result<()> {
    let stage = Make {
        tickets: TICKETS / 2,
        ..Make::default()
    }
    .open()
    .await?;
    all_in_his_hands(&stage);
    for number in 0..=RUNS {
        let text = "Bonjour,\n\nElle ne sonne plus depuis ce matin.\n\nCordialement,\nMagali";
        let letter = stage
            .google
            .letter(&format!("Téléphone caisse {number}"), text);
        stage.google.delivers(&letter)?;
    }
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::signs_in(&page).await?;
    holds(&page, TICKETS).await?;
    app::has_the_app(&page).await?;
    app::connects_mailbox(&page).await?;
    page.goto("/mails").await?;
    page.tap("[data-test=box-to-sort]").await?;
    page.sees("[data-test=mail-make]").await?;
    let _cut = stage.cut(&chromium).await?;
    chromium.tools().slow_down(SLOWDOWN).await?;
    let mut values = Vec::new();
    // Once to warm up, as somebody does who has the app open.
    for run in 0..=RUNS {
        let value = match run % 2 {
            0 => from_list(&page).await?,
            _ => from_thread(&page).await?,
        };
        if run > 1 {
            values.push(value);
        }
    }
    report.add("convert_to_screen_ms", values, 50.0);
    chromium.close().await
}

async fn from_list(page: &Page) -> Result<f64> {
    let make = "[data-test=mail-make]";
    page.sees(make).await?;
    let (value, ()) = tokio::try_join!(page.promised(CONVERT), page.touches(make))?;
    page.back().await?;
    page.arrives_at("/mails").await?;
    Ok(value)
}

async fn from_thread(page: &Page) -> Result<f64> {
    page.tap("[data-test=mail-row][data-free] a").await?;
    let make = "[data-test=thread-make]";
    page.sees(make).await?;
    let (value, ()) = tokio::try_join!(page.promised(CONVERT), page.touches(make))?;
    page.back().await?;
    page.sees("[data-test=thread]").await?;
    page.back().await?;
    page.arrives_at("/mails").await?;
    Ok(value)
}

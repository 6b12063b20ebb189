//! A photo of eight megabytes, from the shutter to the queue, on a phone whose processor is four times slower.

use anyhow::{Result, ensure};
use tournee_sandbox::accounts::TECHNICIAN;
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page};
use tournee_tests::camera;
use tournee_tests::holdings::is_in_the_hands_of;
use tournee_tests::stage::{NEW, Stage};

use crate::held::{Held, SLOWDOWN};
use crate::report::Report;

const RUNS: u32 = 5;
/// Twelve million pixels.
const PIXELS: (u32, u32) = (4_000, 3_000);
/// From the browser's answer to the frame that shows one document more, which it only does once that is on the disk.
const QUEUED: &str = "new Promise((answer) => {
  const count = () => document.querySelectorAll('[data-test=entry][data-kind=document]').length;
  const before = count();
  let shot = null;
  document.querySelector('[data-test=attach-photo]').addEventListener('change', () => { shot = performance.now(); }, { capture: true, once: true });
  const watch = new MutationObserver(() => {
    if (count() === before) return;
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => answer(performance.now() - shot)));
  });
  watch.observe(document, { subtree: true, childList: true });
})";

pub async fn measure(report: &mut Report) -> Result<()> {
    let few = shoot(500).await?;
    let many = shoot(5_000).await?;
    let limit = "decoding, drawing and encoding on the browser's main thread";
    report.tell("photo_8mb_ms", many, format!("5,000 tickets; {limit}"));
    report.tell("photo_8mb_500_ms", few, format!("500 tickets; {limit}"));
    Ok(())
}

async fn shoot(tickets: usize) -> Result<Vec<f64>> {
    let held = Held::with(tickets).await?;
    let id = mine(&held.stage)?;
    app::opens(&held.page, NEW, id).await?;
    let mut values = Vec::new();
    // Once to warm up: the first use of a canvas compiles.
    for run in 0..=RUNS {
        let value = one(&held.chromium, &held.page, run).await?;
        if run > 0 {
            values.push(value);
        }
    }
    held.chromium.close().await?;
    Ok(values)
}

async fn one(chromium: &Chromium, page: &Page, seed: u32) -> Result<f64> {
    let size = camera::has_a_photo(page, PIXELS.0, PIXELS.1, seed).await?;
    ensure!(size > 6_000_000, "the photo has {size} bytes only");
    chromium.tools().slow_down(SLOWDOWN).await?;
    camera::opens_the_camera(page).await?;
    let (value, ()) = tokio::try_join!(page.promised(QUEUED), camera::shoots(page))?;
    chromium.tools().slow_down(1.0).await?;
    page.sees_no("dialog[open]").await?;
    Ok(value)
}

fn mine(stage: &Stage) -> Result<i64> {
    let world = stage.glpi(NEW).world();
    let user = world.user_id(TECHNICIAN);
    let mut ids = world.ticket_ids().into_iter();
    let mine = ids.find(|id| user.is_some_and(|user| is_in_the_hands_of(&world, *id, user)));
    mine.ok_or_else(|| anyhow::anyhow!("no ticket of his"))
}

//! Everything fetched until the sign-in page is usable.

use anyhow::{Context, Result};
use tournee_tests::browser::Chromium;
use tournee_tests::patience::until;
use tournee_tests::stage::Make;

use crate::report::Report;

const RUNS: usize = 3;
const AT_MOST: f64 = 250_000.0;
/// The first frame in which a login can be typed, and all that the page had asked for until then, whole: body as it
/// came and 300 bytes of headers each. What the service worker puts aside afterwards is not waited for.
const USABLE: &str = "{
  const look = () => {
    const field = document.querySelector('form[data-test=sign-in] input[name=login]');
    if (!field || field.disabled || !field.checkVisibility()) return void requestAnimationFrame(look);
    window.usable = performance.now();
  };
  requestAnimationFrame(look);
}";
const FETCHED: &str = "if (!window.usable) return null;
  const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
  const before = all.filter((e) => e.startTime <= window.usable);
  // One that is still coming has no size yet.
  if (before.some((e) => !e.responseEnd)) return null;
  return [before.reduce((sum, e) => sum + e.transferSize, 0), before.length]";

pub async fn measure(report: &mut Report) -> Result<()> {
    let stage = Make {
        tickets: 20,
        ..Make::default()
    }
    .open()
    .await?;
    let mut values = Vec::new();
    for _ in 0..RUNS {
        let chromium = Chromium::phone().await?;
        chromium.tools().before_scripts(USABLE).await?;
        let page = chromium.page(&stage.origin()).await?;
        page.goto("/").await?;
        let (bytes, files): (f64, u32) = until("a sign-in page", async || page.js(FETCHED).await)
            .await
            .context("the page never became usable")?;
        println!("  {files} answers");
        values.push(bytes);
        chromium.close().await?;
    }
    report.add("first_load_brotli_bytes", values, AT_MOST);
    Ok(())
}

//! A phone with thousands of tickets and no network, its processor four times slower.

use anyhow::{Result, ensure};
use serde_json::json;
use tournee_tests::app;
use tournee_tests::browser::Page;

use crate::held::Held;
use crate::report::Report;

pub const RUNS: usize = 7;
/// From navigation to a list that answers a tap: taps the first row as soon as there is one, again at every frame,
/// until the ticket opens. The bench waits for a promise: to ask again and again would take from what it measures.
const START: &str =
    "if (location.pathname === '/tickets') window.answered = new Promise((answer) => {
  const look = () => {
    const row = document.querySelector('[data-test=ticket-row]');
    // The address moves before the click returns, or a little later.
    if (location.pathname === '/tickets') (row?.querySelector('a') ?? row)?.click();
    if (location.pathname !== '/tickets') return answer(performance.now());
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})";
/// From the finger's lift off `TAPPED` to the frame in which `CHANGED` is there. Whether it is to be `SEEN` is asked once
/// the frame is drawn: before that, the browser would have to find out twice.
const TAP: &str = "new Promise((answer) => {
  const tapped = (event) => event.target.closest('TAPPED'), changed = () => CHANGED, seen = () => SEEN;
  const over = new AbortController(), options = { capture: true, signal: over.signal };
  let lifted = null;
  const draws = () => {
    const drawn = new MessageChannel();
    drawn.port1.onmessage = () => {
      const now = performance.now();
      over.abort();
      if (lifted !== null && seen()) answer(now - lifted);
    };
    drawn.port2.postMessage(0);
  };
  addEventListener('pointerdown', (event) => {
    if (!tapped(event)) return;
    const watch = new MutationObserver(() => {
      if (!changed()) return;
      watch.disconnect();
      requestAnimationFrame(draws);
    });
    watch.observe(document, { subtree: true, childList: true, attributes: true });
  }, options);
  addEventListener('pointerup', (event) => { if (tapped(event)) lifted = event.timeStamp; }, options);
})";
/// Three flings of a thumb, 8,000 pixels a second that fade out, drawn frame by frame; the longest time between two
/// frames and the way that the list has gone.
const FLING: &str =
    "const done = arguments[0], list = document.querySelector('[data-test=ticket-list]');
  let flings = 3, speed = 8000, last = null, longest = 0;
  const frame = (now) => {
    if (last !== null) {
      const gap = now - last;
      longest = Math.max(longest, gap);
      list.scrollTop += speed * gap / 1000;
      speed *= Math.exp(-gap / 325);
      if (speed < 30) { speed = 8000; flings -= 1; }
    }
    last = now;
    if (flings > 0) requestAnimationFrame(frame); else done([longest, list.scrollTop]);
  };
  requestAnimationFrame(frame);";

pub async fn measure(report: &mut Report) -> Result<()> {
    let few = start(500, None).await?;
    let mut rest = (Vec::new(), Vec::new());
    let many = start(5_000, Some(&mut rest)).await?;
    let growth = many
        .iter()
        .zip(&few)
        .map(|(many, few)| many / few)
        .collect();
    report.add("warm_offline_start_ms", many, 1_000.0);
    report.add("warm_offline_start_500_ms", few, 1_000.0);
    report.add("warm_offline_start_growth", growth, 2.0);
    let (edits, gaps) = rest;
    let (rows, tickets) = edits.into_iter().unzip();
    report.add("edit_to_screen_ms", rows, 50.0);
    report.add("edit_to_ticket_ms", tickets, 50.0);
    report.add_worst("scroll_gap_max_ms", gaps, 100.0);
    Ok(())
}

/// Beside an open ticket the list is in sight, and follows the tap; on a phone it follows when one is back.
const DESK: (u32, u32) = (1_280, 844);

/// What a change of the status took, in milliseconds: to its row in the list beside it, and to the ticket's page on a
/// phone.
type Edited = (f64, f64);

/// Starts with so many tickets cached; with the larger number also edits and scrolls.
async fn start(tickets: usize, rest: Option<&mut (Vec<Edited>, Vec<f64>)>) -> Result<Vec<f64>> {
    let held = Held::with(tickets).await?;
    let (chromium, page) = (&held.chromium, &held.page);
    held.is_slow().await?;
    let mut values = Vec::new();
    if let Some((edits, gaps)) = rest {
        page.goto("/tickets").await?;
        for _ in 0..RUNS {
            let on_page = "[data-test=ticket-status][data-status=planned]";
            let ticket = edit(page, |_| on_page.to_owned()).await?;
            held.is_wide(DESK).await?;
            let in_list = |key: &str| {
                format!("[data-test=ticket-row][data-key='{key}'][data-status=planned]")
            };
            let row = edit(page, in_list).await?;
            held.is_a_phone().await?;
            edits.push((row, ticket));
        }
        for _ in 0..RUNS {
            gaps.push(fling(page).await?);
        }
    }
    chromium.tools().before_scripts(START).await?;
    // Once to warm up: the first start after an installation compiles.
    for run in 0..=RUNS {
        page.leaves().await?;
        chromium
            .tools()
            .on_pages("ServiceWorker.enable", json!({}))
            .await?;
        chromium
            .tools()
            .on_pages("ServiceWorker.stopAllWorkers", json!({}))
            .await?;
        page.goto("/tickets").await?;
        let value: f64 = page.promised("window.answered").await?;
        if run > 0 {
            values.push(value);
        }
    }
    held.chromium.close().await?;
    Ok(values)
}

/// From the list to a ticket, a move to another status, and back, as somebody does who has the app open.
async fn edit(page: &Page, shown: impl Fn(&str) -> String) -> Result<f64> {
    let row = "[data-test=ticket-row][data-status=assigned]";
    page.sees(row).await?;
    let key = page.attributes(row, "data-key").await?.swap_remove(0);
    // Only the measured tap is a finger's: the driver knows the phone's own width alone.
    let click = "document.querySelector(arguments[0]).click()";
    let link = format!("{row}[data-key='{key}'] a");
    page.js_with::<()>(click, vec![link.into()]).await?;
    let status = "[data-test=status-open]";
    page.sees(status).await?;
    page.js_with::<()>(click, vec![status.into()]).await?;
    let to = "[data-test=status-to][data-status=planned]";
    let taken = tap(page, to, &shown(&key)).await?;
    app::says_no_more(page, "planned").await?;
    page.back().await?;
    page.arrives_at("/tickets").await?;
    Ok(taken)
}

/// From a tap on an element to the frame that shows another.
async fn tap(page: &Page, css: &str, shown: &str) -> Result<f64> {
    // It is there and still, so that nothing but the finger happens from here on.
    page.sees(css).await?;
    page.stands_still().await?;
    let element = format!("document.querySelector(`{shown}`)");
    let promise = TAP
        .replace("TAPPED", css)
        .replace("CHANGED", &element)
        .replace("SEEN", &format!("{element}?.checkVisibility()"));
    let (value, ()) = tokio::try_join!(page.promised(&promise), page.touches(css))?;
    Ok(value)
}

/// The longest time between two frames of a fling through the list.
async fn fling(page: &Page) -> Result<f64> {
    page.js::<()>("document.querySelector('[data-test=ticket-list]').scrollTo(0, 0)")
        .await?;
    let (longest, way): (f64, f64) = page.js_async(FLING, Vec::new()).await?;
    ensure!(way > 6_000.0, "the list moved by {way} px only");
    page.sees("[data-test=ticket-row]").await?;
    Ok(longest)
}

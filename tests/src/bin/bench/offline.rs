//! A phone with thousands of tickets and no network, its processor four times slower.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;
use tournee_sandbox::accounts::TECHNICIAN;
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page};
use tournee_tests::stage::{Cut, Make, Stage};

use crate::report::Report;

pub const RUNS: usize = 7;
pub const SLOWDOWN: f64 = 4.0;
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
/// From the finger's lift, which is the click's own time, to the frame in which the ticket's state is another. Watches
/// from the press on: the app may act before the browser has made a click of it.
const EDIT: &str = "new Promise((answer) => {
  const to = (event) => event.target.closest('[data-test=status-to]')?.dataset.status;
  const over = new AbortController(), options = { capture: true, signal: over.signal };
  let lifted = null, painted = null;
  const tell = () => {
    if (lifted === null || painted === null) return;
    over.abort();
    answer(painted - lifted);
  };
  const draws = () => { const c = new MessageChannel(); c.port1.onmessage = () => { painted = performance.now(); tell(); }; c.port2.postMessage(0); };
  addEventListener('pointerdown', (event) => {
    const wanted = to(event);
    if (!wanted) return;
    const watch = new MutationObserver(() => {
      if (document.querySelector('[data-test=ticket-status]')?.dataset.status !== wanted) return;
      watch.disconnect();
      requestAnimationFrame(draws);
    });
    watch.observe(document, { subtree: true, childList: true, attributes: true });
  }, options);
  addEventListener('click', (event) => { if (to(event)) { lifted = event.timeStamp; tell(); } }, options);
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
    report.add("edit_to_screen_ms", rest.0, 50.0);
    report.add("scroll_gap_max_ms", rest.1, 100.0);
    Ok(())
}

/// Starts with so many tickets cached; with the larger number also edits and scrolls.
async fn start(tickets: usize, rest: Option<&mut (Vec<f64>, Vec<f64>)>) -> Result<Vec<f64>> {
    let stage = Make {
        tickets: tickets / 2,
        ..Make::default()
    }
    .open()
    .await?;
    all_in_his_hands(&stage);
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::signs_in(&page).await?;
    holds(&page, tickets).await?;
    app::has_the_app(&page).await?;
    let _cut: Cut = stage.cut(&chromium).await?;
    chromium.tools().slow_down(SLOWDOWN).await?;
    let mut values = Vec::new();
    if let Some((edits, gaps)) = rest {
        page.goto("/tickets").await?;
        for _ in 0..RUNS {
            edits.push(edit(&page).await?);
        }
        for _ in 0..RUNS {
            gaps.push(fling(&page).await?);
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
    chromium.close().await?;
    Ok(values)
}

/// Waits until the phone has read all of them.
pub async fn holds(page: &Page, tickets: usize) -> Result<()> {
    let start = std::time::Instant::now();
    let count = "const done = arguments[0];
        indexedDB.databases().then(async (all) => {
          for (const { name } of all) {
            const db = await new Promise((ok) => { const r = indexedDB.open(name); r.onsuccess = () => ok(r.result); });
            if (![...db.objectStoreNames].includes('tickets')) { db.close(); continue; }
            const r = db.transaction('tickets').objectStore('tickets').count();
            r.onsuccess = () => { db.close(); done(r.result); };
            return;
          }
          done(0);
        })";
    loop {
        let held: usize = page.js_async(count, Vec::new()).await?;
        let state = page
            .attributes("[data-test=sync-state]", "data-state")
            .await?
            .concat();
        if held == tickets && state == "synced" {
            return Ok(());
        }
        ensure!(
            start.elapsed() < Duration::from_secs(300),
            "{held} tickets on the phone, which says {state}"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// From the list to a ticket, a move to another status, and back, as somebody does who has the app open.
async fn edit(page: &Page) -> Result<f64> {
    let row = "[data-test=ticket-row][data-status=assigned]";
    page.sees(row).await?;
    page.tap(&format!("{row} a")).await?;
    page.tap("[data-test=status-open]").await?;
    let to = "[data-test=status-to][data-status=planned]";
    // The sheet is there and still, so that nothing but the finger happens from here on.
    page.sees(to).await?;
    page.stands_still().await?;
    let (value, ()) = tokio::try_join!(page.promised(EDIT), page.touches(to))?;
    app::says_no_more(page, "planned").await?;
    page.back().await?;
    page.arrives_at("/tickets").await?;
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

/// Every ticket of both GLPIs is open and his, so that the phone holds them all.
pub fn all_in_his_hands(stage: &Stage) {
    for glpi in [&stage.old, &stage.new] {
        let mut world = glpi.world();
        let Some(user) = world.user_id(TECHNICIAN) else {
            continue;
        };
        for id in world.ticket_ids() {
            let his = world.ticket(id).is_some_and(|ticket| {
                ticket
                    .actors
                    .iter()
                    .any(|actor| actor.role == 2 && actor.who == user)
            });
            if !his {
                let row = [
                    ("tickets_id", id.into()),
                    ("users_id", user.into()),
                    ("type", 2.into()),
                ];
                world.insert("Ticket_User", &row);
            }
            world.set("Ticket", id, "status", 2.into());
        }
    }
}

//! A phone with thousands of tickets and no network, its processor four times slower.

use anyhow::Result;
use serde_json::json;
use tournee_tests::app;
use tournee_tests::browser::Page;

use crate::hand;
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
            gaps.push(hand::fling(page, "ticket-list", "ticket-row").await?);
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
    let taken = hand::tap(page, to, &shown(&key)).await?;
    app::says_no_more(page, "planned").await?;
    page.back().await?;
    page.arrives_at("/tickets").await?;
    Ok(taken)
}

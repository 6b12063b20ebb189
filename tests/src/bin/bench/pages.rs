//! What a phone draws out of all that it holds: the dashboard, a long timeline; and what its tab takes of memory.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tournee_sandbox::accounts::TECHNICIAN;
use tournee_tests::browser::Page;
use tournee_tests::stage::{NEW, Stage};

use crate::held::Held;
use crate::report::Report;
use crate::search::READY;

const RUNS: usize = 7;
const ENTRIES: usize = 300;
const LONG: &str = "Trois cents suivis";
/// From a tap to the frame behind the one in which something is there.
const TAP: &str = "(from, there) => new Promise((answer) => {
  const over = new AbortController();
  addEventListener('click', (event) => {
    if (!event.target.closest(from)) return;
    over.abort();
    const at = event.timeStamp;
    const draws = () => { const c = new MessageChannel(); c.port1.onmessage = () => answer(performance.now() - at); c.port2.postMessage(0); };
    const look = () => there() ? requestAnimationFrame(draws) : setTimeout(look);
    look();
  }, { capture: true, signal: over.signal });
})";

pub async fn measure(report: &mut Report) -> Result<()> {
    let few = drawn(500).await?;
    let many = drawn(5_000).await?;
    let limit = "counting all rows, drawing six charts";
    report.tell(
        "dashboard_ms",
        many.dashboard,
        format!("5,000 tickets; {limit}"),
    );
    report.tell(
        "dashboard_500_ms",
        few.dashboard,
        format!("500 tickets; {limit}"),
    );
    let limit = "parsing and drawing 300 entries of HTML";
    report.tell(
        "timeline_300_ms",
        many.timeline,
        format!("5,000 tickets; {limit}"),
    );
    report.tell(
        "timeline_300_500_ms",
        few.timeline,
        format!("500 tickets; {limit}"),
    );
    report.add("tab_memory_5000_mb", many.memory, 150.0);
    report.add("tab_memory_500_mb", few.memory, 150.0);
    Ok(())
}

/// What was measured.
#[derive(Default)]
struct Drawn {
    dashboard: Vec<f64>,
    timeline: Vec<f64>,
    memory: Vec<f64>,
}

async fn drawn(tickets: usize) -> Result<Drawn> {
    let held = Held::prepared(tickets, makes_a_long_one).await?;
    let page = &held.page;
    let mut drawn = Drawn::default();
    held.is_slow().await?;
    // Once to warm up: the first time compiles.
    for run in 0..=RUNS {
        let took = [dashboard(page).await?, timeline(page).await?];
        if run > 0 {
            drawn.dashboard.push(took[0]);
            drawn.timeline.push(took[1]);
        }
    }
    // Everything was looked at: the list, the dashboard, a long ticket, and the whole index.
    page.goto("/search").await?;
    page.promised::<f64>(READY).await?;
    page.tap(".nav a[href='/tickets']").await?;
    page.sees("[data-test=ticket-row]").await?;
    for _ in 0..RUNS {
        drawn.memory.push(memory(&held).await?);
    }
    held.chromium.close().await?;
    Ok(drawn)
}

async fn taps(page: &Page, from: &str, there: &str) -> Result<f64> {
    page.sees(from).await?;
    let asked = format!("({TAP})({}, () => {there})", json!(from));
    let (took, ()) = tokio::try_join!(page.promised::<f64>(&asked), page.tap(from))?;
    Ok(took)
}

async fn dashboard(page: &Page) -> Result<f64> {
    page.goto("/more").await?;
    let there = "document.querySelector('[data-test=chart-weeks]')";
    taps(page, "[data-test=dashboard-open]", there).await
}

async fn timeline(page: &Page) -> Result<f64> {
    page.goto("/tickets").await?;
    page.fills("[name=words]", LONG).await?;
    page.says("[data-test=row-count]", "1 ").await?;
    let there = format!("document.querySelectorAll('[data-test=entry]').length >= {ENTRIES}");
    taps(page, "[data-test=ticket-row] a", &there).await
}

/// A ticket of his with a long history.
fn makes_a_long_one(stage: &Stage) -> Result<()> {
    let mut world = stage.glpi(NEW).world();
    let me = world.user_id(TECHNICIAN).context("no technician")?;
    let id = world.ticket_ids().first().copied().context("no ticket")?;
    world.edit_ticket(id, me, &[("name", json!(LONG))]);
    for n in 0..ENTRIES {
        let words =
            format!("Passage n° {n} : câble vérifié, la panne est revenue dans la journée.");
        world.add_followup(id, me, &words, n % 5 == 0);
    }
    Ok(())
}

/// What the page's process alone holds, in megabytes: what a phone counts against a tab.
async fn memory(held: &Held) -> Result<f64> {
    let (tools, target) = held.page.tools().context("only Chromium has DevTools")?;
    tools
        .on_page(target, "HeapProfiler.collectGarbage", json!({}))
        .await?;
    let told = tools
        .on_browser("SystemInfo.getProcessInfo", json!({}))
        .await?;
    let all = told["processInfo"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    let renderers = all.iter().filter(|one| one["type"] == "renderer");
    let held = renderers.filter_map(|one| of_process(&one["id"]));
    let most = held.fold(0.0, f64::max);
    ensure!(most > 0.0, "no renderer among {told}");
    Ok(most)
}

/// Memory that belongs to a process alone.
fn of_process(id: &Value) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let kilobytes = |name: &str| -> Option<f64> {
        let line = status.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse().ok()
    };
    Some((kilobytes("RssAnon:")? + kilobytes("VmSwap:")?) * 1_024.0 / 1e6)
}

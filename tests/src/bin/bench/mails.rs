//! A mailbox of ten thousand threads on a phone with no network, its processor four times slower.

use anyhow::{Context as _, Result};
use serde_json::json;
use tournee_sandbox::gmail::accounts;
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page};
use tournee_tests::stage::Stage;

use crate::gmail::opened;
use crate::hand;
use crate::held::{SLOWDOWN, holds_rows};
use crate::offline::RUNS;
use crate::report::Report;

const FEW: usize = 500;
const MANY: usize = 10_000;
/// One thread in so many is done already, the others are to be sorted.
const DONE: usize = 4;
/// What a person takes for at once.
const INSTANT: f64 = 100.0;

pub async fn measure(report: &mut Report) -> Result<()> {
    let few = used(FEW).await?;
    let many = used(MANY).await?;
    report.add("mails_open_ms", many.open, INSTANT);
    report.add("mails_open_500_ms", few.open, INSTANT);
    report.add("mails_box_ms", many.other_box, INSTANT);
    report.add("mails_box_500_ms", few.other_box, INSTANT);
    report.add("mails_sort_ms", many.sort, INSTANT);
    report.add("mails_sort_500_ms", few.sort, INSTANT);
    report.add_worst("mails_scroll_gap_max_ms", many.gaps, INSTANT);
    Ok(())
}

/// What was measured.
#[derive(Default)]
struct Used {
    open: Vec<f64>,
    other_box: Vec<f64>,
    sort: Vec<f64>,
    gaps: Vec<f64>,
}

async fn used(threads: usize) -> Result<Used> {
    let stage = opened(threads, u32::MAX).await?;
    let newest = some_are_done(&stage)?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::signs_in(&page).await?;
    app::has_the_app(&page).await?;
    app::grants_mailbox(&page).await?;
    holds_rows(&page, "threads", threads).await?;
    let _cut = stage.cut(&chromium).await?;
    page.goto("/mails").await?;
    page.sees("[data-test=mail-row]").await?;
    chromium.tools().slow_down(SLOWDOWN).await?;
    let mut used = Used::default();
    // Once to warm up, as somebody does who has the app open.
    for run in 0..=RUNS {
        let (open, other_box, sort) = (
            from_elsewhere(&page).await?,
            to_another_box(&page, &newest).await?,
            sorts(&page).await?,
        );
        if run > 0 {
            used.open.push(open);
            used.other_box.push(other_box);
            used.sort.push(sort);
        }
    }
    page.tap("[data-test=box-to-sort]").await?;
    for _ in 0..RUNS {
        used.gaps
            .push(hand::fling(&page, "mail-list", "mail-row").await?);
    }
    chromium.close().await?;
    Ok(used)
}

/// Answers the newest of them.
fn some_are_done(stage: &Stage) -> Result<String> {
    let mut world = stage.google.gmail.world();
    let mailbox = world
        .mailbox_mut(accounts::TECHNICIAN)
        .context("a mailbox")?;
    let done = mailbox.label_id(accounts::LABELS[1]).context("a label")?;
    let newest_first = mailbox.messages().into_iter();
    let ids: Vec<String> = newest_first
        .step_by(DONE)
        .map(|mail| mail.id.clone())
        .collect();
    for id in &ids {
        mailbox.modify(id, std::slice::from_ref(&done), &["INBOX".to_owned()]);
    }
    ids.into_iter().next().context("some are done")
}

/// From another page to the list.
async fn from_elsewhere(page: &Page) -> Result<f64> {
    page.tap(".nav a[href='/more']").await?;
    page.arrives_at("/more").await?;
    hand::tap(page, ".nav a[href='/mails']", "[data-test=mail-row]").await
}

/// From the box that is shown to another, whose newest thread is this.
async fn to_another_box(page: &Page, newest: &str) -> Result<f64> {
    page.tap("[data-test=box-to-sort]").await?;
    page.sees("[data-test=mail-row][data-free]").await?;
    let shown = format!("[data-test=mail-row][data-key$=':{newest}']");
    hand::tap(page, "[data-test=box-done]", &shown).await
}

/// A thread that is open goes into another box.
async fn sorts(page: &Page) -> Result<f64> {
    page.tap("[data-test=box-to-sort]").await?;
    page.tap("[data-test=mail-row] a").await?;
    page.sees("[data-test=thread]").await?;
    let to = |pressed: bool| {
        format!(
            "[data-test=sort-to][data-box=box-in-progress][aria-pressed={}]",
            json!(pressed)
        )
    };
    let took = hand::tap(page, &to(false), &to(true)).await?;
    page.back().await?;
    page.arrives_at("/mails").await?;
    Ok(took)
}

//! *Tableau de bord*: one's own numbers lead to their lists; the service's are there without a network too.

use anyhow::Result;
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page, Profile, Screen};
use tournee_tests::looks::faults;
use tournee_tests::stage::{NEW, Stage};

use crate::pictures::take;

async fn opens(page: &Page) -> Result<()> {
    page.goto("/more").await?;
    page.tap("[data-test=dashboard-open]").await?;
    page.arrives_at("/dashboard").await?;
    page.sees("[data-test=chart-status] a").await.map(drop)
}

/// Follows a number, and finds as many tickets as it says.
async fn leads_to_its_list(page: &Page, chart: &str) -> Result<()> {
    opens(page).await?;
    let line = format!("[data-test={chart}] li:has(a)");
    let n: usize = page.attributes(&line, "data-n").await?[0].parse()?;
    page.tap(&format!("{line} a")).await?;
    page.arrives_at("/tickets").await?;
    page.says("[data-test=row-count]", &format!("{n} ")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_number_of_ones_own_leads_to_its_list_without_a_network() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    opens(&page).await?;
    page.tap("[data-test=dashboard-service]").await?;
    page.says("[data-test=service-at]", "Compté le").await?;
    let cut = stage.cut(&chromium).await?;
    for chart in [
        "chart-status",
        "chart-priority",
        "chart-age",
        "chart-location",
        "chart-category",
        "chart-weeks",
    ] {
        page.goto("/dashboard").await?;
        leads_to_its_list(&page, chart).await?;
    }
    page.sees("[data-test=slice]").await?;
    page.tap("[data-test=slice]").await?;
    page.sees_no("[data-test=slice]").await?;
    opens(&page).await?;
    take(&page, "dashboard").await?;
    // The service's counts of before, dated.
    page.tap("[data-test=dashboard-service]").await?;
    page.says("[data-test=service-at]", "Compté le").await?;
    page.sees("[data-test=service] [data-test=chart-status] a")
        .await?;
    stage.restore(&chromium, cut).await?;
    // With a network, a number of the service's asks that GLPI.
    page.tap(&format!(
        "[data-test=service][data-source={NEW}] [data-test=chart-location] a"
    ))
    .await?;
    page.arrives_at("/search").await?;
    page.sees("[data-test=search-ticket], [data-test=search-unheld]")
        .await?;
    for number in ["chart-priority", "chart-age", "chart-weeks", "head-late"] {
        asks_that_glpi(&page, number).await?;
    }
    chromium.close().await
}

/// A number of a service's leads to a search that finds tickets, of that GLPI alone.
async fn asks_that_glpi(page: &Page, number: &str) -> Result<()> {
    opens_service(page).await?;
    page.tap(&format!(
        "[data-test=service][data-source={NEW}] [data-test={number}] a"
    ))
    .await?;
    page.arrives_at("/search").await?;
    let any = "[data-test=search-ticket], [data-test=search-unheld]";
    page.sees(any).await?;
    let keys = page.attributes(any, "data-key").await?;
    let of_it = |key: &String| key.starts_with(&format!("{NEW}:"));
    anyhow::ensure!(keys.iter().all(of_it), "{number}: {keys:?}");
    Ok(())
}

async fn opens_service(page: &Page) -> Result<()> {
    page.goto("/dashboard").await?;
    page.tap("[data-test=dashboard-service]").await?;
    page.sees("[data-test=service] [data-test=chart-status] a")
        .await
        .map(drop)
}

async fn looks(page: &Page) -> Result<Vec<String>> {
    app::settles_in(page).await?;
    opens(page).await?;
    let mut found = faults(page).await?;
    page.tap("[data-test=dashboard-service]").await?;
    page.sees("[data-test=service] [data-test=chart-status] a")
        .await?;
    found.extend(faults(page).await?);
    Ok(found)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dashboard_can_be_used_in_the_dark_with_large_text_and_at_a_desk() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    chromium.prefers("dark").await?;
    let mut found = looks(&page).await?;
    take(&page, "dashboard-service-dark").await?;
    opens(&page).await?;
    chromium.close().await?;
    let chromium = Chromium::with(Screen::Narrow)
        .font_size(32)
        .start(Profile::new()?)
        .await?;
    found.extend(looks(&chromium.page(&stage.origin()).await?).await?);
    chromium.close().await?;
    let chromium = Chromium::with(Screen::Desk).start(Profile::new()?).await?;
    let page = chromium.page(&stage.origin()).await?;
    found.extend(looks(&page).await?);
    take(&page, "dashboard-desk").await?;
    assert!(found.is_empty(), "{found:#?}");
    chromium.close().await
}

//! The device has its network, and the server is away: it tells nobody when it is back.

use anyhow::Result;
use tournee_tests::app;
use tournee_tests::browser::Chromium;
use tournee_tests::stage::Stage;

use crate::pictures::take;

const SILENT: &str = "serveur ne répond pas";

#[tokio::test(flavor = "multi_thread")]
async fn what_a_page_has_asked_in_vain_it_asks_again_when_the_server_is_back() -> Result<()> {
    let mut stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;

    stage.kill_server();
    page.goto("/more").await?;
    page.says("[data-test=mailbox-hint]", SILENT).await?;
    take(&page, "mailboxes-away").await?;
    stage.start_server().await?;
    page.sees("[data-test=connect-own]").await?;

    page.goto("/dashboard").await?;
    page.sees("[data-test=chart-status] a").await?;
    stage.kill_server();
    page.tap("[data-test=dashboard-service]").await?;
    page.says("[data-test=service] .error", SILENT).await?;
    take(&page, "service-away").await?;
    stage.start_server().await?;
    page.says("[data-test=service-at]", "Compté le").await?;
    chromium.close().await
}

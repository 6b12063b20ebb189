//! The server is put back to its backup: what the one of before did, and a colleague undid, is asked for.

use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::json;
use tournee_sandbox::accounts::technician;
use tournee_sandbox::{Effect, Matcher};
use tournee_tests::app;
use tournee_tests::browser::Chromium;
use tournee_tests::holdings::his;
use tournee_tests::patience::until_true;
use tournee_tests::stage::{NEW, Stage};

use crate::pictures::take;

/// GLPI's numbers.
const ASSIGNED: i64 = 2;
const PENDING: i64 = 4;

#[tokio::test(flavor = "multi_thread")]
async fn what_a_forgotten_server_may_have_done_is_asked_in_words_and_done_at_a_tap() -> Result<()> {
    let mut stage = Stage::open().await?;
    let [id] = his(&stage.new)?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let backup = stage.back_up("nightly.sqlite")?;
    // GLPI takes its time, and meanwhile the phone loses its network: it never hears what came of it.
    let slow = Effect::Delay(Duration::from_secs(4));
    let slow = stage.new.faults().add(Matcher::on("PUT", "Ticket"), slow);
    app::opens(&page, NEW, id).await?;
    app::moves_to(&page, "pending").await?;
    app::queue_comes_to(&page, "server", 1).await?;
    chromium.tools().offline(true).await?;
    let status = |stage: &Stage| {
        let ticket = stage.new.world().ticket(id);
        ticket.map(|ticket| ticket.status)
    };
    until_true("the move in GLPI", async || {
        Ok(status(&stage) == Some(PENDING))
    })
    .await?;
    stage.new.faults().remove(slow);
    {
        let mut world = stage.new.world();
        let colleague = world.user_id(&technician(2)).context("a colleague")?;
        world.edit_ticket(id, colleague, &[("status", json!(ASSIGNED))]);
    }
    stage.kill_server();
    stage.put_back(&backup)?;
    stage.start_server().await?;
    page.goto("/queue").await?;
    chromium.tools().offline(false).await?;

    app::queue_shows(&page, "needs-you", 1).await?;
    let stuck = "[data-state=needs-you]";
    page.says(&format!("{stuck} [data-test=evidence]"), "une sauvegarde")
        .await?;
    take(&page, "queue-restored").await?;
    assert_eq!(status(&stage), Some(ASSIGNED));
    page.tap(&format!("{stuck} [data-test=retry]")).await?;
    app::queue_shows(&page, "delivered", 1).await?;
    assert_eq!(status(&stage), Some(PENDING));
    chromium.close().await
}

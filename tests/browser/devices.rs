//! A lost phone: revoked from another, it hands over what it holds and clears itself.

use anyhow::{Context as _, Result};
use tournee_sandbox::accounts::TECHNICIAN;
use tournee_tests::browser::{Chromium, Profile, Screen};
use tournee_tests::holdings::Holdings;
use tournee_tests::patience::until_true;
use tournee_tests::stage::{NEW, Stage};
use tournee_tests::{app, looks};

use crate::trouble::mine;

const NOTE: &str = "Écrit sur le téléphone perdu";

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_phone_is_revoked_clears_itself_and_its_note_is_taken_over() -> Result<()> {
    let stage = Stage::open().await?;
    let [id] = mine(&stage, NEW);
    let one = Chromium::with(Screen::Phone).start(Profile::new()?).await?;
    let lost = one.page(&stage.origin()).await?;
    app::settles_in(&lost).await?;
    let other = Chromium::with(Screen::Phone).beside(&one);
    let other = other.start(Profile::new()?).await?;
    let kept = other.page(&stage.origin()).await?;
    app::settles_in_as(&kept, TECHNICIAN).await?;

    one.tools().offline(true).await?;
    app::opens(&lost, NEW, id).await?;
    app::notes(&lost, NOTE, false).await?;

    let queued = app::outbox(&lost).await?;
    let device = queued.first().context("the note")?.change.device;

    kept.goto("/more").await?;
    kept.tap("[data-test=devices]").await?;
    let card = format!("[data-test=device][data-device=\"{device}\"]");
    kept.tap(&format!("{card} [data-test=revoke]")).await?;
    kept.says(&format!("{card} .banner"), "perdu ou volé")
        .await?;
    looks::are_good(&kept, "devices").await?;
    crate::pictures::take(&kept, "devices").await?;
    kept.tap("[data-test=revoke-now]").await?;
    kept.says(&card, "Révoqué").await?;

    one.tools().offline(false).await?;
    lost.says("[data-test=storage-problem]", "a été révoqué")
        .await?;
    until_true("an empty phone", async || {
        Ok(app::held(&lost).await?.is_empty() && app::outbox(&lost).await?.is_empty())
    })
    .await?;
    assert!(
        Holdings::of(&stage.new)
            .ticket(id)?
            .followups
            .iter()
            .all(|f| !f.1.contains(NOTE))
    );

    kept.goto("/more").await?;
    kept.tap("[data-test=devices]").await?;
    kept.tap(&format!("{card} [data-test=take-over]")).await?;
    kept.says(".toast", "1 modification reprise").await?;
    app::queue_comes_to(&kept, "needs-you", 1).await?;
    kept.says("[data-test=problem]", "appareil révoqué").await?;
    kept.tap("[data-state=needs-you] [data-test=retry]").await?;
    app::queue_shows(&kept, "delivered", 1).await?;
    let now = Holdings::of(&stage.new);
    let notes = &now.ticket(id)?.followups;
    assert_eq!(notes.iter().filter(|f| f.1.contains(NOTE)).count(), 1);
    other.close().await?;
    one.close().await
}

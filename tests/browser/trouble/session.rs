//! GLPI's sessions end when they like; the technician must not notice.

use std::time::Duration;

use anyhow::Result;
use tournee_sandbox::accounts::TECHNICIAN;
use tournee_sandbox::{Effect, Matcher};
use tournee_tests::app;
use tournee_tests::browser::Chromium;
use tournee_tests::holdings::Holdings;
use tournee_tests::patience::until_true;
use tournee_tests::stage::{NEW, OLD, Stage};

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_expire_in_the_middle_of_a_batch_are_renewed_in_silence() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let cut = stage.cut(&chromium).await?;
    let mut planned = Vec::new();
    for source in [OLD, NEW] {
        let before = Holdings::of(stage.glpi(source));
        let tickets = super::mine::<3>(&stage, source);
        for id in tickets {
            app::opens(&page, source, id).await?;
            app::notes(&page, "Pendant que la session expire", false).await?;
        }
        planned.push((source, tickets, before));
    }
    // Slow enough to be caught in the middle.
    for glpi in [&stage.old, &stage.new] {
        glpi.faults().add(
            Matcher::on("POST", "Followup"),
            Effect::Delay(Duration::from_millis(300)),
        );
    }
    page.goto("/queue").await?;
    stage.restore(&chromium, cut).await?;
    for glpi in [&stage.old, &stage.new] {
        until_true("the first write", async || {
            Ok(glpi.world().log.count("POST", "Followup") > 0)
        })
        .await?;
        glpi.world().expire_all_sessions();
    }
    app::queue_shows(&page, "delivered", 6).await?;
    app::is_synced(&page).await?;
    for (source, tickets, before) in planned {
        let now = Holdings::of(stage.glpi(source));
        assert_eq!(now.moved_since(&before), tickets, "{source}");
        for id in tickets {
            assert_eq!(
                now.ticket(id)?.followups.len(),
                before.ticket(id)?.followups.len() + 1,
                "{source} {id}"
            );
        }
    }
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_changed_in_glpi_keeps_everything_and_asks_to_sign_in_again() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let cut = stage.cut(&chromium).await?;
    let [id] = super::mine(&stage, NEW);
    app::opens(&page, NEW, id).await?;
    app::notes(&page, "Avant le nouveau mot de passe", false).await?;
    {
        let mut world = stage.new.world();
        let user = world.user_id(TECHNICIAN).expect("the demo technician");
        world.set_password(user, "nouveau secret");
        world.expire_all_sessions();
        world.log.clear();
    }
    stage.restore(&chromium, cut).await?;
    app::queue_comes_to(&page, "server", 1).await?;
    until_true("one refusal", async || Ok(attempts(&stage) >= 1)).await?;
    until_true("the account asks for a sign-in", async || {
        page.goto("/more").await?;
        page.sees(&format!("[data-test=account][data-source={NEW}]"))
            .await?;
        let words = page
            .text(&format!("[data-test=account][data-source={NEW}]"))
            .await?;
        Ok(
            words.to_lowercase().contains("connecter")
                || words.to_lowercase().contains("connexion"),
        )
    })
    .await?;
    // A refused password is never tried again: that would lock the account in Active Directory.
    let refused = attempts(&stage);
    assert_eq!(refused, 1, "the refused password was tried {refused} times");

    page.goto("/sign-in").await?;
    app::tries_to_sign_in(&page, NEW, TECHNICIAN, "nouveau secret").await?;
    app::queue_comes_to(&page, "delivered", 1).await?;
    let now = Holdings::of(&stage.new);
    let sent = now
        .ticket(id)?
        .followups
        .iter()
        .filter(|one| one.1.contains("Avant le nouveau"));
    assert_eq!(sent.count(), 1);
    chromium.close().await
}

/// How often GLPI 10 was asked for a session.
fn attempts(stage: &Stage) -> usize {
    let world = stage.new.world();
    let entries = world.log.entries();
    entries
        .filter(|entry| entry.path.contains("initSession"))
        .count()
}

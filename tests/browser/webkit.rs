//! The main walk in WebKit, the engine of iPhones.

use anyhow::Result;
use tournee_sandbox::accounts::TECHNICIAN;
use tournee_tests::app;
use tournee_tests::browser::WebKit;
use tournee_tests::holdings::{Holdings, is_in_the_hands_of};
use tournee_tests::stage::{NEW, OLD, Stage};

#[tokio::test(flavor = "multi_thread")]
async fn on_an_iphones_engine_a_note_waits_for_the_server_and_arrives_once() -> Result<()> {
    let mut stage = Stage::open().await?;
    let targets = [OLD, NEW].map(|source| {
        let world = stage.glpi(source).world();
        let user = world.user_id(TECHNICIAN).expect("the demo technician");
        let mut ids = world.ticket_ids().into_iter();
        (
            source,
            ids.find(|id| is_in_the_hands_of(&world, *id, user))
                .expect("a ticket of his"),
        )
    });
    let before = targets.map(|(source, _)| Holdings::of(stage.glpi(source)));
    let webkit = WebKit::start().await?;
    let page = webkit.page(&stage.origin())?;
    app::settles_in(&page).await?;

    let gone = stage.kill_server();
    webkit.reopens().await?;
    page.goto("/").await?;
    page.sees("[data-test=ticket-row]").await?;
    for (source, id) in targets {
        app::opens(&page, source, id).await?;
        app::notes(&page, "Vu sur place, pièce commandée.", false).await?;
    }
    webkit.reopens().await?;
    app::queue_comes_to(&page, "phone", 2).await?;
    stage.was_silent(&gone)?;

    stage.start_server().await?;
    webkit.reopens().await?;
    app::queue_comes_to(&page, "delivered", 2).await?;
    for ((source, id), before) in targets.into_iter().zip(before) {
        let now = Holdings::of(stage.glpi(source));
        assert_eq!(
            now.moved_since(&before),
            [id],
            "tickets of {source} that moved"
        );
        let (was, is) = (before.ticket(id)?, now.ticket(id)?);
        assert_eq!(is.followups.len(), was.followups.len() + 1);
        assert!(
            is.followups
                .last()
                .unwrap()
                .1
                .contains("Vu sur place, pièce commandée.")
        );
    }
    webkit.close().await
}

/// In this engine a read that its page was torn away from goes on for ever, and every write waits for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_loaded_anew_while_it_reads_can_still_write() -> Result<()> {
    let stage = Stage::open().await?;
    let id = {
        let world = stage.glpi(NEW).world();
        let user = world.user_id(TECHNICIAN).expect("the demo technician");
        let mut ids = world.ticket_ids().into_iter();
        ids.find(|id| is_in_the_hands_of(&world, *id, user))
            .expect("a ticket of his")
    };
    let webkit = WebKit::start().await?;
    let page = webkit.page(&stage.origin())?;
    app::settles_in(&page).await?;
    for _ in 0..20 {
        page.reload().await?;
    }
    app::opens(&page, NEW, id).await?;
    app::notes(&page, "Rechargé vingt fois.", false).await?;
    app::queue_comes_to(&page, "delivered", 1).await?;
    webkit.close().await
}

//! Two tabs of one phone are one phone.

use anyhow::Result;
use tournee_tests::app;
use tournee_tests::browser::Chromium;
use tournee_tests::holdings::{Holdings, his};
use tournee_tests::stage::{NEW, Stage};

#[tokio::test(flavor = "multi_thread")]
async fn each_of_two_tabs_makes_a_change_and_both_arrive_once() -> Result<()> {
    let stage = Stage::open().await?;
    let mine: [i64; 2] = his(&stage.new)?;
    let before = Holdings::of(&stage.new);
    let chromium = Chromium::phone().await?;
    let first = chromium.page(&stage.origin()).await?;
    app::settles_in(&first).await?;
    let second = chromium.new_tab(&stage.origin()).await?;
    second.goto("/queue").await?;
    let cut = stage.cut(&chromium).await?;

    first.to_front().await?;
    app::opens(&first, NEW, mine[0]).await?;
    app::notes(&first, "Note du premier onglet", false).await?;
    second.to_front().await?;
    // Made in one, shown in the other without a reload.
    app::queue_shows(&second, "phone", 1).await?;
    app::opens(&second, NEW, mine[1]).await?;
    app::notes(&second, "Note du second onglet", false).await?;
    app::opens(&second, NEW, mine[0]).await?;
    second
        .says("[data-test=entry]", "Note du premier onglet")
        .await?;
    first.to_front().await?;
    app::queue_comes_to(&first, "phone", 2).await?;

    stage.restore(&chromium, cut).await?;
    app::queue_shows(&first, "delivered", 2).await?;
    second.to_front().await?;
    app::queue_comes_to(&second, "delivered", 2).await?;
    let now = Holdings::of(&stage.new);
    let mut expected = mine;
    expected.sort_unstable();
    assert_eq!(now.moved_since(&before), expected);
    for id in mine {
        assert_eq!(
            now.ticket(id)?.followups.len(),
            before.ticket(id)?.followups.len() + 1
        );
    }
    chromium.close().await
}

/// As Safari's engine was seen to leave it behind a page that is gone.
#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_nobody_gives_back_holds_nothing_up_for_long() -> Result<()> {
    let stage = Stage::open().await?;
    let [id] = his(&stage.new)?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    page.js::<serde_json::Value>(
        "navigator.locks.request('tournee-sync', () => new Promise(() => {})); return null;",
    )
    .await?;
    app::opens(&page, NEW, id).await?;
    app::notes(&page, "Malgré le verrou", false).await?;
    app::queue_comes_to(&page, "delivered", 1).await?;
    chromium.close().await
}

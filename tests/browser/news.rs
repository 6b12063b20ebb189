//! What is new since the technician last looked: marked, counted, seen.

use anyhow::Result;
use serde_json::json;
use tournee_sandbox::accounts::{TECHNICIAN, technician};
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page};
use tournee_tests::holdings::is_in_the_hands_of;
use tournee_tests::patience::until_true;
use tournee_tests::stage::{NEW, Stage};

/// A colleague solves one of his tickets and plans another.
fn moves_two(stage: &Stage) -> [String; 2] {
    let mut world = stage.new.world();
    let user = world.user_id(TECHNICIAN).expect("the demo technician");
    let colleague = world.user_id(&technician(2)).expect("a colleague");
    let ids = world.ticket_ids().into_iter();
    let his: Vec<i64> = ids
        .filter(|id| is_in_the_hands_of(&world, *id, user))
        .take(2)
        .collect();
    let [one, other] = his[..] else {
        panic!("two tickets of his, not {his:?}");
    };
    for (id, status) in [(one, 5), (other, 3)] {
        world.edit_ticket(id, colleague, &[("status", json!(status))]);
    }
    [one, other].map(|id| format!("{NEW}:{id}"))
}

async fn count(page: &Page) -> Result<String> {
    Ok(page.texts("[data-test=news-count]").await?.concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn news_are_counted_marked_shown_by_a_tap_and_seen() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    assert_eq!(count(&page).await?, "", "the first read is no news");
    let mut moved = moves_two(&stage);
    until_true("two news", async || {
        page.reload().await?;
        page.sees("[data-test=ticket-row]").await?;
        app::is_synced(&page).await?;
        Ok(count(&page).await? == "2 nouveautés")
    })
    .await?;

    page.tap("[data-test=news-count]").await?;
    page.shows("[data-test=news-count]", "aria-pressed", "true")
        .await?;
    page.says("[data-test=row-count]", "2 sur").await?;
    let mut marked = page
        .attributes("[data-test=ticket-row][data-new]", "data-key")
        .await?;
    marked.sort();
    moved.sort();
    assert_eq!(marked, moved, "the solved one too");
    assert_eq!(page.count("[data-test=ticket-row]").await?, 2);
    page.says(
        "[data-test=ticket-row][data-status=solved] .sr-only",
        "Nouveau",
    )
    .await?;

    // Words narrow what is counted: what they hide is not seen.
    page.fills(
        "input[name=words]",
        moved[0].rsplit(':').next().unwrap_or_default(),
    )
    .await?;
    page.says("[data-test=news-count]", "1 nouveauté").await?;
    page.tap("[data-test=news-seen]").await?;
    page.sees_no("[data-test=news-count]").await?;
    let empty = "const words = document.querySelector('input[name=words]');
        words.value = ''; words.dispatchEvent(new Event('input', { bubbles: true }))";
    page.js::<()>(empty).await?;
    page.says("[data-test=news-count]", "1 nouveauté").await?;
    page.tap("[data-test=news-seen]").await?;
    page.sees_no("[data-test=news-count]").await?;
    page.sees_no("[data-test=ticket-row][data-new]").await?;
    page.reload().await?;
    page.sees("[data-test=ticket-row]").await?;
    app::is_synced(&page).await?;
    assert_eq!(count(&page).await?, "");
    chromium.close().await
}

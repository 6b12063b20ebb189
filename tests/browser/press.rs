//! A finger acts as it lifts, once: what the browser makes of it afterwards falls on nothing, wherever it falls.

use anyhow::{Context, Result};
use tournee_sandbox::accounts::TECHNICIAN;
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page};
use tournee_tests::stage::{NEW, Stage};

const TAKE: &str = "[data-test=take]";

/// A touch that comes down and lifts on an element, without the click that a browser makes of it.
async fn touch(page: &Page, css: &str) -> Result<()> {
    let script = "const on = document.querySelector(arguments[0]);
        const event = (type) => new PointerEvent(type, { bubbles: true, isPrimary: true, pointerType: 'touch' });
        on.dispatchEvent(event('pointerdown'));
        on.dispatchEvent(event('pointerup'));";
    page.js_with(script, vec![css.into()]).await
}

/// A click with that count: a finger's or a mouse's has one, a keyboard's none.
async fn click(page: &Page, css: &str, count: u32) -> Result<()> {
    let script = "document.querySelector(arguments[0])
        .dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, detail: arguments[1] }))";
    page.js_with(script, vec![css.into(), count.into()]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_click_behind_a_finger_falls_on_nothing_and_any_other_acts() -> Result<()> {
    let stage = Stage::open().await?;
    let free = {
        let world = stage.glpi(NEW).world();
        let me = world.user_id(TECHNICIAN).context("no technician")?;
        let mut ids = world.ticket_ids().into_iter();
        let free = |id: &i64| {
            world.ticket(*id).is_some_and(|ticket| {
                ticket.status == 1 && ticket.actors.iter().all(|actor| actor.who != me)
            })
        };
        ids.find(free).context("no new ticket")?
    };
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let cut = stage.cut(&chromium).await?;
    app::opens(&page, NEW, free).await?;
    touch(&page, TAKE).await?;
    page.sees_no(TAKE).await?;
    // What was pressed is gone, and the status has moved into its place.
    click(&page, "[data-test=status-open]", 1).await?;
    page.sees_no("dialog[open]").await?;
    // The next finger's does act, and so does a keyboard's, once each.
    page.tap("[data-test=status-open]").await?;
    page.sees("dialog[open] [data-test=status-to]").await?;
    click(&page, "[data-test=status-to][data-status=pending]", 0).await?;
    page.shows("[data-test=ticket-status]", "data-status", "pending")
        .await?;
    app::says_no_more(&page, "pending").await?;
    assert_eq!(app::outbox(&page).await?.len(), 2);
    stage.restore(&chromium, cut).await?;
    chromium.close().await
}

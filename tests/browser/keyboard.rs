//! The whole job without a pointer.

use anyhow::{Result, bail};
use thirtyfour::Key;
use tournee_sandbox::accounts::{PASSWORD, TECHNICIAN};
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page, Profile, Screen};
use tournee_tests::stage::{NEW, OLD, Stage};

/// More stops than any page should have before the thing that is wanted.
const STOPS: usize = 150;

fn key(key: Key) -> String {
    key.value().to_string()
}

async fn has_focus(page: &Page, css: &str) -> Result<bool> {
    page.js_with(
        "return document.activeElement?.matches(arguments[0]) ?? false",
        vec![css.into()],
    )
    .await
}

/// Goes on by Tab until the focus is there, and a person can see that it is.
async fn tabs_to(page: &Page, css: &str) -> Result<()> {
    page.sees(css).await?;
    for _ in 0..STOPS {
        if has_focus(page, css).await? {
            let seen: bool = page
                .js("const s = getComputedStyle(document.activeElement); return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none'")
                .await?;
            if !seen {
                bail!("nobody sees that the focus is on {css}");
            }
            return Ok(());
        }
        page.presses(&key(Key::Tab)).await?;
    }
    bail!("Tab never came to {css}")
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_a_note_and_a_move_need_no_pointer() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::with(Screen::Desk).start(Profile::new()?).await?;
    let page = chromium.page(&stage.origin()).await?;
    page.goto("/").await?;
    for source in [OLD, NEW] {
        let form = app::sign_in_form(source);
        tabs_to(&page, &format!("{form} input[name=login]")).await?;
        page.presses(TECHNICIAN).await?;
        tabs_to(&page, &format!("{form} input[name=password]")).await?;
        page.presses(&format!("{PASSWORD}{}", key(Key::Enter)))
            .await?;
        page.sees_no(&form).await?;
    }
    page.arrives_at("/tickets").await?;
    app::is_synced(&page).await?;

    tabs_to(&page, "[data-test=ticket-row] a, a[data-test=ticket-row]").await?;
    page.presses(&key(Key::Enter)).await?;
    page.sees("[data-test=ticket]").await?;
    tabs_to(&page, "textarea[name=followup]").await?;
    page.presses("Au clavier").await?;
    tabs_to(&page, "button[data-test=send-followup]").await?;
    page.presses(&key(Key::Enter)).await?;
    page.says("[data-test=entry][data-kind=followup]", "Au clavier")
        .await?;

    // A sheet takes the focus in, and gives it back when Escape closes it.
    tabs_to(&page, "[data-test=status-open]").await?;
    page.presses(&key(Key::Enter)).await?;
    page.sees("[data-test=status-to]").await?;
    tournee_tests::patience::until_true("the focus in the sheet", async || {
        page.js("return !!document.activeElement.closest('dialog, [role=dialog]')")
            .await
    })
    .await?;
    page.presses(&key(Key::Escape)).await?;
    page.sees_no("[data-test=status-to]").await?;
    tournee_tests::patience::until_true("the focus where it was", async || {
        has_focus(&page, "[data-test=status-open]").await
    })
    .await?;
    chromium.close().await
}

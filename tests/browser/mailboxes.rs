//! Connecting a mailbox, all that may go wrong with it, and giving it back.

use anyhow::Result;
use tournee_sandbox::gmail::accounts::{FOREIGN, TECHNICIAN};
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page};
use tournee_tests::stage::Stage;

async fn comes_back(page: &Page, outcome: &str, words: &str) -> Result<()> {
    let hook = format!("[data-test=gmail-outcome][data-outcome={outcome}]");
    page.says(&hook, words).await?;
    page.sees("[data-test=connect-own]").await?;
    // Told once: a reload is no second return.
    page.reload().await?;
    page.sees("[data-test=connect-own]").await?;
    assert!(!page.has("[data-test=gmail-outcome]").await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_back_from_google_is_said_in_words() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    page.goto("/more").await?;

    page.tap("[data-test=connect-own]").await?;
    page.tap("#deny").await?;
    comes_back(&page, "denied", "Vous avez refusé").await?;

    page.tap("[data-test=connect-own]").await?;
    page.tap(&format!("input[value=\"{FOREIGN}\"]")).await?;
    page.tap("#accept").await?;
    comes_back(&page, "wrong_domain", "pas du domaine").await?;

    page.tap("[data-test=connect-own]").await?;
    page.tap("input[type=checkbox]").await?;
    page.tap("#accept").await?;
    comes_back(&page, "no_scope", "la case cochée").await?;

    // Somebody else's link: a state that this browser never set out with.
    page.goto("/api/gmail/return?state=foreign&code=x").await?;
    comes_back(&page, "expired", "trop tard, ou d’ailleurs").await?;

    let cut = stage.cut(&chromium).await?;
    page.goto("/api/gmail/return?state=x&code=y").await?;
    page.says(
        "[data-test=gmail-outcome][data-outcome=offline]",
        "Plus de réseau",
    )
    .await?;
    page.sees("[data-test=mailbox-hint]").await?;
    stage.restore(&chromium, cut).await?;
    page.sees("[data-test=connect-own]").await?;
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_google_closes_keeps_its_mails_until_it_is_given_back() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    app::connects_mailbox(&page).await?;
    {
        let mut world = stage.google.gmail.world();
        world.kill_refresh_tokens(TECHNICIAN);
        world.expire_access_tokens(TECHNICIAN);
    }
    page.goto("/mails").await?;
    page.tap("[data-test=sync-state]").await?;
    page.says("[data-test=mailbox-lost]", "est à reconnecter")
        .await?;
    page.tap("[data-test=box-to-sort]").await?;
    page.sees("[data-test=mail-row]").await?;

    page.tap("[data-test=mailbox-lost] a").await?;
    page.shows("[data-test=mailbox]", "data-state", "reconnect")
        .await?;
    page.tap("[data-test=mailbox] [data-test=connect-own]")
        .await?;
    page.tap("#accept").await?;
    page.sees("[data-test=gmail-outcome][data-outcome=connected]")
        .await?;
    page.shows("[data-test=mailbox]", "data-state", "active")
        .await?;

    page.tap("[data-test=mailbox-disconnect]").await?;
    page.tap("[data-test=mailbox-disconnect-now]").await?;
    page.sees_no("[data-test=mailbox]").await?;
    assert_eq!(stage.google.gmail.world().grants(TECHNICIAN), 0);
    page.goto("/mails").await?;
    page.sees("[data-test=mails-connect]").await?;
    chromium.close().await
}

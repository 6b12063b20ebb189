//! The README's pictures, made with `TOURNEE_SCREENSHOTS=1`; without it the same walk is only walked.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::json;
use tournee_sandbox::accounts::TECHNICIAN;
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page, Profile, Screen};
use tournee_tests::holdings::is_in_the_hands_of;
use tournee_tests::stage::{NEW, OLD, Stage};

/// Keeps what is seen, where pictures are wanted.
pub async fn take(page: &Page, name: &str) -> Result<()> {
    if std::env::var_os("TOURNEE_SCREENSHOTS").is_none() {
        return Ok(());
    }
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots");
    page.screenshot(&folder.join(format!("{name}.png"))).await
}

fn mine(stage: &Stage, source: &str) -> i64 {
    let world = stage.glpi(source).world();
    let user = world.user_id(TECHNICIAN).expect("the demo technician");
    let ids = world.ticket_ids();
    let fits = ids
        .iter()
        .filter(|id| is_in_the_hands_of(&world, **id, user));
    *fits
        .max_by_key(|id| world.followups(**id).len())
        .expect("a ticket of his")
}

async fn theme(chromium: &Chromium, value: &str) -> Result<()> {
    let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
    chromium
        .tools()
        .on_pages("Emulation.setEmulatedMedia", media)
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_the_readme_are_there() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    page.goto("/sign-in").await?;
    page.sees(&app::sign_in_form(OLD)).await?;
    take(&page, "sign-in").await?;
    app::settles_in(&page).await?;
    take(&page, "tickets").await?;
    theme(&chromium, "dark").await?;
    take(&page, "tickets-dark").await?;
    app::opens(&page, OLD, mine(&stage, OLD)).await?;
    take(&page, "ticket-dark").await?;
    theme(&chromium, "light").await?;
    take(&page, "ticket").await?;

    let cut = stage.cut(&chromium).await?;
    app::notes(&page, "Câble remplacé, caisse remise en service.", false).await?;
    app::opens(&page, NEW, mine(&stage, NEW)).await?;
    app::notes(&page, "Pièce commandée, livraison jeudi.", true).await?;
    app::moves_to(&page, "pending").await?;
    page.sees_no(".toast").await?;
    take(&page, "ticket-offline").await?;
    app::queue_comes_to(&page, "phone", 3).await?;
    take(&page, "queue").await?;
    stage.restore(&chromium, cut).await?;
    app::queue_shows(&page, "delivered", 3).await?;
    page.goto("/more").await?;
    page.sees("select[name=language]").await?;
    take(&page, "more").await?;
    chromium.close().await?;

    let chromium = Chromium::with(Screen::Desk).start(Profile::new()?).await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    take(&page, "tickets-desk").await?;
    chromium.close().await
}

//! A ticket corrected in the stockroom: each fact in its own sheet, who is on it, and what came of it in both GLPIs.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use thirtyfour::Key;
use tournee_sandbox::accounts::{TECHNICIAN, technician};
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page};
use tournee_tests::holdings::is_in_the_hands_of;
use tournee_tests::patience::until_true;
use tournee_tests::stage::{NEW, OLD, Stage};

use crate::pictures;

const OFFER: &str = "[data-test=offer]";
const ADDRESS: &str = "gerant@magasin-les-arcs.example";

fn fact(name: &str) -> String {
    format!("[data-test=fact-{name}]")
}

fn mine(stage: &Stage, source: &str) -> Result<i64> {
    let world = stage.glpi(source).world();
    let user = world.user_id(TECHNICIAN).context("no technician")?;
    let mut ids = world.ticket_ids().into_iter();
    ids.find(|id| is_in_the_hands_of(&world, *id, user))
        .context("no ticket of his")
}

/// Opens a fact's sheet, does something in it, and is back at the fact.
async fn corrects(page: &Page, name: &str, act: impl AsyncFnOnce() -> Result<()>) -> Result<()> {
    page.tap(&fact(name)).await?;
    page.sees("dialog[open] .sheet-body").await?;
    act().await?;
    page.sees_no("dialog[open]").await?;
    let mut at = String::new();
    let back = until_true("the keyboard back at the fact", async || {
        let read =
            "const at = document.activeElement; return at?.dataset.test ?? at?.tagName ?? ''";
        at = page.js(read).await?;
        Ok(at == format!("fact-{name}"))
    })
    .await;
    back.with_context(|| format!("{name}: at {at}"))
}

/// What he corrects, and what is said of it at once.
async fn corrects_all(page: &Page, store: &str) -> Result<()> {
    corrects(page, "title", async || {
        page.fills("dialog[open] input[name=title]", "Caisse 3 : tiroir bloqué")
            .await?;
        page.presses(&Key::Enter.value().to_string()).await
    })
    .await?;
    page.says("[data-test=ticket-title]", "Caisse 3 : tiroir bloqué")
        .await?;
    corrects(page, "location", async || {
        page.types("dialog[open] input[name=search]", store).await?;
        page.tap(OFFER).await
    })
    .await?;
    page.says(&fact("location"), store).await?;
    corrects(page, "urgency", async || {
        page.tap("dialog[open] [data-test=fact-to][aria-pressed=false]")
            .await
    })
    .await?;
    corrects(page, "due", async || {
        page.js::<()>("const input = document.querySelector('dialog[open] input[name=due]'); input.value = '2031-05-04T09:30'; input.dispatchEvent(new Event('input', { bubbles: true }))").await?;
        page.tap("[data-test=fact-save]").await
    })
    .await?;
    page.says(&fact("due"), "2031").await?;
    corrects(page, "observers", async || {
        page.types("dialog[open] input[name=search]", ADDRESS)
            .await?;
        page.tap(OFFER).await
    })
    .await?;
    page.says(&fact("observers"), ADDRESS).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_corrected_with_no_network_and_both_glpis_have_it() -> Result<()> {
    let stage = Stage::open().await?;
    let ids = [(OLD, mine(&stage, OLD)?), (NEW, mine(&stage, NEW)?)];
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let cut = stage.cut(&chromium).await?;
    let urgency = |source: &str, id: i64| {
        stage
            .glpi(source)
            .world()
            .ticket(id)
            .map(|ticket| ticket.urgency)
    };
    let before = ids.map(|(source, id)| urgency(source, id));
    for (source, id) in ids {
        let store = other_store(&stage, source, id)?;
        app::opens(&page, source, id).await?;
        corrects_all(&page, &store).await?;
        // A colleague with him, proposed with what he has to do.
        page.tap(&fact("assignees")).await?;
        page.sees(OFFER).await?;
        page.is_told().await?;
        pictures::take(&page, &format!("assign-{source}")).await?;
        page.tap(OFFER).await?;
        page.sees_no("dialog[open]").await?;
        page.is_told().await?;
        pictures::take(&page, &format!("corrected-{source}")).await?;
    }
    app::queue_comes_to(&page, "phone", 12).await?;
    pictures::take(&page, "corrected-queue").await?;
    stage.restore(&chromium, cut).await?;
    app::queue_shows(&page, "delivered", 12).await?;
    for ((source, id), before) in ids.into_iter().zip(before) {
        assert_ne!(urgency(source, id), before);
        let world = stage.glpi(source).world();
        let ticket = world.ticket(id).context("gone")?;
        assert_eq!(ticket.name, "Caisse 3 : tiroir bloqué");
        let due = ticket.time_to_resolve.context("no due date")?;
        assert!(due.starts_with("2031-05-04"), "{due}");
        let assigned = ticket.actors.iter().filter(|actor| actor.role == 2);
        assert_eq!(assigned.count(), 2, "{source}");
        let address = ticket.actors.iter().filter(|actor| actor.email == ADDRESS);
        assert_eq!(address.count(), 1, "{source}");
    }
    chromium.close().await
}

/// A store that the ticket is not in.
fn other_store(stage: &Stage, source: &str, id: i64) -> Result<String> {
    let world = stage.glpi(source).world();
    let here = world.ticket(id).context("gone")?.location;
    let mut rows = (1..200).filter_map(|id| Some((id, world.row("Location", id)?)));
    let other = rows.find(|(id, row)| *id != here && row.text("completename").contains("Magasin"));
    let (_, row) = other.context("no other store")?;
    Ok(row.text("completename").to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_that_a_colleague_corrected_too_is_settled_by_one_tap() -> Result<()> {
    let stage = Stage::open().await?;
    let id = mine(&stage, NEW)?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let cut = stage.cut(&chromium).await?;
    app::opens(&page, NEW, id).await?;
    corrects(&page, "title", async || {
        page.fills("dialog[open] input[name=title]", " ").await?;
        page.sees("#title-fault:not([hidden])").await?;
        page.fills("dialog[open] input[name=title]", "Le mien")
            .await?;
        page.tap("[data-test=fact-save]").await
    })
    .await?;
    {
        let mut world = stage.new.world();
        let colleague = world.user_id(&technician(2)).context("no colleague")?;
        world.edit_ticket(id, colleague, &[("name", json!("Le sien"))]);
    }
    stage.restore(&chromium, cut).await?;
    app::queue_comes_to(&page, "needs-you", 1).await?;
    page.says("[data-test=queued]", "Le sien").await?;
    pictures::take(&page, "corrected-conflict").await?;
    page.tap("[data-test=insist]").await?;
    app::queue_shows(&page, "delivered", 1).await?;
    let name = stage.new.world().ticket(id).context("gone")?.name;
    ensure!(name == "Le mien", "{name}");
    chromium.close().await
}

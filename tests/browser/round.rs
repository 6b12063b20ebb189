//! The round with no network: what waits where, his own order, a visit that survives a killed app, a store's page.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tournee_sandbox::World;
use tournee_sandbox::accounts::TECHNICIAN;
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page, Profile, Screen};
use tournee_tests::looks::{are_good, faults};
use tournee_tests::patience::until_true;
use tournee_tests::stage::{NEW, OLD, Stage};

use crate::pictures;

const STOP: &str = "[data-test=stop]";
const ARCS: &str = "magasin-les-arcs";

fn stop(store: &str, within: &str) -> String {
    format!("{STOP}[data-store={store}] {within}")
}

/// The stores in the order that is seen.
async fn order(page: &Page) -> Result<Vec<String>> {
    page.attributes(STOP, "data-store").await
}

async fn becomes(page: &Page, wanted: &[String]) -> Result<()> {
    until_true("the order", async || Ok(order(page).await? == wanted)).await
}

async fn opens_round(page: &Page) -> Result<()> {
    page.tap(".nav a[href='/round']").await?;
    page.arrives_at("/round").await?;
    page.sees(STOP).await.map(drop)
}

fn place(world: &World, name: &str) -> Result<i64> {
    let place = (1..40).find(|id| {
        let row = world.row("Location", *id);
        row.is_some_and(|row| row.text("completename") == name)
    });
    place.context("no such store")
}

/// All that is in a store is elsewhere, in both GLPIs.
fn empties(stage: &Stage, store: &str) -> Result<()> {
    for glpi in [&stage.old, &stage.new] {
        let mut world = glpi.world();
        let (from, to) = (place(&world, store)?, place(&world, "Magasin LORGUES")?);
        for id in world.ticket_ids() {
            let there = world.row("Ticket", id);
            if there.is_some_and(|row| row.int("locations_id") == from) {
                world.set("Ticket", id, "locations_id", to.into());
            }
        }
    }
    Ok(())
}

/// One of his tickets in that store becomes the latest of all.
fn makes_late(stage: &Stage) -> Result<()> {
    let mut world = stage.new.world();
    let me = world.user_id(TECHNICIAN).context("no technician")?;
    let place = place(&world, "Magasin Les ARCS")?;
    let mut ids = world.ticket_ids().into_iter();
    let mine = ids.find(|id| tournee_tests::holdings::is_in_the_hands_of(&world, *id, me));
    let mine = mine.context("no ticket of his")?;
    // Past all rules: GLPI itself takes no due date in the past.
    world.set(
        "Ticket",
        mine,
        "time_to_resolve",
        "2020-01-01 08:00:00".into(),
    );
    let facts = [("locations_id", json!(place)), ("status", json!(2))];
    world.edit_ticket(mine, me, &facts);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_round_is_planned_and_walked_with_no_network() -> Result<()> {
    let stage = Stage::open().await?;
    empties(&stage, "Magasin COGOLIN")?;
    makes_late(&stage)?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let cut = stage.cut(&chromium).await?;
    opens_round(&page).await?;
    page.shows(&format!("{STOP}:first-child"), "data-store", ARCS)
        .await?;
    page.says(&stop(ARCS, "[data-test=why]"), "en retard")
        .await?;
    pictures::in_both_themes(&chromium, &page, "round").await?;

    // His own order, by button; it is there again after the phone was switched off.
    let proposed = order(&page).await?;
    ensure!(proposed.len() > 3, "{proposed:?}");
    page.tap(&stop(&proposed[1], "[data-test=stop-up]")).await?;
    let mut his = proposed.clone();
    his.swap(0, 1);
    becomes(&page, &his).await?;
    page.reload().await?;
    becomes(&page, &his).await?;
    page.tap(&stop(&his[2], "[data-test=stop-out]")).await?;
    page.sees("[data-test=left-out]").await?;
    let left = his.remove(2);
    becomes(&page, &his).await?;
    page.tap("[data-test=stop-in]").await?;
    page.sees(&stop(&left, "a")).await?;
    page.tap("[data-test=unpin]").await?;
    becomes(&page, &proposed).await?;

    takes_along(&page).await?;
    adds_a_store(&page).await?;
    let key = visits(&chromium, &page).await?;
    stage.was_silent(&cut)?;
    stage.restore(&chromium, cut).await?;
    is_counted(&stage, &key).await?;
    creates_there(&stage, &page).await?;
    chromium.close().await
}

async fn takes_along(page: &Page) -> Result<()> {
    let field = "[data-test=to-take] input[name=item]";
    page.tap("[data-test=to-take-add]").await?;
    page.says("[data-test=to-take] .error", "vide").await?;
    page.types(field, "Douchette de rechange").await?;
    page.tap("[data-test=to-take-add]").await?;
    page.says("[data-test=to-take-item]", "Douchette de rechange")
        .await?;
    page.tap("[data-test=to-take-item] .check").await?;
    page.sees("[data-test=to-take-item] input:checked").await?;
    page.stands_still().await?;
    page.reload().await?;
    page.sees("[data-test=to-take-item] input:checked")
        .await
        .map(drop)
}

async fn visits(chromium: &Chromium, page: &Page) -> Result<String> {
    page.tap(&stop(ARCS, "a")).await?;
    page.arrives_at(&format!("/round/{ARCS}")).await?;
    page.says("[data-test=store-name]", "Les ARCS").await?;
    page.sees("[data-test=store-open] [data-test=store-ticket]")
        .await?;
    page.sees("[data-test=store-person]").await?;
    let call = page
        .attributes("[data-test=contact] [data-test=call]", "href")
        .await?;
    ensure!(call == ["tel:0494474001"], "{call:?}");
    let way = page.attributes("[data-test=way]", "href").await?.concat();
    ensure!(way.ends_with("43.463600%2C6.479200"), "{way}");
    pictures::in_both_themes(chromium, page, "store").await?;
    page.tap("[data-test=visit-start]").await?;
    page.says("[data-test=visit]", "Les ARCS").await?;
    page.reload().await?;
    page.says("[data-test=visit]", "depuis").await?;
    let key = works_there(chromium, page).await?;
    page.sees_no("[data-test=visit]").await?;
    page.sees("[data-test=store-visits]").await?;
    // Another one, in which nothing was done: nothing is proposed.
    page.tap("[data-test=visit-start]").await?;
    page.tap("[data-test=visit] [data-test=visit-end]").await?;
    page.tap("[data-test=store] .back").await?;
    page.arrives_at("/round").await?;
    until_true("two visits to decide about", async || {
        Ok(page.count("[data-test=visit-undecided]").await? == 2)
    })
    .await?;
    page.tap("[data-test=visit-undecided]:nth-child(2) [data-test=visit-settle]")
        .await?;
    gives_time(page).await?;
    page.sees_no("[data-test=visit-undecided]").await?;
    Ok(key)
}

/// A note on a ticket of the store, and the end of the visit; the sheet that proposes to count the time is put off.
async fn works_there(chromium: &Chromium, page: &Page) -> Result<String> {
    page.tap("[data-test=store-open] [data-test=store-ticket] a")
        .await?;
    page.sees("[data-test=ticket]").await?;
    app::notes(page, "Câble changé.", false).await?;
    page.goto(&format!("/round/{ARCS}")).await?;
    page.tap("[data-test=visit] [data-test=visit-end]").await?;
    page.sees("dialog[open] [data-test=visit-form]").await?;
    let worked = "dialog[open] [data-test=visit-ticket]:has(:checked)";
    let keys = page.attributes(worked, "data-key").await?;
    let [key] = keys.as_slice() else {
        anyhow::bail!("{keys:?} were worked on");
    };
    page.is_told().await?;
    pictures::in_both_themes(chromium, page, "visit-time").await?;
    page.tap("dialog[open] .sheet-head button").await?;
    page.sees_no("dialog[open]").await?;
    Ok(key.clone())
}

async fn gives_time(page: &Page) -> Result<()> {
    page.tap("[data-test=visit-give]").await?;
    let length = "dialog[open] input[name=length]";
    page.fills(length, "longtemps").await?;
    page.says("#visit-fault", "durée").await?;
    page.fills(length, "25").await?;
    page.says("[data-test=visit-give-send]", "25 min").await?;
    page.tap("[data-test=visit-give-send]").await?;
    page.sees_no("dialog[open]").await
}

/// Its time is in GLPI, once.
async fn is_counted(stage: &Stage, key: &str) -> Result<()> {
    let (source, id) = key.split_once(':').context("no key")?;
    let id: i64 = id.parse()?;
    until_true("the visit’s time in GLPI", async || {
        let tasks = stage.glpi(source).world().tasks(id);
        let mut times = tasks
            .iter()
            .filter(|task| task.content.contains("Intervention"));
        Ok(times
            .next()
            .is_some_and(|task| (task.state, task.actiontime) == (2, 25 * 60))
            && times.next().is_none())
    })
    .await
}

/// A store in which nothing waits is in the round by hand, and out of it again.
async fn adds_a_store(page: &Page) -> Result<()> {
    let before = order(page).await?;
    page.tap("[data-test=store-add]").await?;
    let name = page.text("dialog[open] [data-test=store-offer]").await?;
    page.types("dialog[open] input[name=store]", &name).await?;
    page.tap("[data-test=store-offer]").await?;
    page.sees_no("dialog[open]").await?;
    page.says(STOP, &name).await?;
    page.says("[data-test=stop-counts]", "rien n’y attend")
        .await?;
    let after = order(page).await?;
    let added = after.iter().find(|store| !before.contains(store));
    let added = added.context("no new stop")?;
    page.tap(&stop(added, "[data-test=stop-out]")).await?;
    becomes(page, &before).await
}

/// A ticket that is made from the store's page is in the store.
async fn creates_there(stage: &Stage, page: &Page) -> Result<()> {
    page.tap(&stop(ARCS, "a")).await?;
    page.tap("[data-test=create-here]").await?;
    page.sees(".create [name=title]").await?;
    page.types(".create [name=title]", "Écran noir en caisse 4")
        .await?;
    page.tap("[data-test=send-create]").await?;
    let landed = |glpi: &tournee_sandbox::Glpi| {
        let world = glpi.world();
        let mut ids = world.ticket_ids().into_iter().rev();
        let ticket = ids.find_map(|id| {
            world
                .ticket(id)
                .filter(|ticket| ticket.name == "Écran noir en caisse 4")
        })?;
        Some(
            world
                .row("Location", ticket.location)?
                .text("completename")
                .to_owned(),
        )
    };
    until_true("the ticket in its store", async || {
        let places = [OLD, NEW].map(|source| landed(stage.glpi(source)));
        Ok(places
            .iter()
            .flatten()
            .any(|place| place == "Magasin Les ARCS"))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_is_reached_from_the_head_and_from_more() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let cut = stage.cut(&chromium).await?;
    opens_round(&page).await?;
    page.tap(&format!("{STOP} a")).await?;
    page.tap("[data-test=store-ticket] a").await?;
    page.sees("[data-test=ticket]").await?;
    app::notes(&page, "Vu sur place.", false).await?;
    page.tap("[data-test=sync-state]").await?;
    page.arrives_at("/queue").await?;
    app::queue_shows(&page, "phone", 1).await?;
    page.goto("/more").await?;
    page.says("[data-test=queue-link]", "1 en attente").await?;
    page.tap("[data-test=queue-link]").await?;
    page.arrives_at("/queue").await?;
    stage.restore(&chromium, cut).await?;
    app::queue_shows(&page, "delivered", 1).await?;
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_round_can_be_used_at_320_pixels_with_large_text_and_at_a_desk() -> Result<()> {
    let stage = Stage::open().await?;
    let narrow = Chromium::with(Screen::Narrow)
        .font_size(32)
        .start(Profile::new()?)
        .await?;
    let page = narrow.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let mut found = Vec::new();
    page.goto("/round").await?;
    page.sees(STOP).await?;
    found.extend(faults(&page).await?);
    pictures::take(&page, "round-narrow").await?;
    page.goto(&format!("/round/{ARCS}")).await?;
    page.sees("[data-test=store-ticket]").await?;
    found.extend(faults(&page).await?);
    ensure!(found.is_empty(), "{found:#?}");
    narrow.close().await?;

    let desk = Chromium::with(Screen::Desk).start(Profile::new()?).await?;
    let page = desk.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    page.goto("/round").await?;
    page.tap(&format!("{STOP} a")).await?;
    page.sees("[data-test=store-ticket]").await?;
    page.sees(STOP).await?;
    are_good(&page, "round at a desk").await?;
    pictures::take(&page, "round-desk").await?;
    desk.close().await
}

//! Assets with no network: a label before the camera, a ticket for what it is on, another one linked; then in GLPI.

use anyhow::{Context, Result, ensure};
use tournee_sandbox::accounts::TECHNICIAN;
use tournee_sandbox::world::World;
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Profile, Screen};
use tournee_tests::holdings::is_in_the_hands_of;
use tournee_tests::label;
use tournee_tests::stage::{NEW, Stage};

use crate::pictures;

const HERE: &str = "[data-test=assets-here] [data-test=asset]";

/// What stands in a store where he has tickets: its number in GLPI, and a column of it.
fn standing(world: &World, itemtype: &str, at: i64, column: &str) -> Result<(i64, String)> {
    let table = world.table(itemtype).context("no such kind")?;
    let there = table.iter().find(|row| row.int("locations_id") == at);
    let row = there.context("nothing there")?;
    Ok((row.id(), row.text(column).to_owned()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_label_leads_to_its_asset_with_no_network_and_a_ticket_for_it_is_in_glpi_once()
-> Result<()> {
    let stage = Stage::open().await?;
    let (mine, place, computer, printer) = {
        let world = stage.glpi(NEW).world();
        let user = world.user_id(TECHNICIAN).context("no technician")?;
        let mut ids = world.ticket_ids().into_iter();
        let fits = |id: &i64| {
            let open = world.ticket(*id).is_some_and(|ticket| ticket.location > 1);
            open && world.assets_of(*id).is_empty() && is_in_the_hands_of(&world, *id, user)
        };
        let mine = ids.find(fits).context("no ticket of his")?;
        let place = world.ticket(mine).map_or(0, |ticket| ticket.location);
        (
            mine,
            place,
            standing(&world, "Computer", place, "serial")?,
            standing(&world, "Printer", place, "otherserial")?,
        )
    };
    let profile = Profile::new()?;
    let film = tempfile::Builder::new().suffix(".y4m").tempfile()?;
    label::film(&computer.1, film.path())?;
    let start = Chromium::with(Screen::Phone).seeing(film.path());
    let chromium = start.start(profile).await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let cut = stage.cut(&chromium).await?;

    page.goto("/more").await?;
    page.tap("[data-test=equipment-open]").await?;
    page.arrives_at("/equipment").await?;
    page.says("[data-test=assets-known]", "gardés").await?;
    page.tap("[data-test=scan]").await?;
    // Read by the program of our own: this browser knows no labels.
    page.says("[data-test=scan-said]", &computer.1).await?;
    let held = format!("{HERE}[data-key='{NEW}/Computer/{}'] a", computer.0);
    page.sees(&held).await?;
    pictures::in_both_themes(&chromium, &page, "equipment").await?;
    page.tap(&held).await?;
    page.arrives_at(&format!("/equipment/{NEW}/Computer/{}", computer.0))
        .await?;
    page.says("[data-test=asset-page] dl", &computer.1).await?;
    pictures::in_both_themes(&chromium, &page, "asset").await?;

    page.tap("[data-test=create-for]").await?;
    page.sees("[data-test=create-asset]").await?;
    let location: String = page
        .js("return document.querySelector('[name=location]').value")
        .await?;
    ensure!(
        !location.is_empty(),
        "the place did not come with the asset"
    );
    page.fills("[name=title]", "Caisse qui ne démarre plus")
        .await?;
    pictures::take(&page, "create-for-asset").await?;
    page.tap("[data-test=send-create]").await?;
    page.sees("[data-test=ticket] [data-test=ticket-asset]")
        .await?;

    // Another ticket, and a photo of a label in place of the camera.
    app::opens(&page, NEW, mine).await?;
    page.tap("[data-test=link-asset]").await?;
    page.sees("dialog[open] [data-test=asset-finder]").await?;
    label::photographs(&page, &computer.1, "scan-picture").await?;
    page.says("dialog[open] [data-test=scan-said]", &computer.1)
        .await?;
    page.fills("dialog[open] [name=asset]", &printer.1).await?;
    page.tap("dialog[open] [data-test=asset-choose]").await?;
    page.sees_no("dialog[open]").await?;
    let linked = format!("[data-test=ticket-asset][data-key='Printer/{}']", printer.0);
    page.sees(&linked).await?;
    page.is_told().await?;
    pictures::in_both_themes(&chromium, &page, "ticket-asset").await?;

    app::queue_comes_to(&page, "phone", 3).await?;
    stage.restore(&chromium, cut).await?;
    app::queue_shows(&page, "delivered", 3).await?;
    {
        let world = stage.glpi(NEW).world();
        let printed = [("Printer".to_owned(), printer.0)];
        assert_eq!(world.assets_of(mine), printed);
        let ids = world.ticket_ids().into_iter();
        let made = |id: &i64| {
            world
                .ticket(*id)
                .is_some_and(|t| t.name == "Caisse qui ne démarre plus")
        };
        let made: Vec<i64> = ids.filter(made).collect();
        let [made] = made.as_slice() else {
            panic!("{made:?}");
        };
        assert_eq!(
            world.ticket(*made).map(|ticket| ticket.location),
            Some(place)
        );
        assert_eq!(
            world.assets_of(*made),
            [("Computer".to_owned(), computer.0)]
        );
    }
    // With a network: what the phone does not keep is found in GLPI, and a link goes as it came.
    let elsewhere = {
        let world = stage.glpi(NEW).world();
        standing(&world, "Monitor", 1, "serial")?.1
    };
    page.goto("/equipment").await?;
    page.fills("[name=asset]", &elsewhere).await?;
    page.says("#main [data-test=asset-finder]", &elsewhere)
        .await?;
    app::opens(&page, NEW, mine).await?;
    page.tap(&format!("{linked} [data-test=unlink-asset]"))
        .await?;
    page.sees_no(&linked).await?;
    app::queue_comes_to(&page, "delivered", 4).await?;
    assert!(stage.glpi(NEW).world().assets_of(mine).is_empty());
    chromium.close().await
}

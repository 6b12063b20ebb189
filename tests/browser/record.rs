//! The whole record of a ticket: who did what, the dossier, the description corrected, a photo below its note; with no
//! network first, then in both GLPIs. And the favourites of who writes the next one.

use anyhow::{Context, Result, ensure};
use tournee_sandbox::accounts::{SUPER_ADMIN, TECHNICIAN};
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page};
use tournee_tests::camera;
use tournee_tests::holdings::is_in_the_hands_of;
use tournee_tests::patience::until_true;
use tournee_tests::stage::{NEW, OLD, Stage};

use crate::pictures;

const DESCRIPTION: &str = "Caisse 3 : le tiroir <A4> est tordu\nVoir M. L'Hôte";
const NOTE: &str = "Tiroir tordu, pièce à commander";
const COLLEAGUE: &str = "Marcoux";
const ACT: &str = "[data-test=act]";
/// Keeps what is saved, where the browser would put it into a folder.
const CATCH: &str = "const make = URL.createObjectURL;
  URL.createObjectURL = (blob) => {
    if (blob.type === 'text/html') blob.text().then((text) => { window.saved = text; });
    return make.call(URL, blob);
  };
  HTMLAnchorElement.prototype.click = function () {};";

fn mine(stage: &Stage, source: &str) -> Result<i64> {
    let world = stage.glpi(source).world();
    let user = world.user_id(TECHNICIAN).context("no technician")?;
    let mut ids = world.ticket_ids().into_iter();
    let without = |id: &i64| world.documents(*id).is_empty();
    ids.find(|id| without(id) && is_in_the_hands_of(&world, *id, user))
        .context("no ticket of his")
}

/// A note is written, a photo is taken: both go with one gesture, and stand one below the other.
async fn notes_with_a_photo(page: &Page, seed: u32) -> Result<()> {
    page.types("textarea[name=followup]", NOTE).await?;
    camera::has_a_photo(page, 1_200, 900, seed).await?;
    camera::opens_the_camera(page).await?;
    let with_note = "return document.querySelector('dialog[open] input[name=with_note]')?.checked";
    ensure!(page.js::<Option<bool>>(with_note).await? == Some(true));
    camera::shoots(page).await?;
    page.sees_no("dialog[open]").await?;
    until_true("the note and the photo below it", async || {
        let kinds = page.attributes("[data-test=entry]", "data-kind").await?;
        Ok(kinds.ends_with(&["followup".to_owned(), "document".to_owned()]))
    })
    .await?;
    let left = "return document.querySelector('textarea[name=followup]').value";
    ensure!(page.js::<String>(left).await?.is_empty());
    Ok(())
}

async fn corrects_the_description(page: &Page) -> Result<()> {
    page.tap("[data-test=fact-description]").await?;
    page.fills("dialog[open] textarea[name=description]", DESCRIPTION)
        .await?;
    pictures::take(page, "description").await?;
    page.tap("dialog[open] [data-test=fact-save]").await?;
    page.sees_no("dialog[open]").await?;
    page.says("[data-test=ticket-content]", "le tiroir <A4> est tordu")
        .await
}

/// The dossier as it was saved.
async fn saves_the_dossier(page: &Page, name: &str) -> Result<String> {
    page.js::<()>(CATCH).await?;
    page.tap("[data-test=dossier]").await?;
    page.sees("[data-test=dossier-save]").await?;
    pictures::take(page, name).await?;
    page.tap("[data-test=dossier-save]").await?;
    let mut html = String::new();
    until_true("the dossier", async || {
        html = page.js("return window.saved ?? ''").await?;
        Ok(!html.is_empty())
    })
    .await?;
    page.js::<()>("delete window.saved").await?;
    page.tap("dialog[open] .sheet-head .icon-btn").await?;
    page.sees_no("dialog[open]").await?;
    Ok(html)
}

fn has_all(html: &str, teller: &str) -> Result<()> {
    for there in [
        "le tiroir &lt;A4&gt; est tordu",
        NOTE,
        "<img src=\"data:image/jpeg;base64,",
        "class=\"act\"",
        teller,
        "default-src 'none'",
    ] {
        ensure!(html.contains(there), "no {there} in {html}");
    }
    let outside = ["<script", "src=\"http", "src=\"/", "<link"];
    ensure!(!outside.iter().any(|there| html.contains(there)), "{html}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_record_of_a_ticket_is_kept_with_no_network_and_leaves_as_one_file() -> Result<()>
{
    let stage = Stage::open().await?;
    let ids = [(OLD, mine(&stage, OLD)?), (NEW, mine(&stage, NEW)?)];
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let cut = stage.cut(&chromium).await?;
    for (number, (source, id)) in (1..).zip(ids) {
        app::opens(&page, source, id).await?;
        notes_with_a_photo(&page, number).await?;
        corrects_the_description(&page).await?;
        if number == 1 {
            page.tap("[data-test=history]").await?;
        }
        page.says(ACT, "Description").await?;
        page.says("[data-test=history-teller]", "sur cet appareil")
            .await?;
        let html = saves_the_dossier(&page, &format!("dossier-{source}")).await?;
        has_all(&html, "sur cet appareil")?;
    }
    page.is_told().await?;
    pictures::take(&page, "history").await?;
    chromium.prefers("dark").await?;
    pictures::take(&page, "history-dark").await?;
    chromium.prefers("light").await?;
    stage.restore(&chromium, cut).await?;
    app::queue_comes_to(&page, "delivered", 6).await?;
    for (source, id) in ids {
        {
            let world = stage.glpi(source).world();
            let ticket = world.ticket(id).context("the ticket")?;
            ensure!(ticket.content.contains("tordu"), "{}", ticket.content);
            assert_eq!(world.documents(id).len(), 1, "{source}");
        }
        app::opens(&page, source, id).await?;
        // His profile may not read GLPI's log: what was done with Tournée is told in its place, and that it is.
        page.says("[data-test=history-teller]", "avec Tournée")
            .await?;
        page.says(ACT, "Description").await?;
        let html = saves_the_dossier(&page, "dossier").await?;
        has_all(&html, "avec Tournée")?;
    }
    // What was read is there with no network, and on a page that is opened anew.
    let cut = stage.cut(&chromium).await?;
    let (source, id) = ids[1];
    app::opens(&page, source, id).await?;
    page.says("[data-test=history-teller]", "avec Tournée")
        .await?;
    page.says(ACT, "Description").await?;
    stage.restore(&chromium, cut).await?;
    chromium.close().await
}

/// A ticket that the administrator has too, and whose urgency his colleague alters on GLPI's page.
fn raised(stage: &Stage, source: &str) -> Result<i64> {
    let id = mine(stage, source)?;
    let mut world = stage.glpi(source).world();
    let [chief, colleague] = [SUPER_ADMIN, TECHNICIAN].map(|login| world.user_id(login));
    let (chief, colleague) = (chief.context("no chief")?, colleague.context("nobody")?);
    world.assign(id, chief, colleague);
    let urgency = world.ticket(id).context("the ticket")?.urgency;
    let other = if urgency == 5 { 4 } else { 5 };
    world.edit_ticket(id, colleague, &[("urgency", other.into())]);
    Ok(id)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_read_glpi_s_log_has_it_with_no_network_too() -> Result<()> {
    let stage = Stage::open().await?;
    let ids = [(OLD, raised(&stage, OLD)?), (NEW, raised(&stage, NEW)?)];
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in_as(&page, SUPER_ADMIN).await?;
    for (number, (source, id)) in ids.into_iter().enumerate() {
        app::opens(&page, source, id).await?;
        if number == 0 {
            page.tap("[data-test=history]").await?;
        }
        page.says("[data-test=history-teller]", "journal de GLPI, lu")
            .await?;
        page.says(ACT, "Urgence").await?;
        page.says(ACT, COLLEAGUE).await?;
        let words = page.texts(".section").await?.concat();
        ensure!(!words.contains("Rien encore"), "beside what was done");
    }
    page.js::<()>("document.querySelector('[data-test=history-teller]').scrollIntoView()")
        .await?;
    pictures::take(&page, "history-glpi").await?;

    let cut = stage.cut(&chromium).await?;
    page.reload().await?;
    for (source, id) in ids {
        app::opens(&page, source, id).await?;
        page.says("[data-test=history-teller]", "journal de GLPI, lu")
            .await?;
        page.says(ACT, "Urgence").await?;
        // What he does himself stands behind what was read, until GLPI tells it.
        corrects_the_description(&page).await?;
        page.says(ACT, "Description").await?;
    }
    stage.restore(&chromium, cut).await?;
    app::queue_comes_to(&page, "delivered", 2).await?;
    for (source, id) in ids {
        app::opens(&page, source, id).await?;
        page.says("[data-test=history-teller]", "journal de GLPI, lu")
            .await?;
        until_true("one act for the description", async || {
            let acts = page.texts(ACT).await?;
            Ok(acts
                .iter()
                .filter(|act| act.contains("Description"))
                .count()
                == 1)
        })
        .await?;
    }
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_favourite_category_is_offered_first_from_then_on() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let cut = stage.cut(&chromium).await?;
    page.goto("/tickets/new").await?;
    let field = "input[name=category]";
    let offers = "#category-list [data-test=offer] > span:first-child";
    page.tap(field).await?;
    page.sees(offers).await?;
    let last = page.texts(offers).await?.pop().context("offers")?;
    page.fills(field, &last).await?;
    page.tap("#category-list [data-test=offer]").await?;
    page.shows("[data-test=star-category]", "aria-pressed", "false")
        .await?;
    page.tap("[data-test=star-category]").await?;
    page.shows("[data-test=star-category]", "aria-pressed", "true")
        .await?;
    pictures::take(&page, "favourite").await?;
    page.reload().await?;
    page.tap(field).await?;
    page.says("#category-list [data-test=offer]", &last).await?;
    page.says("#category-list [data-test=offer]", "favori")
        .await?;
    ensure!(page.texts(offers).await?.first() == Some(&last));
    stage.restore(&chromium, cut).await?;
    chromium.close().await
}

//! Photos and files: taken with no network, kept with the tab gone, in each GLPI once.

use anyhow::{Context, Result, ensure};
use tournee_core::outbox::State;
use tournee_sandbox::accounts::TECHNICIAN;
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page};
use tournee_tests::camera;
use tournee_tests::holdings::is_in_the_hands_of;
use tournee_tests::patience::until_true;
use tournee_tests::stage::{NEW, OLD, Stage};

use crate::create::landed;
use crate::pictures;

const PICTURE: &str = "[data-test=entry][data-kind=document] .thumb img";
const ITEM: &str = "[data-test=attach-item]";

fn mine(stage: &Stage, source: &str) -> Result<i64> {
    let world = stage.glpi(source).world();
    let user = world.user_id(TECHNICIAN).context("no technician")?;
    let mut ids = world.ticket_ids().into_iter();
    let without = |id: &i64| world.documents(*id).is_empty();
    ids.find(|id| without(id) && is_in_the_hands_of(&world, *id, user))
        .context("no ticket of his")
}

/// A picture that the browser has drawn.
async fn is_drawn(page: &Page, css: &str) -> Result<()> {
    let drawn = "const image = document.querySelector(arguments[0]); return !!image?.complete && image.naturalWidth > 0";
    until_true(&format!("the picture {css}"), async || {
        page.js_with(drawn, vec![css.into()]).await
    })
    .await
}

/// Width and height of a JPEG, from the frame's header.
fn sides(jpeg: &[u8]) -> Option<(u16, u16)> {
    let mut at = 2;
    loop {
        let marker = *jpeg.get(at + 1)?;
        let number = |at: usize| Some(u16::from_be_bytes([*jpeg.get(at)?, *jpeg.get(at + 1)?]));
        if matches!(marker, 0xc0..=0xc2) {
            return Some((number(at + 7)?, number(at + 5)?));
        }
        at += 2 + usize::from(number(at + 2)?);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_taken_with_no_network_outlives_the_tab_and_is_in_each_glpi_once() -> Result<()> {
    let stage = Stage::open().await?;
    let ids = [(OLD, mine(&stage, OLD)?), (NEW, mine(&stage, NEW)?)];
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let cut = stage.cut(&chromium).await?;
    for (number, (source, id)) in (1..).zip(ids) {
        page.goto("/tickets").await?;
        // The first tap; the second and the third open the camera.
        app::opens_from_list(&page, source, id).await?;
        camera::has_a_photo(&page, 2_400, 1_800, number).await?;
        camera::opens_the_camera(&page).await?;
        pictures::take(&page, &format!("attach-{source}")).await?;
        camera::shoots(&page).await?;
        page.sees_no("dialog[open]").await?;
        page.sees(".toast").await?;
        is_drawn(&page, PICTURE).await?;
    }
    page.is_told().await?;
    pictures::take(&page, "photo").await?;
    chromium.prefers("dark").await?;
    pictures::take(&page, "photo-dark").await?;
    chromium.prefers("light").await?;

    // The tab is closed, and opened again where there is still no network.
    chromium.close_tab().await?;
    let page = chromium.new_tab(&stage.origin()).await?;
    for (source, id) in ids {
        app::opens(&page, source, id).await?;
        is_drawn(&page, PICTURE).await?;
        page.tap("[data-test=file-picture]").await?;
        is_drawn(&page, "[data-test=file-large] img").await?;
        page.stands_still().await?;
        pictures::take(&page, &format!("photo-large-{source}")).await?;
    }
    app::queue_comes_to(&page, "phone", 2).await?;
    pictures::take(&page, "photo-queue").await?;
    stage.restore(&chromium, cut).await?;
    app::queue_shows(&page, "delivered", 2).await?;
    for (source, id) in ids {
        let documents = stage.glpi(source).world().documents(id);
        let [document] = documents.as_slice() else {
            panic!("{source}: {} documents", documents.len());
        };
        ensure!(
            document.filename.starts_with("photo-"),
            "{}",
            document.filename
        );
        // Upright, small, and without the place.
        assert_eq!(sides(&document.bytes), Some((1_500, 2_000)), "{source}");
        let says_where = document.bytes.windows(4).any(|four| four == b"Exif");
        assert!(!says_where, "{source}: the camera's words went with it");
        app::opens(&page, source, id).await?;
        app::ticks_say_delivered(&page, 1).await?;
        is_drawn(&page, PICTURE).await?;
    }
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_glpi_would_not_take_is_said_before_it_is_queued() -> Result<()> {
    let stage = Stage::open().await?;
    let id = mine(&stage, NEW)?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let cut = stage.cut(&chromium).await?;
    app::opens(&page, NEW, id).await?;
    page.tap("[data-test=attach-open]").await?;
    page.sees("dialog[open] .file-choice").await?;
    camera::chooses_a_file(&page, "film.mp4", "video/mp4", 40_000_000, 1).await?;
    page.says(ITEM, "film.mp4").await?;
    page.says(ITEM, "40,0").await?;
    pictures::take(&page, "attach-too-large").await?;
    page.tap("[data-test=attach-drop]").await?;
    page.sees_no("dialog[open]").await?;

    page.tap("[data-test=attach-open]").await?;
    camera::chooses_a_file(&page, "outil.exe", "application/x-msdownload", 10, 1).await?;
    page.says(ITEM, "refuse").await?;
    page.tap("[data-test=attach-drop]").await?;
    page.sees_no("dialog[open]").await?;
    assert!(app::outbox(&page).await?.is_empty());

    for round in 0..2 {
        page.tap("[data-test=attach-open]").await?;
        page.sees("dialog[open] .file-choice").await?;
        camera::chooses_a_file(&page, "bon.pdf", "application/pdf", 1_000, 7).await?;
        if round == 1 {
            page.says(ITEM, "déjà").await?;
            pictures::take(&page, "attach-twice").await?;
            assert_eq!(app::outbox(&page).await?.len(), 1);
            page.tap("[data-test=attach-anyway]").await?;
        }
        page.sees_no("dialog[open]").await?;
    }
    app::queue_comes_to(&page, "phone", 2).await?;
    stage.restore(&chromium, cut).await?;
    app::queue_shows(&page, "delivered", 2).await?;
    assert_eq!(stage.glpi(NEW).world().documents(id).len(), 2);
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_of_glpis_is_fetched_once_and_then_opens_with_no_network() -> Result<()> {
    let stage = Stage::open().await?;
    let id = with_a_document(&stage)?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    app::opens(&page, NEW, id).await?;
    let cut = stage.cut(&chromium).await?;
    page.tap("[data-test=file-save]").await?;
    page.says(".toast.bad", "réseau").await?;
    // It stands above the last entry until it is put away.
    page.tap(".toast.bad button").await?;
    page.sees_no(".toast.bad").await?;
    stage.restore(&chromium, cut).await?;
    page.tap("[data-test=file-save]").await?;
    until_true("the document on the phone", async || {
        Ok(files_on(&page).await? == 1)
    })
    .await?;
    page.reload().await?;
    page.sees("[data-test=ticket]").await?;
    let cut = stage.cut(&chromium).await?;
    page.tap("[data-test=file-save]:not([disabled])").await?;
    page.sees_no(".toast.bad").await?;
    stage.restore(&chromium, cut).await?;
    chromium.close().await
}

fn with_a_document(stage: &Stage) -> Result<i64> {
    let world = stage.glpi(NEW).world();
    let user = world.user_id(TECHNICIAN).context("no technician")?;
    let mut ids = world.ticket_ids().into_iter();
    ids.find(|id| !world.documents(*id).is_empty() && is_in_the_hands_of(&world, *id, user))
        .context("no ticket of his with a document")
}

/// How many files the phone has on its disk.
async fn files_on(page: &Page) -> Result<usize> {
    let count = "const done = arguments[0], opening = indexedDB.open('tournee');
        opening.onsuccess = () => {
            const all = opening.result.transaction('files').objectStore('files').count();
            all.onsuccess = () => { opening.result.close(); done(all.result); };
        }";
    page.js_async(count, Vec::new()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_that_is_being_taken_while_its_ticket_lands_is_on_it_once() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let cut = stage.cut(&chromium).await?;
    page.goto("/tickets/new").await?;
    page.tap("[data-test=create-glpi] button:nth-child(2)")
        .await?;
    page.fills(".create [name=title]", "Vitrine fendue").await?;
    page.tap("[data-test=send-create]").await?;
    page.says("[data-test=ticket-title]", "Vitrine fendue")
        .await?;
    camera::has_a_photo(&page, 400, 300, 3).await?;
    camera::opens_the_camera(&page).await?;
    // The camera covers the app; underneath, the network comes back.
    stage.restore(&chromium, cut).await?;
    let id = landed(&stage.new, "Vitrine fendue").await?;
    until_true("the phone hears of it", async || {
        let outbox = app::outbox(&page).await?;
        let mut made = outbox.iter();
        Ok(made.all(|queued| matches!(queued.state, State::Delivered { .. })))
    })
    .await?;
    camera::shoots(&page).await?;
    page.sees_no("dialog[open]").await?;
    page.arrives_at(&format!("/tickets/{NEW}/{id}")).await?;
    is_drawn(&page, PICTURE).await?;
    app::queue_comes_to(&page, "delivered", 2).await?;
    assert_eq!(stage.new.world().documents(id).len(), 1);
    chromium.close().await
}

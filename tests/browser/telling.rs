//! An answer to a mail that has become a ticket stands on that ticket once: as GLPI tells it, and not beside it too.

use std::time::Duration;

use anyhow::{Context as _, Result};
use tournee_sandbox::gmail::Letter;
use tournee_sandbox::{Canned, Effect, Matcher};
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page};
use tournee_tests::patience::until_true;
use tournee_tests::stage::{NEW, Stage};

use crate::pictures;

const WORDS: &str = "Il reste froid ce matin encore.";
const SUBJECT: &str = "Four de la boulangerie";
const ENTRY: &str = "[data-test=entry][data-kind=followup]";

fn made(stage: &Stage) -> Result<i64> {
    let world = stage.glpi(NEW).world();
    let mut ids = world.ticket_ids().into_iter();
    let is_it = |id: &i64| {
        world
            .ticket(*id)
            .is_some_and(|ticket| ticket.name == SUBJECT)
    };
    ids.find(is_it).context("its ticket")
}

/// A mail becomes a ticket; answers its number and the mail.
async fn converted(stage: &Stage, page: &Page) -> Result<(i64, Letter)> {
    let first = stage.google.letter(SUBJECT, "Bonjour,\n\nIl reste froid.");
    let thread = stage.google.delivers(&first)?;
    app::settles_in(page).await?;
    app::connects_mailbox(page).await?;
    let mailbox = tournee_sandbox::gmail::accounts::TECHNICIAN;
    page.goto(&format!("/mails/{mailbox}/{thread}/ticket"))
        .await?;
    page.tap("[data-test=create-glpi] button:nth-child(2)")
        .await?;
    page.tap("[data-test=send-create]").await?;
    page.says("[data-test=posted]", "Il reste froid").await?;
    app::queue_comes_to(page, "delivered", 2).await?;
    // Both clocks know seconds: what comes now is behind what was done before.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    Ok((made(stage)?, first))
}

/// The requester answers.
fn answers(stage: &Stage, first: &Letter) -> Result<()> {
    let subject = format!("Re: {SUBJECT}");
    let mut answer = stage.google.letter(&subject, WORDS).answering(first);
    answer.message_id = format!("1.{}", first.message_id);
    stage.google.delivers(&answer).map(drop)
}

/// How the notes of a ticket with these words are seen: in private or by all.
fn told(stage: &Stage, id: i64) -> Vec<bool> {
    let notes = stage.glpi(NEW).world().followups(id);
    let told = notes.iter().filter(|note| note.content.contains(WORDS));
    told.map(|note| note.is_private).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_stands_on_its_ticket_once_also_without_a_network() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    let (id, first) = converted(&stage, &page).await?;
    app::opens(&page, NEW, id).await?;
    answers(&stage, &first)?;
    page.tap("[data-test=sync-state]").await?;
    page.says(ENTRY, "Courriel de Garcin Magali").await?;
    page.says(ENTRY, WORDS).await?;
    until_true("the answer once", async || {
        let posted = page.texts("[data-test=posted]").await?;
        Ok(!posted.iter().any(|mail| mail.contains("ce matin encore")))
    })
    .await?;
    page.is_told().await?;
    page.js::<()>("document.querySelector('[data-test=posted]').scrollIntoView()")
        .await?;
    pictures::take(&page, "told").await?;
    chromium.tools().offline(true).await?;
    page.reload().await?;
    page.says(ENTRY, WORDS).await?;
    let entries = page.texts(ENTRY).await?;
    let entries = entries.iter().filter(|entry| entry.contains(WORDS));
    assert_eq!(entries.count(), 1);
    assert_eq!(told(&stage, id), [true]);
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_glpi_refuses_waits_before_his_eyes_and_is_told_at_a_tap() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    let (id, first) = converted(&stage, &page).await?;
    let refused = Canned::json(400, r#"["ERROR_GLPI_ADD","Vous n'avez pas le droit"]"#);
    let refusing = stage
        .glpi(NEW)
        .faults()
        .add(Matcher::on("POST", "Followup"), Effect::Status(refused));
    answers(&stage, &first)?;
    page.tap("[data-test=sync-state]").await?;
    app::queue_comes_to(&page, "needs-you", 1).await?;
    let waiting = "[data-test=queue] [data-state=needs-you]";
    page.says(waiting, "Vous n'avez pas le droit").await?;
    page.says(waiting, WORDS).await?;
    page.is_told().await?;
    pictures::take(&page, "told-refused").await?;
    // With no network too it is there, and what is asked of it is kept.
    let cut = stage.cut(&chromium).await?;
    page.reload().await?;
    page.tap(&format!("{waiting} [data-test=retry]")).await?;
    app::queue_shows(&page, "phone", 1).await?;
    stage.glpi(NEW).faults().remove(refusing);
    assert_eq!(told(&stage, id), Vec::<bool>::new());
    stage.restore(&chromium, cut).await?;
    app::queue_comes_to(&page, "delivered", 3).await?;
    assert_eq!(told(&stage, id), [true]);
    chromium.close().await
}

//! An answer to a mail that has become a ticket stands on that ticket once: as GLPI tells it, and not beside it too.

use std::time::Duration;

use anyhow::{Context as _, Result};
use tournee_tests::app;
use tournee_tests::browser::Chromium;
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

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_stands_on_its_ticket_once_also_without_a_network() -> Result<()> {
    let stage = Stage::open().await?;
    let first = stage.google.letter(SUBJECT, "Bonjour,\n\nIl reste froid.");
    let thread = stage.google.delivers(&first)?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    app::connects_mailbox(&page).await?;
    let mailbox = tournee_sandbox::gmail::accounts::TECHNICIAN;
    page.goto(&format!("/mails/{mailbox}/{thread}/ticket"))
        .await?;
    page.tap("[data-test=create-glpi] button:nth-child(2)")
        .await?;
    page.tap("[data-test=send-create]").await?;
    page.says("[data-test=posted]", "Il reste froid").await?;
    app::queue_comes_to(&page, "delivered", 2).await?;
    let id = made(&stage)?;
    app::opens(&page, NEW, id).await?;
    // Both clocks know seconds: what comes now is behind what was done before.
    tokio::time::sleep(Duration::from_millis(1_100)).await;

    let mut answer = stage
        .google
        .letter(&format!("Re: {SUBJECT}"), WORDS)
        .answering(&first);
    answer.message_id = format!("1.{}", first.message_id);
    stage.google.delivers(&answer)?;
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
    pictures::take(&page, "answer-told").await?;
    chromium.tools().offline(true).await?;
    page.reload().await?;
    page.says(ENTRY, WORDS).await?;
    let told = page.texts(ENTRY).await?;
    let told = told.iter().filter(|entry| entry.contains(WORDS)).count();
    assert_eq!(told, 1);
    let notes = stage.glpi(NEW).world().followups(id);
    let told = notes.iter().filter(|note| note.content.contains(WORDS));
    let private: Vec<bool> = told.map(|note| note.is_private).collect();
    assert_eq!(private, [true]);
    chromium.close().await
}

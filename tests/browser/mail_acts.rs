//! What is done to mails: sorted, linked, answered; offline, and then in Gmail and GLPI.

use anyhow::{Context, Result};
use tournee_sandbox::gmail::accounts::TECHNICIAN;
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page};
use tournee_tests::patience::until_true;
use tournee_tests::stage::Stage;

use super::mails::lively;
use super::pictures;

const SUBJECT: &str = "Caisse 23 : ça fume !";

/// In front of a thread that has just arrived.
async fn at_thread(stage: &Stage, page: &Page) -> Result<String> {
    let thread = stage.google.delivers(&lively(stage))?;
    app::settles_in(page).await?;
    app::connects_mailbox(page).await?;
    page.tap(".nav a[href='/mails']").await?;
    page.tap("[data-test=box-to-sort]").await?;
    app::opens_mail(page, TECHNICIAN, &thread).await?;
    Ok(thread)
}

async fn pressed(page: &Page, boxes: &[&str]) -> Result<()> {
    until_true("the boxes", async || {
        let shown = page
            .attributes("[data-test=sort-to][aria-pressed=true]", "data-box")
            .await?;
        Ok(shown == boxes)
    })
    .await
}

async fn delivered(page: &Page, number: usize) -> Result<()> {
    page.goto("/queue").await?;
    app::queue_comes_to(page, "delivered", number).await
}

fn labels(stage: &Stage, thread: &str) -> Result<Vec<String>> {
    let world = stage.google.gmail.world();
    let mailbox = world.mailbox(TECHNICIAN).context("his mailbox")?;
    let mails = mailbox.thread(thread);
    let ids = mails.iter().flat_map(|mail| &mail.labels);
    let names = ids.filter_map(|id| mailbox.labels().find(|label| label.id == *id));
    Ok(names.map(|label| label.name.clone()).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_is_sorted_without_a_network_and_then_in_gmail() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    let thread = at_thread(&stage, &page).await?;
    let cut = stage.cut(&chromium).await?;
    page.tap("[data-test=sort-to][data-box=box-urgent]").await?;
    pressed(&page, &["box-urgent", "box-in-progress"]).await?;
    // The list has it too, and after a reload.
    page.goto("/mails").await?;
    page.tap("[data-test=box-urgent]").await?;
    let row = format!("[data-test=mail-row][data-key=\"{TECHNICIAN}:{thread}\"]");
    page.sees(&format!("{row}[data-p='6']")).await?;
    page.tap("[data-test=box-to-sort]").await?;
    page.sees_no(&row).await?;
    stage.restore(&chromium, cut).await?;
    delivered(&page, 1).await?;
    let names = labels(&stage, &thread)?;
    assert!(names.contains(&"Tickets (Urgent)".to_owned()), "{names:?}");
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_is_linked_and_answered_without_a_network() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    let thread = at_thread(&stage, &page).await?;
    let cut = stage.cut(&chromium).await?;
    page.tap("[data-test=link-open]").await?;
    page.sees("[data-test=offer]").await?;
    pictures::take(&page, "mail-link").await?;
    page.tap("[data-test=offer]").await?;
    page.sees("[data-test=thread-ticket]").await?;
    // Answered, with a template, and a note in the ticket.
    page.tap("[data-test=reply]").await?;
    page.says("[data-test=reply-to]", "Garcin Magali").await?;
    page.chooses("[name=template]", "taken").await?;
    until_true("the template's words", async || {
        page.js("return document.querySelector('[name=reply]').value.includes('Je m’en occupe')")
            .await
    })
    .await?;
    pictures::take(&page, "mail-reply").await?;
    // What is typed is kept.
    page.reload().await?;
    until_true("the draft", async || {
        page.js("return document.querySelector('[name=reply]')?.value.includes('Je m’en occupe') ?? false")
            .await
    })
    .await?;
    page.tap("[data-test=send-reply]").await?;
    page.says("[data-test=pending-reply]", "Je m’en occupe")
        .await?;
    pictures::take(&page, "mail-sending").await?;
    page.tap("[data-test=thread-ticket]").await?;
    page.says("[data-test=ticket-mail]", SUBJECT).await?;
    page.says("[data-test=entry][data-private]", "Je m’en occupe")
        .await?;
    pictures::take(&page, "ticket-mails").await?;
    stage.restore(&chromium, cut).await?;
    // The link, the answer, and the note of it: each with its own fate.
    delivered(&page, 3).await?;
    let answers = {
        let world = stage.google.gmail.world();
        let mailbox = world.mailbox(TECHNICIAN).context("his mailbox")?;
        let mails = mailbox.thread(&thread).into_iter();
        mails.filter(|mail| mail.labels.contains("SENT")).count()
    };
    assert_eq!(answers, 1);
    app::opens_mail(&page, TECHNICIAN, &thread).await?;
    page.sees_no("[data-test=pending-reply]").await?;
    assert_eq!(page.count("[data-test=mail]").await?, 2);
    // Parted again, from the mail's side.
    page.tap("[data-test=unlink]").await?;
    page.sees("[data-test=link-open]").await?;
    chromium.close().await
}

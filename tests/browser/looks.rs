//! Every page can be used by everybody: names, thumbs, contrast, width, in the light and in the dark.

use anyhow::Result;
use tournee_sandbox::accounts::TECHNICIAN;
use tournee_sandbox::gmail::accounts;
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page, Profile, Screen};
use tournee_tests::holdings::is_in_the_hands_of;
use tournee_tests::looks::{are_good, faults};
use tournee_tests::stage::{NEW, OLD, Stage};

use crate::mails::lively;
use crate::pictures;

/// Cards have a fixed height: which of their lines run into the next one, or out of the card.
const COLLISIONS: &str = "return [...document.querySelectorAll('.t-card')].flatMap((card) => {
  const boxes = [...card.querySelectorAll('.t-line, .t-title')].map((e) => e.getBoundingClientRect());
  boxes.sort((a, b) => a.top - b.top);
  const end = card.getBoundingClientRect().bottom;
  const late = boxes.filter((box, at) => box.bottom > (boxes[at + 1]?.top ?? end) + 1);
  return late.map((box) => `${card.dataset.key}: a line that ends at ${box.bottom} runs into the next`);
})";

fn mine(stage: &Stage, source: &str) -> i64 {
    let world = stage.glpi(source).world();
    let user = world.user_id(TECHNICIAN).expect("the demo technician");
    let mut ids = world.ticket_ids().into_iter();
    ids.find(|id| is_in_the_hands_of(&world, *id, user))
        .expect("a ticket of his")
}

/// Looks at every page and sheet, and tells all faults at once.
async fn walk(stage: &Stage, page: &Page) -> Result<()> {
    let mut found = Vec::new();
    let mut note = |place: &str, faults: Vec<String>| {
        found.extend(faults.iter().map(|fault| format!("{place}: {fault}")))
    };
    page.goto("/sign-in").await?;
    page.sees(&app::sign_in_form(OLD)).await?;
    note("sign-in", faults(page).await?);
    app::settles_in(page).await?;
    note("tickets", faults(page).await?);
    note("tickets", page.js(COLLISIONS).await?);
    page.tap("[data-test=filter-open]").await?;
    page.sees("select[name=status]").await?;
    note("filter", faults(page).await?);
    app::opens(page, OLD, mine(stage, OLD)).await?;
    app::notes(page, "Une note, pour la voir dans la file.", false).await?;
    note("ticket", faults(page).await?);
    page.tap("[data-test=status-open]").await?;
    page.sees("[data-test=status-to]").await?;
    note("status", faults(page).await?);
    for (status, hook) in [("planned", "no-plan"), ("pending", "no-reason")] {
        app::opens(page, OLD, mine(stage, OLD)).await?;
        page.tap("[data-test=status-open]").await?;
        let to = format!("[data-test=status-to][data-status={status}]");
        page.tap(&to).await?;
        page.sees(&format!("[data-test={hook}]")).await?;
        note(status, faults(page).await?);
    }
    app::opens(page, NEW, mine(stage, NEW)).await?;
    page.tap("[data-test=task-open]").await?;
    page.tap("dialog[open] [data-test=task-kind][data-kind=planned]")
        .await?;
    page.sees("dialog[open] input[name=from]").await?;
    note("task", faults(page).await?);
    page.fills("dialog[open] textarea[name=task]", "Tirer un câble")
        .await?;
    page.tap("[data-test=send-task]").await?;
    page.sees("[data-test=task-alter]").await?;
    page.sees_no("dialog[open]").await?;
    page.tap("[data-test=timer-start]").await?;
    page.sees("[data-test=timer]").await?;
    note("ticket, timer", faults(page).await?);
    page.tap("[data-test=timer-stop]").await?;
    page.sees("[data-test=timer-drop]").await?;
    note("timer", faults(page).await?);
    page.tap("[data-test=timer-drop]").await?;
    page.sees_no("[data-test=timer]").await?;
    app::opens(page, NEW, mine(stage, NEW)).await?;
    page.tap("button[data-test=solve-open]").await?;
    page.sees("textarea[name=solution]").await?;
    note("solution", faults(page).await?);
    for name in [
        "title",
        "location",
        "urgency",
        "due",
        "assignees",
        "requesters",
    ] {
        app::opens(page, NEW, mine(stage, NEW)).await?;
        page.tap(&format!("[data-test=fact-{name}]")).await?;
        page.sees("dialog[open] .sheet-body :is(input, button)")
            .await?;
        note(name, faults(page).await?);
    }
    page.goto("/tickets/new").await?;
    page.sees(".create [name=title]").await?;
    note("create", faults(page).await?);
    page.tap(".create [name=location]").await?;
    page.sees("[data-test=offer]").await?;
    note("create, offers", faults(page).await?);
    app::queue_comes_to(page, "delivered", 4).await?;
    note("queue", faults(page).await?);
    page.goto("/more").await?;
    page.sees("select[name=language]").await?;
    note("more", faults(page).await?);
    page.tap("[data-test=leave]").await?;
    page.sees("[data-test=leave-now]").await?;
    note("leaving a GLPI", faults(page).await?);
    page.goto("/mails").await?;
    page.sees("[data-test=mails-connect]").await?;
    note("no mailbox", faults(page).await?);
    let letter = lively(stage);
    let thread = stage.google.delivers(&letter)?;
    app::connects_mailbox(page).await?;
    note("mailboxes", faults(page).await?);
    page.goto("/mails").await?;
    page.tap("[data-test=box-to-sort]").await?;
    page.sees("[data-test=mail-row]").await?;
    note("mails", faults(page).await?);
    app::opens_mail(page, accounts::TECHNICIAN, &thread).await?;
    page.sees("[data-test=mail-file]").await?;
    note("mail", faults(page).await?);
    page.tap("[data-test=mail-quoted] summary").await?;
    page.sees("[data-test=mail-quoted] .html").await?;
    note("quotation", faults(page).await?);
    page.tap("[data-test=thread-make]").await?;
    page.sees("[data-test=create-rest] summary").await?;
    note("a mail as a ticket", faults(page).await?);
    assert!(found.is_empty(), "{found:#?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_can_be_used_on_a_phone_in_the_light() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    walk(&stage, &chromium.page(&stage.origin()).await?).await?;
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_can_be_used_on_a_phone_in_the_dark() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    chromium.prefers("dark").await?;
    page.goto("/sign-in").await?;
    page.sees("h1").await?;
    let ground: String = page
        .js("return getComputedStyle(document.body).backgroundColor")
        .await?;
    let light: u32 = ground
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|n| n.parse::<u32>().ok())
        .take(3)
        .sum();
    assert!(light < 3 * 64, "the page is not dark: {ground}");
    walk(&stage, &page).await?;
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_can_be_used_at_320_pixels_with_text_twice_as_large() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::with(Screen::Narrow)
        .font_size(32)
        .start(Profile::new()?)
        .await?;
    let page = chromium.page(&stage.origin()).await?;
    page.goto("/sign-in").await?;
    page.sees("h1").await?;
    let size: f64 = page
        .js("return parseFloat(getComputedStyle(document.body).fontSize)")
        .await?;
    assert!(
        size >= 28.0,
        "text does not follow the reader's size: {size} px"
    );
    walk(&stage, &page).await?;
    page.goto("/tickets").await?;
    page.sees("[data-test=ticket-row]").await?;
    pictures::take(&page, "tickets-narrow").await?;
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_can_be_used_at_a_desk_and_the_list_is_a_table_there() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::with(Screen::Desk).start(Profile::new()?).await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    are_good(&page, "tickets").await?;
    let heads = page.texts("[role=columnheader], th").await?;
    // ID, title, entity, status, last change, opened, priority, requester, technician, category, due, location.
    assert!(
        heads.len() >= 12,
        "the procedure's twelve columns, not {heads:?}"
    );
    chromium.close().await
}

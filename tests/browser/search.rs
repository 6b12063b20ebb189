//! *Recherche*: what the phone holds, without a network; what GLPI holds beyond it, with one.

use anyhow::{Context, Result};
use tournee_sandbox::accounts::{TECHNICIAN, technician};
use tournee_sandbox::{Canned, Effect, Matcher};
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page, Profile, Screen};
use tournee_tests::holdings::is_in_the_hands_of;
use tournee_tests::looks::faults;
use tournee_tests::patience::until_true;
use tournee_tests::stage::{NEW, OLD, Stage};

use crate::pictures::take;

const WORDS: &str = "[data-test=search-words]";

/// A ticket of his, and one that nobody would tell him of.
fn tickets(stage: &Stage, source: &str) -> Result<(i64, i64)> {
    let world = stage.glpi(source).world();
    let user = world.user_id(TECHNICIAN).context("the demo technician")?;
    let ids = world.ticket_ids();
    let mine = ids.iter().find(|id| is_in_the_hands_of(&world, **id, user));
    let old = ids.iter().find(|id| {
        world.ticket(**id).is_some_and(|ticket| {
            let his = ticket.actors.iter().any(|actor| actor.who == user);
            ticket.status == 6 && !ticket.is_deleted && ticket.groups.is_empty() && !his
        })
    });
    Ok((
        *mine.context("a ticket of his")?,
        *old.context("a closed ticket")?,
    ))
}

/// Puts words that stand nowhere else where they are to be found.
fn lay_out(stage: &Stage) -> Result<()> {
    for source in [OLD, NEW] {
        let (mine, beyond) = tickets(stage, source)?;
        let mut world = stage.glpi(source).world();
        let colleague = world.user_id(&technician(2)).context("a colleague")?;
        world.add_followup(
            mine,
            colleague,
            "Le scellé zygomatique est à remplacer, pièce commandée.",
            false,
        );
        world.set("Ticket", beyond, "name", "Borne zygomatique du quai".into());
    }
    let letter = stage
        .google
        .letter("Devis zygomatique", "Bonjour, voici le devis de la pièce.");
    stage.google.delivers(&letter)?;
    Ok(())
}

/// The mailbox is connected once; on his next phone it is there.
async fn settled(page: &Page) -> Result<()> {
    app::settles_in(page).await?;
    page.goto("/more").await?;
    page.sees("[data-test=connect-own], [data-test=mailbox]")
        .await?;
    match page.has("[data-test=mailbox]").await? {
        true => {
            page.shows("[data-test=mailbox]", "data-state", "active")
                .await?
        }
        false => app::connects_mailbox(page).await?,
    }
    page.tap(".nav a[href='/search']").await?;
    page.sees("[data-test=search-start]").await?;
    until_true("the focus where one types", async || {
        page.js("return document.activeElement?.name === 'search'")
            .await
    })
    .await
}

/// Types and waits for what is said below.
async fn looks_for(page: &Page, words: &str) -> Result<()> {
    page.fills(WORDS, words).await?;
    page.says("[data-test=search-count]", "sur ce téléphone")
        .await
}

fn ticket(source: &str, id: i64) -> String {
    format!("[data-test=search-ticket][data-key=\"{source}:{id}\"]")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_phone_holds_is_found_without_a_network() -> Result<()> {
    let stage = Stage::open().await?;
    lay_out(&stage)?;
    let (mine, _) = tickets(&stage, OLD)?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    settled(&page).await?;
    let cut = stage.cut(&chromium).await?;
    page.goto("/search").await?;
    // A part of a word, in a followup, without its accent: tickets of both GLPIs and a mail.
    looks_for(&page, "zygoma").await?;
    for source in [OLD, NEW] {
        let (mine, _) = tickets(&stage, source)?;
        page.sees(&ticket(source, mine)).await?;
    }
    page.sees("[data-test=search-mail]").await?;
    page.says("[data-test=search-excerpt]", "Le scellé zygomatique")
        .await?;
    let marked = page.texts("[data-test=search-excerpt] mark").await?;
    assert!(marked.iter().all(|word| word == "zygoma"), "{marked:?}");
    page.says("[data-test=search-offline]", "Sans réseau")
        .await?;
    take(&page, "search").await?;

    // Into the ticket, a note, back to the same row, and the note is found.
    page.tap(&format!("{} a", ticket(OLD, mine))).await?;
    page.arrives_at(&format!("/search/tickets/{OLD}/{mine}"))
        .await?;
    app::notes(&page, "Vitre feuilletée à prévoir.", false).await?;
    page.tap(".ticket-nav .back").await?;
    page.arrives_at("/search").await?;
    until_true("the focus on the row one came from", async || {
        let focused = "return document.activeElement?.closest('[data-key]')?.dataset.key";
        Ok(page.js::<Option<String>>(focused).await? == Some(format!("{OLD}:{mine}")))
    })
    .await?;
    looks_for(&page, "feuilletee vitre").await?;
    page.sees(&ticket(OLD, mine)).await?;
    looks_for(&page, &format!("#{mine} {OLD}")).await?;
    page.sees(&ticket(OLD, mine)).await?;
    assert!(
        !page
            .has(&format!(
                "[data-test=search-ticket]:not([data-key^='{OLD}:'])"
            ))
            .await?
    );
    looks_for(&page, "statut:attente").await?;
    page.sees("[data-test=search-ticket][data-status=pending]")
        .await?;
    assert!(
        !page
            .has("[data-test=search-ticket]:not([data-status=pending])")
            .await?
    );

    // Another visit: what was opened is offered again.
    page.reload().await?;
    page.tap("[data-test=search-recent]").await?;
    page.sees(&ticket(OLD, mine)).await?;
    page.tap("[data-test=search-shown-mails]").await?;
    page.tap("[data-test=search-mail] a").await?;
    page.sees("[data-test=thread]").await?;
    page.back().await?;
    looks_for(&page, "introuvablement").await?;
    page.says(".search-none", "introuvablement").await?;
    stage.restore(&chromium, cut).await?;
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_glpi_holds_is_found_with_a_network_and_read() -> Result<()> {
    let stage = Stage::open().await?;
    lay_out(&stage)?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    settled(&page).await?;
    looks_for(&page, "zygomatique").await?;
    for source in [OLD, NEW] {
        let (mine, beyond) = tickets(&stage, source)?;
        let row = format!("[data-test=search-unheld][data-key=\"{source}:{beyond}\"]");
        page.sees(&row).await?;
        // What this phone holds is not told twice.
        let twice = format!("[data-test=search-unheld][data-key=\"{source}:{mine}\"]");
        assert!(!page.has(&twice).await?);
        page.tap(&format!("{row} a")).await?;
        page.arrives_at(&format!("/search/glpi/{source}/{beyond}"))
            .await?;
        page.says("[data-test=ticket-read] h1", "Borne zygomatique")
            .await?;
        assert!(
            !page
                .has("[data-test=status-open], textarea, [data-test^=fact-]:not([hidden])")
                .await?
        );
        take(&page, "search-read").await?;
        page.back().await?;
        page.sees(&row).await?;
    }
    take(&page, "search-online").await?;

    // A GLPI that fails says so, beside what the other one finds.
    let refusal = Canned::json(400, r#"["ERROR_GLPI","Base en maintenance"]"#);
    stage
        .old
        .faults()
        .add(Matcher::on("GET", "search/Ticket"), Effect::Status(refusal));
    looks_for(&page, "zygomatique borne").await?;
    page.sees(&format!(
        "[data-test=search-source][data-source={OLD}] [data-test=search-failed]"
    ))
    .await?;
    page.sees(&format!(
        "[data-test=search-source][data-source={NEW}] [data-test=search-unheld]"
    ))
    .await?;
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_no_box_is_found_in_gmail_and_read_and_a_link_finds_the_other_side() -> Result<()>
{
    let stage = Stage::open().await?;
    lay_out(&stage)?;
    let archived = stage
        .google
        .letter("Vieille borne du quai", "le pied anthracite était tordu.");
    let id = stage.google.delivers(&archived)?;
    stage.google.labels(&id, &[], &["INBOX"])?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    settled(&page).await?;
    looks_for(&page, "anthracite").await?;
    let row = "[data-test=search-unheld-mail]";
    page.says(row, "Vieille borne du quai").await?;
    take(&page, "search-gmail").await?;
    page.tap(&format!("{row} a")).await?;
    page.says("[data-test=thread-read]", "était tordu").await?;
    page.says("[data-test=thread-read] .banner", "Lu dans Gmail")
        .await?;
    // To be read and no more.
    assert!(
        !page
            .has("[data-test=reply-open], [data-test=sort-open], [data-test=link-open]")
            .await?
    );
    take(&page, "search-gmail-read").await?;
    page.back().await?;
    page.sees(row).await?;

    // A day of the calendar, with a network and without.
    looks_for(&page, "date:aujourd'hui zygomatique").await?;
    page.sees("[data-test=search-mail]").await?;
    let cut = stage.cut(&chromium).await?;
    looks_for(&page, "anthracite").await?;
    page.says("[data-test=search-offline]", "Sans réseau")
        .await?;
    assert!(!page.has(row).await?);
    stage.restore(&chromium, cut).await?;
    page.sees(row).await?;
    chromium.close().await
}

async fn walk(stage: &Stage, page: &Page) -> Result<()> {
    settled(page).await?;
    let mut found = faults(page).await?;
    page.goto("/more").await?;
    page.sees("[data-test=mailbox]").await?;
    found.extend(faults(page).await?);
    page.goto("/search").await?;
    looks_for(page, "zygomatique").await?;
    page.sees("[data-test=search-unheld]").await?;
    page.says("[data-test=search-excerpt]", "zygomatique")
        .await?;
    found.extend(faults(page).await?);
    let (_, beyond) = tickets(stage, OLD)?;
    page.goto(&format!("/search/glpi/{OLD}/{beyond}")).await?;
    page.sees("[data-test=ticket-read]").await?;
    found.extend(faults(page).await?);
    assert!(found.is_empty(), "{found:#?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_search_can_be_used_in_the_dark_with_large_text_and_at_a_desk() -> Result<()> {
    let stage = Stage::open().await?;
    lay_out(&stage)?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    chromium.prefers("dark").await?;
    walk(&stage, &page).await?;
    page.goto("/search").await?;
    page.sees("[data-test=search-start]").await?;
    take(&page, "search-start-dark").await?;
    looks_for(&page, "zygomatique").await?;
    page.sees("[data-test=search-unheld]").await?;
    take(&page, "search-dark").await?;
    chromium.close().await?;
    let chromium = Chromium::with(Screen::Narrow)
        .font_size(32)
        .start(Profile::new()?)
        .await?;
    walk(&stage, &chromium.page(&stage.origin()).await?).await?;
    chromium.close().await?;
    let chromium = Chromium::with(Screen::Desk).start(Profile::new()?).await?;
    let page = chromium.page(&stage.origin()).await?;
    walk(&stage, &page).await?;
    let (mine, _) = tickets(&stage, OLD)?;
    page.goto("/search").await?;
    looks_for(&page, "zygomatique").await?;
    page.tap(&format!("{} a", ticket(OLD, mine))).await?;
    page.sees("[data-test=ticket]").await?;
    take(&page, "search-desk").await?;
    chromium.close().await
}

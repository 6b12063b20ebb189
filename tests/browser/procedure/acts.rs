//! What is done in each step.

use anyhow::{Context, Result, ensure};
use tournee_sandbox::accounts::TECHNICIAN;
use tournee_sandbox::gmail::accounts::TECHNICIAN as MAILBOX;
use tournee_tests::app;
use tournee_tests::camera;
use tournee_tests::patience::until_true;
use tournee_tests::stage::OLD;

use super::text;
use super::walk::{ASKED, Errand, WRITTEN, Walk, mail_row, subject};
use crate::create::{landed, requester};

/// No photo is so small.
const PHOTO: usize = 10_000;
const OFFER: &str = "[data-test=offer]";

fn field(name: &str) -> String {
    format!(".create [name={name}]")
}

pub async fn takes_what_a_user_asked(walk: &Walk, errand: &Errand) -> Result<()> {
    walk.opens(errand.source, errand.new).await?;
    walk.tap("[data-test=take]").await?;
    walk.took_at_most(2, "to take a ticket")?;
    walk.is_status("assigned").await?;
    walk.page.says("[data-test=ticket-title]", ASKED).await
}

pub async fn completes(walk: &Walk, errand: &Errand) -> Result<()> {
    let page = &walk.page;
    walk.opens(errand.source, errand.new).await?;
    page.tap("[data-test=fact-urgency]").await?;
    page.tap("dialog[open] [data-test=fact-to][aria-pressed=false]")
        .await?;
    page.sees_no("dialog[open]").await?;
    page.tap("[data-test=fact-category]").await?;
    page.types("dialog[open] input[name=search]", "Matériel")
        .await?;
    page.tap(OFFER).await?;
    page.says("[data-test=fact-category]", "Matériel").await
}

pub async fn gives_to_a_colleague(walk: &Walk, errand: &Errand) -> Result<()> {
    let page = &walk.page;
    walk.opens(errand.source, errand.other).await?;
    page.tap("[data-test=fact-assignees]").await?;
    page.types("dialog[open] input[name=search]", "Roumieux")
        .await?;
    page.says(OFFER, "Roumieux").await?;
    page.tap(OFFER).await?;
    page.sees_no("dialog[open]").await?;
    page.sees("[data-test=take]").await?;
    let person = page.text("[data-test=fact-assignees]").await?;
    ensure!(!person.trim().is_empty(), "nobody");
    Ok(())
}

async fn opens_the_form(walk: &Walk, source: &str) -> Result<()> {
    walk.page.goto("/tickets").await?;
    walk.starts_counting();
    walk.tap("[data-test=create]").await?;
    walk.page.sees(&field("title")).await?;
    let place = if source == OLD { 1 } else { 2 };
    walk.tap(&format!(
        "[data-test=create-glpi] button:nth-child({place})"
    ))
    .await
}

/// What was called about, in the words of the list.
fn called(source: &str) -> String {
    format!("Téléphone muet à l’accueil ({source})")
}

pub async fn makes_one_from_a_call(walk: &Walk, errand: &Errand) -> Result<()> {
    let page = &walk.page;
    let (_, name, store) = requester(walk.stage.glpi(errand.source));
    opens_the_form(walk, errand.source).await?;
    page.types(&field("title"), &called(errand.source)).await?;
    page.types(&field("requester"), &name).await?;
    walk.tap(OFFER).await?;
    page.sees_no(OFFER).await?;
    let told: String = page
        .js("return document.querySelector('.create [name=location]').value")
        .await?;
    ensure!(told == store, "the store is {told:?} instead of {store:?}");
    page.types(&field("category"), "Rés").await?;
    walk.tap(OFFER).await?;
    page.types(&field("content"), "Plus de tonalité.").await?;
    walk.chooses(&field("urgency"), "4").await?;
    walk.tap("[data-test=send-create]").await?;
    walk.took_at_most(8, "a ticket from a call")?;
    page.says("[data-test=ticket-title]", &called(errand.source))
        .await
}

pub async fn makes_one_of_a_mail(walk: &Walk, errand: &Errand) -> Result<()> {
    let page = &walk.page;
    page.goto("/mails").await?;
    page.tap("[data-test=box-to-sort]").await?;
    app::opens_mail(page, MAILBOX, &errand.thread).await?;
    page.says("[data-test=mail]", WRITTEN).await?;
    opens_the_form(walk, errand.source).await?;
    page.types(&field("title"), &subject(errand.source)).await?;
    page.types(&field("content"), WRITTEN).await?;
    page.types(&field("requester"), "mgarcin@glpi.example")
        .await?;
    for category in ["Informatique", "Réseau", "Logiciel", "Matériel"] {
        page.fills(&field("category"), category).await?;
        page.says(OFFER, category).await?;
    }
    page.tap(OFFER).await?;
    page.fills(&field("location"), "Les ARCS").await?;
    page.tap(OFFER).await?;
    let before = page.text("[data-test=create-priority]").await?;
    page.chooses(&field("urgency"), "5").await?;
    page.chooses(&field("impact"), "5").await?;
    let after = page.text("[data-test=create-priority]").await?;
    ensure!(before != after, "the priority stays {after:?}");
    page.tap("[data-test=send-create]").await?;
    page.says("[data-test=ticket-title]", &subject(errand.source))
        .await
}

pub async fn works_on_it(walk: &Walk, errand: &Errand) -> Result<()> {
    let page = &walk.page;
    walk.opens(errand.source, errand.waiting).await?;
    walk.tap("[data-test=resume]").await?;
    walk.took_at_most(2, "“en cours”")?;
    walk.is_status("assigned").await?;

    walk.opens(errand.source, errand.new).await?;
    page.types("textarea[name=followup]", "Je passe cet après-midi.")
        .await?;
    walk.tap("[data-test=send-followup]").await?;
    walk.took_at_most(3, "a note")?;
    page.says("[data-kind=followup]", "Je passe cet après-midi.")
        .await?;

    walk.opens(errand.source, errand.new).await?;
    camera::has_a_photo(page, 1_200, 900, 7).await?;
    let (sheet, lens) = (
        "[data-test=attach-open]",
        "label:has([data-test=attach-photo])",
    );
    camera::stays_closed(page).await?;
    walk.tap(sheet).await?;
    page.sees(lens).await?;
    page.stands_still().await?;
    walk.tap(lens).await?;
    walk.took_at_most(3, "a photo")?;
    camera::shoots(page).await?;
    page.sees_no("dialog[open]").await?;
    page.sees("[data-kind=document]").await?;

    walk.opens(errand.source, errand.new).await?;
    walk.tap("button[data-test=solve-open]").await?;
    page.types("textarea[name=solution]", "Balance étalonnée.")
        .await?;
    walk.tap("button[data-test=send-solution]").await?;
    walk.took_at_most(3, "a solution")?;
    walk.is_status("solved").await?;
    app::moves_to(page, "closed").await
}

pub async fn sees_delays(walk: &Walk, errand: &Errand) -> Result<()> {
    let page = &walk.page;
    walk.opens(errand.source, errand.waiting).await?;
    let left = page.text("[data-test=due-left]").await?;
    ensure!(!left.is_empty(), "no delay");
    page.goto("/tickets").await?;
    page.sees("[data-test=ticket-row] .t-prio").await?;
    let words = page.texts("[data-test=ticket-row] .t-prio").await?;
    let known = [
        "Majeure",
        "Très haute",
        "Haute",
        "Moyenne",
        "Basse",
        "Très basse",
    ];
    ensure!(
        !words.is_empty() && words.iter().all(|word| known.contains(&word.as_str())),
        "{words:?}"
    );
    Ok(())
}

pub async fn follows_up(walk: &Walk) -> Result<()> {
    let page = &walk.page;
    page.goto("/more").await?;
    page.tap("[data-test=dashboard-open]").await?;
    page.tap("[data-test=dashboard-mine]").await?;
    page.sees("[data-test=chart-status] a").await?;
    let open = page.text("[data-test=head-open] dd").await?;
    page.tap("[data-test=head-open] a").await?;
    page.arrives_at("/tickets").await?;
    page.says("[data-test=row-count]", &format!("{} ", open.trim()))
        .await
}

/// “En cours (Attribué)” is “Attribué” in a column.
fn short(status: &str) -> &str {
    let inner = status.split_once('(').map_or(status, |(_, inner)| inner);
    inner.trim_end_matches(')')
}

/// The columns of the procedure's table, and its tickets in them.
pub async fn sees_the_table(walk: &Walk) -> Result<()> {
    let page = &walk.page;
    let (tools, target) = page.tools().context("only Chromium has DevTools")?;
    let desk = serde_json::json!({ "width": 1600, "height": 900, "deviceScaleFactor": 1, "mobile": false });
    tools
        .on_page(target, "Emulation.setDeviceMetricsOverride", desk)
        .await?;
    page.goto("/tickets").await?;
    page.sees("[role=columnheader]").await?;
    let rows = text::table();
    let seen = page.texts("[role=columnheader] button").await?;
    // The app writes the apostrophe of a printed page.
    let typeset = |name: &String| name.replace("▼ ", "").replace('\'', "’");
    let wanted: Vec<String> = rows[0].iter().map(typeset).collect();
    ensure!(seen == wanted, "{seen:?}");
    page.tap("[data-test=scope-mine]").await?;
    page.tap("[data-test=filter-open]").await?;
    page.chooses("dialog[open] select[name=status]", "all")
        .await?;
    page.tap("[data-test=filter-done]").await?;
    for row in rows.iter().skip(1) {
        page.fills("[name=words]", &row[1]).await?;
        page.says("[data-test=ticket-row]", &row[1]).await?;
        let shown = page.texts("[data-test=ticket-row]").await?;
        let (status, store) = (row[3].trim_start_matches(['▶', '■', ' ']), &row[11]);
        let fits = |text: &String| {
            [&row[6], &row[8], &row[9], store]
                .iter()
                .all(|part| text.contains(part.as_str()))
                && text.contains(short(status))
        };
        ensure!(shown.iter().any(fits), "{row:?} in {shown:?}");
    }
    Ok(())
}

pub async fn is_traced(walk: &Walk, errand: &Errand) -> Result<()> {
    let page = &walk.page;
    let glpi = walk.stage.glpi(errand.source);
    // What was only on the phone has GLPI's number now.
    let made = landed(glpi, &called(errand.source)).await?;
    app::opens(page, errand.source, made).await?;
    page.says("[data-test=ticket]", &format!("#{made}")).await?;
    let me = {
        let world = glpi.world();
        world.user_id(TECHNICIAN).context("no technician")?
    };
    app::opens(page, errand.source, errand.new).await?;
    page.says("[data-kind=followup]", "Je passe cet après-midi.")
        .await?;
    page.says("[data-kind=solution]", "Balance étalonnée.")
        .await?;
    app::ticks_say_delivered(page, 2).await?;
    // A file travels by itself.
    until_true("the photo in GLPI", async || {
        let documents = glpi.world().documents(errand.new);
        Ok(documents.iter().any(|one| one.bytes.len() > PHOTO))
    })
    .await?;
    let world = glpi.world();
    let ticket = world.ticket(errand.new).context("gone")?;
    ensure!(ticket.status == 6, "status {}", ticket.status);
    ensure!(ticket.last_updater == me, "somebody else’s");
    // GLPI's demo has a little one there.
    let documents = world.documents(errand.new);
    let photos = documents.iter().filter(|one| one.bytes.len() > PHOTO);
    ensure!(photos.count() == 1, "the photo, once");
    ensure!(world.followups(errand.new).iter().any(|one| one.user == me));
    Ok(())
}

pub async fn finds_again(walk: &Walk, errand: &Errand) -> Result<()> {
    let page = &walk.page;
    let id = landed(walk.stage.glpi(errand.source), &subject(errand.source)).await?;
    // Filed, and joined to its ticket.
    page.goto(&format!("/mails/{MAILBOX}/{}", errand.thread))
        .await?;
    page.tap("[data-test=sort-to][data-box=box-in-progress]")
        .await?;
    page.tap("[data-test=link-open]").await?;
    page.types("dialog[open] input[name=search]", &subject(errand.source))
        .await?;
    page.tap(OFFER).await?;
    page.sees("[data-test=thread-ticket]").await?;
    app::is_synced(page).await?;
    page.goto("/mails").await?;
    page.tap("[data-test=box-in-progress]").await?;
    page.sees(&mail_row(&errand.thread)).await?;
    page.tap(".nav a[href='/search']").await?;
    page.fills(
        "[data-test=search-words]",
        &format!("tiroir {}", errand.source),
    )
    .await?;
    let ticket = format!(
        "[data-test=search-ticket][data-key=\"{}:{id}\"]",
        errand.source
    );
    page.sees(&ticket).await?;
    page.sees(&format!(
        "[data-test=search-mail][data-key=\"{MAILBOX}:{}\"]",
        errand.thread
    ))
    .await?;
    page.tap(&format!("{ticket} a")).await?;
    page.says("[data-test=ticket-mail]", &subject(errand.source))
        .await
}

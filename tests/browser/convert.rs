//! A mail becomes a ticket in one tap, with no network: filled in with reasons, once, known from both sides.

use anyhow::{Context, Result, ensure};
use tournee_sandbox::Glpi;
use tournee_sandbox::gmail::accounts::TECHNICIAN;
use tournee_sandbox::gmail::mailbox::{Letter, Person};
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page};
use tournee_tests::looks::faults;
use tournee_tests::patience::until_true;
use tournee_tests::stage::{NEW, OLD, Stage};

use crate::pictures;

const SEND: &str = "[data-test=send-create]";
const TEXT: &str = "Bonjour,\n\nLe téléphone de la caisse 23 ne sonne plus, c'est urgent.\n\nCordialement,\nMagali Garcin\n\
                    Magasin Les ARCS";

fn field(name: &str) -> String {
    format!(".create [name={name}]")
}

async fn value(page: &Page, name: &str) -> Result<String> {
    let script = format!("return document.querySelector('{}').value", field(name));
    page.js(&script).await
}

/// Somebody of GLPI's directory writes.
fn letter(stage: &Stage, glpi: &Glpi, subject: &str) -> Result<(Letter, String)> {
    let (address, name) = {
        let world = glpi.world();
        let people = (1..400).filter_map(|id| {
            let row = world.row("User", id)?;
            let login = row.text("name").to_owned();
            let name = format!("{} {}", row.text("realname"), row.text("firstname"));
            login
                .starts_with("user")
                .then(|| (format!("{login}@magasin.example"), name))
        });
        people.into_iter().next().context("somebody of a store")?
    };
    let mut letter = stage.google.letter(subject, TEXT);
    letter.from = Person::new(&name, &address);
    Ok((letter, name))
}

fn titled(glpi: &Glpi, title: &str) -> Vec<i64> {
    let world = glpi.world();
    let ids = world.ticket_ids().into_iter();
    ids.filter(|id| world.ticket(*id).is_some_and(|ticket| ticket.name == title))
        .collect()
}

async fn landed(glpi: &Glpi, title: &str) -> Result<i64> {
    until_true("the ticket in GLPI", async || {
        Ok(!titled(glpi, title).is_empty())
    })
    .await?;
    let ids = titled(glpi, title);
    ensure!(ids.len() == 1, "created {} times", ids.len());
    ids.first().copied().context("gone")
}

/// In front of *À trier*, with these mails in it.
async fn settled(page: &Page) -> Result<()> {
    app::settles_in(page).await?;
    app::connects_mailbox(page).await?;
    page.tap(".nav a[href='/mails']").await?;
    page.tap("[data-test=box-to-sort]").await?;
    page.sees("[data-test=mail-row]").await.map(drop)
}

fn row(thread: &str) -> String {
    format!("[data-test=mail-row][data-key=\"{TECHNICIAN}:{thread}\"]")
}

async fn in_glpi(page: &Page, number: usize) -> Result<()> {
    page.tap(&format!(
        "[data-test=create-glpi] button:nth-child({number})"
    ))
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_becomes_a_ticket_in_one_tap_without_a_network_in_both_glpis() -> Result<()> {
    let stage = Stage::open().await?;
    let (first, name) = letter(&stage, &stage.old, "RE: Téléphone caisse 23")?;
    let first = first
        .file("Écran du téléphone.png", "image/png", &[7; 60_000])
        .file("winmail.dat", "application/ms-tnef", &[8; 400]);
    let (second, _) = letter(&stage, &stage.new, "TR : Imprimante du bureau")?;
    let threads = [
        stage.google.delivers(&first)?,
        stage.google.delivers(&second)?,
    ];
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    settled(&page).await?;
    page.sees(&format!("{} [data-test=mail-make]", row(&threads[0])))
        .await?;
    pictures::take(&page, "convert-list").await?;

    let cut = stage.cut(&chromium).await?;
    // From the list, into the old one.
    page.tap(&format!("{} [data-test=mail-make]", row(&threads[0])))
        .await?;
    page.arrives_at(&format!("/mails/{TECHNICIAN}/{}/ticket", threads[0]))
        .await?;
    page.sees(&field("title")).await?;
    assert_eq!(value(&page, "title").await?, "Téléphone caisse 23");
    let content = value(&page, "content").await?;
    assert_eq!(
        content,
        "Bonjour,\n\nLe téléphone de la caisse 23 ne sonne plus, c'est urgent."
    );
    in_glpi(&page, 1).await?;
    assert_eq!(value(&page, "requester").await?, name);
    assert_eq!(value(&page, "location").await?, "Magasin Les ARCS");
    assert!(value(&page, "category").await?.ends_with("Téléphone"));
    assert_eq!(value(&page, "urgency").await?, "4");
    page.says("#category-because", "Téléphone").await?;
    page.says("[data-about=urgency]", "urgent").await?;
    page.says("#requester-because", "son adresse").await?;
    // What this GLPI is likely to refuse stays behind unless he wants it.
    page.says("[data-test=create-files]", "Écran du téléphone.png")
        .await?;
    let ticked: Vec<bool> = page
        .js("return Array.from(document.querySelectorAll('[name=along]'), (box) => box.checked)")
        .await?;
    assert_eq!(ticked, [true, false]);
    pictures::take(&page, "convert").await?;
    // What is corrected has no reason any more, and what was cut is below a fold.
    page.chooses(&field("urgency"), "3").await?;
    until_true("no reason", async || {
        let said = page.texts("[data-about=urgency]").await?.concat();
        Ok(said.is_empty())
    })
    .await?;
    page.tap("[data-test=create-rest] summary").await?;
    page.says("[data-test=create-rest]", "Magasin Les ARCS")
        .await?;
    let found = faults(&page).await?;
    assert!(found.is_empty(), "{found:#?}");
    page.tap(SEND).await?;
    page.says("[data-test=ticket-title]", "Téléphone caisse 23")
        .await?;
    page.says("[data-test=ticket-mails]", "RE: Téléphone caisse 23")
        .await?;
    page.sees("[data-test=file-picture]").await?;
    page.says("[data-test=posted]", "ne sonne plus").await?;
    pictures::take(&page, "convert-ticket").await?;
    // There and back.
    page.tap("[data-test=ticket-mail]").await?;
    page.arrives_at(&format!("/mails/{TECHNICIAN}/{}", threads[0]))
        .await?;
    page.sees("[data-test=thread-ticket]").await?;
    page.sees_no("[data-test=thread-make]").await?;
    page.goto(&format!("/mails/{TECHNICIAN}/{}/ticket", threads[0]))
        .await?;
    page.says("[data-test=convert-refused]", "déjà un ticket")
        .await?;
    let found = faults(&page).await?;
    assert!(found.is_empty(), "{found:#?}");

    // From the open thread, into the new one.
    page.goto(&format!("/mails/{TECHNICIAN}/{}", threads[1]))
        .await?;
    page.tap("[data-test=thread-make]").await?;
    page.sees(&field("title")).await?;
    in_glpi(&page, 2).await?;
    assert_eq!(value(&page, "title").await?, "Imprimante du bureau");
    chromium.prefers("dark").await?;
    pictures::take(&page, "convert-dark").await?;
    chromium.prefers("light").await?;
    page.tap(SEND).await?;
    page.says("[data-test=ticket-title]", "Imprimante du bureau")
        .await?;
    assert!(titled(&stage.new, "Imprimante du bureau").is_empty());
    stage.restore(&chromium, cut).await?;

    let ids = [
        landed(&stage.old, "Téléphone caisse 23").await?,
        landed(&stage.new, "Imprimante du bureau").await?,
    ];
    app::queue_comes_to(&page, "delivered", 5).await?;
    let documents = stage.old.world().documents(ids[0]);
    let bytes: Vec<&[u8]> = documents.iter().map(|d| d.bytes.as_slice()).collect();
    assert_eq!(bytes, [&[7_u8; 60_000][..]]);
    for (thread, (source, id)) in threads.iter().zip([OLD, NEW].into_iter().zip(ids)) {
        page.goto(&format!("/mails/{TECHNICIAN}/{thread}")).await?;
        page.says("[data-test=thread-ticket]", &format!("#{id}"))
            .await?;
        page.tap("[data-test=thread-ticket]").await?;
        page.arrives_at(&format!("/tickets/{source}/{id}")).await?;
        page.sees("[data-test=ticket-mail]").await?;
    }
    // The mails went where they are worked on, one of them as urgent.
    page.goto("/mails").await?;
    page.tap("[data-test=box-urgent]").await?;
    page.sees(&row(&threads[1])).await?;
    page.tap("[data-test=box-in-progress]").await?;
    page.says(
        &format!("{} [data-test=mail-ticket]", row(&threads[0])),
        &format!("#{}", ids[0]),
    )
    .await?;

    // What was chosen is proposed again, with that as its reason.
    let (mut third, _) = letter(&stage, &stage.old, "Encore le téléphone")?;
    third.from = first.from.clone();
    let again = stage.google.delivers(&third)?;
    page.tap("[data-test=box-to-sort]").await?;
    page.tap("[data-test=sync-state]").await?;
    page.tap(&format!("{} [data-test=mail-make]", row(&again)))
        .await?;
    page.says("#category-because", "vous l’avez choisi").await?;
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_person_wrote_is_not_offered_and_leads_to_its_ticket() -> Result<()> {
    let stage = Stage::open().await?;
    let id = {
        let world = stage.new.world();
        let ids = world.ticket_ids().into_iter();
        let user = world
            .user_id(tournee_sandbox::accounts::TECHNICIAN)
            .context("he")?;
        let mut his =
            ids.filter(|id| tournee_tests::holdings::is_in_the_hands_of(&world, *id, user));
        his.next().context("a ticket of his")?
    };
    let told = stage
        .google
        .letter(&format!("[GLPI #{id:07}] Nouveau suivi"), "Un suivi.")
        .header("Auto-Submitted", "auto-generated");
    let away = stage
        .google
        .letter("Réponse automatique : absent", "Je suis absent.")
        .header("Auto-Submitted", "auto-replied");
    let threads = [stage.google.delivers(&told)?, stage.google.delivers(&away)?];
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    settled(&page).await?;
    page.sees(&row(&threads[0])).await?;
    page.sees_no(&format!("{} [data-test=mail-make]", row(&threads[0])))
        .await?;
    page.goto(&format!("/mails/{TECHNICIAN}/{}", threads[0]))
        .await?;
    page.tap("[data-test=thread-make]").await?;
    page.says("[data-test=convert-refused]", &format!("#{id}"))
        .await?;
    pictures::take(&page, "convert-refused").await?;
    page.tap("[data-test=convert-ticket]").await?;
    page.sees("[data-test=ticket]").await?;
    page.goto(&format!("/mails/{TECHNICIAN}/{}/ticket", threads[1]))
        .await?;
    page.says("[data-test=convert-refused]", "réponse automatique")
        .await?;
    assert!(!page.has(SEND).await?);
    chromium.close().await
}

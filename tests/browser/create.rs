//! A ticket from a call: filled in and worked on with no network, in GLPI once, under its number everywhere.

use anyhow::{Context, Result, ensure};
use thirtyfour::Key;
use tournee_sandbox::accounts::TECHNICIAN;
use tournee_sandbox::{Canned, Effect, Glpi, Matcher};
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page, Profile, Screen};
use tournee_tests::looks::faults;
use tournee_tests::patience::until_true;
use tournee_tests::stage::{NEW, OLD, Stage};

use crate::pictures;

const OFFER: &str = "[data-test=offer]";
const SEND: &str = "[data-test=send-create]";

fn field(name: &str) -> String {
    format!(".create [name={name}]")
}

/// Tickets with that title in a GLPI.
fn titled(glpi: &Glpi, title: &str) -> Vec<i64> {
    let world = glpi.world();
    let ids = world.ticket_ids().into_iter();
    ids.filter(|id| world.ticket(*id).is_some_and(|ticket| ticket.name == title))
        .collect()
}

/// The ticket that was created, once it is there.
pub async fn landed(glpi: &Glpi, title: &str) -> Result<i64> {
    until_true("the ticket in GLPI", async || {
        Ok(!titled(glpi, title).is_empty())
    })
    .await?;
    let ids = titled(glpi, title);
    ensure!(ids.len() == 1, "created {} times", ids.len());
    ids.first().copied().context("gone")
}

/// Somebody of a store, who has no other of the same name.
pub fn requester(glpi: &Glpi) -> (i64, String, String) {
    let world = glpi.world();
    let ids = 1..400;
    let mut people = ids.filter_map(|id| {
        let row = world.row("User", id)?;
        let store = world.row("Location", row.int("locations_id"))?;
        let login = row.text("name");
        let told = |text: &str| text.to_owned();
        let found = (
            id,
            told(row.text("realname")),
            told(store.text("completename")),
        );
        login.starts_with("user").then_some(found)
    });
    people.next().expect("the demo has people in stores")
}

async fn chooses_first(page: &Page, name: &str, words: &str) -> Result<()> {
    page.types(&field(name), words).await?;
    page.tap(OFFER).await?;
    page.sees_no(OFFER).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_with_no_network_becomes_one_ticket_with_all_that_was_done_to_it() -> Result<()> {
    let mut stage = Stage::open().await?;
    let (user, name, store) = requester(&stage.new);
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let cut = stage.cut(&chromium).await?;
    page.tap("[data-test=create]").await?;
    page.arrives_at("/tickets/new").await?;
    page.tap("[data-test=create-glpi] button:nth-child(2)")
        .await?;
    page.types(&field("title"), "Téléphone caisse 23").await?;
    chooses_first(&page, "requester", &name).await?;
    let told: String = page
        .js("return document.querySelector('.create [name=location]').value")
        .await?;
    assert_eq!(told, store, "the requester's store comes with him");
    page.types(&field("category"), "Rés").await?;
    page.sees(OFFER).await?;
    pictures::take(&page, "create").await?;
    page.presses(&Key::Down.value().to_string()).await?;
    page.presses(&Key::Enter.value().to_string()).await?;
    page.types(&field("content"), "Plus de tonalité.\nDepuis ce matin.")
        .await?;
    page.chooses(&field("urgency"), "4").await?;
    page.chooses(&field("impact"), "5").await?;

    // The phone is switched off in the middle of it.
    page.reload().await?;
    page.sees(&field("title")).await?;
    until_true("what was filled in", async || {
        page.js(
            "return document.querySelector('.create [name=title]').value === 'Téléphone caisse 23'",
        )
        .await
    })
    .await?;
    page.tap(SEND).await?;
    page.sees("[data-test=ticket]").await?;
    page.says("[data-test=ticket-title]", "Téléphone caisse 23")
        .await?;
    app::notes(&page, "Poste remplacé.", false).await?;
    app::moves_to(&page, "pending").await?;
    page.types("textarea[name=followup]", "À moitié écrit")
        .await?;
    let made_here = page.path().await?;
    page.reload().await?;
    page.says("[data-test=entry]", "Poste remplacé.").await?;
    page.is_told().await?;
    pictures::take(&page, "create-offline").await?;
    assert_eq!(page.path().await?, made_here);
    assert!(titled(&stage.new, "Téléphone caisse 23").is_empty());

    // The server dies with it in its hands, and comes back.
    stage.restore(&chromium, cut).await?;
    let id = landed(&stage.new, "Téléphone caisse 23").await?;
    let _ = stage.kill_server();
    stage.start_server().await?;
    page.arrives_at(&format!("/tickets/{NEW}/{id}")).await?;
    app::ticks_say_delivered(&page, 1).await?;
    page.shows("[data-test=ticket-status]", "data-status", "pending")
        .await?;
    until_true("what was being typed", async || {
        page.js(
            "return document.querySelector('textarea[name=followup]').value === 'À moitié écrit'",
        )
        .await
    })
    .await?;
    app::queue_comes_to(&page, "delivered", 3).await?;
    assert_eq!(landed(&stage.new, "Téléphone caisse 23").await?, id);
    is_what_was_said(&stage, id, user, &store);
    assert!(titled(&stage.old, "Téléphone caisse 23").is_empty());
    chromium.close().await
}

fn is_what_was_said(stage: &Stage, id: i64, user: i64, store: &str) {
    let world = stage.new.world();
    let ticket = world.ticket(id).expect("it landed");
    let technician = world.user_id(TECHNICIAN).expect("the demo technician");
    let people = |role: i64| -> Vec<i64> {
        let actors = ticket.actors.iter().filter(|actor| actor.role == role);
        actors.map(|actor| actor.who).collect()
    };
    assert_eq!(people(1), [user]);
    assert_eq!(people(2), [technician]);
    assert_eq!(ticket.status, 4);
    assert_eq!((ticket.urgency, ticket.impact), (4, 5));
    let place = world.row("Location", ticket.location).expect("a store");
    assert_eq!(place.text("completename"), store);
    assert!(ticket.category > 0);
    assert_eq!(world.followups(id).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_glpi_would_not_take_is_said_in_the_form_and_what_it_refuses_is_edited_there()
-> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::with(Screen::Narrow)
        .start(Profile::new()?)
        .await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    page.tap("[data-test=create]").await?;
    page.tap(SEND).await?;
    page.says("#title-fault", "titre").await?;
    until_true("the focus on the title", async || {
        page.js("return document.activeElement?.name === 'title'")
            .await
    })
    .await?;
    page.types(&field("title"), "Imprimante muette").await?;
    page.types(&field("requester"), "Personne de ce nom")
        .await?;
    page.types(&field("location"), "Nulle part").await?;
    page.tap(SEND).await?;
    page.says("#requester-fault", "adresse").await?;
    page.says("#location-fault", "lieu").await?;
    let found = faults(&page).await?;
    assert!(found.is_empty(), "{found:#?}");
    page.fills(&field("requester"), "sav@fournisseur.example")
        .await?;
    page.fills(&field("location"), " ").await?;

    let refusal = Matcher {
        body_contains: Some("Imprimante muette".to_owned()),
        ..Matcher::on("POST", "Ticket")
    };
    let words = r#"["ERROR_GLPI_ADD","Champ obligatoire : description"]"#;
    let rule = stage
        .old
        .faults()
        .add(refusal, Effect::Status(Canned::json(400, words)));
    page.tap(SEND).await?;
    page.says(".problem", "Champ obligatoire").await?;
    app::queue_shows(&page, "needs-you", 1).await?;
    stage.old.faults().remove(rule);
    page.tap("[data-test=edit]").await?;
    page.sees(&field("title")).await?;
    let told: String = page
        .js("return document.querySelector('.create [name=requester]').value")
        .await?;
    assert_eq!(told, "sav@fournisseur.example");
    page.types(&field("content"), "Elle n’imprime plus.")
        .await?;
    page.tap(SEND).await?;
    let id = landed(&stage.old, "Imprimante muette").await?;
    page.arrives_at(&format!("/tickets/{OLD}/{id}")).await?;
    app::queue_comes_to(&page, "delivered", 1).await?;
    let content = stage.old.world().ticket(id).context("gone")?.content;
    assert!(content.contains("imprime plus"), "{content}");
    chromium.close().await
}

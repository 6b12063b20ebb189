//! A ticket of the old GLPI is carried over with no network: in the new one once, with all of it, and the old one closed.

use anyhow::{Context, Result, ensure};
use tournee_sandbox::accounts::{SUPER_ADMIN, TECHNICIAN};
use tournee_tests::app;
use tournee_tests::browser::Chromium;
use tournee_tests::holdings::is_in_the_hands_of;
use tournee_tests::stage::{NEW, OLD, Stage};

use crate::create::landed;
use crate::pictures;

const OFFER: &str = "[data-test=offer]";
const SEND: &str = "[data-test=send-create]";
const CLOSED: i64 = 6;
const TITLE: &str = "Téléphone de l’entrepôt muet";
const GONE: &str = "Rubrique disparue";
const LATE: &str = "Le fournisseur passe lundi.";

/// A ticket of his in the old one, with a document; its category is one that the new one does not have.
fn old_ticket(stage: &Stage) -> Result<i64> {
    let mut world = stage.old.world();
    let user = world.user_id(TECHNICIAN).context("no technician")?;
    let mut ids = world.ticket_ids().into_iter();
    let fits = |id: &i64| {
        let open = world.ticket(*id).is_some_and(|ticket| ticket.status < 5);
        open && !world.documents(*id).is_empty()
    };
    let id = ids.find(fits).context("no open ticket with a document")?;
    if !is_in_the_hands_of(&world, id, user) {
        world.assign(id, user, user);
    }
    let category = world
        .row("Ticket", id)
        .context("there")?
        .int("itilcategories_id");
    for column in ["name", "completename"] {
        ensure!(world.set("ITILCategory", category, column, GONE.into()));
    }
    // Both worlds are drawn alike: one title is to be nobody else's.
    ensure!(world.set("Ticket", id, "name", TITLE.into()));
    world.add_followup(id, user, "Le code est au coffre.", true);
    Ok(id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_of_the_old_one_is_carried_over_without_a_network_and_closed() -> Result<()> {
    let stage = Stage::open().await?;
    let id = old_ticket(&stage)?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let cut = stage.cut(&chromium).await?;
    app::opens(&page, OLD, id).await?;
    page.sees("[data-test=carry]").await?;
    pictures::take(&page, "carry-offer").await?;
    page.tap("[data-test=carry]").await?;
    page.arrives_at(&format!("/tickets/new/from/{OLD}/{id}"))
        .await?;
    page.sees(".create [name=title]").await?;
    let told: String = page
        .js("return document.querySelector('.create [name=title]').value")
        .await?;
    assert_eq!(told, TITLE);
    page.says("#category-because", GONE).await?;
    page.says("[data-test=create-documents]", "piece-").await?;
    pictures::in_both_themes(&chromium, &page, "carry").await?;
    page.types(".create [name=category]", "Télé").await?;
    page.tap(OFFER).await?;
    page.sees_no(OFFER).await?;
    page.tap(SEND).await?;
    page.says("[data-test=ticket-title]", TITLE).await?;

    // Each leads to the other, and it is offered no more.
    page.says("[data-test=entry]", "Le code est au coffre.")
        .await?;
    pictures::take(&page, "carry-new").await?;
    page.tap("[data-test=carried-from]").await?;
    page.arrives_at(&format!("/tickets/{OLD}/{id}")).await?;
    page.sees("[data-test=carried-into]").await?;
    page.sees_no("[data-test=carry]").await?;
    page.shows("[data-test=ticket-status]", "data-status", "closed")
        .await?;
    pictures::in_both_themes(&chromium, &page, "carry-old").await?;
    page.goto(&format!("/tickets/new/from/{OLD}/{id}")).await?;
    page.says("[data-test=carry-refused]", "déjà repris")
        .await?;
    pictures::take(&page, "carry-refused").await?;
    page.tap("[data-test=carry-other]").await?;
    page.says("[data-test=ticket-title]", TITLE).await?;
    let made = app::outbox(&page).await?.len();
    {
        let mut world = stage.old.world();
        ensure!(world.ticket(id).context("there")?.status < 5);
        // Nobody at a desk knows what stands on a phone in a stockroom.
        let colleague = world.user_id(SUPER_ADMIN).context("a colleague")?;
        world.add_followup(id, colleague, LATE, false);
    }
    stage.restore(&chromium, cut).await?;

    let new = landed(&stage.new, TITLE).await?;
    app::queue_comes_to(&page, "delivered", made).await?;
    pictures::take(&page, "carry-queue").await?;
    {
        let (old, world) = (stage.old.world(), stage.new.world());
        assert_eq!(old.ticket(id).context("there")?.status, CLOSED);
        let line = format!("réf. repris dans : {NEW} #{new}");
        let links = old.followups(id);
        let links = links.iter().filter(|note| note.content.contains(&line));
        assert_eq!(links.count(), 1);
        let texts = world.followups(new);
        let secret = texts.iter().find(|note| note.content.contains("au coffre"));
        assert!(secret.is_some_and(|note| note.is_private));
        let (there, here) = (old.documents(id), world.documents(new));
        assert_eq!(there.len(), here.len());
        assert!(
            there
                .iter()
                .all(|one| here.iter().any(|other| other.bytes == one.bytes))
        );
    }
    app::opens(&page, NEW, new).await?;
    page.says("[data-test=entry]", LATE).await?;
    pictures::take(&page, "carry-late").await?;
    let texts = stage.new.world().followups(new);
    let late = texts.iter().filter(|note| note.content.contains(LATE));
    assert_eq!(late.count(), 1, "{texts:?}");
    page.tap("[data-test=carried-from]").await?;
    page.arrives_at(&format!("/tickets/{OLD}/{id}")).await?;
    page.says("[data-test=carried-into]", &format!("#{new}"))
        .await?;
    pictures::take(&page, "carry-done").await?;
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_colleague_writes_while_the_form_stands_goes_along() -> Result<()> {
    let stage = Stage::open().await?;
    let id = old_ticket(&stage)?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    app::opens(&page, OLD, id).await?;
    page.tap("[data-test=carry]").await?;
    page.sees(".create [name=title]").await?;
    let told = page.text("[data-test=carry-told]").await?;
    let count = told.split_whitespace().next().context("a number")?;
    let more = count.parse::<u32>()? + 1;
    {
        let mut world = stage.old.world();
        let user = world.user_id(TECHNICIAN).context("no technician")?;
        world.add_followup(id, user, LATE, false);
    }
    page.says("[data-test=carry-told]", &format!("{more} échange"))
        .await?;
    pictures::take(&page, "carry-told").await?;
    page.types(".create [name=category]", "Télé").await?;
    page.tap(OFFER).await?;
    page.sees_no(OFFER).await?;
    page.tap(SEND).await?;
    let new = landed(&stage.new, TITLE).await?;
    let made = app::outbox(&page).await?.len();
    app::queue_comes_to(&page, "delivered", made).await?;
    let texts = stage.new.world().followups(new);
    ensure!(texts.iter().any(|note| note.content.contains(LATE)));
    chromium.close().await
}

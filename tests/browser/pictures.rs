//! The README's pictures, made with `TOURNEE_SCREENSHOTS=1`; without it the same walk is only walked.

use std::path::{Path, PathBuf};

use anyhow::Result;
use tournee_sandbox::accounts::TECHNICIAN;
use tournee_sandbox::gmail::accounts;
use tournee_sandbox::gmail::mailbox::Person;
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page, Profile, Screen};
use tournee_tests::holdings::is_in_the_hands_of;
use tournee_tests::looks::are_good;
use tournee_tests::stage::{NEW, OLD, Stage};

use crate::mails::lively;

/// Keeps what is seen, where pictures are wanted.
pub async fn take(page: &Page, name: &str) -> Result<()> {
    if std::env::var_os("TOURNEE_SCREENSHOTS").is_none() {
        return Ok(());
    }
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots");
    page.screenshot(&folder.join(format!("{name}.png"))).await
}

/// The same in both themes, each of which everybody can use.
pub async fn in_both_themes(chromium: &Chromium, page: &Page, name: &str) -> Result<()> {
    for (theme, suffix) in [("dark", "-dark"), ("light", "")] {
        chromium.prefers(theme).await?;
        are_good(page, &format!("{name}{suffix}")).await?;
        take(page, &format!("{name}{suffix}")).await?;
    }
    Ok(())
}

fn mine(stage: &Stage, source: &str) -> i64 {
    let world = stage.glpi(source).world();
    let user = world.user_id(TECHNICIAN).expect("the demo technician");
    let ids = world.ticket_ids();
    let fits = ids
        .iter()
        .filter(|id| is_in_the_hands_of(&world, **id, user));
    *fits
        .max_by_key(|id| world.followups(**id).len())
        .expect("a ticket of his")
}

/// What a morning brings, some of it sorted already.
fn morning(stage: &Stage) -> Result<()> {
    let [in_progress, _, urgent] = accounts::LABELS;
    let letters = [
        (
            "Brun Hélène",
            "Wi-Fi coupé en réserve",
            "Les douchettes ne trouvent plus le réseau depuis 8 h, l’inventaire est arrêté.",
            &[urgent, in_progress][..],
        ),
        (
            "Fabre Julien",
            "Imprimante étiquettes rayon frais",
            "Bonjour, elle sort des étiquettes blanches depuis hier soir. Merci d’avance.",
            &[in_progress],
        ),
        (
            "Delmas Inès",
            "Badge de la nouvelle collègue",
            "Elle commence lundi, il lui faudrait un badge et un compte.",
            &[],
        ),
    ];
    for (name, subject, text, labels) in letters {
        let mut letter = stage.google.letter(subject, text);
        letter.from = Person::new(name, "magasin@glpi.example");
        let thread = stage.google.delivers(&letter)?;
        stage.google.labels(&thread, labels, &[])?;
    }
    Ok(())
}

async fn mails(stage: &Stage, chromium: &Chromium, page: &Page) -> Result<()> {
    morning(stage)?;
    let thread = stage.google.delivers(&lively(stage))?;
    page.goto("/mails").await?;
    page.sees("[data-test=mails-connect]").await?;
    take(page, "mails-none").await?;
    app::connects_mailbox(page).await?;
    take(page, "mailboxes").await?;
    page.goto("/mails").await?;
    page.tap("[data-test=box-to-sort]").await?;
    page.sees("[data-test=mail-row]").await?;
    take(page, "mails").await?;
    chromium.prefers("dark").await?;
    take(page, "mails-dark").await?;
    page.tap("[data-test=box-in-progress]").await?;
    page.sees("[data-test=mail-row][data-p='6']").await?;
    take(page, "mails-in-progress").await?;
    page.tap("[data-test=box-to-sort]").await?;
    app::opens_mail(page, accounts::TECHNICIAN, &thread).await?;
    page.sees("[data-test=mail-file]").await?;
    take(page, "mail-dark").await?;
    chromium.prefers("light").await?;
    take(page, "mail").await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_the_readme_are_there() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    page.goto("/sign-in").await?;
    page.sees(&app::sign_in_form(OLD)).await?;
    take(&page, "sign-in").await?;
    app::settles_in(&page).await?;
    take(&page, "tickets").await?;
    chromium.prefers("dark").await?;
    take(&page, "tickets-dark").await?;
    app::opens(&page, OLD, mine(&stage, OLD)).await?;
    take(&page, "ticket-dark").await?;
    chromium.prefers("light").await?;
    take(&page, "ticket").await?;

    let cut = stage.cut(&chromium).await?;
    app::notes(&page, "Câble remplacé, caisse remise en service.", false).await?;
    app::opens(&page, NEW, mine(&stage, NEW)).await?;
    app::notes(&page, "Pièce commandée, livraison jeudi.", true).await?;
    app::moves_to(&page, "pending").await?;
    page.is_told().await?;
    take(&page, "ticket-offline").await?;
    app::queue_comes_to(&page, "phone", 3).await?;
    take(&page, "queue").await?;
    stage.restore(&chromium, cut).await?;
    app::queue_shows(&page, "delivered", 3).await?;
    page.goto("/more").await?;
    page.sees("select[name=language]").await?;
    take(&page, "more").await?;
    mails(&stage, &chromium, &page).await?;
    chromium.close().await?;

    let chromium = Chromium::with(Screen::Desk).start(Profile::new()?).await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    take(&page, "tickets-desk").await?;
    page.goto("/mails").await?;
    page.tap("[data-test=box-to-sort]").await?;
    page.tap("[data-test=mail-row] a").await?;
    page.sees("[data-test=mail-body]").await?;
    take(&page, "mails-desk").await?;
    chromium.close().await
}

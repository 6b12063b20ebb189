//! A rule is made, tried on past mails, switched on, and makes a ticket with nobody there; without a network nothing that was
//! typed is lost.

use anyhow::{Result, ensure};
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page};
use tournee_tests::patience::until_true;
use tournee_tests::stage::{NEW, OLD, Stage};

use crate::pictures;

const NAME: &str = ".page [name=name]";

async fn value(page: &Page, css: &str) -> Result<String> {
    page.js(&format!("return document.querySelector('{css}').value"))
        .await
}

fn titled(stage: &Stage, title: &str) -> usize {
    let world = stage.glpi(NEW).world();
    let ids = world.ticket_ids().into_iter();
    ids.filter(|id| world.ticket(*id).is_some_and(|ticket| ticket.name == title))
        .count()
}

/// Fills the form in as far as there is no network, and finds it again after a reload.
async fn fills_in_without_a_network(page: &Page) -> Result<()> {
    page.sees("[data-test=rules-offline]").await?;
    page.tap("[data-test=rule-new]").await?;
    page.fills(NAME, "Pannes des magasins").await?;
    page.fills(".page [name=words]", "panne, ne marche plus")
        .await?;
    page.tap("[data-test=rule-save]").await?;
    page.says("[data-test=rules-failed]", "réseau").await?;
    page.reload().await?;
    page.sees("[data-test=rules-offline]").await?;
    page.tap("[data-test=rule-new]").await?;
    until_true("what was typed", async || {
        Ok(value(page, NAME).await? == "Pannes des magasins")
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_tried_and_switched_on_and_makes_a_ticket_with_nobody_there() -> Result<()> {
    let stage = Stage::open().await?;
    let past = stage.google.letter(
        "Balance en panne",
        "Bonjour,\n\nElle affiche toujours zéro.",
    );
    stage.google.delivers(&past)?;
    let absent = stage
        .google
        .letter("Absence : panne de réveil", "De retour lundi.")
        .header("Auto-Submitted", "auto-replied");
    stage.google.delivers(&absent)?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    app::connects_mailbox(&page).await?;
    page.goto("/more").await?;
    page.tap("[data-test=rules-open]").await?;
    page.arrives_at("/more/rules").await?;
    page.says("[data-test=rules]", "Aucune règle").await?;
    pictures::in_both_themes(&chromium, &page, "rules-none").await?;

    let cut = stage.cut(&chromium).await?;
    fills_in_without_a_network(&page).await?;
    stage.restore(&chromium, cut).await?;
    page.sees_no("[data-test=rules-offline]").await?;
    // Who gets what is given to nobody, by that GLPI.
    page.chooses(".page [name=source]", OLD).await?;
    page.says("[data-test=rule-creator]", "celui qui le crée")
        .await?;
    page.js::<()>(
        "document.querySelector('[data-test=rule-creator]').scrollIntoView({ block: 'center' })",
    )
    .await?;
    pictures::take(&page, "rules-creator").await?;
    page.chooses(".page [name=source]", NEW).await?;
    until_true("no such words for the new one", async || {
        Ok(page
            .texts("[data-test=rule-creator]")
            .await?
            .concat()
            .is_empty())
    })
    .await?;
    page.chooses(".page [name=urgency]", "4").await?;
    pictures::in_both_themes(&chromium, &page, "rules-form").await?;
    // What is wrong is said before it is sent.
    page.fills(".page [name=sender]", "magali").await?;
    page.tap("[data-test=rule-save]").await?;
    page.says("[data-test=rule-fault]", "adresse").await?;
    page.fills(".page [name=sender]", " ").await?;
    page.tap("[data-test=rule-save]").await?;

    page.sees("[data-test=trial-sum]").await?;
    page.says("[data-test=tried][data-becomes=ticket]", "Balance en panne")
        .await?;
    page.says("[data-test=tried][data-becomes=nothing]", "automatique")
        .await?;
    pictures::in_both_themes(&chromium, &page, "rules-trial").await?;
    page.tap("[data-test=rule-start]").await?;
    page.sees("[data-test=rule][data-state=on]").await?;
    assert_eq!(titled(&stage, "Balance en panne"), 0, "nothing of the past");

    let new = stage
        .google
        .letter("RE: Le four ne marche plus", "Bonjour,\n\nIl reste froid.");
    stage.google.delivers(&new)?;
    // The page rests: the server reads the mailbox by itself.
    until_true("the ticket in GLPI", async || {
        Ok(titled(&stage, "Le four ne marche plus") > 0)
    })
    .await?;
    page.tap("[data-test=rule-record]").await?;
    until_true("the deed", async || {
        if page.has("[data-test=deed][data-what=made]").await? {
            return Ok(true);
        }
        page.tap("[data-test=rules-back]").await?;
        page.tap("[data-test=rule-record]").await?;
        Ok(false)
    })
    .await?;
    pictures::in_both_themes(&chromium, &page, "rules-record").await?;
    page.tap("[data-test=rules-back]").await?;
    page.sees("[data-test=rule]").await?;
    pictures::in_both_themes(&chromium, &page, "rules").await?;
    page.tap("[data-test=rule-stop]").await?;
    page.sees("[data-test=rule][data-state=off]").await?;
    page.tap("[data-test=rule-delete]").await?;
    page.tap("[data-test=rule-delete-now]").await?;
    page.sees_no("[data-test=rule]").await?;
    let made = titled(&stage, "Le four ne marche plus");
    ensure!(made == 1, "made {made} times");
    chromium.close().await
}

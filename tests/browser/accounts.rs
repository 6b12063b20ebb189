//! Who he is at each GLPI: by a token, with another profile, in one entity, or there no more.

use anyhow::{Context as _, Result};
use tournee_sandbox::accounts::{TECHNICIAN, TWO_PROFILES, api_token};
use tournee_sandbox::{Effect, Matcher, Version};
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page};
use tournee_tests::holdings::Holdings;
use tournee_tests::patience::until_true;
use tournee_tests::stage::{NEW, OLD, Stage};

use crate::trouble::mine;

fn card(source: &str) -> String {
    format!("[data-test=account][data-source={source}]")
}

/// The value of the option that says so.
async fn option(page: &Page, select: &str, words: &str) -> Result<String> {
    page.sees(select).await?;
    let find = "const all = [...document.querySelector(arguments[0]).options];
        return all.find((one) => one.textContent.endsWith(arguments[1]))?.value ?? null";
    let value: Option<String> = page
        .js_with(find, vec![select.into(), words.into()])
        .await?;
    value.with_context(|| format!("{select} offers {words}"))
}

async fn value(page: &Page, select: &str) -> Result<String> {
    page.js_with(
        "return document.querySelector(arguments[0])?.value ?? ''",
        vec![select.into()],
    )
    .await
}

/// How many tickets of a GLPI are on the phone.
async fn held(page: &Page, source: &str) -> Result<usize> {
    let all = app::held(page).await?;
    let of_source = all
        .iter()
        .filter(|key| key.starts_with(&format!("{source}:")));
    Ok(of_source.count())
}

#[tokio::test(flavor = "multi_thread")]
async fn where_passwords_are_refused_a_personal_token_signs_in() -> Result<()> {
    let stage = Stage::open().await?;
    stage.new.world().settings.login_with_credentials = false;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    page.goto("/sign-in").await?;
    app::tries_to_sign_in(&page, NEW, TECHNICIAN, "tournee").await?;
    let form = app::sign_in_form(NEW);
    let error = format!("{form} [data-test=sign-in-error]");
    page.says(&error, "jeton personnel").await?;
    // Which line of the server's log tells more.
    page.says(&error, "(requête ").await?;
    page.tap(&format!("{form} [data-test=by-token]")).await?;
    let token = format!("{form} input[name=token]");
    page.fills(&token, &"0".repeat(40)).await?;
    page.tap(&format!("{form} button[type=submit]")).await?;
    page.says(&error, "Jeton personnel refusé").await?;
    let secret = api_token(Version::V10_0, TECHNICIAN);
    page.fills(&token, &secret).await?;
    page.tap(&format!("{form} button[type=submit]")).await?;
    page.says(
        &format!("[data-test=signed-in][data-source={NEW}]"),
        "Marcoux",
    )
    .await?;
    page.tap("[data-test=continue]").await?;
    page.sees("[data-test=ticket-row]").await?;
    let log = stage.server_log();
    assert!(log.contains("answered") && !log.contains(&secret), "{log}");
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_and_an_entity_are_chosen_and_what_is_not_taken_is_not_shown() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in_as(&page, TWO_PROFILES).await?;
    let all = held(&page, NEW).await?;
    page.goto("/more").await?;
    let entity = format!("{} select[name=entity]", card(NEW));
    let stores = option(&page, &entity, "Magasins du Var").await?;
    page.chooses(&entity, &stores).await?;
    page.says(".toast", "Choix enregistré").await?;
    until_true("the tickets of the stores alone", async || {
        let left = held(&page, NEW).await?;
        Ok(left > 0 && left < all)
    })
    .await?;
    page.reload().await?;
    page.sees(&entity).await?;
    assert_eq!(value(&page, &entity).await?, stores);

    let profile = format!("{} select[name=profile]", card(NEW));
    let supervisor = option(&page, &profile, "Supervisor").await?;
    page.chooses(&profile, &supervisor).await?;
    // A page that is left before that may not have sent it.
    page.says(".toast", "Choix enregistré").await?;
    until_true("the other profile", async || {
        page.reload().await?;
        page.sees(&profile).await?;
        Ok(value(&page, &profile).await? == supervisor)
    })
    .await?;

    // A choice needs the network: without one, the screen goes on showing what is.
    let before = option(&page, &profile, "Technician").await?;
    let cut = stage.cut(&chromium).await?;
    page.chooses(&profile, &before).await?;
    page.says(".toast", "Pas de réseau").await?;
    assert_eq!(value(&page, &profile).await?, supervisor);
    stage.restore(&chromium, cut).await?;
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_one_glpi_asks_first_and_what_is_not_there_yet_stays() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let [id] = mine(&stage, OLD);
    stage
        .old
        .faults()
        .add(Matcher::on("POST", "Followup"), Effect::LoseBefore);
    app::opens(&page, OLD, id).await?;
    app::notes(&page, "Avant de quitter ce GLPI", false).await?;
    page.goto("/more").await?;
    page.tap(&format!("{} [data-test=leave]", card(OLD)))
        .await?;
    page.says("[data-test=would-wait]", "1 modification")
        .await?;
    page.sees("dialog[open] [data-test=export]").await?;
    page.tap("dialog[open] [data-test=leave-now]").await?;
    page.sees_no(&card(OLD)).await?;
    page.sees(&card(NEW)).await?;
    until_true(
        "its tickets leave, but for the one that waits",
        async || Ok(held(&page, OLD).await? <= 1 && held(&page, NEW).await? > 1),
    )
    .await?;
    assert_eq!(app::outbox(&page).await?.len(), 1);

    stage.old.faults().clear();
    page.goto("/sign-in").await?;
    app::tries_to_sign_in(&page, OLD, TECHNICIAN, "tournee").await?;
    app::queue_comes_to(&page, "delivered", 1).await?;
    let now = Holdings::of(&stage.old);
    let notes = &now.ticket(id)?.followups;
    let ours = notes
        .iter()
        .filter(|one| one.1.contains("Avant de quitter"));
    assert_eq!(ours.count(), 1);
    assert!(!stage.server_log().contains("Avant de quitter"));
    chromium.close().await
}

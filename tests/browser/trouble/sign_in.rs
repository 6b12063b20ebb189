//! Every refusal has its own words.

use anyhow::Result;
use tournee_sandbox::accounts::{LOCKED, PASSWORD, TECHNICIAN};
use tournee_sandbox::{Effect, Glpi, Matcher};
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page};
use tournee_tests::stage::{NEW, OLD, Stage};

async fn refusal(page: &Page, source: &str, login: &str, password: &str) -> Result<String> {
    page.goto("/sign-in").await?;
    app::tries_to_sign_in(page, source, login, password).await?;
    let error = &format!("{} [data-test=sign-in-error]", app::sign_in_form(source));
    page.sees(error).await?;
    let words = page.text(error).await?;
    // The number of the request is another each time: with it no two refusals would be the same.
    let words = words
        .split("(requête")
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned();
    // Nothing typed is lost over a refusal but the password.
    let login_kept: String = page
        .js_with(
            "return document.querySelector(arguments[0]).value",
            vec![format!("{} input[name=login]", app::sign_in_form(source)).into()],
        )
        .await?;
    assert_eq!(login_kept, login);
    Ok(words)
}

fn with_fault(glpi: &Glpi, effect: Effect) {
    glpi.faults().clear();
    glpi.faults().add(Matcher::any(), effect);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_password_locked_account_silence_and_a_closed_api_are_told_apart() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    let mut words = Vec::new();
    words.push(refusal(&page, OLD, TECHNICIAN, "faux").await?);
    assert!(
        words[0].to_lowercase().contains("mot de passe"),
        "{words:?}"
    );
    let other = refusal(&page, NEW, TECHNICIAN, "faux").await?;
    assert_eq!(other.split('.').next(), words[0].split('.').next());
    words.push(refusal(&page, NEW, LOCKED, PASSWORD).await?);
    with_fault(&stage.old, Effect::LoseBefore);
    words.push(refusal(&page, OLD, TECHNICIAN, PASSWORD).await?);
    stage.old.faults().clear();
    stage.old.world().set_api_enabled(false);
    words.push(refusal(&page, OLD, TECHNICIAN, PASSWORD).await?);
    stage.old.world().set_api_enabled(true);
    stage.old.world().settings.app_token = Some("jeton".to_owned());
    words.push(refusal(&page, OLD, TECHNICIAN, PASSWORD).await?);
    stage.old.world().settings.app_token = None;

    for (at, one) in words.iter().enumerate() {
        assert!(one.trim().len() > 15, "words, not {one:?}");
        // GLPI's own words, behind ours, name its parameters.
        let ours = one.split("Détail").next().unwrap_or_default();
        assert!(
            !ours.contains('_') && !one.contains("ERROR"),
            "words for a person, not {one:?}"
        );
        assert!(
            !words[..at].contains(one),
            "two reasons say the same: {words:#?}"
        );
    }
    app::settles_in(&page).await?;
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_not_tried_until_active_directory_locks_it() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    let mut last = String::new();
    for _ in 0..8 {
        last = refusal(&page, NEW, TECHNICIAN, "faux").await?;
    }
    let tried = {
        let world = stage.new.world();
        let entries = world.log.entries();
        entries
            .filter(|entry| entry.path.contains("initSession"))
            .count()
    };
    assert!(tried < 8, "GLPI was asked {tried} times");
    let wait = last.split_once("Réessayez dans ").map(|(_, wait)| wait);
    let wait = wait.and_then(|wait| wait.split_once(" seconde"));
    let seconds: u32 = wait.map_or(0, |(number, _)| number.parse().unwrap_or_default());
    assert!(seconds > 0, "how long to wait: {last:?}");
    chromium.close().await
}

//! Text that is hostile, too long, or too lively.

use anyhow::Result;
use tournee_sandbox::accounts::SUPER_ADMIN;
use tournee_tests::app;
use tournee_tests::browser::Chromium;
use tournee_tests::holdings::Holdings;
use tournee_tests::patience::until_true;
use tournee_tests::stage::{NEW, OLD, Stage};

const HOSTILE: &str = r#"<p>Avant</p><script>window.ran = 1</script><img src=x onerror="window.ran = 1">
<svg onload="window.ran = 1"></svg><a href="javascript:window.ran=1">piège</a><a href="https://intranet.example/">lien</a>
<iframe src="javascript:parent.ran=1"></iframe><form action="https://vol.example/"><input name=login></form>
<style>body { display: none }</style><div style="position:fixed;inset:0" onclick="window.ran=1">couvre</div>
<table><tr><td>cellule</td></tr></table><ul><li>point</li></ul><p>Après</p>"#;

#[tokio::test(flavor = "multi_thread")]
async fn markup_in_a_ticket_shows_its_lists_and_tables_and_runs_nothing() -> Result<()> {
    let stage = Stage::open().await?;
    let mut tickets = Vec::new();
    for source in [OLD, NEW] {
        let [id] = super::mine(&stage, source);
        let mut world = stage.glpi(source).world();
        let somebody = world.user_id(SUPER_ADMIN).expect("the super-admin");
        world.add_followup(id, somebody, HOSTILE, false);
        world.edit_ticket(
            id,
            somebody,
            &[("name", "<img src=x onerror='window.ran=1'>Titre".into())],
        );
        tickets.push((source, id));
    }
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    for (source, id) in tickets {
        app::opens(&page, source, id).await?;
        page.says("[data-test=entry]", "Après").await?;
        page.says("[data-test=entry] td", "cellule").await?;
        page.says("[data-test=entry] li", "point").await?;
        page.sees("[data-test=entry] a[href='https://intranet.example/']")
            .await?;
        page.tap("[data-test=entry][data-kind=followup]").await?;
        let bad: Vec<String> = page
            .js("const bad = []; for (const e of document.querySelectorAll('[data-test=ticket] *')) {
                   if (/^(script|iframe|object|embed|style|base|meta|link|form)$/i.test(e.tagName) && e.closest('[data-test=entry]')) bad.push(e.tagName);
                   for (const a of e.attributes) if (/^on/i.test(a.name) || /^\\s*javascript:/i.test(a.value)) bad.push(a.name + '=' + a.value);
                   if (e.closest('[data-test=entry]') && getComputedStyle(e).position === 'fixed') bad.push('fixed');
                 } return bad")
            .await?;
        assert_eq!(bad, Vec::<String>::new(), "{source}");
        assert!(
            page.js::<bool>("return window.ran === undefined").await?,
            "a script of {source} ran"
        );
    }
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_kilobytes_arrive_whole_or_are_kept_with_words() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let line = "Relevé complet du câblage de l’étage, prise par prise.";
    let long = format!(
        "{}\nFin du relevé.",
        vec![line; 100_000 / line.len() + 1].join("\n")
    );
    assert!(long.len() > 100_000);
    for source in [OLD, NEW] {
        let [id] = super::mine(&stage, source);
        app::opens(&page, source, id).await?;
        app::notes(&page, &long, false).await?;
    }
    page.goto("/queue").await?;
    until_true("both changes settled", async || {
        let states = app::queue_states(&page).await?;
        Ok(states.len() == 2
            && states
                .iter()
                .all(|state| state == "delivered" || state == "needs-you"))
    })
    .await?;
    let mut refused = 0;
    for source in [OLD, NEW] {
        let [id] = super::mine(&stage, source);
        let now = Holdings::of(stage.glpi(source));
        let whole = now
            .ticket(id)?
            .followups
            .iter()
            .any(|one| one.1.contains("Fin du relevé."));
        if !whole {
            refused += 1;
        }
    }
    let states = app::queue_states(&page).await?;
    assert_eq!(
        states.iter().filter(|state| *state == "needs-you").count(),
        refused,
        "{states:?}"
    );
    if refused > 0 {
        assert!(page.text("[data-test=problem]").await?.len() > 10);
        page.says("[data-test=queued][data-state=needs-you]", line)
            .await?;
    }
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn emoji_become_words_where_glpi_would_lose_them_and_the_technician_is_told() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    for source in [OLD, NEW] {
        let [id] = super::mine(&stage, source);
        app::opens(&page, source, id).await?;
        app::notes(&page, "Réparé 👍 caisse 10", false).await?;
    }
    app::queue_comes_to(&page, "delivered", 2).await?;
    let [id] = super::mine(&stage, OLD);
    let held = Holdings::of(&stage.old);
    let text = &held.ticket(id)?.followups.last().expect("the note").1;
    assert!(!text.contains("??") && !text.contains('👍'), "{text:?}");
    assert!(
        text.contains("Réparé") && text.contains("caisse 10") && text.contains(':'),
        "{text:?}"
    );
    let [id] = super::mine(&stage, NEW);
    let held = Holdings::of(&stage.new);
    assert!(
        held.ticket(id)?
            .followups
            .last()
            .expect("the note")
            .1
            .contains('👍')
    );
    // Told on the change that was altered, and on no other.
    let told = page.texts("[data-test=queued]").await?;
    let told = told.iter().filter(|text| {
        text.to_lowercase().contains("émoji") || text.to_lowercase().contains("emoji")
    });
    assert_eq!(told.count(), 1);
    chromium.close().await
}

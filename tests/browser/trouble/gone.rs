//! The ticket was thrown away meanwhile.

use anyhow::Result;
use tournee_sandbox::accounts::SUPER_ADMIN;
use tournee_tests::app;
use tournee_tests::browser::Chromium;
use tournee_tests::holdings::Holdings;
use tournee_tests::patience::until_true;
use tournee_tests::stage::{NEW, OLD, Stage};

#[tokio::test(flavor = "multi_thread")]
async fn a_note_on_a_trashed_or_purged_ticket_waits_with_words_and_its_text() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let cut = stage.cut(&chromium).await?;
    for source in [OLD, NEW] {
        let [trashed, purged] = super::mine(&stage, source);
        app::opens(&page, source, trashed).await?;
        app::notes(&page, &format!("Sur la corbeille de {source}"), false).await?;
        app::opens(&page, source, purged).await?;
        app::notes(&page, &format!("Sur le néant de {source}"), false).await?;
        let mut world = stage.glpi(source).world();
        let somebody = world.user_id(SUPER_ADMIN).expect("the super-admin");
        world.trash_ticket(trashed, somebody);
        world.purge_ticket(purged);
    }
    let before = [OLD, NEW].map(|source| Holdings::of(stage.glpi(source)));
    page.goto("/queue").await?;
    stage.restore(&chromium, cut).await?;
    app::queue_shows(&page, "needs-you", 4).await?;
    page.shows("[data-test=sync-state]", "data-state", "needs-you")
        .await?;

    let problems = page.texts("[data-test=problem]").await?;
    assert_eq!(problems.len(), 4, "{problems:?}");
    assert!(
        problems
            .iter()
            .all(|words| words.len() > 10 && !words.contains('_')),
        "{problems:?}"
    );
    assert_eq!(
        problems
            .iter()
            .filter(|words| words.to_lowercase().contains("corbeille"))
            .count(),
        2,
        "{problems:?}"
    );
    for source in [OLD, NEW] {
        page.says(
            "[data-test=queued]",
            &format!("Sur la corbeille de {source}"),
        )
        .await?;
        page.says("[data-test=queued]", &format!("Sur le néant de {source}"))
            .await?;
    }
    page.sees("[data-test=queued][data-state=needs-you] [data-test=copy]")
        .await?;
    for (source, before) in [OLD, NEW].into_iter().zip(&before) {
        assert_eq!(
            Holdings::of(stage.glpi(source)).moved_since(before),
            Vec::<i64>::new(),
            "{source}"
        );
    }

    // Restored from the trash, the note goes through when it is tried again; the others can be discarded.
    {
        let mut world = stage.new.world();
        let somebody = world.user_id(SUPER_ADMIN).expect("the super-admin");
        let ids = world.ticket_ids();
        let trashed = ids
            .into_iter()
            .find(|id| is_ours(&before[1], &world.ticket(*id).map(|t| (t.id, t.is_deleted))));
        world.restore_ticket(trashed.expect("the trashed one"), somebody);
    }
    let ours = format!("Sur la corbeille de {NEW}");
    let change: String = page
        .js_with(
            "return [...document.querySelectorAll('[data-test=queued]')].find((e) => e.textContent.includes(arguments[0])).dataset.change",
            vec![ours.into()],
        )
        .await?;
    page.tap(&format!("[data-change='{change}'] [data-test=retry]"))
        .await?;
    page.shows(
        &format!("[data-change='{change}']"),
        "data-state",
        "delivered",
    )
    .await?;
    discard_the_rest(&page).await?;
    app::is_synced(&page).await?;
    chromium.close().await
}

fn is_ours(before: &Holdings, ticket: &Option<(i64, bool)>) -> bool {
    let Some((id, true)) = ticket else {
        return false;
    };
    before
        .ticket(*id)
        .is_ok_and(|held| held.trashed && held.status == 2)
}

async fn discard_the_rest(page: &tournee_tests::browser::Page) -> Result<()> {
    for left in (0..3).rev() {
        page.tap("[data-test=queued][data-state=needs-you] [data-test=discard]")
            .await?;
        until_true("one less that needs him", async || {
            // A sheet may ask once more before typed text is thrown away.
            if page.has("[data-test=discard-confirm]").await? {
                page.tap("[data-test=discard-confirm]").await?;
            }
            let states = app::queue_states(page).await?;
            Ok(states.iter().filter(|state| *state == "needs-you").count() == left)
        })
        .await?;
    }
    Ok(())
}

//! Why a ticket waits, words to solve with, and what the requester made of them.

use anyhow::{Context, Result, ensure};
use tournee_sandbox::accounts::{SELF_SERVICE, TECHNICIAN};
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page};
use tournee_tests::holdings::is_in_the_hands_of;
use tournee_tests::stage::{NEW, OLD, Stage};

use crate::pictures;

/// Tickets in his hands that this one did not ask for.
fn mine(stage: &Stage, source: &str) -> Result<Vec<i64>> {
    let world = stage.glpi(source).world();
    let user = world.user_id(TECHNICIAN).context("no technician")?;
    let ids = world.ticket_ids().into_iter();
    Ok(ids
        .filter(|id| is_in_the_hands_of(&world, *id, user))
        .collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_waits_with_its_reason_beside_it_in_both_glpis() -> Result<()> {
    let stage = Stage::open().await?;
    let ids = [(OLD, mine(&stage, OLD)?[0]), (NEW, mine(&stage, NEW)?[0])];
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let cut = stage.cut(&chromium).await?;
    for (source, id) in ids {
        app::opens(&page, source, id).await?;
        page.tap("[data-test=status-open]").await?;
        page.tap("[data-test=status-to][data-status=pending]")
            .await?;
        page.fills(
            "dialog[open] textarea[name=reason]",
            "Pièce commandée, jeudi",
        )
        .await?;
        page.is_told().await?;
        pictures::take(&page, &format!("pending-{source}")).await?;
        page.tap("[data-test=send-reason]").await?;
        page.sees_no("dialog[open]").await?;
        page.says("[data-test=entry][data-kind=followup]", "Pièce commandée")
            .await?;
        page.shows("[data-test=ticket-status]", "data-status", "pending")
            .await?;
    }
    app::queue_comes_to(&page, "phone", 4).await?;
    stage.restore(&chromium, cut).await?;
    app::queue_shows(&page, "delivered", 4).await?;
    for (source, id) in ids {
        let world = stage.glpi(source).world();
        assert_eq!(world.ticket(id).context("gone")?.status, 4, "{source}");
        let notes = world.followups(id);
        let reason = notes.iter().filter(|note| note.content.contains("jeudi"));
        assert_eq!(reason.count(), 1, "{source}");
    }
    chromium.close().await
}

/// Solves by what is offered, and something behind it.
async fn solves_with_an_offer(page: &Page, name: &str, more: &str) -> Result<()> {
    page.tap("button[data-test=solve-open]").await?;
    page.says("[data-test=solution-offer]", name).await?;
    page.tap("[data-test=solution-offer]").await?;
    page.is_told().await?;
    pictures::take(page, "solve").await?;
    page.types("textarea[name=solution]", more).await?;
    page.tap("button[data-test=send-solution]").await?;
    page.sees_no("dialog[open]").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_solution_of_last_time_is_offered_and_its_refusal_is_shown_with_the_way_on() -> Result<()>
{
    let stage = Stage::open().await?;
    let ids = mine(&stage, NEW)?;
    let [first, second] = [ids[0], ids[1]];
    let asker = {
        let mut world = stage.new.world();
        let asker = world.user_id(SELF_SERVICE).context("nobody asked")?;
        let row = [
            ("tickets_id", second.into()),
            ("users_id", asker.into()),
            ("type", 1.into()),
        ];
        world.insert("Ticket_User", &row);
        asker
    };
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let cut = stage.cut(&chromium).await?;
    app::opens(&page, NEW, first).await?;
    app::solves(&page, "Tambour remplacé, essai d’impression fait.").await?;
    app::opens(&page, NEW, second).await?;
    solves_with_an_offer(&page, "Tambour remplacé", " Câble aussi.").await?;
    stage.restore(&chromium, cut).await?;
    app::queue_comes_to(&page, "delivered", 2).await?;
    {
        let mut world = stage.new.world();
        let solutions = world.solutions(second);
        ensure!(
            solutions[0].content.contains("Câble aussi"),
            "{solutions:?}"
        );
        world.answer_solution(second, asker, "Toujours des traces noires.", false);
        assert_eq!(world.ticket(second).context("gone")?.status, 2);
    }
    app::opens(&page, NEW, second).await?;
    page.tap("[data-test=sync-state]").await?;
    page.says("[data-test=answer]", "Toujours des traces noires.")
        .await?;
    page.shows("[data-test=ticket-status]", "data-status", "assigned")
        .await?;
    page.is_told().await?;
    pictures::take(&page, "answer-refused").await?;
    // Solved once more, and this time approved: GLPI closes it.
    app::solves(&page, "Four nettoyé.").await?;
    app::queue_comes_to(&page, "delivered", 3).await?;
    stage
        .new
        .world()
        .answer_solution(second, asker, "Merci !", true);
    app::opens(&page, NEW, second).await?;
    page.tap("[data-test=sync-state]").await?;
    page.says("[data-test=answer]", "Merci !").await?;
    page.shows("[data-test=ticket-status]", "data-status", "closed")
        .await?;
    pictures::take(&page, "answer-approved").await?;
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn in_9_2_a_requester_who_writes_on_a_solved_ticket_that_opens_again_is_shown() -> Result<()>
{
    let stage = Stage::open().await?;
    let id = mine(&stage, OLD)?[0];
    let asker = {
        let mut world = stage.old.world();
        world.settings.solution_closes = false;
        let asker = world.user_id(SELF_SERVICE).context("nobody asked")?;
        let row = [
            ("tickets_id", id.into()),
            ("users_id", asker.into()),
            ("type", 1.into()),
        ];
        world.insert("Ticket_User", &row);
        asker
    };
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    app::opens(&page, OLD, id).await?;
    app::solves(&page, "Rebranché.").await?;
    app::queue_comes_to(&page, "delivered", 1).await?;
    stage
        .old
        .world()
        .answer_solution(id, asker, "Encore débranché.", false);
    app::opens(&page, OLD, id).await?;
    page.tap("[data-test=sync-state]").await?;
    page.says("[data-test=answer]", "Encore débranché.").await?;
    page.shows("[data-test=ticket-status]", "data-status", "assigned")
        .await?;
    chromium.close().await
}

//! *À traiter*, the ways out that `queue` does not take: a closed ticket reopened, a refusal tried again, a text that was
//! sent before another was put in its place, a GLPI that he left.

use std::time::Duration;

use anyhow::Result;
use tournee_sandbox::accounts::{PASSWORD, SUPER_ADMIN, TECHNICIAN};
use tournee_sandbox::{Canned, Effect, Matcher};
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Profile, Screen};
use tournee_tests::holdings::{Holdings, his};
use tournee_tests::patience::until_true;
use tournee_tests::stage::{NEW, Stage};

use crate::pictures::take;

/// GLPI's numbers.
const ASSIGNED: i64 = 2;
const CLOSED: i64 = 6;

fn stuck(id: i64) -> String {
    format!("[data-state=needs-you]:has(a[href='/tickets/{NEW}/{id}'])")
}

/// How many notes on a ticket have these words.
fn notes_with(stage: &Stage, id: i64, words: &str) -> usize {
    let notes = stage.new.world().followups(id);
    notes
        .iter()
        .filter(|note| note.content.contains(words))
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_ticket_is_reopened_for_a_note_and_a_refused_one_is_tried_again() -> Result<()> {
    let stage = Stage::open().await?;
    let [closed, refused] = his(&stage.new)?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let cut = stage.cut(&chromium).await?;
    for (id, text) in [(closed, "Après la clôture"), (refused, "Refuse-moi")] {
        app::opens(&page, NEW, id).await?;
        app::notes(&page, text, false).await?;
    }
    {
        let mut world = stage.new.world();
        let somebody = world.user_id(SUPER_ADMIN).expect("the super-admin");
        world.edit_ticket(closed, somebody, &[("status", CLOSED.into())]);
    }
    let refusal = Matcher {
        body_contains: Some("Refuse-moi".to_owned()),
        ..Matcher::on("POST", "Followup")
    };
    let words = r#"["ERROR_GLPI_ADD","<p>Champ obligatoire</p>"]"#;
    let rule = stage
        .new
        .faults()
        .add(refusal, Effect::Status(Canned::json(400, words)));
    page.goto("/queue").await?;
    stage.restore(&chromium, cut).await?;
    app::queue_shows(&page, "needs-you", 2).await?;
    let before = Holdings::of(&stage.new);

    // Both ways out are taken with no network; the rule that refused is gone by then.
    let cut = stage.cut(&chromium).await?;
    stage.new.faults().remove(rule);
    page.tap(&format!("{} [data-test=reopen]", stuck(closed)))
        .await?;
    page.sees_no(&stuck(closed)).await?;
    page.tap(&format!("{} [data-test=retry]", stuck(refused)))
        .await?;
    page.sees_no(&stuck(refused)).await?;
    stage.restore(&chromium, cut).await?;

    // The reopening, the note behind it, and the other note.
    app::queue_shows(&page, "delivered", 3).await?;
    app::is_synced(&page).await?;
    let now = Holdings::of(&stage.new);
    let mut moved = [closed, refused];
    moved.sort_unstable();
    assert_eq!(now.moved_since(&before), moved);
    assert_eq!(now.ticket(closed)?.status, ASSIGNED);
    assert_eq!(notes_with(&stage, closed, "Après la clôture"), 1);
    assert_eq!(notes_with(&stage, refused, "Refuse-moi"), 1);
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_that_nobody_can_know_shows_what_was_tried_and_is_tried_again_once() -> Result<()>
{
    let stage = Stage::open().await?;
    let [id] = his(&stage.new)?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    app::opens(&page, NEW, id).await?;
    // Done, its answer lost, and then the ticket is out of his sight.
    let faults = stage.new.faults();
    let lost = faults.add(Matcher::on("POST", "Followup").times(1), Effect::DoThenLose);
    app::notes(&page, "Peut-être arrivée", false).await?;
    until_true("the lost answer", async || Ok(faults.hits(lost) == 1)).await?;
    let words = r#"["ERROR_RIGHT_MISSING","Vous n'avez pas les droits requis"]"#;
    let away = Effect::Status(Canned::json(403, words));
    let hidden = faults.add(Matcher::on("GET", &format!("Ticket/{id}")), away);
    page.goto("/queue").await?;
    app::queue_shows(&page, "needs-you", 1).await?;
    let evidence = format!("{} [data-test=evidence]", stuck(id));
    page.sees(&evidence).await?;
    take(&page, "queue-evidence").await?;
    faults.remove(hidden);
    page.tap(&format!("{} [data-test=retry]", stuck(id)))
        .await?;
    app::queue_shows(&page, "delivered", 1).await?;
    assert_eq!(notes_with(&stage, id, "Peut-être arrivée"), 1);
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_whose_first_form_was_sent_already_waits_until_he_wants_both() -> Result<()> {
    let stage = Stage::open().await?;
    let [id] = his(&stage.new)?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    // GLPI takes its time, and meanwhile the phone loses its network.
    let slow = Effect::Delay(Duration::from_secs(4));
    let slow = stage
        .new
        .faults()
        .add(Matcher::on("POST", "Followup"), slow);
    app::opens(&page, NEW, id).await?;
    app::notes(&page, "Premier texte", false).await?;
    app::queue_comes_to(&page, "server", 1).await?;
    // Not by `Stage::cut`: while the server is at work the phone asks all the time, and what is on its way comes through.
    chromium.tools().offline(true).await?;
    until_true("the first text in GLPI", async || {
        Ok(notes_with(&stage, id, "Premier texte") == 1)
    })
    .await?;
    stage.new.faults().remove(slow);

    // On the phone it is still on its way: he words it anew.
    page.tap("[data-state=server] [data-test=edit]").await?;
    page.fills("dialog[open] textarea[name=text]", "Second texte")
        .await?;
    page.tap("dialog[open] [data-test=save-edit]").await?;
    chromium.tools().offline(false).await?;
    app::queue_shows(&page, "needs-you", 1).await?;
    page.says(&stuck(id), "Second texte").await?;
    assert_eq!(notes_with(&stage, id, "Second texte"), 0);

    page.tap(&format!("{} [data-test=insist]", stuck(id)))
        .await?;
    app::queue_shows(&page, "delivered", 2).await?;
    app::is_synced(&page).await?;
    assert_eq!(notes_with(&stage, id, "Premier texte"), 1);
    assert_eq!(notes_with(&stage, id, "Second texte"), 1);
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_for_a_glpi_that_another_phone_left_asks_to_sign_in_and_then_goes_on() -> Result<()>
{
    let stage = Stage::open().await?;
    let [id] = his(&stage.new)?;
    let one = Chromium::with(Screen::Phone).start(Profile::new()?).await?;
    let first = one.page(&stage.origin()).await?;
    app::settles_in(&first).await?;
    let other = Chromium::with(Screen::Phone).beside(&one);
    let other = other.start(Profile::new()?).await?;
    let second = other.page(&stage.origin()).await?;
    app::settles_in(&second).await?;
    one.tools().offline(true).await?;
    app::opens(&first, NEW, id).await?;
    app::notes(&first, "Avant de partir", false).await?;

    let account = format!("[data-test=account][data-source={NEW}]");
    second.goto("/more").await?;
    second.tap(&format!("{account} [data-test=leave]")).await?;
    second.tap("dialog[open] [data-test=leave-now]").await?;
    second.sees_no(&account).await?;
    other.close().await?;
    first.goto("/queue").await?;
    one.tools().offline(false).await?;
    app::queue_shows(&first, "needs-you", 1).await?;
    assert_eq!(notes_with(&stage, id, "Avant de partir"), 0);

    first
        .tap("[data-state=needs-you] a[href='/sign-in']")
        .await?;
    first.arrives_at("/sign-in").await?;
    app::tries_to_sign_in(&first, NEW, TECHNICIAN, PASSWORD).await?;
    first.sees_no(&app::sign_in_form(NEW)).await?;
    first.goto("/queue").await?;
    first
        .tap("[data-state=needs-you] [data-test=retry]")
        .await?;
    app::queue_shows(&first, "delivered", 1).await?;
    assert_eq!(notes_with(&stage, id, "Avant de partir"), 1);
    one.close().await
}

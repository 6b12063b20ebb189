//! The time of a day in the stores: it runs through a killed app, is noted once in each GLPI, planned, ticked done.

use anyhow::{Context, Result, ensure};
use jiff::ToSpan as _;
use jiff::civil::DateTime;
use tournee_sandbox::World;
use tournee_sandbox::accounts::TECHNICIAN;
use tournee_sandbox::world::TaskView;
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page, Screen};
use tournee_tests::holdings::is_in_the_hands_of;
use tournee_tests::patience::{until, until_true};
use tournee_tests::stage::{NEW, OLD, Stage};

use crate::pictures;

const SHEET: &str = "dialog[open] [data-test=task-form]";
const TASK: &str = "[data-test=entry][data-kind=task]";

/// A clock that is wrong by days, and that a test sets on.
const CLOCK: &str = "{
  const Real = Date, off = () => 5 * 86400e3 + Number(localStorage.getItem('passed') ?? 0) * 60e3;
  globalThis.Date = class extends Real {
    constructor(...given) { given.length ? super(...given) : super(Real.now() + off()); }
    static now() { return Real.now() + off(); }
  };
}";

/// A ticket in his hands without tasks.
fn mine(stage: &Stage, source: &str) -> Result<i64> {
    let world = stage.glpi(source).world();
    let user = world.user_id(TECHNICIAN).context("no technician")?;
    let fits = |id: &i64| is_in_the_hands_of(&world, *id, user) && world.tasks(*id).is_empty();
    let mut ids = world.ticket_ids().into_iter();
    ids.find(fits).context("no ticket of his")
}

fn tasks(world: &World, id: i64, words: &str) -> Vec<TaskView> {
    let mut tasks = world.tasks(id);
    tasks.retain(|task| task.content.contains(words));
    tasks
}

async fn passes(page: &Page, minutes: u32) -> Result<()> {
    page.js::<()>(&format!("localStorage.setItem('passed', {minutes})"))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn time_runs_through_a_killed_app_on_a_wrong_clock_and_ends_as_one_task() -> Result<()> {
    let stage = Stage::open().await?;
    let id = mine(&stage, NEW)?;
    let chromium = Chromium::phone().await?;
    chromium.tools().before_scripts(CLOCK).await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    app::opens(&page, NEW, id).await?;
    let cut = stage.cut(&chromium).await?;
    page.tap("[data-test=timer-start]").await?;
    page.says("[data-test=timer]", "0 min").await?;
    // Visible from every page, and the battery is empty.
    page.goto("/mails").await?;
    page.says("[data-test=timer]", "0 min").await?;
    let profile = chromium.kill().await?;
    let chromium = Chromium::with(Screen::Phone).start(profile).await?;
    chromium.tools().before_scripts(CLOCK).await?;
    chromium.tools().offline(true).await?;
    let page = chromium.page(&stage.origin()).await?;
    page.goto("/queue").await?;
    page.sees("[data-test=timer]").await?;
    passes(&page, 27).await?;
    page.reload().await?;
    page.says("[data-test=timer]", "27 min").await?;
    page.is_told().await?;
    pictures::take(&page, "timer-everywhere").await?;
    page.tap("[data-test=timer]").await?;
    page.arrives_at(&format!("/tickets/{NEW}/{id}")).await?;
    page.sees("[data-test=timer-stop]").await?;
    pictures::take(&page, "timer").await?;
    page.tap("[data-test=timer-stop]").await?;
    // A sheet that is closed loses nothing: the time goes on, the words wait.
    page.fills(&format!("{SHEET} textarea[name=task]"), "Câble <A4> tiré")
        .await?;
    page.tap("dialog[open] .sheet-head button").await?;
    page.sees_no("dialog[open]").await?;
    page.tap("[data-test=timer-stop]").await?;
    until_true("the words of before", async || {
        page.js("return document.querySelector('dialog[open] textarea[name=task]')?.value === 'Câble <A4> tiré'")
            .await
    })
    .await?;
    pictures::take(&page, "timer-stop").await?;
    page.tap("[data-test=send-task]").await?;
    // The time goes on while the test acts.
    let minutes = until("the time", async || {
        let text = page.text(TASK).await?;
        Ok((27..=29).find(|minutes| text.contains(&format!("{minutes} min"))))
    })
    .await?;
    page.sees_no("[data-test=timer]").await?;
    page.says(".facts", &format!("{minutes} min")).await?;
    stage.restore(&chromium, cut).await?;
    app::queue_comes_to(&page, "delivered", 1).await?;
    {
        let world = stage.new.world();
        let made = tasks(&world, id, "tiré");
        ensure!(made.len() == 1, "{made:?}");
        assert_eq!((made[0].state, made[0].actiontime), (2, minutes * 60));
        // Of today, not of the phone's day; the minutes have passed for the phone alone.
        let now: DateTime = world.now_text().parse()?;
        let around = now - 1.hour()..now + 30.minutes();
        let date: DateTime = made[0].date.parse()?;
        ensure!(around.contains(&date), "{date} is not in {around:?}");
    }
    chromium.close().await
}

/// A task in each state, with no network.
async fn notes_tasks(page: &Page) -> Result<()> {
    page.tap("[data-test=task-open]").await?;
    page.fills(&format!("{SHEET} textarea[name=task]"), "Bac nettoyé")
        .await?;
    for minutes in [15, 60] {
        page.tap(&format!(
            "{SHEET} [data-test=task-step][data-minutes='{minutes}']"
        ))
        .await?;
    }
    page.tap("[data-test=send-task]").await?;
    page.says(TASK, "1 h 15").await?;
    page.sees_no("dialog[open]").await?;
    page.tap("[data-test=task-open]").await?;
    page.tap(&format!("{SHEET} [data-test=task-kind][data-kind=todo]"))
        .await?;
    page.fills(
        &format!("{SHEET} textarea[name=task]"),
        "Commander un tambour",
    )
    .await?;
    // What is no time is said before it is queued.
    page.fills(&format!("{SHEET} input[name=length]"), "longtemps")
        .await?;
    page.sees(&format!("{SHEET} #length-fault")).await?;
    page.fills(&format!("{SHEET} input[name=length]"), "1h30")
        .await?;
    page.sees_no(&format!("{SHEET} #length-fault")).await?;
    page.tap("[data-test=send-task]").await?;
    page.sees_no("dialog[open]").await?;
    page.sees("[data-test=task-done]").await?;
    page.says(".facts", "2 h 45").await?;
    // One tap.
    page.tap("[data-test=task-done]").await?;
    page.sees_no("[data-test=task-done]").await
}

/// *En cours (planifié)* asks for when, and makes the planned task.
async fn plans(page: &Page) -> Result<()> {
    page.tap("[data-test=status-open]").await?;
    page.tap("[data-test=status-to][data-status=planned]")
        .await?;
    page.sees("dialog[open] [data-test=no-plan]").await?;
    page.js::<()>("const from = document.querySelector('dialog[open] input[name=from]'); from.value = '2030-05-06T09:00'; from.dispatchEvent(new Event('input', { bubbles: true }))").await?;
    page.is_told().await
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_are_noted_ticked_and_planned_offline_and_both_glpis_have_them_once() -> Result<()> {
    let stage = Stage::open().await?;
    let ids = [(OLD, mine(&stage, OLD)?), (NEW, mine(&stage, NEW)?)];
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let cut = stage.cut(&chromium).await?;
    for (source, id) in ids {
        app::opens(&page, source, id).await?;
        notes_tasks(&page).await?;
        plans(&page).await?;
        pictures::take(&page, &format!("task-when-{source}")).await?;
        page.tap("[data-test=send-task]").await?;
        page.sees_no("dialog[open]").await?;
        page.says(TASK, "2030").await?;
        page.shows("[data-test=ticket-status]", "data-status", "planned")
            .await?;
        // One more, to be looked at.
        page.tap("[data-test=task-open]").await?;
        page.fills(
            &format!("{SHEET} textarea[name=task]"),
            "Relever le compteur",
        )
        .await?;
        page.is_told().await?;
        pictures::take(&page, &format!("task-{source}")).await?;
        chromium.prefers("dark").await?;
        pictures::take(&page, &format!("task-{source}-dark")).await?;
        page.tap("dialog[open] .sheet-head button").await?;
        page.sees_no("dialog[open]").await?;
        page.js::<()>(
            "document.querySelector('[data-kind=task]').scrollIntoView({ block: 'start' })",
        )
        .await?;
        pictures::take(&page, &format!("tasks-{source}-dark")).await?;
        chromium.prefers("light").await?;
        pictures::take(&page, &format!("tasks-{source}")).await?;
    }
    // A task each way: two of them, a tick, a move, a plan.
    app::queue_comes_to(&page, "phone", 10).await?;
    stage.restore(&chromium, cut).await?;
    app::queue_shows(&page, "delivered", 10).await?;
    for (source, id) in ids {
        let world = stage.glpi(source).world();
        let all = world.tasks(id);
        assert_eq!(all.len(), 3, "{source}: {all:?}");
        let cleaned = tasks(&world, id, "Bac nettoyé");
        assert_eq!((cleaned[0].state, cleaned[0].actiontime), (2, 4_500));
        let ordered = tasks(&world, id, "tambour");
        assert_eq!((ordered[0].state, ordered[0].actiontime), (2, 5_400));
        let ticket = world.ticket(id).context("gone")?;
        assert_eq!(ticket.status, 3, "{source}");
        assert_eq!(ticket.actiontime, 4_500 + 5_400 + 3_600, "{source}");
        let planned = tasks(&world, id, "planifiée");
        let row = world.row("TicketTask", planned[0].id).context("gone")?;
        assert!(row.text("begin").starts_with("2030-05-06"));
    }
    corrects_one(&stage, &page, ids[1].1).await?;
    chromium.close().await
}

/// Another text and another hour for a task that is in GLPI; a colleague's own correction meets it.
async fn corrects_one(stage: &Stage, page: &Page, id: i64) -> Result<()> {
    app::opens(page, NEW, id).await?;
    let entry = format!("{TASK}:has([data-test=task-done])");
    page.tap(&format!("{entry} [data-test=task-alter]")).await?;
    page.fills(
        &format!("{SHEET} textarea[name=task]"),
        "Remplacer le tambour",
    )
    .await?;
    page.fills(&format!("{SHEET} input[name=length]"), "2 h")
        .await?;
    page.tap("[data-test=send-task]").await?;
    page.sees_no("dialog[open]").await?;
    page.says(&entry, "Remplacer le tambour").await?;
    app::queue_comes_to(page, "delivered", 12).await?;
    let world = stage.new.world();
    let made = tasks(&world, id, "Remplacer le tambour");
    ensure!(made.len() == 1, "{made:?}");
    assert_eq!(made[0].actiontime, 7_200);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_ticket_s_time_ends_the_first_ones_and_notes_it() -> Result<()> {
    let stage = Stage::open().await?;
    let (first, second) = (mine(&stage, NEW)?, mine(&stage, OLD)?);
    let chromium = Chromium::phone().await?;
    chromium.tools().before_scripts(CLOCK).await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let cut = stage.cut(&chromium).await?;
    app::opens(&page, NEW, first).await?;
    page.tap("[data-test=timer-start]").await?;
    page.sees("[data-test=timer]").await?;
    passes(&page, 40).await?;
    app::opens(&page, OLD, second).await?;
    page.tap("[data-test=timer-start]").await?;
    page.sees("[data-test=timer-stop]").await?;
    app::queue_comes_to(&page, "phone", 1).await?;
    page.says("[data-test=timer]", "0 min").await?;
    // Solved while it runs: the time is noted before the ticket is closed at once, as 9.2 does.
    passes(&page, 65).await?;
    app::opens(&page, OLD, second).await?;
    page.tap("button[data-test=solve-open]").await?;
    page.sees("dialog[open] input[name=timed]").await?;
    page.fills("textarea[name=solution]", "Câble rebranché")
        .await?;
    page.tap("button[data-test=send-solution]").await?;
    page.sees_no("[data-test=timer]").await?;
    stage.restore(&chromium, cut).await?;
    app::queue_comes_to(&page, "delivered", 3).await?;
    let noted = tasks(&stage.new.world(), first, "Intervention");
    ensure!(
        // The clock goes on while the test acts.
        noted.len() == 1 && (40 * 60..41 * 60).contains(&noted[0].actiontime),
        "{noted:?}"
    );
    let noted = tasks(&stage.old.world(), second, "Intervention");
    ensure!(
        noted.len() == 1 && (25 * 60..26 * 60).contains(&noted[0].actiontime),
        "{noted:?}"
    );
    assert_eq!(stage.old.world().ticket(second).context("gone")?.status, 6);
    chromium.close().await
}

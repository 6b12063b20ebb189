//! *À traiter*, what meets an error at each try: a ticket that GLPI can't show.

use anyhow::Result;
use tournee_sandbox::{Canned, Effect, Matcher, RuleId};
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page, Profile, Screen};
use tournee_tests::holdings::his;
use tournee_tests::looks::are_good;
use tournee_tests::patience::until_true;
use tournee_tests::stage::{Make, NEW, Stage};

use crate::pictures::take;

/// Sent, and its answer was lost.
const SENT: &str = "Partie, peut-être";
/// So many more, each of which has the server try again.
const MORE: usize = 11;

struct Scene {
    stage: Stage,
    chromium: Chromium,
    page: Page,
    id: i64,
    broken: [RuleId; 2],
}

impl Scene {
    /// A ticket with a note whose answer was lost and others behind it, from when on GLPI answers an error for it.
    async fn open(screen: Screen, language: &'static str) -> Result<Self> {
        let make = Make {
            patience_minutes: 0,
            ..Make::default()
        };
        let stage = make.open().await?;
        let [id] = his(&stage.new)?;
        let browser = Chromium::with(screen).speaking(language);
        let chromium = browser.start(Profile::new()?).await?;
        let page = chromium.page(&stage.origin()).await?;
        app::settles_in(&page).await?;
        app::opens(&page, NEW, id).await?;
        let faults = stage.new.faults();
        let lost = faults.add(Matcher::on("POST", "Followup").times(1), Effect::DoThenLose);
        app::notes(&page, SENT, false).await?;
        until_true("the lost answer", async || Ok(faults.hits(lost) == 1)).await?;
        let broken = ["?", "/"].map(|behind| {
            let error = Canned::html(500, "<h1>Erreur interne</h1>");
            let path = format!("Ticket/{id}{behind}");
            faults.add(Matcher::on("GET", &path), Effect::Status(error))
        });
        for number in 1..=MORE {
            let asked = faults.hits(broken[0]);
            app::notes(&page, &note(number), false).await?;
            until_true("another try", async || Ok(faults.hits(broken[0]) > asked)).await?;
        }
        page.goto("/queue").await?;
        Ok(Self {
            stage,
            chromium,
            page,
            id,
            broken,
        })
    }

    /// GLPI shows the ticket again; what waits is tried again at a tap, and what waits behind it goes on by itself.
    async fn is_mended(&self) -> Result<()> {
        let faults = self.stage.new.faults();
        self.broken.into_iter().for_each(|rule| faults.remove(rule));
        until_true("nothing waits", async || {
            let states = app::queue_states(&self.page).await?;
            let waits = states.iter().any(|state| state == "needs-you");
            if waits {
                let retry = "[data-state=needs-you] [data-test=retry]";
                self.page.tap(retry).await?;
            }
            Ok(!waits)
        })
        .await
    }

    /// How many notes on the ticket have these words.
    fn notes_with(&self, words: &str) -> usize {
        let notes = self.stage.new.world().followups(self.id);
        let has = |content: &str| content.contains(words);
        notes.iter().filter(|note| has(&note.content)).count()
    }

    /// The change with these words, as it is in the queue now.
    async fn change(&self, words: &str) -> Result<String> {
        let read = "return [...document.querySelectorAll('[data-state=needs-you]')]
            .filter((change) => change.textContent.includes(arguments[0]))
            .map((change) => change.dataset.change)";
        let found: Vec<String> = self.page.js_with(read, vec![words.into()]).await?;
        Ok(format!("[data-change='{}']", found.concat()))
    }
}

fn note(number: usize) -> String {
    format!("Note {number}.")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_glpi_can_not_show_says_so_and_goes_on_at_a_tap() -> Result<()> {
    let scene = Scene::open(Screen::Phone, "fr-FR").await?;
    let page = &scene.page;
    page.says("main", "impossible de le chercher").await?;
    page.says("main", "une erreur à chaque essai").await?;
    take(page, "queue-unreadable").await?;
    scene.is_mended().await?;
    app::queue_shows(page, "delivered", MORE + 1).await?;
    assert_eq!(scene.notes_with(SENT), 1);
    for number in 1..=MORE {
        assert_eq!(scene.notes_with(&note(number)), 1);
    }
    scene.chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_sent_is_corrected_or_given_up_in_english_at_320_pixels() -> Result<()> {
    let scene = Scene::open(Screen::Narrow, "en-GB").await?;
    let page = &scene.page;
    page.says("main", "it could not be looked for").await?;
    page.says("main", "an error at each try").await?;
    for theme in ["light", "dark"] {
        scene.chromium.prefers(theme).await?;
        are_good(page, theme).await?;
    }
    take(page, "queue-unreadable-narrow").await?;
    let cut = scene.stage.cut(&scene.chromium).await?;
    let corrected = scene.change(&note(1)).await?;
    page.tap(&format!("{corrected} [data-test=edit]")).await?;
    page.fills("dialog[open] textarea[name=text]", "Corrected.")
        .await?;
    page.tap("dialog[open] [data-test=save-edit]").await?;
    page.shows(&corrected, "data-state", "withdrawn").await?;
    let given_up = scene.change(&note(2)).await?;
    page.tap(&format!("{given_up} [data-test=discard]")).await?;
    page.says("dialog[open]", &note(2)).await?;
    page.tap("dialog[open] [data-test=discard-confirm]").await?;
    page.shows(&given_up, "data-state", "withdrawn").await?;
    scene.stage.restore(&scene.chromium, cut).await?;
    scene.is_mended().await?;
    // What was sent, the others, and the corrected one in the place of the first.
    app::queue_shows(page, "delivered", MORE).await?;
    assert_eq!(scene.notes_with(SENT), 1);
    assert_eq!(scene.notes_with("Corrected."), 1);
    for number in 1..=2 {
        assert_eq!(scene.notes_with(&note(number)), 0, "{number}");
    }
    scene.chromium.close().await
}

//! The main job: sign in, lose the network, work, get it back; both GLPIs hold exactly what was done.

use anyhow::Result;
use tournee_sandbox::accounts::TECHNICIAN;
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page, Profile, Screen};
use tournee_tests::holdings::{Holdings, is_free, is_in_the_hands_of};
use tournee_tests::stage::{NEW, OLD, Stage};

/// GLPI's numbers.
const PLANNED: i64 = 3;
const SOLVED: i64 = 5;
const CLOSED: i64 = 6;

/// What is done in one GLPI: one ticket is taken and brought to its end, one gets a private note and is planned.
struct Errand {
    source: &'static str,
    /// The technician's `User` there.
    user: i64,
    free: i64,
    mine: i64,
    before: Holdings,
    words: String,
}

impl Errand {
    fn choose(stage: &Stage, source: &'static str) -> Self {
        let glpi = stage.glpi(source);
        let (user, free, mine) = {
            let world = glpi.world();
            let user = world.user_id(TECHNICIAN).expect("the demo technician");
            let ids = world.ticket_ids();
            let pick = |fits: &dyn Fn(i64) -> bool| {
                ids.iter().copied().find(|id| fits(*id)).expect("a ticket")
            };
            (
                user,
                pick(&|id| is_free(&world, id)),
                pick(&|id| is_in_the_hands_of(&world, id, user)),
            )
        };
        Self {
            source,
            user,
            free,
            mine,
            before: Holdings::of(glpi),
            words: format!("chez « {source} » & l’été"),
        }
    }

    fn note(&self) -> String {
        format!(
            "Câble remplacé {}\nCaisse 10 remise en service.",
            self.words
        )
    }

    fn private_note(&self) -> String {
        format!("À rappeler demain {}", self.words)
    }

    fn solution(&self) -> String {
        format!("Prise et câble changés {}", self.words)
    }

    async fn begin(&self, page: &Page) -> Result<()> {
        app::opens_from_list(page, self.source, self.free).await?;
        app::takes(page).await?;
        app::moves_to(page, "planned").await?;
        app::notes(page, &self.note(), false).await?;
        app::solves(page, &self.solution()).await?;
        page.shows("[data-test=ticket-status]", "data-status", "solved")
            .await
    }

    async fn go_on(&self, page: &Page) -> Result<()> {
        app::opens(page, self.source, self.mine).await?;
        app::notes(page, &self.private_note(), true).await?;
        app::moves_to(page, "planned").await
    }

    /// Both tickets as they must be, and no other ticket touched.
    fn is_done(&self, stage: &Stage) {
        let now = Holdings::of(stage.glpi(self.source));
        let mut expected = [self.free, self.mine];
        expected.sort_unstable();
        assert_eq!(
            now.moved_since(&self.before),
            expected,
            "tickets of {} that moved",
            self.source
        );

        let free = now.ticket(self.free).unwrap();
        let was = self.before.ticket(self.free).unwrap();
        // 9.2 closes at once where the entity does so, which is its default.
        assert_eq!(
            free.status,
            if self.source == OLD { CLOSED } else { SOLVED }
        );
        assert_eq!(free.assigned, [self.user]);
        assert_eq!(free.followups.len(), was.followups.len() + 1, "{free:?}");
        self.holds(free.followups.last().unwrap(), &self.note(), false);
        assert_eq!(free.solutions.len(), 1, "{free:?}");
        assert!(has_words(&free.solutions[0], &self.solution()), "{free:?}");

        let mine = now.ticket(self.mine).unwrap();
        let was = self.before.ticket(self.mine).unwrap();
        assert_eq!(mine.status, PLANNED);
        assert_eq!(mine.assigned, was.assigned);
        assert_eq!(mine.followups.len(), was.followups.len() + 1, "{mine:?}");
        self.holds(mine.followups.last().unwrap(), &self.private_note(), true);
        assert_eq!(mine.solutions, was.solutions);
    }

    fn holds(&self, followup: &(i64, String, bool), text: &str, private: bool) {
        assert_eq!(
            (followup.0, followup.2),
            (self.user, private),
            "{followup:?}"
        );
        assert!(
            has_words(&followup.1, text),
            "{followup:?} instead of {text:?}"
        );
    }
}

/// The words, line by line, whatever markup and mark a dialect adds.
fn has_words(held: &str, typed: &str) -> bool {
    let plain = held
        .replace("&amp;", "&")
        .replace("&#38;", "&")
        .replace("&nbsp;", "\u{a0}");
    typed.lines().all(|line| plain.contains(line))
}

/// Changes that one errand makes: take, status, note, solution; note, status.
const CHANGES: usize = 6;

async fn work(page: &Page, errands: &[Errand; 2]) -> Result<()> {
    page.reload().await?;
    page.sees("[data-test=ticket-row]").await?;
    for errand in errands {
        page.goto("/tickets").await?;
        errand.begin(page).await?;
    }
    for errand in errands {
        errand.go_on(page).await?;
    }
    app::queue_comes_to(page, "phone", 2 * CHANGES).await
}

async fn all_arrived(page: &Page, stage: &Stage, errands: &[Errand; 2]) -> Result<()> {
    app::queue_shows(page, "delivered", 2 * CHANGES).await?;
    app::is_synced(page).await?;
    for errand in errands {
        errand.is_done(stage);
        app::opens(page, errand.source, errand.free).await?;
        app::ticks_say_delivered(page, 2).await?;
        let status = if errand.source == OLD {
            "closed"
        } else {
            "solved"
        };
        page.shows("[data-test=ticket-status]", "data-status", status)
            .await?;
        app::opens(page, errand.source, errand.mine).await?;
        app::ticks_say_delivered(page, 1).await?;
        page.shows("[data-test=ticket-status]", "data-status", "planned")
            .await?;
    }
    // A reload shows the same, and nothing comes twice.
    app::queue_comes_to(page, "delivered", 2 * CHANGES).await?;
    app::is_synced(page).await?;
    errands.iter().for_each(|errand| errand.is_done(stage));
    Ok(())
}

async fn a_day_without_network(screen: Screen, language: &'static str) -> Result<()> {
    let stage = Stage::open().await?;
    let errands = [OLD, NEW].map(|source| Errand::choose(&stage, source));
    let chromium = Chromium::with(screen)
        .speaking(language)
        .start(Profile::new()?)
        .await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    assert_eq!(
        page.js::<String>("return document.documentElement.lang")
            .await?,
        language[..2]
    );

    let cut = stage.cut(&chromium).await?;
    work(&page, &errands).await?;
    page.shows("[data-test=sync-state]", "data-state", "offline")
        .await?;
    chromium.close_tab().await?;
    let page = chromium.page(&stage.origin()).await?;
    page.goto("/").await?;
    page.arrives_at("/tickets").await?;
    page.sees("[data-test=ticket-row]").await?;
    app::queue_comes_to(&page, "phone", 2 * CHANGES).await?;
    stage.restore(&chromium, cut).await?;

    all_arrived(&page, &stage, &errands).await?;
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_without_network_ends_with_both_glpis_holding_exactly_what_was_done() -> Result<()> {
    a_day_without_network(Screen::Phone, "fr-FR").await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_day_in_english_at_320_pixels() -> Result<()> {
    a_day_without_network(Screen::Narrow, "en-GB").await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_day_with_the_server_killed_and_the_phone_switched_off() -> Result<()> {
    let mut stage = Stage::open().await?;
    let errands = [OLD, NEW].map(|source| Errand::choose(&stage, source));
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;

    let gone = stage.kill_server();
    work(&page, &errands).await?;
    let profile = chromium.kill().await?;
    let chromium = Chromium::with(Screen::Phone).start(profile).await?;
    let page = chromium.page(&stage.origin()).await?;
    page.goto("/").await?;
    page.sees("[data-test=ticket-row]").await?;
    app::queue_comes_to(&page, "phone", 2 * CHANGES).await?;
    stage.was_silent(&gone)?;
    stage.start_server().await?;

    all_arrived(&page, &stage, &errands).await?;
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_being_typed_is_there_again_after_the_phone_was_switched_off() -> Result<()> {
    let stage = Stage::open().await?;
    let errand = Errand::choose(&stage, NEW);
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let cut = stage.cut(&chromium).await?;
    app::opens(&page, NEW, errand.mine).await?;
    page.fills("textarea[name=followup]", "Le câble 12 est à")
        .await?;
    // A person looks up before the battery ends; typing is stored within a second.
    let stored = "const done = arguments[0]; const open = indexedDB.databases().then(async (all) => {
        for (const { name } of all) {
            const db = await new Promise((ok) => { const r = indexedDB.open(name); r.onsuccess = () => ok(r.result); });
            if (![...db.objectStoreNames].includes('drafts')) { db.close(); continue; }
            const r = db.transaction('drafts').objectStore('drafts').count();
            r.onsuccess = () => { db.close(); done(r.result); };
        }
    })";
    tournee_tests::patience::until_true("the draft in storage", async || {
        Ok(page.js_async::<u32>(stored, Vec::new()).await? > 0)
    })
    .await?;
    let profile = chromium.kill().await?;
    let chromium = Chromium::with(Screen::Phone).start(profile).await?;
    chromium.tools().offline(true).await?;
    let page = chromium.page(&stage.origin()).await?;
    app::opens(&page, NEW, errand.mine).await?;
    tournee_tests::patience::until_true("the words that were typed", async || {
        let text: String = page
            .js("return document.querySelector('textarea[name=followup]').value")
            .await?;
        Ok(text == "Le câble 12 est à")
    })
    .await?;
    stage.restore(&chromium, cut).await?;
    errand_is_untouched(&stage, &errand);
    chromium.close().await
}

fn errand_is_untouched(stage: &Stage, errand: &Errand) {
    let now = Holdings::of(stage.glpi(errand.source));
    assert_eq!(now.moved_since(&errand.before), Vec::<i64>::new());
}

//! *À traiter*: every way out of a conflict, a closed or trashed ticket and a refusal, taken with no network.

use anyhow::Result;
use thirtyfour::Key;
use tournee_sandbox::accounts::{SUPER_ADMIN, TECHNICIAN};
use tournee_sandbox::{Canned, Effect, Matcher};
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page, Profile, Screen};
use tournee_tests::holdings::{Holdings, is_in_the_hands_of};
use tournee_tests::looks::faults;
use tournee_tests::patience::until_true;
use tournee_tests::stage::{Make, NEW, Stage};

use crate::pictures;

/// GLPI's numbers.
const PENDING: i64 = 4;
const CLOSED: i64 = 6;

/// A thumb, or a keyboard.
#[derive(Clone, Copy, PartialEq)]
enum By {
    Thumb,
    Keys,
}

struct Scene {
    stage: Stage,
    chromium: Chromium,
    page: Page,
    by: By,
    /// Wanted *planned*, then *pending*; others made it *pending*.
    mine: i64,
    /// Wanted *planned*; others made it *pending*.
    theirs: i64,
    closed: i64,
    trashed: i64,
    refused: i64,
    before: Holdings,
}

impl Scene {
    /// Five changes wait for the technician, and one behind them.
    async fn open(screen: Screen, language: &'static str, by: By) -> Result<Self> {
        let many = Make {
            tickets: 300,
            ..Make::default()
        };
        let stage = many.open().await?;
        let tickets: Vec<i64> = {
            let world = stage.new.world();
            let user = world.user_id(TECHNICIAN).expect("the demo technician");
            let ids = world.ticket_ids().into_iter();
            let his = ids.filter(|id| is_in_the_hands_of(&world, *id, user));
            his.take(5).collect()
        };
        let [mine, theirs, closed, trashed, refused] = tickets.try_into().expect("enough of his");
        let browser = Chromium::with(screen).speaking(language);
        let chromium = browser.start(Profile::new()?).await?;
        let page = chromium.page(&stage.origin()).await?;
        app::settles_in(&page).await?;
        let cut = stage.cut(&chromium).await?;
        app::opens(&page, NEW, mine).await?;
        app::moves_to(&page, "planned").await?;
        app::moves_to(&page, "pending").await?;
        app::opens(&page, NEW, theirs).await?;
        app::moves_to(&page, "planned").await?;
        for (id, text) in [
            (closed, "Sur un ticket clos"),
            (trashed, "Dans la corbeille"),
            (refused, "Refuse-moi"),
        ] {
            app::opens(&page, NEW, id).await?;
            app::notes(&page, text, false).await?;
        }
        let refusal = Matcher {
            body_contains: Some("Refuse-moi".to_owned()),
            ..Matcher::on("POST", "Followup")
        };
        let words = r#"["ERROR_GLPI_ADD","<p>Champ obligatoire : <b>catégorie</b></p>"]"#;
        let answer = Effect::Status(Canned::json(400, words));
        stage.new.faults().add(refusal, answer);
        {
            let mut world = stage.new.world();
            let somebody = world.user_id(SUPER_ADMIN).expect("the super-admin");
            for (id, status) in [(mine, PENDING), (theirs, PENDING), (closed, CLOSED)] {
                world.set("Ticket", id, "status", status.into());
            }
            world.trash_ticket(trashed, somebody);
        }
        let before = Holdings::of(&stage.new);
        page.goto("/queue").await?;
        stage.restore(&chromium, cut).await?;
        app::queue_shows(&page, "needs-you", 5).await?;
        Ok(Self {
            stage,
            chromium,
            page,
            by,
            mine,
            theirs,
            closed,
            trashed,
            refused,
            before,
        })
    }

    /// The change on a ticket that waits for him.
    fn stuck(id: i64) -> String {
        format!("[data-state=needs-you]:has(a[href='/tickets/{NEW}/{id}'])")
    }

    async fn change(&self, id: i64) -> Result<String> {
        let change = self
            .page
            .attributes(&Self::stuck(id), "data-change")
            .await?;
        Ok(format!("[data-change='{}']", change.concat()))
    }

    /// Uses a button, and with a keyboard is not left without a place to go on from.
    async fn does(&self, css: &str) -> Result<()> {
        if self.by == By::Thumb {
            return self.page.tap(css).await;
        }
        self.page.sees(css).await?;
        let focus = "document.querySelector(arguments[0]).focus()";
        self.page.js_with::<()>(focus, vec![css.into()]).await?;
        self.page.presses(&Key::Enter.value().to_string()).await?;
        until_true("a place where the keyboard goes on", async || {
            let placed = "const at = document.activeElement; return !!at && at !== document.body && at.isConnected";
            self.page.js(placed).await
        })
        .await
    }

    async fn settles(&self, id: i64, button: &str, state: &str) -> Result<()> {
        let change = self.change(id).await?;
        self.does(&format!("{change} [data-test={button}]")).await?;
        self.page.shows(&change, "data-state", state).await
    }

    /// Typed words are shown before they go, and come back at a tap.
    async fn discards(&self) -> Result<()> {
        let page = &self.page;
        let change = self.change(self.trashed).await?;
        let discard = format!("{change} [data-test=discard]");
        self.does(&discard).await?;
        page.says("dialog[open]", "Dans la corbeille").await?;
        self.does("dialog[open] [data-test=discard-keep]").await?;
        page.sees_no("dialog[open]").await?;
        page.shows(&change, "data-state", "needs-you").await?;
        self.does(&discard).await?;
        self.does("dialog[open] [data-test=discard-confirm]")
            .await?;
        page.shows(&change, "data-state", "withdrawn").await?;
        self.does(".toast [data-test=undo]").await?;
        let again = format!(
            "[data-state=phone]:has(a[href='/tickets/{NEW}/{}'])",
            self.trashed
        );
        page.says(&again, "Dans la corbeille").await?;
        self.does(&format!("{again} [data-test=discard]")).await?;
        self.does("dialog[open] [data-test=discard-confirm]")
            .await?;
        page.sees_no(&again).await
    }

    async fn edits(&self) -> Result<()> {
        let change = self.change(self.refused).await?;
        self.does(&format!("{change} [data-test=edit]")).await?;
        self.page
            .fills("dialog[open] textarea[name=text]", "Corrigé")
            .await?;
        self.does("dialog[open] [data-test=save-edit]").await?;
        self.page.shows(&change, "data-state", "withdrawn").await
    }

    /// What GLPI has once the network is back is what he chose.
    fn is_as_he_chose(&self) -> Result<()> {
        let now = Holdings::of(&self.stage.new);
        let mut moved = [self.closed, self.refused];
        moved.sort_unstable();
        assert_eq!(now.moved_since(&self.before), moved);
        // Pending, planned over it as he insisted, and pending again as he wanted afterwards: where it stood.
        assert_eq!(now.ticket(self.mine)?.status, PENDING);
        assert_eq!(now.ticket(self.theirs)?.status, PENDING);
        for (id, text) in [
            (self.closed, "Sur un ticket clos"),
            (self.refused, "Corrigé"),
        ] {
            let was = self.before.ticket(id)?.followups.len();
            let held = &now.ticket(id)?.followups;
            assert_eq!(held.len(), was + 1);
            assert!(held.last().is_some_and(|(_, held, _)| held.contains(text)));
        }
        let planned = self
            .stage
            .new
            .world()
            .log
            .count("PUT", &format!("Ticket/{}", self.mine));
        assert!(planned >= 2, "planned, then pending: {planned} writes");
        Ok(())
    }
}

async fn every_way_out(scene: Scene, picture: &str) -> Result<()> {
    let page = &scene.page;
    let cut = scene.stage.cut(&scene.chromium).await?;
    let problem = |id| format!("{} [data-test=problem]", Scene::stuck(id));
    page.says(&problem(scene.refused), "Champ obligatoire : catégorie")
        .await?;
    let versus = page.texts(&format!("{} dd", problem(scene.mine))).await?;
    assert!(versus.len() == 2 && versus[0] != versus[1], "{versus:?}");
    page.sees(&format!("{} [data-test=behind]", Scene::stuck(scene.mine)))
        .await?;
    let conflict = "document.querySelector(arguments[0]).scrollIntoView({ block: 'start' })";
    page.js_with::<()>(conflict, vec![Scene::stuck(scene.mine).into()])
        .await?;
    pictures::take(page, picture).await?;
    assert_eq!(faults(page).await?, Vec::<String>::new());

    scene.settles(scene.mine, "insist", "phone").await?;
    scene.settles(scene.theirs, "theirs", "withdrawn").await?;
    scene.settles(scene.closed, "insist", "phone").await?;
    scene.discards().await?;
    scene.edits().await?;
    let states = app::queue_states(page).await?;
    assert!(!states.contains(&"needs-you".to_owned()), "{states:?}");

    scene.stage.restore(&scene.chromium, cut).await?;
    app::queue_shows(page, "delivered", 4).await?;
    app::queue_shows(page, "withdrawn", 4).await?;
    app::is_synced(page).await?;
    scene.is_as_he_chose()?;
    scene.chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_the_technician_is_settled_by_thumb_without_a_network() -> Result<()> {
    let scene = Scene::open(Screen::Phone, "fr-FR", By::Thumb).await?;
    every_way_out(scene, "queue-needs-you").await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_by_keyboard_in_english_at_320_pixels() -> Result<()> {
    let scene = Scene::open(Screen::Narrow, "en-GB", By::Keys).await?;
    every_way_out(scene, "queue-needs-you-narrow").await
}

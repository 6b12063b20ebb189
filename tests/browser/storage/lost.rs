//! The connection is lost, or a transaction does not last: tried again, never doubled, never silent.

use anyhow::Result;
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page};
use tournee_tests::holdings::{Holdings, his};
use tournee_tests::patience::until_true;
use tournee_tests::stage::{Cut, NEW, Stage};

use super::{count, dump};

/// Lets a test take away a connection of the page, or the next writes of its outbox: `abort` ends one half-way;
/// after `deaf` it lasts, but the page hears that it was aborted.
const HARM: &str = "
  window.lines = []; window.harm = { kind: '', left: 0, done: 0 };
  const { open } = IDBFactory.prototype, { transaction } = IDBDatabase.prototype;
  IDBFactory.prototype.open = function (...its) {
    const request = open.apply(this, its);
    request.addEventListener('success', () => lines.push(request.result));
    return request;
  };
  IDBDatabase.prototype.transaction = function (...its) {
    const t = transaction.apply(this, its);
    if (its[1] !== 'readwrite' || !t.objectStoreNames.contains('outbox') || harm.left === 0) return t;
    harm.left -= 1; harm.done += 1;
    if (harm.kind === 'abort') t.commit = () => t.abort();
    if (harm.kind === 'deaf') {
      Object.defineProperty(t, 'oncomplete', { set() {} });
      Object.defineProperty(t, 'onabort', { set(heard) { if (heard) t.addEventListener('complete', () => heard.call(t)); } });
    }
    return t;
  };";

/// How often the app tries to store something.
const TRIES: u32 = 3;

struct Scene {
    stage: Stage,
    chromium: Chromium,
    page: Page,
    ticket: i64,
    before: Holdings,
    cut: Cut,
}

impl Scene {
    /// A ticket of his is open, and there is no network.
    async fn open() -> Result<Self> {
        let stage = Stage::open().await?;
        let [ticket] = his(&stage.new)?;
        let before = Holdings::of(&stage.new);
        let chromium = Chromium::phone().await?;
        chromium.tools().before_scripts(HARM).await?;
        let page = chromium.page(&stage.origin()).await?;
        app::settles_in(&page).await?;
        let cut = stage.cut(&chromium).await?;
        app::opens(&page, NEW, ticket).await?;
        Ok(Self {
            stage,
            chromium,
            page,
            ticket,
            before,
            cut,
        })
    }

    async fn harm(&self, kind: &str, times: u32) -> Result<()> {
        let script = "harm = { kind: arguments[0], left: arguments[1], done: 0 }";
        let arguments = vec![kind.into(), times.into()];
        self.page.js_with(script, arguments).await
    }

    async fn harmed(&self) -> Result<u32> {
        self.page.js("return harm.done").await
    }

    /// With the network back, so many notes more are in GLPI, and nothing else.
    async fn ends_with_notes(self, number: usize) -> Result<()> {
        self.stage.restore(&self.chromium, self.cut).await?;
        app::queue_comes_to(&self.page, "delivered", number).await?;
        let now = Holdings::of(&self.stage.new);
        assert_eq!(now.moved_since(&self.before), [self.ticket]);
        let was = self.before.ticket(self.ticket)?.followups.len();
        assert_eq!(now.ticket(self.ticket)?.followups.len(), was + number);
        self.chromium.close().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_while_the_storage_is_lost_lasts_once() -> Result<()> {
    let scene = Scene::open().await?;
    let page = &scene.page;
    // As Safari does to a page that slept.
    page.js::<()>("lines.forEach((line) => line.close())")
        .await?;
    app::notes(page, "Après le sommeil", false).await?;
    scene.harm("abort", 1).await?;
    app::notes(page, "Après une moitié", false).await?;
    assert_eq!(scene.harmed().await?, 1);
    scene.harm("deaf", 1).await?;
    app::notes(page, "Après une réponse perdue", false).await?;
    assert_eq!(scene.harmed().await?, 1);
    assert_eq!(count(&dump(page).await?, "outbox"), 3);
    assert!(!page.has("[data-test=storage-problem]").await?);
    app::queue_comes_to(page, "phone", 3).await?;
    scene.ends_with_notes(3).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_never_lasts_is_told_and_leaves_screen_and_text_as_they_were() -> Result<()> {
    let scene = Scene::open().await?;
    let page = &scene.page;
    scene.harm("abort", 99).await?;
    page.fills("textarea[name=followup]", "Écrit sans mémoire")
        .await?;
    page.tap("button[data-test=send-followup]").await?;
    page.sees("[data-test=storage-problem]").await?;
    page.sees("[data-test=storage-reload]").await?;
    assert_eq!(scene.harmed().await?, TRIES);
    let kept: String = page
        .js("return document.querySelector('textarea[name=followup]').value")
        .await?;
    assert_eq!(kept, "Écrit sans mémoire");
    scene.harm("abort", 99).await?;
    page.tap("[data-test=status-open]").await?;
    page.tap("[data-test=status-to][data-status=planned]")
        .await?;
    until_true("all its tries", async || Ok(scene.harmed().await? == TRIES)).await?;
    page.shows("[data-test=ticket-status]", "data-status", "assigned")
        .await?;
    assert!(!page.has("[data-test=ticks][data-state=phone]").await?);
    assert_eq!(count(&dump(page).await?, "outbox"), 0);

    scene.harm("", 0).await?;
    page.tap("button[data-test=send-followup]").await?;
    page.says(
        "[data-test=entry][data-kind=followup]",
        "Écrit sans mémoire",
    )
    .await?;
    page.sees_no("[data-test=storage-problem]").await?;
    until_true("an empty field", async || {
        page.js("return document.querySelector('textarea[name=followup]').value === ''")
            .await
    })
    .await?;
    scene.ends_with_notes(1).await
}

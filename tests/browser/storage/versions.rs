//! Two versions of the app meet on one phone.

use anyhow::Result;
use serde_json::Value;
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page};
use tournee_tests::holdings::his;
use tournee_tests::stage::{NEW, Stage};

use super::{count, dump};

/// What the app of the first version had written, with a full outbox: core's own fixture.
const FIRST: &str = include_str!("../../../app/core/tests/fixtures/v1.json");

/// Makes that database; the tab keeps it open, deaf to who wants to upgrade, until `line.close()`.
const MAKE: &str = "const [fixture, done] = arguments;
    const open = indexedDB.open('tournee', 1);
    open.onupgradeneeded = () => {
      const bytes = (table, key, value) => {
        if (table === 'rows' || key === 'revision') return Uint8Array.from(value.match(/../g), (two) => parseInt(two, 16));
        return new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
      };
      for (const [table, records] of Object.entries(fixture)) {
        const store = open.result.createObjectStore(table);
        for (const [key, value] of Object.entries(records)) store.put(bytes(table, key, value), key);
      }
    };
    open.onsuccess = () => {
      window.line = open.result;
      localStorage.setItem('tournee.home', '1');
      done(open.result.version);
    };";

/// A page of the same origin that is not the app.
const ELSEWHERE: &str = "/healthz";

async fn states(page: &Page) -> Result<Vec<String>> {
    let mut states = app::queue_states(page).await?;
    states.sort_unstable();
    Ok(states)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_of_the_first_version_is_brought_up_to_date_with_its_full_outbox() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    let older = chromium.page(&stage.origin()).await?;
    older.goto(ELSEWHERE).await?;
    let fixture: Value = serde_json::from_str(FIRST)?;
    let version: u32 = older.js_async(MAKE, vec![fixture]).await?;
    assert_eq!(version, 1);
    let page = chromium.new_tab(&stage.origin()).await?;
    // Nobody is signed in at this server: the phone keeps all it has, and sends nothing.
    page.goto("/queue").await?;
    page.sees("[data-test=storage-problem]").await?;
    assert!(!page.has("[data-test=queued]").await?);

    older.to_front().await?;
    older.js::<()>("line.close()").await?;
    page.to_front().await?;
    app::queue_shows(&page, "needs-you", 3).await?;
    page.sees_no("[data-test=storage-problem]").await?;
    let of = |state: &str, n| std::iter::repeat_n(state.to_owned(), n);
    let expected: Vec<String> = of("delivered", 1)
        .chain(of("needs-you", 3))
        // One of these waits for the technician, who has said what he wants.
        .chain(of("phone", 6))
        .chain(of("server", 1))
        .chain(of("withdrawn", 2))
        .collect();
    assert_eq!(states(&page).await?, expected);
    page.says("[data-test=queued]", "Caisse 12 remise en service")
        .await?;
    page.sees("[data-test=session-over]").await?;
    let now = dump(&page).await?;
    assert_eq!(
        (now["version"].as_u64(), count(&now, "outbox")),
        (Some(5), 13)
    );
    assert_eq!((count(&now, "references"), count(&now, "meta")), (2, 2));

    app::opens(&page, "ancien", 12).await?;
    let draft = "return document.querySelector('textarea[name=followup]').value";
    tournee_tests::patience::until_true("the words that were typed in the older app", async || {
        Ok(page.js::<String>(draft).await? == "Le câble 12 est à")
    })
    .await?;
    // The server's 401 is the browser's own console error.
    chromium.tools().forget_faults();
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_app_makes_room_for_a_newer_one_and_touches_nothing_of_its_storage() -> Result<()>
{
    let stage = Stage::open().await?;
    let [mine] = his(&stage.new)?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let newer = chromium.new_tab(&stage.origin()).await?;
    newer.goto(ELSEWHERE).await?;
    page.to_front().await?;
    let cut = stage.cut(&chromium).await?;
    app::opens(&page, NEW, mine).await?;
    app::notes(&page, "Avant la nouvelle version", false).await?;
    page.fills("textarea[name=followup]", "En train d’écrire")
        .await?;
    newer.to_front().await?;
    let upgrade = "const done = arguments[0], open = indexedDB.open('tournee', 99);
        open.onblocked = () => done('blocked');
        open.onsuccess = () => { open.result.close(); done('open'); };";
    let answer: String = newer.js_async(upgrade, Vec::new()).await?;
    assert_eq!(answer, "open", "the older app stands in the way");
    let before = dump(&newer).await?;
    assert_eq!(count(&before, "outbox"), 1);

    page.to_front().await?;
    page.sees("[data-test=storage-problem]").await?;
    page.tap("button[data-test=send-followup]").await?;
    page.sees(".toast.bad").await?;
    let kept: String = page
        .js("return document.querySelector('textarea[name=followup]').value")
        .await?;
    assert_eq!(kept, "En train d’écrire");
    page.tap("[data-test=storage-reload]").await?;
    tournee_tests::patience::until_true("the page anew", async || {
        Ok(!page.has("[data-test=ticket]").await?
            && page.has("[data-test=storage-problem]").await?)
    })
    .await?;
    newer.to_front().await?;
    assert_eq!(dump(&newer).await?, before);
    stage.restore(&chromium, cut).await?;
    chromium.tools().forget_faults();
    chromium.close().await
}

//! Two versions of the app meet on one phone.

use anyhow::{Context, Result};
use serde_json::{Map, Value};
use tournee_core::ids::{TicketId, TicketKey};
use tournee_core::outbox::Queued;
use tournee_core::phone::schema;
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page};
use tournee_tests::holdings::his;
use tournee_tests::stage::{NEW, Stage};

use super::fixtures::{ALL, FULL, Older};
use super::{count, dump};

/// Makes a database; the tab keeps it open, deaf to who wants to upgrade, until `line.close()`.
const MAKE: &str = "const [version, tables, done] = arguments;
    const open = indexedDB.open('tournee', version);
    open.onupgradeneeded = () => {
      for (const [table, records] of Object.entries(tables)) {
        const store = open.result.createObjectStore(table);
        for (const [key, hex] of Object.entries(records)) {
          store.put(Uint8Array.from(hex.match(/../g) ?? [], (two) => parseInt(two, 16)), key);
        }
      }
    };
    open.onsuccess = () => {
      window.line = open.result;
      localStorage.setItem('tournee.home', '1');
      done(open.result.version);
    };";

/// Takes the database away.
const DROP: &str = "const done = arguments[0], drop = indexedDB.deleteDatabase('tournee');
    drop.onsuccess = () => done(true);
    drop.onblocked = () => done(false);";

/// A page of the same origin that is not the app.
const ELSEWHERE: &str = "/healthz";

/// Makes what the app of that version had written. In hexadecimal digits: JavaScript's numbers don't hold a local number.
async fn made(page: &Page, older: &Older) -> Result<()> {
    let mut tables: Map<String, Value> = Map::new();
    for name in older.tables().keys() {
        tables.insert(name.clone(), Map::new().into());
    }
    for (table, key, bytes) in older.records() {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        tables[&table][key] = hex.into();
    }
    let arguments = vec![older.version.into(), tables.into()];
    let version: u32 = page.js_async(MAKE, arguments).await?;
    assert_eq!(version, older.version);
    Ok(())
}

/// What the queue shows of an outbox: how a change stands, with what was wished of it.
fn shown(older: &Older) -> Result<Vec<String>> {
    let outbox = older.table("outbox").into_iter();
    let stands = |(_, queued): (String, Value)| {
        let wish = queued["wish"].as_str();
        let told = queued["state"].as_object();
        let state = queued["state"].as_str().or_else(|| {
            let told = told.and_then(|told| told.keys().next());
            told.map(String::as_str)
        });
        let name = match (state.context("a state")?, wish) {
            (_, Some("withdraw")) => "withdrawn",
            ("needs_you", Some(_)) => "phone",
            ("needs_you", None) => "needs-you",
            (state, _) => state,
        };
        Ok(name.to_owned())
    };
    let mut all = outbox.map(stands).collect::<Result<Vec<_>>>()?;
    all.sort_unstable();
    Ok(all)
}

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
    made(&older, &ALL[0]).await?;
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
    assert_eq!(states(&page).await?, shown(&ALL[0])?);
    page.says("[data-test=queued]", "Caisse 12 remise en service")
        .await?;
    page.sees("[data-test=session-over]").await?;
    let now = dump(&page).await?;
    assert_eq!(
        (now["version"].as_u64(), count(&now, "outbox")),
        (Some(schema::VERSION.into()), 13)
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

/// The ticket that the older app made, and that no GLPI has: under its local number, with what was done to it.
async fn shows_what_was_made(page: &Page, older: &Older) -> Result<()> {
    let creation = older.table("outbox").into_iter().find_map(|(_, queued)| {
        let queued: Queued = serde_json::from_value(queued).ok()?;
        let here = queued.change.body.creation()?.title == "Caisse 4 bloquée";
        here.then_some(queued.change.id)
    });
    let local = TicketId::local(creation.context("a ticket that was made there")?);
    let key = TicketKey {
        id: local,
        ..TicketKey::new("ancien", 0)
    };
    page.goto(&format!("/tickets/{}/{}", key.source, key.id))
        .await?;
    page.says("[data-test=ticket-title]", "Caisse 4, tiroir")
        .await?;
    page.says("[data-test=entry]", "Note sur Caisse 4 bloquée")
        .await?;
    if older.version >= 3 {
        page.says("[data-test=entry]", "Contrôle du tiroir, fait")
            .await?;
    }
    if older.version >= 4 {
        page.says("[data-test=entry][data-kind=document]", "tiroir.jpg")
            .await?;
    }
    Ok(())
}

/// The thread that was moved, answered and linked there.
async fn shows_what_was_done_to_a_mail(page: &Page) -> Result<()> {
    page.goto("/mails/pmarcoux@glpi.example/1").await?;
    page.says("[data-test=pending-reply]", "Je passe demain")
        .await?;
    page.sees("[data-test=thread-ticket]").await?;
    page.sees("[data-test=sort-to][data-box=box-urgent][aria-pressed=true]")
        .await
        .map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_of_each_later_version_keeps_all_that_its_app_could_hold() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    for older in &FULL {
        page.goto(ELSEWHERE).await?;
        let dropped: bool = page.js_async(DROP, Vec::new()).await?;
        assert!(dropped, "the app of before still has its database");
        made(&page, older).await?;
        page.js::<()>("line.close()").await?;
        let before = dump(&page).await?;
        page.goto("/queue").await?;
        let expected = shown(older)?;
        let waiting = expected.iter().filter(|state| *state == "needs-you");
        app::queue_shows(&page, "needs-you", waiting.count()).await?;
        assert_eq!(states(&page).await?, expected, "version {}", older.version);
        page.sees("[data-test=session-over]").await?;
        let now = dump(&page).await?;
        assert_eq!(now["version"].as_u64(), Some(schema::VERSION.into()));
        for table in ["outbox", "drafts", "files", "threads", "opened"] {
            let (was, is) = (&before[table], &now[table]);
            let both = was == is || (was.is_null() && count(&now, table) == 0);
            assert!(both, "{table} of version {}: {was} {is}", older.version);
        }
        shows_what_was_made(&page, older).await?;
        if older.version >= 3 {
            shows_what_was_done_to_a_mail(&page).await?;
        }
    }
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

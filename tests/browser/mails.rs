//! Mails on the phone: the four boxes, a thread, its files, with and without a network.

use anyhow::{Context, Result};
use thirtyfour::Key;
use tournee_sandbox::gmail::accounts::{LABELS, TECHNICIAN};
use tournee_sandbox::gmail::mailbox::{File, Letter};
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page, Profile, Screen};
use tournee_tests::patience::until_true;
use tournee_tests::stage::Stage;

/// A picture of one point.
const PICTURE: [u8; 43] = *b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x9f\xb4\xc1\x00\x00\x00!\xf9\x04\x00\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

const TABS: [&str; 4] = ["box-urgent", "box-in-progress", "box-done", "box-to-sort"];

/// A mail with all that mails have: a picture along, a picture elsewhere, a quotation, a file, an odd name.
pub fn lively(stage: &Stage) -> Letter {
    let html = "<p>Bonjour Patrick,</p><p>La <b>caisse 23</b> du magasin Les Arcs fume depuis ce matin. Voir le \
        <a href=\"https://fournisseur.example/caisse\">modèle</a> et la photo :</p><p><img src=\"cid:photo@glpi.example\" alt=\"La caisse\" width=\"40\" height=\"40\"></p>\
        <p><img src=\"https://images.example/logo.png\" alt=\"Logo du magasin\" width=\"120\"></p><p>Merci,<br>Magali</p>\
        <div class=\"gmail_quote\">Le lundi 2 mars, Patrick a écrit :<blockquote>Elle marche&nbsp;?</blockquote></div>";
    let mut letter = stage
        .google
        .letter("Caisse 23 : ça fume !", "La caisse 23 fume.")
        .html(html)
        .file("devis – réparation.pdf", "application/pdf", &[b'%'; 12_345]);
    letter.files.push(File {
        name: "photo.gif".to_owned(),
        mime: "image/gif".to_owned(),
        bytes: PICTURE.to_vec(),
        cid: Some("photo@glpi.example".to_owned()),
    });
    letter
}

/// A technician whose mailbox is connected, in front of *À trier*.
async fn settled(page: &Page) -> Result<()> {
    app::settles_in(page).await?;
    app::connects_mailbox(page).await?;
    page.tap(".nav a[href='/mails']").await?;
    page.tap("[data-test=box-to-sort]").await?;
    page.sees("[data-test=mail-row]").await.map(drop)
}

async fn counts_are_gmails(stage: &Stage, page: &Page) -> Result<()> {
    for (tab, count) in TABS.into_iter().zip(stage.google.counts()?) {
        let tab = format!("[data-test={tab}] [data-test=box-count]");
        page.says(&tab, &count.to_string()).await?;
    }
    Ok(())
}

async fn picture_is_shown(page: &Page) -> Result<()> {
    let script = "const i = document.querySelector('[data-test=mail-body] img[data-cid]');
        return i.src.startsWith('blob:') && i.complete && i.naturalWidth === 1";
    until_true("the picture that came along", async || {
        page.js(script).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_come_to_the_phone_and_stay_without_a_network() -> Result<()> {
    let stage = Stage::open().await?;
    let letter = lively(&stage);
    let thread = stage.google.delivers(&letter)?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    page.tap(".nav a[href='/mails']").await?;
    page.tap("[data-test=mails-connect]").await?;
    page.arrives_at("/more/mailboxes").await?;
    app::connects_mailbox(&page).await?;
    page.tap(".nav a[href='/mails']").await?;
    counts_are_gmails(&stage, &page).await?;
    page.tap("[data-test=box-to-sort]").await?;
    app::opens_mail(&page, TECHNICIAN, &thread).await?;
    page.says("[data-test=mail-body]", "caisse 23 du magasin")
        .await?;
    page.says("[data-test=mail-file]", "devis – réparation.pdf")
        .await?;
    page.says("[data-test=mail-file]", "13 ko").await?;
    picture_is_shown(&page).await?;
    // Nothing is asked of anybody elsewhere, and what is quoted is folded.
    page.sees("[data-test=mail-remote]").await?;
    assert_eq!(
        page.count("[data-test=mail-body] img[data-remote][src]")
            .await?,
        0
    );
    page.sees_no("[data-test=mail-quoted] .html").await?;
    page.tap("[data-test=mail-quoted] summary").await?;
    page.sees("[data-test=mail-quoted] .html").await?;
    page.tap("[data-test=mail-file]").await?;
    page.says("[data-test=mail-file-state]", "sur l’appareil")
        .await?;

    let cut = stage.cut(&chromium).await?;
    page.reload().await?;
    page.says("[data-test=mail-body]", "caisse 23 du magasin")
        .await?;
    picture_is_shown(&page).await?;
    page.sees("[data-test=mail-file-state]").await?;
    page.goto("/mails").await?;
    page.tap("[data-test=box-to-sort]").await?;
    page.sees("[data-test=mail-row]").await?;
    stage.restore(&chromium, cut).await?;

    // Somebody goes on with the thread.
    let answer = stage
        .google
        .letter(
            "Re: Caisse 23 : ça fume !",
            "Elle ne fume plus, elle brûle.",
        )
        .answering(&letter);
    assert_eq!(stage.google.delivers(&answer)?, thread);
    page.tap("[data-test=sync-state]").await?;
    page.says("[data-test=mail-row][data-new] .m-words", "elle brûle")
        .await?;
    app::opens_mail(&page, TECHNICIAN, &thread).await?;
    assert_eq!(page.count("[data-test=mail]").await?, 2);
    // The last one is open, the older one a line.
    assert_eq!(
        page.attributes("[data-test=mail-head]", "aria-expanded")
            .await?,
        ["false", "true"]
    );
    page.says("[data-test=mail-body]", "elle brûle").await?;
    page.tap("[data-test=mail-head][aria-expanded=false]")
        .await?;
    page.says("[data-test=mail-body]", "caisse 23 du magasin")
        .await?;
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_moves_in_gmail_moves_on_the_phone() -> Result<()> {
    let stage = Stage::open().await?;
    let thread = stage.google.delivers(&lively(&stage))?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    settled(&page).await?;
    let row = format!("[data-test=mail-row][data-key=\"{TECHNICIAN}:{thread}\"]");
    page.sees(&format!("{row}[data-new]")).await?;

    let [in_progress, done, urgent] = LABELS;
    let google = &stage.google;
    google.labels(&thread, &[urgent, in_progress], &["UNREAD"])?;
    page.tap("[data-test=sync-state]").await?;
    counts_are_gmails(&stage, &page).await?;
    page.sees_no(&row).await?;
    page.tap("[data-test=box-urgent]").await?;
    page.sees(&format!("{row}[data-p='6']:not([data-new])"))
        .await?;
    page.tap("[data-test=box-in-progress]").await?;
    app::opens_mail(&page, TECHNICIAN, &thread).await?;
    page.sees_no("[data-test=mail][data-new]").await?;

    // While one looks at it, too.
    google.labels(&thread, &[done], &[urgent, in_progress])?;
    page.tap("[data-test=sync-state]").await?;
    page.says("[data-test=sort-to][aria-pressed=true]", "Traités")
        .await?;
    assert_eq!(
        page.count("[data-test=sort-to][aria-pressed=true]").await?,
        1
    );
    google.labels(&thread, &["TRASH"], &[])?;
    page.tap("[data-test=sync-state]").await?;
    page.sees_no("[data-test=thread]").await?;
    page.tap("#main .empty a[href='/mails']").await?;
    counts_are_gmails(&stage, &page).await?;
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_too_long_for_the_feed_is_fetched_when_it_is_opened_and_kept() -> Result<()> {
    let stage = Stage::open().await?;
    let text = format!(
        "Le journal de la caisse :\n{}Fin du journal.",
        "erreur 7 à la ligne 12\n".repeat(7_000)
    );
    let thread = stage
        .google
        .delivers(&stage.google.letter("Journal", &text))?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    settled(&page).await?;

    let cut = stage.cut(&chromium).await?;
    app::opens_mail(&page, TECHNICIAN, &thread).await?;
    page.sees("[data-test=mail-offline]").await?;
    assert!(!page.has("[data-test=mail-body]").await?);
    until_true("a page that knows that it is cut off", async || {
        page.js("return !navigator.onLine").await
    })
    .await?;
    // The device has a network before the server is in reach: the first attempt is in vain.
    stage.was_silent(&cut)?;
    let before = stage.wire().refused().len();
    chromium.tools().offline(false).await?;
    until_true("an attempt in vain", async || {
        let tried = stage.wire().refused();
        let mut since = tried.iter().skip(before);
        Ok(since.any(|request| request.contains("/api/gmail/")))
    })
    .await?;
    stage.wire().mend();
    page.says("[data-test=mail-body]", "Fin du journal.")
        .await?;

    let cut = stage.cut(&chromium).await?;
    page.reload().await?;
    page.says("[data-test=mail-body]", "Fin du journal.")
        .await?;
    stage.restore(&chromium, cut).await?;
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn remote_pictures_are_fetched_once_somebody_asks() -> Result<()> {
    let stage = Stage::open().await?;
    let thread = stage.google.delivers(&lively(&stage))?;
    let chromium = Chromium::phone().await?;
    let page = chromium.page(&stage.origin()).await?;
    settled(&page).await?;
    app::opens_mail(&page, TECHNICIAN, &thread).await?;
    let forbidden = "window.forbidden = []; addEventListener('securitypolicyviolation', (e) => forbidden.push(e.blockedURI))";
    page.js::<()>(forbidden).await?;
    page.tap("[data-test=mail-remote-show]").await?;
    let shown = page
        .attributes("[data-test=mail-body] img[data-remote]", "src")
        .await?;
    assert_eq!(shown, ["https://images.example/logo.png"]);
    page.sees_no("[data-test=mail-remote]").await?;
    // There is no such house; but it is the network that says so, not the page's own policy.
    until_true("the end of the attempt", async || {
        page.js("return document.querySelector('img[data-remote]').complete")
            .await
    })
    .await?;
    assert_eq!(
        page.js::<Vec<String>>("return forbidden").await?,
        Vec::<String>::new()
    );
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_need_no_pointer() -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::with(Screen::Desk).start(Profile::new()?).await?;
    let page = chromium.page(&stage.origin()).await?;
    settled(&page).await?;
    let key = |key: Key| key.value().to_string();
    page.js::<()>("document.querySelector('[data-test=box-to-sort]').focus()")
        .await?;
    let row = |n: usize| format!("[data-test=mail-row][data-i='{n}']");
    let on_row = async |n: usize| {
        let script = "return document.activeElement?.closest('[data-i]')?.dataset.i ?? ''";
        until_true(&row(n), async || {
            Ok(page.js::<String>(script).await? == n.to_string())
        })
        .await
    };
    // Into the list, then by arrows.
    page.presses(&key(Key::Tab)).await?;
    until_true("the focus in the list", async || {
        page.js("return !!document.activeElement.closest('[data-test=mail-list]')")
            .await
    })
    .await?;
    page.presses(&key(Key::Home)).await?;
    on_row(0).await?;
    page.presses(&key(Key::Down)).await?;
    on_row(1).await?;
    page.presses(&key(Key::End)).await?;
    let last = stage.google.counts()?[3] - 1;
    on_row(last).await?;
    page.presses(&key(Key::Enter)).await?;
    page.sees("[data-test=thread]").await?;
    until_true("the focus on the subject", async || {
        page.js("return document.activeElement?.dataset.test === 'thread-subject'")
            .await
    })
    .await?;
    page.back().await?;
    page.arrives_at("/mails").await?;
    on_row(last)
        .await
        .context("back on the row one came from")?;
    chromium.close().await
}

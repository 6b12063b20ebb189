//! The steps of a walk, in the words of the app.

use anyhow::{Context, Result};
use tournee_core::outbox::{Outbox, Queued};
use tournee_sandbox::accounts::{PASSWORD, TECHNICIAN};

use crate::browser::Page;
use crate::patience::{until, until_true};
use crate::stage::{NEW, OLD};

/// The form of one GLPI on the sign-in page.
pub fn sign_in_form(source: &str) -> String {
    format!("form[data-test=sign-in][data-source={source}]")
}

/// Fills in the form of one GLPI and sends it.
pub async fn tries_to_sign_in(
    page: &Page,
    source: &str,
    login: &str,
    password: &str,
) -> Result<()> {
    let form = sign_in_form(source);
    page.fills(&format!("{form} input[name=login]"), login)
        .await?;
    page.fills(&format!("{form} input[name=password]"), password)
        .await?;
    page.tap(&format!("{form} button[type=submit]")).await
}

/// Opens the app and signs in to both GLPIs as the demo technician; comes to the list by itself.
pub async fn signs_in(page: &Page) -> Result<()> {
    signs_in_as(page, TECHNICIAN).await
}

/// The same as anybody.
pub async fn signs_in_as(page: &Page, login: &str) -> Result<()> {
    page.goto("/").await?;
    page.sees(&sign_in_form(OLD)).await?;
    for source in [OLD, NEW] {
        tries_to_sign_in(page, source, login, PASSWORD).await?;
        page.sees_no(&sign_in_form(source))
            .await
            .context("the sign-in was not taken")?;
    }
    page.arrives_at("/tickets").await
}

/// Waits until the head says that everything is exchanged.
pub async fn is_synced(page: &Page) -> Result<()> {
    page.shows("[data-test=sync-state]", "data-state", "synced")
        .await
}

/// Signs in and waits until the tickets are on the phone, and the app with them.
pub async fn settles_in(page: &Page) -> Result<()> {
    settles_in_as(page, TECHNICIAN).await
}

/// The same as anybody.
pub async fn settles_in_as(page: &Page, login: &str) -> Result<()> {
    signs_in_as(page, login).await?;
    is_synced(page).await?;
    page.sees("[data-test=ticket-row]").await?;
    has_the_app(page).await
}

/// Waits until the service worker has put the app aside and serves this page.
pub async fn has_the_app(page: &Page) -> Result<()> {
    until_true("a service worker that serves the page", async || {
        page.js("return !!navigator.serviceWorker?.controller && navigator.serviceWorker.controller.state === 'activated'")
            .await
    })
    .await
}

/// Connects the technician's own mailbox, by way of Google's page.
pub async fn connects_mailbox(page: &Page) -> Result<()> {
    grants_mailbox(page).await?;
    page.shows("[data-test=mailbox]", "data-state", "active")
        .await
}

/// The same, without waiting for what is read of it.
pub async fn grants_mailbox(page: &Page) -> Result<()> {
    page.goto("/more").await?;
    page.tap("[data-test=connect-own]").await?;
    page.tap("#accept").await?;
    page.sees("[data-test=gmail-outcome][data-outcome=connected]")
        .await
        .map(drop)
}

/// Opens a thread from the list, by a tap on its row.
pub async fn opens_mail(page: &Page, mailbox: &str, thread: &str) -> Result<()> {
    page.tap(&format!(
        "[data-test=mail-row][data-key=\"{mailbox}:{thread}\"] a"
    ))
    .await?;
    page.arrives_at(&format!("/mails/{mailbox}/{thread}"))
        .await?;
    page.sees("[data-test=thread]").await.map(drop)
}

/// Opens a ticket by its address.
pub async fn opens(page: &Page, source: &str, id: i64) -> Result<()> {
    page.goto(&format!("/tickets/{source}/{id}")).await?;
    page.sees("[data-test=ticket]").await.map(drop)
}

/// Opens a ticket from the list, by a tap on its row.
pub async fn opens_from_list(page: &Page, source: &str, id: i64) -> Result<()> {
    let row = format!("[data-test=ticket-row][data-key=\"{source}:{id}\"]");
    page.sees("[data-test=ticket-row]").await?;
    let list = "const list = document.querySelector('[data-test=ticket-list]');";
    // Only rows near the eye exist; a person scrolls until the one he wants comes.
    page.js::<()>(&format!(
        "{list} list.scrollTo(0, 0); window.scrollTo(0, 0)"
    ))
    .await?;
    until_true(&row, async || {
        if page.has(&row).await? {
            return Ok(true);
        }
        let down = "const step = Math.min(list.clientHeight, innerHeight) * 0.7; list.scrollBy(0, step); scrollBy(0, step)";
        page.js::<()>(&format!("{list} {down}")).await?;
        Ok(false)
    })
    .await?;
    page.js_with::<()>(
        "document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })",
        vec![row.clone().into()],
    )
    .await?;
    page.tap(&format!("{row} a, a{row}")).await?;
    page.arrives_at(&format!("/tickets/{source}/{id}")).await?;
    page.sees("[data-test=ticket]").await.map(drop)
}

/// Takes the open ticket.
pub async fn takes(page: &Page) -> Result<()> {
    page.tap("[data-test=take]").await?;
    page.sees_no("[data-test=take]").await?;
    page.shows("[data-test=ticket-status]", "data-status", "assigned")
        .await
}

/// Moves the open ticket to another status, and says nothing more about it.
pub async fn moves_to(page: &Page, status: &str) -> Result<()> {
    page.tap("[data-test=status-open]").await?;
    page.tap(&format!("[data-test=status-to][data-status={status}]"))
        .await?;
    page.shows("[data-test=ticket-status]", "data-status", status)
        .await?;
    says_no_more(page, status).await
}

/// Some moves ask when, or why: no answer is one.
pub async fn says_no_more(page: &Page, status: &str) -> Result<()> {
    let nothing = match status {
        "planned" => "dialog[open] [data-test=no-plan]",
        "pending" => "dialog[open] [data-test=no-reason]",
        _ => return Ok(()),
    };
    page.tap(nothing).await?;
    page.sees_no("dialog[open]").await
}

/// Writes a note on the open ticket.
pub async fn notes(page: &Page, text: &str, private: bool) -> Result<()> {
    page.fills("textarea[name=followup]", text).await?;
    let is: bool = page
        .js("return document.querySelector('input[name=private]').checked")
        .await?;
    if is != private {
        page.tap("label:has(input[name=private]), input[name=private]")
            .await?;
    }
    page.tap("button[data-test=send-followup]").await?;
    page.says("[data-test=entry][data-kind=followup]", first_line(text))
        .await
}

/// Solves the open ticket.
pub async fn solves(page: &Page, text: &str) -> Result<()> {
    page.tap("button[data-test=solve-open]").await?;
    page.fills("textarea[name=solution]", text).await?;
    page.tap("button[data-test=send-solution]").await?;
    page.says("[data-test=entry][data-kind=solution]", first_line(text))
        .await
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// The states of all changes in the queue, in its order.
pub async fn queue_states(page: &Page) -> Result<Vec<String>> {
    page.attributes("[data-test=queued]", "data-state").await
}

/// The outbox as the phone has it on its disk, in its order.
pub async fn outbox(page: &Page) -> Result<Vec<Queued>> {
    let read = "const done = arguments[0], text = new TextDecoder();
        const opening = indexedDB.open('tournee');
        opening.onsuccess = () => {
            const all = opening.result.transaction('outbox').objectStore('outbox').getAll();
            all.onsuccess = () => { opening.result.close(); done(all.result.map((bytes) => text.decode(bytes))); };
        }";
    let stored: Vec<String> = page.js_async(read, Vec::new()).await?;
    let queued = stored.iter().map(|one| serde_json::from_str(one));
    Ok(Outbox::load(queued.collect::<Result<Vec<_>, _>>()?)
        .iter()
        .cloned()
        .collect())
}

/// The tickets that the phone has on its disk, as `source:id`.
pub async fn held(page: &Page) -> Result<Vec<String>> {
    let read = "const done = arguments[0], opening = indexedDB.open('tournee');
        opening.onsuccess = () => {
            const all = opening.result.transaction('tickets').objectStore('tickets').getAllKeys();
            all.onsuccess = () => { opening.result.close(); done(all.result); };
        }";
    page.js_async(read, Vec::new()).await
}

/// Opens the queue and waits until so many changes have come so far.
pub async fn queue_comes_to(page: &Page, state: &str, number: usize) -> Result<()> {
    page.goto("/queue").await?;
    queue_shows(page, state, number).await
}

/// The same on the open queue.
pub async fn queue_shows(page: &Page, state: &str, number: usize) -> Result<()> {
    let what = format!("{number} changes that are “{state}”");
    let mut seen = Vec::new();
    let waited = until(&what, async || {
        seen = queue_states(page).await?;
        let there = seen.iter().filter(|is| *is == state).count();
        Ok((there == number).then_some(()))
    })
    .await;
    let Err(error) = waited else {
        return Ok(());
    };
    let head = page.attributes("[data-test=sync-state]", "data-state");
    // Of a page that is gone nothing more can be said than that.
    let head = head.await.unwrap_or_default().concat();
    let answers = exchanges(page).await.unwrap_or_default();
    let words = format!("the queue shows {seen:?}, the head {head}, exchanges were {answers:?}");
    Err(error.context(words))
}

/// What the page's last exchanges were answered, as far as its browser tells: the status, 0 where nobody did, and the bytes.
async fn exchanges(page: &Page) -> Result<Vec<(u16, u64)>> {
    let read = "return performance.getEntriesByType('resource')
        .filter((e) => e.name.endsWith('/api/sync')).slice(-6)
        .map((e) => [e.responseStatus ?? 0, e.transferSize ?? 0])";
    page.js(read).await
}

/// Waits until every change of a person shows as delivered in the open ticket's timeline.
pub async fn ticks_say_delivered(page: &Page, number: usize) -> Result<()> {
    until_true("ticks that say delivered", async || {
        let states = page
            .attributes("[data-test=entry] [data-test=ticks]", "data-state")
            .await?;
        Ok(states.len() >= number && states.iter().all(|state| state == "delivered"))
    })
    .await
}

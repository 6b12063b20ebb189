//! A mailbox comes and goes, in every way that it can.

use anyhow::{Context as _, Result};
use tournee_core::domain::MailboxState;
use tournee_core::wire::{ApiError, ErrorCode, GmailInfo};
use tournee_sandbox::gmail::accounts;
use tournee_sandbox::{Effect, Matcher};
use tournee_tests::google::decide;

use super::post::{Post, service_account};

#[tokio::test]
async fn a_technician_connects_his_mailbox_and_gives_it_back() -> Result<()> {
    let post = Post::open().await?;
    let mut phone = post.phone().await?;
    let before: GmailInfo = phone.get("/api/gmail").await?.json().await?;
    assert!(before.enabled && before.mailboxes.is_empty());
    assert_eq!(before.domain.as_deref(), Some(accounts::DOMAIN));

    assert_eq!(
        phone.connect(false, "accept", accounts::TECHNICIAN).await?,
        "connected"
    );
    phone.read().await?;
    assert_eq!(phone.mailboxes[0].id.0, accounts::TECHNICIAN);
    assert_eq!(phone.mailboxes[0].state, MailboxState::Active);
    assert_eq!(phone.threads.len(), post.shown(accounts::TECHNICIAN)?);

    let address = format!("{}/api/gmail/{}", phone.handset.base, accounts::TECHNICIAN);
    let gone = phone.handset.http.delete(&address).send().await?;
    assert_eq!(gone.status(), 204);
    assert_eq!(
        post.gmail.world().grants(accounts::TECHNICIAN),
        0,
        "Google knows it too"
    );
    phone.read().await?;
    assert!(phone.threads.is_empty() && phone.mailboxes.is_empty());
    let again = phone.handset.http.delete(&address).send().await?;
    assert_eq!(
        again.json::<ApiError>().await?.code,
        ErrorCode::UnknownMailbox
    );
    Ok(())
}

#[tokio::test]
async fn every_way_back_from_google_has_its_own_word_and_leaves_no_grant() -> Result<()> {
    let post = Post::open().await?;
    let phone = post.phone().await?;
    assert_eq!(
        phone.connect(false, "deny", accounts::TECHNICIAN).await?,
        "denied"
    );
    assert_eq!(
        phone.connect(false, "accept", accounts::FOREIGN).await?,
        "wrong_domain"
    );
    assert_eq!(
        phone.connect(false, "accept", accounts::SHARED).await?,
        "wrong_mailbox"
    );
    assert_eq!(
        phone.connect(true, "accept", accounts::TECHNICIAN).await?,
        "wrong_mailbox"
    );

    let page = phone.set_out(false).await?;
    let back = decide(&page, "accept", accounts::TECHNICIAN, false).await?;
    assert_eq!(phone.come_back(&back).await?, "no_scope");

    let page = phone.set_out(false).await?;
    let mut forged = decide(&page, "accept", accounts::TECHNICIAN, true).await?;
    let code = forged
        .query_pairs()
        .find(|(name, _)| name == "code")
        .context("a code")?
        .1
        .into_owned();
    forged.set_query(Some(&format!("state=autre&code={code}")));
    assert_eq!(phone.come_back(&forged).await?, "expired");

    let page = phone.set_out(false).await?;
    let back = decide(&page, "accept", accounts::TECHNICIAN, true).await?;
    let rule = post
        .gmail
        .faults()
        .add(Matcher::on("POST", "/token"), Effect::LoseBefore);
    assert_eq!(phone.come_back(&back).await?, "unreachable");
    post.gmail.faults().remove(rule);
    assert_eq!(
        phone.come_back(&back).await?,
        "expired",
        "a journey is good once"
    );

    for address in [accounts::TECHNICIAN, accounts::FOREIGN, accounts::SHARED] {
        assert_eq!(post.gmail.world().grants(address), 0, "{address}");
    }
    let info: GmailInfo = phone.get("/api/gmail").await?.json().await?;
    assert!(info.mailboxes.is_empty());
    assert_eq!(
        phone.connect(false, "accept", accounts::TECHNICIAN).await?,
        "connected"
    );
    Ok(())
}

#[tokio::test]
async fn somebody_elses_browser_brings_nothing_back() -> Result<()> {
    let post = Post::open().await?;
    let phone = post.phone().await?;
    let page = phone.set_out(false).await?;
    let back = decide(&page, "accept", accounts::TECHNICIAN, true).await?;
    let stranger = post.phone_of("etremolieres").await?;
    assert_eq!(stranger.come_back(&back).await?, "expired");
    assert_eq!(phone.come_back(&back).await?, "connected");
    Ok(())
}

#[tokio::test]
async fn a_dead_grant_is_asked_once_and_everything_stays_until_it_is_connected_again() -> Result<()>
{
    let post = Post::open().await?;
    let mut phone = post.phone().await?;
    phone.connect(false, "accept", accounts::TECHNICIAN).await?;
    phone.read().await?;
    let held = phone.threads.len();
    {
        let mut world = post.gmail.world();
        world.kill_refresh_tokens(accounts::TECHNICIAN);
        world.expire_access_tokens(accounts::TECHNICIAN);
    }
    let rule = post.gmail.faults().add(
        Matcher::on("POST", "/token"),
        Effect::Delay(std::time::Duration::ZERO),
    );
    for _ in 0..3 {
        phone.read().await?;
    }
    assert_eq!(
        post.gmail.faults().hits(rule),
        1,
        "a dead grant is left alone"
    );
    assert_eq!(phone.mailboxes[0].state, MailboxState::Reconnect);
    assert_eq!(phone.threads.len(), held, "nothing is lost");
    assert_eq!(
        phone.connect(false, "accept", accounts::TECHNICIAN).await?,
        "connected"
    );
    phone.read().await?;
    assert_eq!(phone.mailboxes[0].state, MailboxState::Active);
    assert_eq!(phone.threads.len(), held);
    Ok(())
}

#[tokio::test]
async fn the_services_mailbox_is_everybodys_and_nobodys_to_give_back() -> Result<()> {
    let post = Post::open().await?;
    let mut phone = post.phone().await?;
    assert_eq!(
        phone.connect(true, "accept", accounts::SHARED).await?,
        "connected"
    );
    phone.read().await?;
    let mut other = post.phone_of("etremolieres").await?;
    other.read().await?;
    assert!(other.mailboxes[0].shared);
    assert_eq!(other.threads, phone.threads);
    assert_eq!(other.threads.len(), post.shown(accounts::SHARED)?);
    let address = format!("{}/api/gmail/{}", other.handset.base, accounts::SHARED);
    assert_eq!(
        other.handset.http.delete(&address).send().await?.status(),
        404
    );
    Ok(())
}

#[tokio::test]
async fn a_service_account_opens_the_services_mailbox_with_nobody_there() -> Result<()> {
    let post = Post::with(40, |config| {
        config.client = None;
        config.service_account = Some(service_account()?);
        Ok(())
    })
    .await?;
    let mut phone = post.phone().await?;
    phone.read().await?;
    assert_eq!(phone.threads.len(), post.shown(accounts::SHARED)?);
    assert_eq!(phone.mailboxes[0].state, MailboxState::Active);
    let personal = phone.set_out(false).await;
    assert!(
        personal.is_err(),
        "there is no web client to ask a person with"
    );
    Ok(())
}

#[tokio::test]
async fn one_technicians_mailbox_is_no_others() -> Result<()> {
    let post = Post::open().await?;
    let mut phone = post.phone().await?;
    phone.connect(false, "accept", accounts::TECHNICIAN).await?;
    phone.read().await?;
    let mut other = post.phone_of("etremolieres").await?;
    other.read().await?;
    assert!(other.threads.is_empty() && other.mailboxes.is_empty());
    let mail = phone.threads.values().next().context("a thread")?.mails[0]
        .id
        .clone();
    let path = format!("/api/gmail/{}/mails/{mail}", accounts::TECHNICIAN);
    assert_eq!(other.get(&path).await?.status(), 404);
    assert_eq!(phone.get(&path).await?.status(), 200);
    Ok(())
}

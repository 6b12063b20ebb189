//! Answers by mail: never twice, never lost, whatever becomes of Google's answers.

use anyhow::{Context as _, Result, bail};
use mail_parser::MessageParser;
use tournee_core::changes::{ChangeBody, SendReply};
use tournee_core::domain::MailboxState;
use tournee_core::ids::{ChangeId, ThreadKey};
use tournee_core::outbox::State;
use tournee_core::wire::{ProblemKind, Wish};
use tournee_sandbox::gmail::{accounts, mailbox::Person};
use tournee_sandbox::{Canned, Effect, Matcher};

use super::acts::{is_delivered, letter, with_thread};
use super::post::Post;
use crate::carrying::stuck;
use crate::support::{Handset, wait_until};

pub fn reply(phone: &mut Handset, key: &ThreadKey, text: &str) -> Result<ChangeId> {
    let thread = phone.thread(key)?;
    let answered = SendReply::answered(thread).context("somebody wrote")?;
    let (to, cc) = SendReply::readers(answered, &key.mailbox, true);
    let body = SendReply {
        answers: answered.id.clone(),
        to,
        cc,
        text: text.to_owned(),
    };
    phone.edit_thread(key, ChangeBody::Reply(Box::new(body)))
}

/// Put away by somebody, its thread is let go where all of the mailbox is read; then the answer that waited on a phone leaves,
/// and is all that is held of it.
#[tokio::test]
async fn a_thread_that_was_let_go_and_answered_comes_back_whole() -> Result<()> {
    let post = Post::open().await?;
    let asked = letter("Caisse n° 23");
    let (mut phone, key) = with_thread(&post, &asked).await?;
    let faults = post.gmail.faults();
    let page = Canned::html(503, "<h1>Service Unavailable</h1>");
    let rule = faults.add(Matcher::on("POST", "/drafts"), Effect::Status(page));
    let change = reply(&mut phone.handset, &key, "J’arrive à 14 h.")?;
    phone.handset.sync().await?;
    {
        let mut world = post.gmail.world();
        let mailbox = world.mailbox_mut(accounts::TECHNICIAN).context("it")?;
        let mails: Vec<String> = mailbox
            .thread(&key.id)
            .iter()
            .map(|m| m.id.clone())
            .collect();
        for mail in mails {
            mailbox.modify(&mail, &[], &["INBOX".to_owned()]);
        }
        mailbox.expire_history();
    }
    for _ in 0..200 {
        phone.read().await?;
        if !phone.threads.contains_key(&key.id) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    assert!(!phone.threads.contains_key(&key.id));
    faults.remove(rule);
    phone.handset.settle().await?;
    assert!(is_delivered(&phone.handset, change)?);
    let next = letter("Re: Caisse n° 23").answering(&asked);
    post.gmail.world().deliver(&next);
    for _ in 0..200 {
        phone.read().await?;
        if phone.threads.contains_key(&key.id) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    assert_eq!(phone.threads[&key.id].mails.len(), 3);
    Ok(())
}

/// The raw mails that have left with this text.
fn sent(post: &Post, text: &str) -> Result<Vec<Vec<u8>>> {
    let world = post.gmail.world();
    let mailbox = world.mailbox(accounts::TECHNICIAN).context("a mailbox")?;
    let messages = mailbox.messages().into_iter();
    let left = messages.filter(|message| message.labels.contains("SENT"));
    let raws = left.map(|message| message.raw.bytes().into_owned());
    Ok(raws
        .filter(|raw| {
            let mail = MessageParser::default().parse(raw);
            mail.and_then(|mail| Some(mail.body_text(0)?.contains(text)))
                .unwrap_or(false)
        })
        .collect())
}

fn drafts(post: &Post) -> usize {
    let world = post.gmail.world();
    world
        .mailbox(accounts::TECHNICIAN)
        .map_or(0, |mailbox| mailbox.drafts().count())
}

#[tokio::test]
async fn an_answer_leaves_in_its_thread_to_all_and_is_read_back() -> Result<()> {
    let post = Post::open().await?;
    let mut asked = letter("Caisse n° 23");
    asked.cc.push(Person::new("Chef", "chef@magasin.example"));
    let (mut reader, key) = with_thread(&post, &asked).await?;
    let phone = &mut reader.handset;
    let change = reply(phone, &key, "J’arrive à 14 h.")?;
    phone.settle().await?;
    assert!(is_delivered(phone, change)?);
    let thread = phone.thread(&key)?;
    let last = thread.newest().context("mails")?;
    assert!(
        last.outgoing && thread.mails.len() == 2,
        "before the report, the thread shows it"
    );
    assert_eq!(last.subject, "Re: Caisse n° 23");
    assert_eq!(last.references.last(), Some(&asked.message_id));
    let addresses: Vec<&str> = last
        .to
        .iter()
        .chain(&last.cc)
        .map(|p| p.address.as_str())
        .collect();
    assert_eq!(
        addresses,
        ["user01@magasin.example", "chef@magasin.example"]
    );
    let raw = sent(&post, "J’arrive à 14 h.")?;
    assert_eq!(raw.len(), 1);
    let text = String::from_utf8_lossy(&raw[0]).into_owned();
    assert!(text.contains(&format!("X-Tournee-Change: {change}")));
    assert_eq!(drafts(&post), 0);
    Ok(())
}

#[tokio::test]
async fn whichever_answer_is_lost_it_leaves_once() -> Result<()> {
    let post = Post::open().await?;
    let (mut reader, key) = with_thread(&post, &letter("Perdues")).await?;
    let phone = &mut reader.handset;
    let html = || Effect::DoThenStatus(Canned::html(502, "<h1>Bad gateway</h1>"));
    let lost = [
        ("/drafts", Effect::DoThenLose),
        ("/drafts", Effect::LoseBefore),
        ("/drafts", html()),
        ("/drafts/send", Effect::DoThenLose),
        ("/drafts/send", Effect::LoseBefore),
        ("/drafts/send", html()),
    ];
    for (at, (path, effect)) in lost.into_iter().enumerate() {
        post.gmail.faults().clear();
        let rule = Matcher::on("POST", path).times(1);
        post.gmail.faults().add(rule, effect.clone());
        let text = format!("Réponse numéro {at}.");
        let change = reply(phone, &key, &text)?;
        phone.settle().await?;
        assert!(
            is_delivered(phone, change)?,
            "{path} {effect:?}: {:?}",
            phone.state(change)?
        );
        assert_eq!(sent(&post, &text)?.len(), 1, "{path} {effect:?}");
        assert_eq!(drafts(&post), 0, "{path} {effect:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_server_that_is_restarted_in_the_middle_looks_first() -> Result<()> {
    let mut post = Post::open().await?;
    let (mut reader, key) = with_thread(&post, &letter("Redémarrage")).await?;
    let phone = &mut reader.handset;
    post.gmail.faults().add(
        Matcher::on("POST", "/drafts/send").times(1),
        Effect::DoThenLose,
    );
    // No look reaches Google before the server is gone.
    post.gmail
        .faults()
        .add(Matcher::on("GET", "/drafts/"), Effect::LoseBefore);
    let change = reply(phone, &key, "Une seule fois.")?;
    phone.sync().await?;
    for _ in 0..200 {
        if !sent(&post, "Une seule fois.")?.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    post.house.stop().await?;
    post.gmail.faults().clear();
    post.house.start().await?;
    phone.base = format!("http://{}", post.house.address);
    phone.settle().await?;
    assert!(is_delivered(phone, change)?);
    assert_eq!(sent(&post, "Une seule fois.")?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn one_that_may_have_left_is_not_called_taken_back_where_its_mailbox_is_gone() -> Result<()> {
    let post = Post::open().await?;
    let (mut reader, key) = with_thread(&post, &letter("Boîte rendue")).await?;
    let faults = post.gmail.faults();
    let send = Matcher::on("POST", "/drafts/send").times(1);
    let rule = faults.add(send, Effect::DoThenLose);
    // No look reaches Google.
    faults.add(Matcher::on("GET", "/drafts/"), Effect::LoseBefore);
    let change = reply(&mut reader.handset, &key, "Déjà partie.")?;
    reader.handset.sync().await?;
    wait_until(|| async { Ok(faults.hits(rule) == 1) }).await?;
    assert_eq!(sent(&post, "Déjà partie.")?.len(), 1);
    let phone = &mut reader.handset;
    let address = format!("{}/api/gmail/{}", phone.base, accounts::TECHNICIAN);
    let given_back = phone.http.delete(&address).send().await?;
    assert_eq!(given_back.status(), 204);
    stuck(phone, &[change]).await?;
    let State::NeedsYou { problem } = phone.state(change)? else {
        bail!("{:?}", phone.state(change)?)
    };
    assert_eq!(problem.kind, ProblemKind::Unsettled);
    assert!(
        problem
            .evidence
            .is_some_and(|known| !known.tries.is_empty())
    );
    // He has seen that nobody can look.
    phone.wish(change, Wish::Withdraw);
    phone.settle().await?;
    let state = phone.state(change)?;
    assert!(matches!(state, State::Withdrawn { .. }), "{state:?}");
    Ok(())
}

#[tokio::test]
async fn a_grant_that_is_revoked_in_the_middle_of_a_send_holds_it_until_it_is_given_again()
-> Result<()> {
    let post = Post::open().await?;
    let (mut reader, key) = with_thread(&post, &letter("Au milieu")).await?;
    let refusal = Canned::json(
        401,
        r#"{"error":{"code":401,"message":"Invalid Credentials","errors":[{"reason":"authError"}]}}"#,
    );
    post.gmail.faults().add(
        Matcher::on("POST", "/drafts/send").times(2),
        Effect::Status(refusal),
    );
    let change = reply(&mut reader.handset, &key, "Plus tard.")?;
    for _ in 0..100 {
        reader.handset.sync_whole().await?;
        let lost = |m: &tournee_core::domain::Mailbox| m.state == MailboxState::Reconnect;
        if reader.handset.phone.meta().mailboxes.iter().any(lost) {
            break;
        }
    }
    assert_eq!(reader.handset.state(change)?, State::Server);
    assert_eq!((sent(&post, "Plus tard.")?.len(), drafts(&post)), (0, 1));
    reader
        .connect(false, "accept", accounts::TECHNICIAN)
        .await?;
    reader.handset.settle().await?;
    assert!(is_delivered(&reader.handset, change)?);
    assert_eq!((sent(&post, "Plus tard.")?.len(), drafts(&post)), (1, 0));
    Ok(())
}

#[tokio::test]
async fn what_google_refuses_waits_for_him_with_its_words_and_a_machine_is_not_answered()
-> Result<()> {
    let post = Post::open().await?;
    let (mut reader, key) = with_thread(&post, &letter("Refus")).await?;
    let phone = &mut reader.handset;
    let refusal = Canned::json(
        400,
        r#"{"error":{"code":400,"message":"Recipient address required","errors":[{"reason":"invalidArgument"}]}}"#,
    );
    post.gmail.faults().add(
        Matcher::on("POST", "/drafts/send").times(1),
        Effect::Status(refusal),
    );
    let change = reply(phone, &key, "Refusée une fois.")?;
    phone.settle().await?;
    let State::NeedsYou { problem } = phone.state(change)? else {
        bail!("{:?}", phone.state(change)?)
    };
    assert_eq!(problem.kind, ProblemKind::Refused);
    assert_eq!(problem.words.as_deref(), Some("Recipient address required"));
    phone.wish(change, Wish::Retry);
    phone.settle().await?;
    assert!(is_delivered(phone, change)?);
    assert_eq!(
        (sent(&post, "Refusée une fois.")?.len(), drafts(&post)),
        (1, 0)
    );

    let machine = letter("Absence").header("Auto-Submitted", "auto-replied");
    let id = post.gmail.world().deliver(&machine)[0].1.clone();
    phone.sync_whole().await?;
    let key = super::acts::key(&id);
    assert!(SendReply::answered(phone.thread(&key)?).is_none());
    Ok(())
}

#[tokio::test]
async fn what_google_refused_and_he_takes_back_leaves_no_draft() -> Result<()> {
    let post = Post::open().await?;
    let (mut reader, key) = with_thread(&post, &letter("Repris")).await?;
    let phone = &mut reader.handset;
    let refusal = Canned::json(
        400,
        r#"{"error":{"code":400,"message":"Recipient address required","errors":[{"reason":"invalidArgument"}]}}"#,
    );
    post.gmail.faults().add(
        Matcher::on("POST", "/drafts/send").times(1),
        Effect::Status(refusal),
    );
    let change = reply(phone, &key, "Finalement non.")?;
    phone.settle().await?;
    assert_eq!(drafts(&post), 1);
    phone.wish(change, Wish::Withdraw);
    phone.settle().await?;
    let state = phone.state(change)?;
    assert!(matches!(state, State::Withdrawn { .. }), "{state:?}");
    assert_eq!(
        (sent(&post, "Finalement non.")?.len(), drafts(&post)),
        (0, 0)
    );
    Ok(())
}

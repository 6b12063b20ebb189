//! Looking for mails beyond the boxes: in all of Gmail, read for whoever asked.

use anyhow::{Context as _, Result, ensure};
use tournee_core::domain::{MailBox, Thread};
use tournee_core::time::Seconds;
use tournee_core::wire::{ApiError, ErrorCode, LookUp, LookedUpMails};
use tournee_sandbox::gmail::{Letter, accounts, mailbox::Person};

use super::post::{Post, Reader};

fn letter(subject: &str, text: &str) -> Letter {
    let from = Person::new("Noémie Esmieu", "user01@magasin.example");
    let to = Person::new("", accounts::TECHNICIAN);
    Letter::new(from, to, subject, text, jiff::Timestamp::now())
}

/// A thread in the inbox, and one that its reader has archived. Their ids.
fn two_letters(post: &Post) -> Result<[String; 2]> {
    let mut world = post.gmail.world();
    let mut deliver =
        |subject: &str, text: &str| world.deliver(&letter(subject, text))[0].1.clone();
    let here = deliver("Scellé zygomatique", "Il est rompu.");
    let beyond = deliver(
        "Vieille borne",
        "Le pied zygomatique est tordu. <b>Merci</b>",
    );
    let mailbox = world.mailbox_mut(accounts::TECHNICIAN);
    let mailbox = mailbox.context("a mailbox")?;
    mailbox.modify(&beyond, &[], &["INBOX".to_owned()]);
    Ok([here, beyond])
}

async fn connected(post: &Post) -> Result<Reader> {
    let mut phone = post.phone().await?;
    phone.connect(false, "accept", accounts::TECHNICIAN).await?;
    phone.read().await?;
    Ok(phone)
}

async fn asked(phone: &Reader, mailbox: &str, words: &str) -> Result<reqwest::Response> {
    let address = format!("{}/api/gmail/{mailbox}/search", phone.handset.base);
    let words = words.to_owned();
    let request = phone.handset.http.post(address).json(&LookUp {
        words,
        ahead: Seconds(0),
    });
    Ok(request.send().await?)
}

pub async fn found(phone: &Reader, words: &str) -> Result<LookedUpMails> {
    let answer = asked(phone, accounts::TECHNICIAN, words).await?;
    ensure!(answer.status() == 200, "{}", answer.text().await?);
    Ok(answer.json().await?)
}

#[tokio::test]
async fn what_is_in_no_box_is_found_and_read_and_what_is_held_costs_nothing() -> Result<()> {
    let post = Post::open().await?;
    let [here, beyond] = two_letters(&post)?;
    let phone = connected(&post).await?;
    assert!(phone.threads.contains_key(&here));
    assert!(!phone.threads.contains_key(&beyond));
    post.gmail.world().log.clear();

    let all = found(&phone, "zygomatique").await?;
    let ids: Vec<&str> = all.threads.iter().map(|t| t.key.id.as_str()).collect();
    assert_eq!(ids, [beyond.as_str(), here.as_str()], "the newest first");
    assert!(!all.more);
    let first = &all.threads[0];
    assert_eq!(first.subject, "Vieille borne");
    assert_eq!(first.from, "Noémie Esmieu");
    assert!(first.snippet.contains("zygomatique"), "{}", first.snippet);
    assert_eq!(first.ticket, None);
    // The list, and the head of the one that is not held.
    assert_eq!(post.gmail.world().log.units(), 5 + 20);

    let path = format!("/api/gmail/{}/threads/{beyond}", accounts::TECHNICIAN);
    let thread: Thread = phone.get(&path).await?.error_for_status()?.json().await?;
    assert_eq!(thread.boxes, Vec::<MailBox>::new());
    let body = thread.mails[0].body.as_ref().context("its body")?;
    assert!(body.text.contains("est tordu"), "{}", body.text);
    Ok(())
}

#[tokio::test]
async fn words_people_and_nothing_of_the_trash() -> Result<()> {
    let post = Post::open().await?;
    let [here, beyond] = two_letters(&post)?;
    let phone = connected(&post).await?;
    let ids = async |words: &str| -> Result<Vec<String>> {
        let found = found(&phone, words).await?;
        Ok(found.threads.into_iter().map(|t| t.key.id).collect())
    };
    let only = vec![beyond.clone()];
    assert_eq!(ids("zygomatique borne").await?, only);
    assert_eq!(ids("de:Esmieu zygomatique").await?.len(), 2);
    assert!(ids("de:Personne zygomatique").await?.is_empty());
    // A ticket's facts are no mail's, and what Gmail takes for an operator is a word here.
    assert!(ids("statut:ouvert zygomatique").await?.is_empty());
    assert_eq!(ids("-zygomatique (borne)").await?, only);
    let trash = ["TRASH".to_owned()];
    {
        let mut world = post.gmail.world();
        let mailbox = world.mailbox_mut(accounts::TECHNICIAN);
        mailbox.context("a mailbox")?.modify(&beyond, &trash, &[]);
    }
    assert_eq!(ids("zygomatique").await?, [here]);
    Ok(())
}

#[tokio::test]
async fn nobody_looks_into_anothers_mailbox_and_a_dead_grant_says_so() -> Result<()> {
    let post = Post::open().await?;
    let [_, beyond] = two_letters(&post)?;
    let phone = connected(&post).await?;
    let path = format!("/api/gmail/{}/threads/{beyond}", accounts::TECHNICIAN);
    let other = post
        .phone_of(&tournee_sandbox::accounts::technician(1))
        .await?;
    let code = async |answer: reqwest::Response| -> Result<ErrorCode> {
        Ok(answer.json::<ApiError>().await?.code)
    };
    let answer = asked(&other, accounts::TECHNICIAN, "zygomatique").await?;
    assert_eq!(code(answer).await?, ErrorCode::UnknownMailbox);
    assert_eq!(
        code(other.get(&path).await?).await?,
        ErrorCode::UnknownMailbox
    );

    post.gmail.world().revoke(accounts::TECHNICIAN);
    let answer = asked(&phone, accounts::TECHNICIAN, "zygomatique").await?;
    assert_eq!(answer.status(), 409);
    assert_eq!(code(answer).await?, ErrorCode::MailboxReconnect);
    let gone = format!("/api/gmail/{}/threads/ffff", accounts::TECHNICIAN);
    assert_eq!(phone.get(&gone).await?.status(), 409);
    Ok(())
}

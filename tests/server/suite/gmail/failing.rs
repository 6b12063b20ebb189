//! A thread that Google answers with an error each time, while it answers otherwise.

use std::time::Duration;

use anyhow::{Context as _, Result};
use tournee_core::changes::ChangeBody;
use tournee_core::domain::MailBox;
use tournee_core::wire::{ProblemKind, Wish};
use tournee_sandbox::gmail::accounts;
use tournee_sandbox::{Canned, Effect, Matcher};

use super::acts::{is_delivered, labels_of, letter, with_thread};
use super::post::Post;
use super::replying::reply;
use crate::failing::until_it_waits;

#[tokio::test]
async fn it_waits_for_him_with_what_came_and_goes_on_when_it_is_mended() -> Result<()> {
    let mut post = Post::open().await?;
    post.house.config.custody.patience = Duration::ZERO;
    post.house.stop().await?;
    post.house.start().await?;
    let (mut reader, key) = with_thread(&post, &letter("Illisible")).await?;
    let phone = &mut reader.handset;
    let path = format!("/threads/{}", key.id);
    let error = Effect::Status(Canned::html(404, "<h1>Portail</h1>"));
    let rule = post.gmail.faults().add(Matcher::on("GET", &path), error);
    let classify = phone.phone.classify(&key, MailBox::Done);
    let classify = classify.context("a thread of his")?;
    let moved = phone.edit_thread(&key, ChangeBody::Classify(classify))?;
    let problem = until_it_waits(&post.house, phone, moved).await?;
    assert_eq!(problem.kind, ProblemKind::Unreadable);
    assert_eq!(problem.words.as_deref(), Some("HTTP 404"));
    post.gmail.faults().remove(rule);
    phone.wish(moved, Wish::Retry);
    phone.settle().await?;
    assert!(is_delivered(phone, moved)?, "{:?}", phone.states());
    let labels = labels_of(&post, &key.id)?;
    assert!(labels.contains(&"Tickets (Traités)".to_owned()));
    Ok(())
}

/// An answer whose draft Google does not take, and one whose draft is there.
#[tokio::test]
async fn an_answer_waits_with_what_is_known_of_it() -> Result<()> {
    let mut post = Post::open().await?;
    post.house.config.custody.patience = Duration::ZERO;
    post.house.stop().await?;
    post.house.start().await?;
    let (mut reader, key) = with_thread(&post, &letter("Sans réponse")).await?;
    let phone = &mut reader.handset;
    let ways = [
        ("/drafts?", ProblemKind::Unreadable),
        ("/drafts/send", ProblemKind::Unsettled),
    ];
    for (path, kind) in ways {
        let error = Effect::Status(Canned::html(404, "<h1>Portail</h1>"));
        let rule = post.gmail.faults().add(Matcher::on("POST", path), error);
        let answer = reply(phone, &key, &format!("Vu {path}"))?;
        let problem = until_it_waits(&post.house, phone, answer).await?;
        assert_eq!(problem.kind, kind, "{path}");
        post.gmail.faults().remove(rule);
        phone.wish(answer, Wish::Retry);
        phone.settle().await?;
        assert!(is_delivered(phone, answer)?, "{:?}", phone.states());
        let world = post.gmail.world();
        let mailbox = world.mailbox(accounts::TECHNICIAN).context("a mailbox")?;
        let sent = mailbox
            .thread(&key.id)
            .iter()
            .filter(|mail| mail.labels.iter().any(|label| label == "SENT"))
            .count();
        assert_eq!(
            sent,
            1 + usize::from(kind == ProblemKind::Unsettled),
            "{path}"
        );
    }
    Ok(())
}

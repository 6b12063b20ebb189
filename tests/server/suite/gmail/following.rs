//! The mails of a ticket that moves, where Google does not answer, or gives no access to one of two mailboxes.

use anyhow::{Context as _, Result};
use tournee::backup::backup;
use tournee::store::mail_links::MailLink;
use tournee_core::changes::{ChangeBody, Classify};
use tournee_core::domain::{MailBox, Status, UrgentBox};
use tournee_core::ids::{ThreadKey, TicketKey};
use tournee_sandbox::gmail::accounts;
use tournee_sandbox::gmail::mailbox::Person;
use tournee_sandbox::{Effect, Matcher};

use super::acts::{is_delivered, labels_of, letter, with_thread};
use super::converting::{COLLEAGUE, named, settled};
use super::linking::{in_progress, until};
use super::post::Post;
use crate::support::handset::{followup, solution};
use crate::support::{Handset, wait_until};

const IN_PROGRESS: &str = "Tickets (En cours)";
const DONE: &str = "Tickets (Traités)";

/// Until the mails of every ticket that has moved were looked after.
async fn looked_after(post: &Post) -> Result<()> {
    let server = post.house.app()?.shared().clone();
    wait_until(|| async { Ok(server.store.read().await?.stirred_links().await?.is_empty()) }).await
}

/// Somebody moves a thread on Gmail's page.
fn put(post: &Post, thread: &ThreadKey, to: &str, from: &str) -> Result<()> {
    let mut world = post.gmail.world();
    let mailbox = world.mailbox_mut(accounts::TECHNICIAN);
    let mailbox = mailbox.context("a mailbox")?;
    let id = |name: &str| -> Option<String> {
        let label = mailbox.labels().find(|label| label.name == name);
        Some(label?.id.clone())
    };
    let add = [id(to).context("a label")?];
    let remove = [id(from).context("a label")?];
    mailbox.modify(&thread.id, &add, &remove);
    Ok(())
}

#[tokio::test]
async fn a_move_whose_answer_was_lost_is_not_made_again_over_who_moved_it_back() -> Result<()> {
    for dies in [false, true] {
        put_back_behind_a_lost_answer(dies).await?;
    }
    Ok(())
}

/// `dies`: the server, before it has looked.
async fn put_back_behind_a_lost_answer(dies: bool) -> Result<()> {
    let mut post = Post::open().await?;
    let (mut reader, thread) = with_thread(&post, &letter("Suivi perdu")).await?;
    let phone = &mut reader.handset;
    let ticket = in_progress(phone, &thread).await?;
    looked_after(&post).await?;
    let write = Matcher::on("POST", &format!("threads/{}/modify", thread.id)).times(1);
    let rule = post.gmail.faults().add(write, Effect::DoThenLose);
    phone.edit(&ticket, solution("Remplacée."))?;
    phone.settle().await?;
    wait_until(|| async {
        let moved = labels_of(&post, &thread.id)?.contains(&DONE.to_owned());
        Ok(post.gmail.faults().hits(rule) == 1 && moved)
    })
    .await?;
    if dies {
        post.house.crash().await?;
    }
    put(&post, &thread, IN_PROGRESS, DONE)?;
    if dies {
        post.house.start().await?;
        phone.base = format!("http://{}", post.house.address);
    }
    // Whatever is read has the mails looked after once more.
    let other = phone.own_ticket("nouveau", Status::Assigned)?;
    phone.edit(&other, followup("Autre chose."))?;
    phone.settle().await?;
    looked_after(&post).await?;
    assert!(labels_of(&post, &thread.id)?.contains(&IN_PROGRESS.to_owned()));
    until(phone, "as it was put", |phone| {
        is_in(phone, &thread, MailBox::InProgress)
    })
    .await
}

/// What became of a thread since the backup.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Came {
    /// It followed its ticket, and was put back.
    Followed,
    /// It was put elsewhere, and back; its ticket did not move.
    PutByHand,
    Nobody,
}

/// A server that is put back to its backup sees the ticket move for the first time; the one of before had the thread follow.
#[tokio::test]
async fn what_a_forgotten_server_had_follow_is_not_moved_again_over_who_moved_it_back() -> Result<()>
{
    for came in [Came::Followed, Came::PutByHand, Came::Nobody] {
        let mut post = Post::open().await?;
        let (mut reader, thread) = with_thread(&post, &letter("Suivi oublié")).await?;
        let phone = &mut reader.handset;
        let ticket = in_progress(phone, &thread).await?;
        looked_after(&post).await?;
        let file = post.house.config.data_dir.join("nightly.sqlite");
        backup(&post.house.config.data_dir, &file).await?;
        match came {
            Came::Followed => {
                phone.edit(&ticket, solution("Remplacée."))?;
                phone.settle().await?;
                let moved =
                    || async { Ok(labels_of(&post, &thread.id)?.contains(&DONE.to_owned())) };
                wait_until(moved).await?;
                put(&post, &thread, IN_PROGRESS, DONE)?;
            }
            Came::PutByHand => {
                put(&post, &thread, DONE, IN_PROGRESS)?;
                put(&post, &thread, IN_PROGRESS, DONE)?;
            }
            Came::Nobody => {}
        }
        post.house.stop().await?;
        post.house.restore(&file)?;
        post.house.start().await?;
        phone.base = format!("http://{}", post.house.address);
        if came == Came::Followed {
            phone.sync_whole().await?;
            let server = post.house.app()?.shared().clone();
            // Read, and looked after.
            wait_until(|| async {
                let links = server.store.read().await?.links_of_ticket(&ticket).await?;
                let seen = |link: &MailLink| !link.status.is_open() && !link.stirred;
                Ok(!links.is_empty() && links.iter().all(seen))
            })
            .await?;
            let labels = labels_of(&post, &thread.id)?;
            assert!(labels.contains(&IN_PROGRESS.to_owned()), "{labels:?}");
            continue;
        }
        if came == Came::PutByHand {
            phone.sync_whole().await?;
            let server = post.house.app()?.shared().clone();
            // Its ticket was read, and had not moved.
            wait_until(|| async {
                let links = server.store.read().await?.links_of_ticket(&ticket).await?;
                Ok(!links.is_empty() && links.iter().all(|link| !link.of_before))
            })
            .await?;
        }
        // Its ticket moves now: it follows as ever.
        phone.edit(&ticket, solution("Remplacée."))?;
        phone.settle().await?;
        until(phone, "followed", |phone| {
            is_in(phone, &thread, MailBox::Done)
        })
        .await?;
    }
    Ok(())
}

/// Google's history reaches a week back; a thread may have rested for longer.
#[tokio::test]
async fn a_thread_that_rested_for_long_follows_though_google_did_not_answer_at_first() -> Result<()>
{
    let post = Post::open().await?;
    let (mut reader, thread) = with_thread(&post, &letter("Au repos")).await?;
    let phone = &mut reader.handset;
    let ticket = in_progress(phone, &thread).await?;
    looked_after(&post).await?;
    expire_history(&post)?;
    let write = Matcher::on("POST", &format!("threads/{}/modify", thread.id)).times(1);
    let rule = post.gmail.faults().add(write, Effect::LoseBefore);
    phone.edit(&ticket, solution("Remplacée."))?;
    phone.settle().await?;
    wait_until(|| async { Ok(post.gmail.faults().hits(rule) == 1) }).await?;
    let other = phone.own_ticket("nouveau", Status::Assigned)?;
    phone.edit(&other, followup("Autre chose."))?;
    phone.settle().await?;
    until(phone, "followed", |phone| {
        is_in(phone, &thread, MailBox::Done)
    })
    .await?;
    // His own move, too.
    expire_history(&post)?;
    let write = Matcher::on("POST", &format!("threads/{}/modify", thread.id)).times(1);
    let rule = post.gmail.faults().add(write, Effect::LoseBefore);
    let classify = Classify::into(&[MailBox::Done], MailBox::InProgress, UrgentBox::Beside);
    let moved = phone.edit_thread(&thread, ChangeBody::Classify(classify))?;
    phone.settle().await?;
    assert_eq!(post.gmail.faults().hits(rule), 1);
    assert!(is_delivered(phone, moved)?, "{:?}", phone.state(moved)?);
    Ok(())
}

fn expire_history(post: &Post) -> Result<()> {
    let mut world = post.gmail.world();
    let mailbox = world.mailbox_mut(accounts::TECHNICIAN);
    mailbox.context("a mailbox")?.expire_history();
    Ok(())
}

#[tokio::test]
async fn a_mailbox_without_access_keeps_no_other_from_following() -> Result<()> {
    let post = Post::open().await?;
    let mut first = letter("Des deux côtés");
    first.cc.push(Person::new("", accounts::SHARED));
    let (mut reader, thread) = with_thread(&post, &first).await?;
    let ticket = in_progress(&mut reader.handset, &thread).await?;
    let mut colleague = settled(&post, COLLEAGUE, true).await?;
    let theirs = named(&colleague, "Des deux côtés")?.key.clone();
    sort_in_progress(&mut colleague.handset, &theirs, &ticket).await?;
    looked_after(&post).await?;
    // The one that is looked at first.
    assert!(theirs < thread);
    {
        let mut world = post.gmail.world();
        world.kill_refresh_tokens(accounts::SHARED);
        world.expire_access_tokens(accounts::SHARED);
    }
    let phone = &mut reader.handset;
    phone.edit(&ticket, solution("Remplacée."))?;
    phone.settle().await?;
    until(phone, "followed", |phone| {
        is_in(phone, &thread, MailBox::Done)
    })
    .await?;
    let there = |phone: &Handset| is_in(phone, &theirs, MailBox::InProgress);
    assert!(there(&colleague.handset));
    // Connected again, it follows too; the other one, put elsewhere meanwhile, stays.
    let classify = Classify::into(&[MailBox::Done], MailBox::ToSort, UrgentBox::Beside);
    phone.edit_thread(&thread, ChangeBody::Classify(classify))?;
    phone.settle().await?;
    colleague.connect(true, "accept", accounts::SHARED).await?;
    until(&mut colleague.handset, "followed too", |phone| {
        is_in(phone, &theirs, MailBox::Done)
    })
    .await?;
    looked_after(&post).await?;
    reader.handset.sync_whole().await?;
    assert!(is_in(&reader.handset, &thread, MailBox::ToSort));
    Ok(())
}

fn is_in(phone: &Handset, thread: &ThreadKey, of: MailBox) -> bool {
    phone
        .thread(thread)
        .is_ok_and(|thread| thread.boxes == [of])
}

async fn sort_in_progress(
    phone: &mut Handset,
    thread: &ThreadKey,
    ticket: &TicketKey,
) -> Result<()> {
    until(phone, "its ticket", |phone| {
        let found = phone.thread(thread).map(|thread| thread.ticket.clone());
        found.is_ok_and(|found| found.as_ref() == Some(ticket))
    })
    .await?;
    let boxes = phone.thread(thread)?.boxes.clone();
    let classify = Classify::into(&boxes, MailBox::InProgress, UrgentBox::Beside);
    phone.edit_thread(thread, ChangeBody::Classify(classify))?;
    phone.settle().await
}

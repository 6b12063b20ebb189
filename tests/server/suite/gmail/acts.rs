//! What is done to threads: moved between the boxes, offline first, in Gmail at last.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tournee::backup::backup;
use tournee_core::changes::{ChangeBody, ConflictValue};
use tournee_core::domain::{MailBox, MailboxState, UrgentBox};
use tournee_core::ids::{ChangeId, MailboxId, ThreadKey};
use tournee_core::outbox::State;
use tournee_core::wire::{ProblemKind, Wish};
use tournee_sandbox::gmail::{Letter, accounts, mailbox::Person};
use tournee_sandbox::{Effect, Matcher};

use super::post::{Post, Reader};
use crate::carrying::stuck;
use crate::support::{Handset, wait_until};

pub fn letter(subject: &str) -> Letter {
    let from = Person::new("Noémie Esmieu", "user01@magasin.example");
    let to = Person::new("", accounts::TECHNICIAN);
    Letter::new(from, to, subject, "Elle fume.", jiff::Timestamp::now())
}

pub fn key(id: &str) -> ThreadKey {
    ThreadKey {
        mailbox: MailboxId::of(accounts::TECHNICIAN),
        id: id.to_owned(),
    }
}

/// A phone with a connected mailbox and a thread that has just arrived.
pub async fn with_thread(post: &Post, letter: &Letter) -> Result<(Reader, ThreadKey)> {
    let mut reader = post.phone().await?;
    reader
        .connect(false, "accept", accounts::TECHNICIAN)
        .await?;
    let delivered = post.gmail.world().deliver(letter);
    let id = delivered.first().context("delivered")?.1.clone();
    let key = key(&id);
    for _ in 0..100 {
        reader.handset.sync_whole().await?;
        if reader.handset.phone.threads().get(&key).is_some() {
            return Ok((reader, key));
        }
    }
    bail!("the thread does not come")
}

pub fn labels_of(post: &Post, thread: &str) -> Result<Vec<String>> {
    let world = post.gmail.world();
    let mailbox = world.mailbox(accounts::TECHNICIAN).context("a mailbox")?;
    let messages = mailbox.thread(thread);
    let ids = messages.iter().flat_map(|message| &message.labels);
    let names = ids.map(|id| {
        let label = mailbox.labels().find(|label| label.id == *id);
        label.map_or_else(|| id.clone(), |label| label.name.clone())
    });
    let names: std::collections::BTreeSet<String> = names.collect();
    Ok(names.into_iter().collect())
}

fn sort(phone: &mut Handset, key: &ThreadKey, to: MailBox) -> Result<ChangeId> {
    let classify = phone.phone.classify(key, to).context("a thread of his")?;
    phone.edit_thread(key, ChangeBody::Classify(classify))
}

fn boxes(phone: &Handset, key: &ThreadKey) -> Vec<MailBox> {
    let row = phone.phone.shown_thread_row(key);
    row.map(|row| row.boxes).unwrap_or_default()
}

pub fn is_delivered(phone: &Handset, id: ChangeId) -> Result<bool> {
    Ok(matches!(phone.state(id)?, State::Delivered { .. }))
}

#[tokio::test]
async fn a_thread_is_sorted_at_once_on_the_phone_and_then_in_gmail() -> Result<()> {
    let post = Post::open().await?;
    let (mut reader, key) = with_thread(&post, &letter("À classer")).await?;
    let phone = &mut reader.handset;
    {
        let mut world = post.gmail.world();
        let mailbox = world.mailbox_mut(accounts::TECHNICIAN).context("there")?;
        let own = mailbox.create_label("Perso").context("a label")?;
        mailbox.modify(&key.id, &[own], &[]);
    }
    let urgent = sort(phone, &key, MailBox::Urgent)?;
    assert_eq!(boxes(phone, &key), [MailBox::Urgent, MailBox::InProgress]);
    let done = sort(phone, &key, MailBox::Done)?;
    assert_eq!(boxes(phone, &key), [MailBox::Done]);
    assert_eq!(
        phone.thread(&key)?.boxes,
        [MailBox::ToSort],
        "the base is the server's word"
    );
    phone.settle().await?;
    assert!(is_delivered(phone, urgent)? && is_delivered(phone, done)?);
    assert_eq!(phone.thread(&key)?.boxes, [MailBox::Done]);
    let labels = labels_of(&post, &key.id)?;
    assert!(
        labels.contains(&"Perso".to_owned()) && labels.contains(&"Tickets (Traités)".to_owned())
    );
    assert!(
        !labels
            .iter()
            .any(|name| name.contains("Urgent") || name.contains("En cours"))
    );
    // Back to be sorted: out of all three.
    sort(phone, &key, MailBox::ToSort)?;
    phone.settle().await?;
    assert_eq!(phone.thread(&key)?.boxes, [MailBox::ToSort]);
    Ok(())
}

#[tokio::test]
async fn urgent_stands_alone_where_the_service_has_it_so() -> Result<()> {
    let post = Post::with(4, |google| {
        google.urgent = UrgentBox::Alone;
        Ok(())
    })
    .await?;
    let (mut reader, key) = with_thread(&post, &letter("Urgent")).await?;
    let phone = &mut reader.handset;
    sort(phone, &key, MailBox::InProgress)?;
    sort(phone, &key, MailBox::Urgent)?;
    phone.settle().await?;
    assert_eq!(phone.thread(&key)?.boxes, [MailBox::Urgent]);
    Ok(())
}

#[tokio::test]
async fn a_lost_answer_and_a_deleted_label_cost_a_repeat() -> Result<()> {
    let post = Post::open().await?;
    let (mut reader, key) = with_thread(&post, &letter("Perdu")).await?;
    let phone = &mut reader.handset;
    {
        let mut world = post.gmail.world();
        let mailbox = world.mailbox_mut(accounts::TECHNICIAN).context("there")?;
        let label = mailbox.label_id(accounts::LABELS[1]).context("a label")?;
        mailbox.delete_label(&label);
    }
    let faults = post.gmail.faults();
    faults.add(Matcher::on("POST", "/modify").times(1), Effect::DoThenLose);
    let done = sort(phone, &key, MailBox::Done)?;
    phone.settle().await?;
    assert!(is_delivered(phone, done)?, "{:?}", phone.states());
    assert!(labels_of(&post, &key.id)?.contains(&"Tickets (Traités)".to_owned()));
    Ok(())
}

/// Also where he had insisted: what he was shown then is not what stands there now for the second time.
#[tokio::test]
async fn what_somebody_put_back_after_he_had_insisted_is_his_to_decide_again() -> Result<()> {
    let post = Post::open().await?;
    let (mut reader, key) = with_thread(&post, &letter("Insisté")).await?;
    let phone = &mut reader.handset;
    let urgent = accounts::LABELS[2];
    // Somebody has it in two boxes.
    let moves = || -> Result<()> {
        let mut world = post.gmail.world();
        let mailbox = world.mailbox_mut(accounts::TECHNICIAN).context("there")?;
        let named = |name: &str| mailbox.label_id(name).context("a label");
        let both = [named(accounts::LABELS[0])?, named(accounts::LABELS[1])?];
        let from = [named(urgent)?];
        mailbox.modify(&key.id, &both, &from);
        Ok(())
    };
    moves()?;
    let mine = sort(phone, &key, MailBox::Urgent)?;
    phone.settle().await?;
    assert!(matches!(phone.state(mine)?, State::NeedsYou { .. }));
    let faults = post.gmail.faults();
    faults.add(Matcher::on("POST", "/modify").times(1), Effect::DoThenLose);
    phone.wish(mine, Wish::Insist);
    phone.sync().await?;
    for _ in 0..100 {
        if labels_of(&post, &key.id)?.contains(&urgent.to_owned()) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    moves()?;
    phone.settle().await?;
    let State::NeedsYou { problem } = phone.state(mine)? else {
        bail!("{:?}", phone.state(mine)?)
    };
    assert_eq!(problem.kind, ProblemKind::Unsettled);
    assert!(!labels_of(&post, &key.id)?.contains(&urgent.to_owned()));
    Ok(())
}

#[tokio::test]
async fn what_somebody_put_back_while_nobody_knew_is_not_moved_over_him() -> Result<()> {
    let post = Post::open().await?;
    let (mut reader, key) = with_thread(&post, &letter("Remis")).await?;
    let phone = &mut reader.handset;
    let faults = post.gmail.faults();
    faults.add(Matcher::on("POST", "/modify").times(1), Effect::DoThenLose);
    let done = sort(phone, &key, MailBox::Done)?;
    phone.sync().await?;
    let label = accounts::LABELS[1];
    for _ in 0..100 {
        if labels_of(&post, &key.id)?.contains(&label.to_owned()) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    {
        let mut world = post.gmail.world();
        let mailbox = world.mailbox_mut(accounts::TECHNICIAN).context("there")?;
        let label = mailbox.label_id(label).context("a label")?;
        mailbox.modify(&key.id, &[], &[label]);
    }
    phone.settle().await?;
    let State::NeedsYou { problem } = phone.state(done)? else {
        bail!("{:?}", phone.state(done)?)
    };
    assert_eq!(problem.kind, ProblemKind::Unsettled);
    assert!(!labels_of(&post, &key.id)?.contains(&label.to_owned()));
    phone.wish(done, Wish::Retry);
    phone.settle().await?;
    assert!(is_delivered(phone, done)?);
    Ok(())
}

/// The first of them alters the thread, and that says nothing of the one behind it.
#[tokio::test]
async fn two_moves_that_nobody_came_between_are_carried_out_after_a_restore() -> Result<()> {
    let mut post = Post::open().await?;
    let (mut reader, key) = with_thread(&post, &letter("Deux fois")).await?;
    let phone = &mut reader.handset;
    let file = post.house.config.data_dir.join("nightly.sqlite");
    let faults = post.gmail.faults();
    let cut = faults.add(Matcher::on("GET", "/threads/"), Effect::LoseBefore);
    let first = sort(phone, &key, MailBox::InProgress)?;
    let second = sort(phone, &key, MailBox::Done)?;
    phone.send(&phone.phone.request(false)).await?;
    backup(&post.house.config.data_dir, &file).await?;
    post.house.stop().await?;
    faults.remove(cut);
    post.house.restore(&file)?;
    post.house.start().await?;
    phone.base = format!("http://{}", post.house.address);
    phone.settle().await?;
    assert!(is_delivered(phone, first)?, "{:?}", phone.state(first)?);
    assert!(is_delivered(phone, second)?, "{:?}", phone.state(second)?);
    assert!(labels_of(&post, &key.id)?.contains(&accounts::LABELS[1].to_owned()));
    Ok(())
}

/// Whether it was on its way as the backup was made, or came after it.
#[tokio::test]
async fn what_a_forgotten_server_moved_and_somebody_put_back_is_his_to_decide() -> Result<()> {
    for came_before in [true, false] {
        let mut post = Post::open().await?;
        let (mut reader, key) = with_thread(&post, &letter("Oublié")).await?;
        let phone = &mut reader.handset;
        let file = post.house.config.data_dir.join("nightly.sqlite");
        let done = sort(phone, &key, MailBox::Done)?;
        let request = phone.phone.request(false);
        if came_before {
            let faults = post.gmail.faults();
            let cut = faults.add(Matcher::on("GET", "/threads/"), Effect::LoseBefore);
            phone.send(&request).await?;
            backup(&post.house.config.data_dir, &file).await?;
            faults.remove(cut);
        } else {
            backup(&post.house.config.data_dir, &file).await?;
            phone.send(&request).await?;
        }
        let label = accounts::LABELS[1].to_owned();
        wait_until(|| async { Ok(labels_of(&post, &key.id)?.contains(&label)) }).await?;
        {
            let mut world = post.gmail.world();
            let mailbox = world.mailbox_mut(accounts::TECHNICIAN).context("there")?;
            let label = mailbox.label_id(&label).context("a label")?;
            mailbox.modify(&key.id, &[], &[label]);
        }
        post.house.stop().await?;
        post.house.restore(&file)?;
        post.house.start().await?;
        phone.base = format!("http://{}", post.house.address);
        stuck(phone, &[done]).await?;
        let State::NeedsYou { problem } = phone.state(done)? else {
            bail!("{came_before}: {:?}", phone.state(done)?)
        };
        assert_eq!(problem.kind, ProblemKind::Unsettled, "{came_before}");
        assert!(!labels_of(&post, &key.id)?.contains(&label));
        phone.wish(done, Wish::Retry);
        phone.settle().await?;
        assert!(is_delivered(phone, done)?, "{came_before}");
        assert!(labels_of(&post, &key.id)?.contains(&label));
    }
    Ok(())
}

#[tokio::test]
async fn what_somebody_moved_in_gmail_meanwhile_is_his_to_decide_and_other_threads_go_on()
-> Result<()> {
    let post = Post::open().await?;
    let (mut reader, key) = with_thread(&post, &letter("Deux mains")).await?;
    let other = post.gmail.world().deliver(&letter("Un autre"))[0].1.clone();
    let phone = &mut reader.handset;
    phone.sync_whole().await?;
    {
        let mut world = post.gmail.world();
        let mailbox = world.mailbox_mut(accounts::TECHNICIAN).context("there")?;
        let done = mailbox.label_id(accounts::LABELS[1]).context("a label")?;
        mailbox.modify(&key.id, &[done], &[]);
    }
    let mine = sort(phone, &key, MailBox::Urgent)?;
    let free = sort(phone, &self::key(&other), MailBox::InProgress)?;
    phone.settle().await?;
    assert!(is_delivered(phone, free)?);
    let State::NeedsYou { problem } = phone.state(mine)? else {
        bail!("{:?}", phone.state(mine)?)
    };
    let conflict = problem.conflict.context("both values")?;
    assert_eq!(conflict.theirs, ConflictValue::Boxes(vec![MailBox::Done]));
    assert_eq!(boxes(phone, &key), [MailBox::Done]);
    phone.wish(mine, Wish::Insist);
    phone.settle().await?;
    assert!(is_delivered(phone, mine)?);
    assert_eq!(boxes(phone, &key), [MailBox::Urgent, MailBox::InProgress]);
    Ok(())
}

#[tokio::test]
async fn a_read_that_began_before_a_move_never_shows_the_box_of_before() -> Result<()> {
    let post = Post::open().await?;
    let (mut reader, key) = with_thread(&post, &letter("Lu trop tôt")).await?;
    let phone = &mut reader.handset;
    {
        let mut world = post.gmail.world();
        let mailbox = world.mailbox_mut(accounts::TECHNICIAN).context("there")?;
        mailbox.expire_history();
    }
    // All is read, what is in the boxes first; the rest of the lists comes late.
    let faults = post.gmail.faults();
    let slow = Effect::Delay(Duration::from_secs(4));
    let sent = faults.add(Matcher::on("GET", "labelIds=SENT").times(1), slow);
    phone.sync().await?;
    while faults.hits(sent) == 0 {
        phone.sync().await?;
    }
    let moved = sort(phone, &key, MailBox::InProgress)?;
    let until = tokio::time::Instant::now() + Duration::from_secs(6);
    while tokio::time::Instant::now() < until {
        phone.sync_whole().await?;
        if is_delivered(phone, moved)? {
            assert_eq!(phone.thread(&key)?.boxes, [MailBox::InProgress]);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(is_delivered(phone, moved)?);
    Ok(())
}

#[tokio::test]
async fn a_box_whose_label_was_made_anew_in_gmail_is_seen_before_anything_is_moved() -> Result<()> {
    // No read comes to know of it first.
    let seldom = Duration::from_secs(3_600);
    let post = Post::with(4, |google| {
        google.every = seldom;
        Ok(())
    })
    .await?;
    let delivered = post.gmail.world().deliver(&letter("Libellé refait"));
    let key = key(&delivered.first().context("delivered")?.1);
    let mut reader = post.phone().await?;
    reader
        .connect(false, "accept", accounts::TECHNICIAN)
        .await?;
    let phone = &mut reader.handset;
    for _ in 0..100 {
        phone.sync_whole().await?;
        if phone.phone.threads().get(&key).is_some() {
            break;
        }
    }
    {
        let mut world = post.gmail.world();
        let mailbox = world.mailbox_mut(accounts::TECHNICIAN).context("there")?;
        let label = mailbox.label_id(accounts::LABELS[1]).context("a label")?;
        mailbox.delete_label(&label);
        let anew = mailbox.create_label(accounts::LABELS[1]).context("anew")?;
        mailbox.modify(&key.id, &[anew], &["INBOX".to_owned()]);
    }
    let moved = sort(phone, &key, MailBox::InProgress)?;
    phone.settle().await?;
    let State::NeedsYou { problem } = phone.state(moved)? else {
        bail!("{:?}", phone.state(moved)?);
    };
    let conflict = problem.conflict.context("a conflict")?;
    assert_eq!(conflict.theirs, ConflictValue::Boxes(vec![MailBox::Done]));
    Ok(())
}

#[tokio::test]
async fn a_dead_grant_holds_the_queue_until_the_mailbox_is_connected_again() -> Result<()> {
    let post = Post::open().await?;
    let (mut reader, key) = with_thread(&post, &letter("Révoqué")).await?;
    post.gmail.world().revoke(accounts::TECHNICIAN);
    let change = sort(&mut reader.handset, &key, MailBox::Done)?;
    for _ in 0..50 {
        reader.handset.sync_whole().await?;
        let lost = |m: &tournee_core::domain::Mailbox| m.state == MailboxState::Reconnect;
        if reader.handset.phone.meta().mailboxes.iter().any(lost) {
            break;
        }
    }
    assert_eq!(
        reader.handset.state(change)?,
        State::Server,
        "it waits, and nothing is lost"
    );
    assert_eq!(boxes(&reader.handset, &key), [MailBox::Done]);
    reader
        .connect(false, "accept", accounts::TECHNICIAN)
        .await?;
    reader.handset.settle().await?;
    assert!(is_delivered(&reader.handset, change)?);
    Ok(())
}

#[tokio::test]
async fn a_thread_that_is_gone_and_a_mailbox_that_is_not_his_say_so() -> Result<()> {
    let post = Post::open().await?;
    let (mut reader, key) = with_thread(&post, &letter("Supprimé")).await?;
    let phone = &mut reader.handset;
    {
        let mut world = post.gmail.world();
        let mailbox = world.mailbox_mut(accounts::TECHNICIAN).context("there")?;
        mailbox.delete(&key.id);
    }
    let gone = sort(phone, &key, MailBox::Done)?;
    let elsewhere = ThreadKey {
        mailbox: MailboxId::of(accounts::SHARED),
        ..key.clone()
    };
    let ChangeBody::Classify(classify) = phone
        .phone
        .outbox()
        .get(gone)
        .context("kept")?
        .change
        .body
        .clone()
    else {
        bail!("another change")
    };
    let foreign = phone.edit_thread(&elsewhere, ChangeBody::Classify(classify))?;
    phone.settle().await?;
    for (change, kind) in [
        (gone, ProblemKind::ThreadGone),
        (foreign, ProblemKind::NoMailbox),
    ] {
        let State::NeedsYou { problem } = phone.state(change)? else {
            bail!("{:?}", phone.state(change)?)
        };
        assert_eq!(problem.kind, kind);
    }
    Ok(())
}

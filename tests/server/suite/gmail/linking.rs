//! A thread and a ticket know each other: from either side, and on a new server from GLPI and Gmail alone.

use anyhow::{Context as _, Result, bail};
use tournee_core::changes::{ChangeBody, Classify, LinkMail};
use tournee_core::domain::{MailBox, MailName, Status, Thread, UrgentBox};
use tournee_core::ids::{ThreadKey, TicketKey};
use tournee_core::wire::Notice;
use tournee_sandbox::gmail::accounts;
use tournee_sandbox::{Effect, Matcher};

use super::acts::{is_delivered, letter, with_thread};
use super::converting::{COLLEAGUE, convert, notices};
use super::finding::found;
use super::post::Post;
use crate::creation::titled;
use crate::support::handset::{solution, status};
use crate::support::{Handset, SOURCES, wait_until};

pub async fn until(
    phone: &mut Handset,
    what: &str,
    holds: impl Fn(&Handset) -> bool,
) -> Result<()> {
    for _ in 0..200 {
        phone.sync_whole().await?;
        if holds(phone) {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    bail!("not within patience: {what}")
}

pub fn link(
    phone: &mut Handset,
    thread: &ThreadKey,
    ticket: &TicketKey,
    linked: bool,
) -> Result<tournee_core::ids::ChangeId> {
    let body = LinkMail::of(phone.thread(thread)?, linked);
    phone.edit(ticket, ChangeBody::Link(Box::new(body)))
}

/// A ticket that the thread belongs to; the thread is *En cours*.
pub async fn in_progress(phone: &mut Handset, thread: &ThreadKey) -> Result<TicketKey> {
    let ticket = phone.own_ticket("nouveau", Status::Assigned)?;
    link(phone, thread, &ticket, true)?;
    let boxes = phone.thread(thread)?.boxes.clone();
    let classify = Classify::into(&boxes, MailBox::InProgress, UrgentBox::Beside);
    phone.edit_thread(thread, ChangeBody::Classify(classify))?;
    phone.settle().await?;
    until(phone, "linked", |phone| ticket_of(phone, thread).is_some()).await?;
    Ok(ticket)
}

fn ticket_of(phone: &Handset, thread: &ThreadKey) -> Option<TicketKey> {
    phone.phone.shown_thread_row(thread)?.ticket
}

#[tokio::test]
async fn a_link_shows_at_once_is_in_glpi_and_is_found_again_on_a_new_server() -> Result<()> {
    let mut post = Post::open().await?;
    let (mut reader, thread) = with_thread(&post, &letter("Caisse 23 « bloquée »")).await?;
    let mut tickets = Vec::new();
    for source in ["ancien", "nouveau"] {
        if source == "ancien" {
            let login = tournee_sandbox::accounts::TECHNICIAN;
            reader.handset.sign_in(source, login).await?;
        }
        let phone = &mut reader.handset;
        phone.sync_whole().await?;
        let ticket = phone.own_ticket(source, Status::Assigned)?;
        let made = link(phone, &thread, &ticket, true)?;
        assert_eq!(ticket_of(phone, &thread), Some(ticket.clone()), "offline");
        assert_eq!(phone.phone.threads_of(&ticket).len(), 1);
        phone.settle().await?;
        assert!(is_delivered(phone, made)?, "{:?}", phone.states());
        until(phone, "linked", |phone| {
            phone
                .thread(&thread)
                .is_ok_and(|t| t.ticket.as_ref() == Some(&ticket))
        })
        .await?;
        let notes = post
            .house
            .glpi(source)
            .world()
            .followups(i64::try_from(ticket.id.0)?);
        let ours: Vec<_> = notes
            .iter()
            .filter(|note| note.content.contains("réf. courriel : "))
            .collect();
        assert_eq!(ours.len(), 1);
        assert!(ours[0].is_private);
        tickets.push(ticket);
    }
    // Nothing but GLPI and Gmail is left.
    post.house.stop().await?;
    let folder = tempfile::tempdir()?;
    post.house.config.data_dir = folder.path().to_owned();
    post.house.start().await?;
    let mut again = post.phone().await?;
    again.connect(false, "accept", accounts::TECHNICIAN).await?;
    let phone = &mut again.handset;
    until(phone, "found again", |phone| {
        ticket_of(phone, &thread).as_ref() == tickets.last()
    })
    .await?;
    // Parted, from the ticket's side.
    let parted = link(phone, &thread, &tickets[1], false)?;
    assert_eq!(ticket_of(phone, &thread), None);
    phone.settle().await?;
    assert!(is_delivered(phone, parted)?);
    until(phone, "parted", |phone| {
        phone.thread(&thread).is_ok_and(|t| t.ticket.is_none())
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn a_thread_that_is_in_no_box_any_more_keeps_its_ticket() -> Result<()> {
    let post = Post::open().await?;
    let subject = "Caisse zygomatique";
    let (mut reader, thread) = with_thread(&post, &letter(subject)).await?;
    let ticket = in_progress(&mut reader.handset, &thread).await?;
    reader.read().await?;
    // From a phone that knows nothing of the link.
    let change = convert(&mut reader, "nouveau", subject)?;
    {
        let mut world = post.gmail.world();
        let mailbox = world.mailbox_mut(accounts::TECHNICIAN);
        let mailbox = mailbox.context("a mailbox")?;
        let mails = mailbox.thread(&thread.id);
        let labels: Vec<String> = mails.iter().flat_map(|mail| mail.labels.clone()).collect();
        mailbox.modify(&thread.id, &[], &labels);
        mailbox.expire_history();
    }
    reader.read().await?;
    assert!(!reader.threads.contains_key(&thread.id), "let go");
    let found = found(&reader, "zygomatique").await?;
    let tickets: Vec<_> = found.threads.iter().map(|found| &found.ticket).collect();
    assert_eq!(tickets, [&Some(ticket.clone())]);
    let path = format!("/api/gmail/{}/threads/{}", thread.mailbox, thread.id);
    let opened: Thread = reader.get(&path).await?.error_for_status()?.json().await?;
    assert_eq!(opened.ticket, Some(ticket.clone()));
    reader.handset.settle().await?;
    assert_eq!(notices(&reader.handset, change)?, [Notice::MailConverted]);
    assert!(titled(&post.house, "nouveau", subject).is_empty());
    Ok(())
}

#[tokio::test]
async fn a_link_whose_answer_was_lost_is_not_made_again_over_who_parted_it_since() -> Result<()> {
    let post = Post::open().await?;
    let (mut reader, thread) = with_thread(&post, &letter("Caisse 24 perdue")).await?;
    let login = tournee_sandbox::accounts::TECHNICIAN;
    reader.handset.sign_in("ancien", login).await?;
    let phone = &mut reader.handset;
    for source in SOURCES {
        phone.sync_whole().await?;
        let ticket = phone.own_ticket(source, Status::Assigned)?;
        let number = i64::try_from(ticket.id.0)?;
        let glpi = post.house.glpi(source);
        let lost = Matcher::on("POST", "Followup").times(1);
        let rule = glpi.faults().add(lost, Effect::DoThenLose);
        let made = link(phone, &thread, &ticket, true)?;
        phone.sync().await?;
        wait_until(|| async { Ok(glpi.faults().hits(rule) == 1) }).await?;
        {
            let mut world = glpi.world();
            let user = world.user_id("glpi").context("a user")?;
            let name = phone.thread(&thread)?.mails[0].message_id.clone();
            let name = name.as_deref().and_then(MailName::of);
            let parted = name.context("its name")?.parted_line();
            world.add_followup(number, user, &parted, true);
        }
        phone.settle().await?;
        assert!(is_delivered(phone, made)?, "{:?}", phone.states());
        let notes = glpi.world().followups(number).into_iter();
        let ours = notes.filter(|note| note.content.contains("Courriel lié"));
        assert_eq!(ours.count(), 1, "{source}");
    }
    Ok(())
}

#[tokio::test]
async fn the_mails_of_a_ticket_follow_it_to_the_done_ones_and_back() -> Result<()> {
    let post = Post::open().await?;
    let (mut reader, thread) = with_thread(&post, &letter("Suivre")).await?;
    let phone = &mut reader.handset;
    let ticket = in_progress(phone, &thread).await?;
    let is_in = |phone: &Handset, of: MailBox| phone.thread(&thread).is_ok_and(|t| t.boxes == [of]);
    // Solved from here.
    phone.edit(&ticket, solution("Remplacée."))?;
    phone.settle().await?;
    until(phone, "done", |phone| is_in(phone, MailBox::Done)).await?;
    // Reopened in GLPI's own page.
    let number = i64::try_from(ticket.id.0)?;
    {
        let mut world = post.house.glpi("nouveau").world();
        let user = world.user_id("glpi").context("a user")?;
        let fields = [("status", i64::from(Status::Assigned.to_glpi()).into())];
        world.edit_ticket(number, user, &fields);
    }
    until(phone, "back", |phone| is_in(phone, MailBox::InProgress)).await?;
    // What he puts elsewhere by hand stays there while the ticket does not move.
    let classify = Classify::into(&[MailBox::InProgress], MailBox::Done, UrgentBox::Beside);
    phone.edit_thread(&thread, ChangeBody::Classify(classify))?;
    phone.edit(&ticket, status(Status::Assigned, Status::Pending))?;
    phone.settle().await?;
    phone.sync_whole().await?;
    assert!(is_in(phone, MailBox::Done));
    // Urgent in GLPI.
    {
        let mut world = post.house.glpi("nouveau").world();
        let user = world.user_id("glpi").context("a user")?;
        world.edit_ticket(number, user, &[("priority", 6.into())]);
    }
    let beside = [MailBox::Urgent, MailBox::InProgress];
    until(phone, "urgent", |phone| {
        phone.thread(&thread).is_ok_and(|t| t.boxes == beside)
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn a_thread_that_follows_its_ticket_is_not_moved_over_unseen_by_a_move_that_is_under_way()
-> Result<()> {
    let post = Post::open().await?;
    let (mut reader, thread) = with_thread(&post, &letter("En même temps")).await?;
    let mut colleague = post.phone_of(COLLEAGUE).await?;
    let phone = &mut reader.handset;
    let ticket = in_progress(phone, &thread).await?;
    let number = i64::try_from(ticket.id.0)?;
    {
        let mut world = post.house.glpi("nouveau").world();
        let user = world.user_id(COLLEAGUE).context("a user")?;
        world.assign(number, user, user);
    }
    colleague.handset.sync_whole().await?;
    let before = colleague.handset.base(&ticket)?.priority;
    // His move has looked, and is slow on its way.
    let write = Matcher::on("POST", &format!("threads/{}/modify", thread.id)).times(1);
    let slow = Effect::Delay(std::time::Duration::from_secs(8));
    let rule = post.gmail.faults().add(write, slow);
    let classify = Classify::into(&[MailBox::InProgress], MailBox::ToSort, UrgentBox::Beside);
    let moved = phone.edit_thread(&thread, ChangeBody::Classify(classify))?;
    phone.sync().await?;
    wait_until(|| async { Ok(post.gmail.faults().hits(rule) == 1) }).await?;
    // Meanwhile the ticket becomes urgent, and a colleague's phone has the server read it.
    {
        let mut world = post.house.glpi("nouveau").world();
        let user = world.user_id("glpi").context("a user")?;
        world.edit_ticket(number, user, &[("priority", 6.into())]);
    }
    until(&mut colleague.handset, "read", |phone| {
        phone.base(&ticket).is_ok_and(|now| now.priority != before)
    })
    .await?;
    phone.settle().await?;
    assert!(is_delivered(phone, moved)?, "{:?}", phone.states());
    // The ticket's move came after his.
    let beside = [MailBox::Urgent, MailBox::InProgress];
    until(phone, "urgent", |phone| {
        phone.thread(&thread).is_ok_and(|t| t.boxes == beside)
    })
    .await
}

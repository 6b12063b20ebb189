//! One mail, one ticket: with nobody connected, whatever is lost, whoever else converts it.

use anyhow::{Context as _, Result};
use tournee_core::domain::{Level, MailBox, Status};
use tournee_core::ids::MailboxId;
use tournee_core::rules::WhyNot;
use tournee_core::wire::{Deed, Wish};
use tournee_sandbox::gmail::accounts;
use tournee_sandbox::gmail::mailbox::Person;
use tournee_sandbox::{Canned, Effect, Matcher};

use super::*;
use crate::creation::is_delivered;
use crate::gmail::converting::{COLLEAGUE, convert, key, letter, mine, named, settled};
use crate::gmail::telling::waits;
use crate::support::SOURCES;
use crate::support::handset::status;

#[tokio::test]
async fn a_mail_becomes_a_ticket_with_nobody_connected() -> Result<()> {
    let post = Post::open().await?;
    let mut phone = mine(&post).await?;
    for source in SOURCES {
        let subject = format!("Panne seule {source}");
        let mut own = rule(source, &subject);
        own.then.urgency = Level::new(4);
        own.when.attachment = Some(true);
        started(&phone, &own).await?;
        let sent = letter(&format!("Re: {subject}")).file("photo.png", "image/png", b"\x89PNG");
        post.gmail.world().deliver(&sent);
        // From here on nobody asks the server for anything.
        let id = appears(&post, source, &subject).await?;
        let ticket = post.house.glpi(source).world().ticket(id).context("it")?;
        assert_eq!(ticket.urgency, 4);
        assert!(ticket.content.contains("Elle fume."), "{}", ticket.content);
        let expected = Deed::Made {
            ticket: key(source, id),
            joined: false,
        };
        assert_eq!(done(&phone, &own, &sent.subject).await?, expected);
        for _ in 0..200 {
            if !post.house.glpi(source).world().documents(id).is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(post.house.glpi(source).world().documents(id).len(), 1);
        let boxes = [MailBox::Urgent, MailBox::InProgress];
        for _ in 0..200 {
            phone.read().await?;
            if named(&phone, &sent.subject).is_ok_and(|thread| thread.boxes == boxes) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let thread = named(&phone, &sent.subject)?;
        assert_eq!(thread.ticket, Some(key(source, id)));
        assert_eq!(thread.boxes, boxes);
        assert_eq!(titled(&post.house, source, &subject), [id]);
    }
    Ok(())
}

#[tokio::test]
async fn a_lost_answer_and_a_crash_make_no_second_one() -> Result<()> {
    let mut post = Post::open().await?;
    let mut phone = mine(&post).await?;
    let lost = [
        Effect::DoThenLose,
        Effect::DoThenStatus(Canned::html(504, "<h1>Gateway Time-out</h1>")),
        Effect::LoseBefore,
    ];
    for (round, effect) in lost.into_iter().enumerate() {
        for source in SOURCES {
            let subject = format!("Perdue {source} {round}");
            let own = rule(source, &subject);
            started(&phone, &own).await?;
            let faults = post.house.glpi(source).faults();
            let fault = faults.add(Matcher::on("POST", "Ticket").times(1), effect.clone());
            post.gmail.world().deliver(&letter(&subject));
            for _ in 0..600 {
                if faults.hits(fault) == 1 {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            assert_eq!(faults.hits(fault), 1);
        }
        post.house.crash().await?;
        post.house.start().await?;
        phone.handset.base = format!("http://{}", post.house.address);
        for source in SOURCES {
            appears(&post, source, &format!("Perdue {source} {round}")).await?;
        }
    }
    a_while().await;
    for round in 0..3 {
        for source in SOURCES {
            let subject = format!("Perdue {source} {round}");
            assert_eq!(titled(&post.house, source, &subject).len(), 1, "{subject}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_hand_that_converts_it_at_the_same_time_makes_the_same_one() -> Result<()> {
    let post = Post::open().await?;
    let mut phone = mine(&post).await?;
    let own = rule("nouveau", "ensemble");
    started(&phone, &own).await?;
    for round in 0..4 {
        for source in SOURCES {
            let subject = format!("Panne ensemble {source} {round}");
            post.gmail.world().deliver(&letter(&subject));
            // A read that began before brings it with the next.
            while named(&phone, &subject).is_err() {
                phone.read().await?;
            }
            if named(&phone, &subject)?.ticket.is_none() {
                convert(&mut phone, source, &subject)?;
                phone.handset.sync().await?;
            }
        }
    }
    let subjects =
        (0..4).flat_map(|round| SOURCES.map(|source| format!("Panne ensemble {source} {round}")));
    let subjects: Vec<String> = subjects.collect();
    let count = |subject: &str| -> usize {
        let both = SOURCES.map(|source| titled(&post.house, source, subject).len());
        both.iter().sum()
    };
    let give_up = tokio::time::Instant::now() + PATIENCE;
    while subjects.iter().any(|subject| count(subject) == 0) {
        assert!(
            tokio::time::Instant::now() < give_up,
            "{:?}",
            phone.handset.states()
        );
        phone.handset.sync().await?;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    a_while().await;
    for subject in &subjects {
        assert_eq!(count(subject), 1, "{subject}");
        assert!(deed(&phone, &own, subject).await?.is_some(), "{subject}");
    }
    Ok(())
}

#[tokio::test]
async fn a_chain_that_reached_two_mailboxes_with_a_rule_each_makes_one() -> Result<()> {
    let post = Post::open().await?;
    let phone = mine(&post).await?;
    let other = settled(&post, COLLEAGUE, true).await?;
    let own = rule("ancien", "partout");
    let mut shared = rule("nouveau", "partout");
    shared.mailbox = MailboxId::of(accounts::SHARED);
    started(&phone, &own).await?;
    started(&other, &shared).await?;
    for round in 0..3 {
        let mut sent = letter(&format!("Partout {round}"));
        sent.cc.push(Person::new("", accounts::SHARED));
        post.gmail.world().deliver(&sent);
    }
    for round in 0..3 {
        let subject = format!("Partout {round}");
        let (one, two) = (
            done(&phone, &own, &subject).await?,
            done(&other, &shared, &subject).await?,
        );
        let both = SOURCES.map(|source| titled(&post.house, source, &subject).len());
        assert_eq!(both.iter().sum::<usize>(), 1, "{subject}: {one:?} {two:?}");
        let made = |deed: &Deed| matches!(deed, Deed::Made { joined: false, .. });
        let left = |deed: &Deed| {
            matches!(
                deed,
                Deed::Left {
                    why: WhyNot::BeingMade | WhyNot::HasTicket { .. }
                }
            )
        };
        assert!(made(&one) != made(&two), "{one:?} {two:?}");
        assert!(left(&one) != left(&two), "{one:?} {two:?}");
    }
    Ok(())
}

#[tokio::test]
async fn what_is_done_to_its_ticket_before_glpi_has_it_is_no_dispute() -> Result<()> {
    let post = Post::open().await?;
    let mut phone = mine(&post).await?;
    for source in SOURCES {
        let subject = format!("Panne refusée {source}");
        started(&phone, &rule(source, &subject)).await?;
        let no = Canned::json(400, r#"["ERROR_GLPI_ADD","Champ obligatoire"]"#);
        let faults = post.house.glpi(source).faults();
        let refusing = faults.add(Matcher::on("POST", "Ticket"), Effect::Status(no));
        post.gmail.world().deliver(&letter(&subject));
        let creation = waits(&mut phone).await?;
        let handset = &mut phone.handset;
        let queued = handset.phone.outbox().get(creation).context("his")?;
        let key = queued.change.ticket().context("a ticket")?.clone();
        let shown = handset.phone.local_ticket(&key).context("it is shown")?;
        // 9.2 gives it to who creates it; the phone says so from the beginning.
        let expected = match source {
            "ancien" => Status::Assigned,
            _ => Status::New,
        };
        assert_eq!(shown.status, expected, "{source}");
        let moved = handset.edit(&key, status(shown.status, Status::Pending))?;
        post.house.glpi(source).faults().remove(refusing);
        handset.wish(creation, Wish::Retry);
        handset.settle().await?;
        for change in [creation, moved] {
            assert!(is_delivered(handset, change), "{:?}", handset.states());
        }
        let id = appears(&post, source, &subject).await?;
        let ticket = post.house.glpi(source).world().ticket(id).context("it")?;
        assert_eq!(ticket.status, 4);
    }
    Ok(())
}

//! The files of a mail that becomes a ticket: read from its mailbox by the server, and on the ticket once.

use anyhow::{Context as _, Result, bail};
use tournee_core::changes::{AttachMailFile, ChangeBody, Fact, SetFact};
use tournee_core::domain::{EntryKind, MailOrigin, MailboxState, Status};
use tournee_core::ids::ChangeId;
use tournee_core::outbox::State;
use tournee_core::wire::{Notice, ProblemKind, Wish};
use tournee_sandbox::gmail::accounts;
use tournee_sandbox::gmail::mailbox::Person;
use tournee_sandbox::world::DocumentView;
use tournee_sandbox::{Canned, Effect, Matcher};
use uuid::Uuid;

use super::converting::{COLLEAGUE, key, letter, mine, named, notices, settled};
use super::post::{Post, Reader};
use crate::creation::{anywhere, create, titled};
use crate::support::SOURCES;
use crate::support::handset::{followup, status};

/// Too long for a message's own answer: it lies elsewhere.
fn picture() -> Vec<u8> {
    b"\x89PNG".iter().copied().cycle().take(50_000).collect()
}

fn with_files(subject: &str) -> tournee_sandbox::gmail::Letter {
    letter(subject)
        .file("Écran.PNG", "image/png", &picture())
        .file("Écran.PNG", "image/png", b"another picture")
}

/// A mail becomes a ticket, and its files go along.
fn convert(phone: &mut Reader, source: &str, subject: &str) -> Result<(ChangeId, Vec<ChangeId>)> {
    let thread = named(phone, subject)?;
    let mail = &thread.mails[0];
    let files = AttachMailFile::all_of(&thread.key, mail);
    assert_eq!(files.len(), 2, "{:?}", mail.attachments);
    let origin = MailOrigin::of(&thread.key, mail);
    let beside: Vec<(ChangeId, ChangeBody)> = files
        .into_iter()
        .map(|file| {
            let body = ChangeBody::MailFile(Box::new(file));
            (ChangeId(Uuid::now_v7()), body)
        })
        .collect();
    let phone = &mut phone.handset;
    let ChangeBody::Create(mut body) = create(phone, source, subject, "Elle fume.")? else {
        bail!("a creation")
    };
    body.origin = Some(origin);
    let made = phone.convert(&anywhere(source), ChangeBody::Create(body), &beside)?;
    Ok((made, beside.into_iter().map(|(id, _)| id).collect()))
}

fn documents(post: &Post, source: &str, subject: &str) -> Vec<DocumentView> {
    let ids = titled(&post.house, source, subject);
    assert_eq!(ids.len(), 1, "{source}: {subject}");
    post.house.glpi(source).world().documents(ids[0])
}

fn is_delivered(phone: &Reader, id: ChangeId) -> Result<bool> {
    Ok(matches!(phone.handset.state(id)?, State::Delivered { .. }))
}

#[tokio::test]
async fn they_come_along_once_whatever_is_lost_on_the_way() -> Result<()> {
    let post = Post::open().await?;
    let mut phone = mine(&post).await?;
    let lost = [
        Effect::DoThenLose,
        Effect::DoThenStatus(Canned::html(504, "<h1>Gateway Time-out</h1>")),
        Effect::LoseBefore,
    ];
    for (round, effect) in lost.into_iter().enumerate() {
        for source in SOURCES {
            let subject = format!("Écran {source} {round}");
            post.gmail.world().deliver(&with_files(&subject));
            phone.read().await?;
            let faults = post.house.glpi(source).faults();
            let rule = faults.add(Matcher::on("POST", "Document").times(1), effect.clone());
            let (_, files) = convert(&mut phone, source, &subject)?;
            phone.handset.settle().await?;
            assert_eq!(faults.hits(rule), 1);
            let there = documents(&post, source, &subject);
            let bytes: Vec<&[u8]> = there.iter().map(|d| d.bytes.as_slice()).collect();
            assert_eq!(
                bytes,
                [picture().as_slice(), b"another picture"],
                "{source}"
            );
            let id = titled(&post.house, source, &subject)[0];
            let base = phone.handset.base(&key(source, id))?;
            let timeline = base.timeline.clone().unwrap_or_default();
            for file in files {
                assert!(is_delivered(&phone, file)?, "{source} {round}");
                let entry = timeline.iter().find(|entry| entry.change == Some(file));
                let EntryKind::Document(shown) = &entry.context("his own")?.what else {
                    bail!("no document")
                };
                assert_eq!(shown.name.to_lowercase(), "ecran.png", "{source}");
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn two_technicians_with_two_mailboxes_put_them_there_once() -> Result<()> {
    let post = Post::open().await?;
    for source in SOURCES {
        let subject = format!("Tous {source}");
        let mut sent = with_files(&subject);
        sent.cc.push(Person::new("", accounts::SHARED));
        post.gmail.world().deliver(&sent);
    }
    let mut mine = mine(&post).await?;
    let mut other = settled(&post, COLLEAGUE, true).await?;
    for source in SOURCES {
        let subject = format!("Tous {source}");
        let (first, mut files) = convert(&mut mine, source, &subject)?;
        let (second, theirs) = convert(&mut other, source, &subject)?;
        let both = [&mut mine, &mut other].map(|phone| phone.handset.settle());
        futures::future::try_join_all(both).await?;
        let said = [
            notices(&mine.handset, first)?,
            notices(&other.handset, second)?,
        ];
        assert!(
            said.iter()
                .any(|said| said.contains(&Notice::MailConverted))
        );
        files.retain(|id| !matches!(mine.handset.state(*id), Ok(State::Delivered { .. })));
        assert_eq!(files, [], "{source}");
        for id in theirs {
            assert!(is_delivered(&other, id)?, "{source}");
        }
        assert_eq!(documents(&post, source, &subject).len(), 2, "{source}");
    }
    Ok(())
}

#[tokio::test]
async fn a_server_without_memory_finds_them_there() -> Result<()> {
    let mut post = Post::open().await?;
    let elsewhere = tempfile::tempdir()?;
    for source in SOURCES {
        post.gmail
            .world()
            .deliver(&with_files(&format!("Avant {source}")));
    }
    let mut phone = mine(&post).await?;
    for source in SOURCES {
        convert(&mut phone, source, &format!("Avant {source}"))?;
    }
    phone.handset.settle().await?;
    post.house.stop().await?;
    post.house.config.data_dir = elsewhere.path().to_owned();
    post.house.start().await?;
    let mut again = mine(&post).await?;
    again.read().await?;
    for source in SOURCES {
        let subject = format!("Avant {source}");
        let (late, files) = convert(&mut again, source, &subject)?;
        again.handset.settle().await?;
        assert_eq!(notices(&again.handset, late)?, [Notice::MailConverted]);
        for file in files {
            assert!(is_delivered(&again, file)?, "{source}");
        }
        assert_eq!(documents(&post, source, &subject).len(), 2, "{source}");
    }
    Ok(())
}

#[tokio::test]
async fn a_google_that_does_not_answer_holds_nothing_else_back() -> Result<()> {
    let post = Post::open().await?;
    let subject = "Plus tard";
    let delivered = post.gmail.world().deliver(&with_files(subject));
    let message = delivered[0].1.clone();
    let mut phone = mine(&post).await?;
    let page = Canned::html(503, "<h1>Service Unavailable</h1>");
    let faults = post.gmail.faults();
    let rule = faults.add(
        Matcher::on("GET", &format!("/messages/{message}")),
        Effect::Status(page),
    );
    let (made, files) = convert(&mut phone, "nouveau", subject)?;
    let ticket = phone.handset.phone.outbox().get(made).context("kept")?;
    let ticket = ticket.change.ticket().context("a ticket")?.clone();
    let mut others = vec![phone.handset.edit(&ticket, followup("Vu."))?];
    // Each of these goes by itself, and none waits for another try of the files.
    let fact = SetFact {
        from: Fact::Title(subject.to_owned()),
        to: Fact::Title("Vu".to_owned()),
        priority: None,
    };
    others.push(
        phone
            .handset
            .edit(&ticket, ChangeBody::Fact(Box::new(fact)))?,
    );
    let pending = status(Status::Assigned, Status::Pending);
    others.push(phone.handset.edit(&ticket, pending)?);
    let all = |phone: &Reader| -> Result<bool> {
        let there = others.iter().map(|change| is_delivered(phone, *change));
        Ok(there
            .collect::<Result<Vec<_>>>()?
            .into_iter()
            .all(|there| there))
    };
    for _ in 0..200 {
        phone.handset.sync_whole().await?;
        if all(&phone)? {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    assert!(all(&phone)?, "{:?}", phone.handset.states());
    let tries = faults.hits(rule);
    assert!(tries < 3 * files.len() as u64, "{tries}");
    assert_eq!(phone.handset.state(files[0])?, State::Server);
    faults.remove(rule);
    phone.handset.settle().await?;
    assert_eq!(documents(&post, "nouveau", "Vu").len(), 2);
    Ok(())
}

#[tokio::test]
async fn a_mail_that_is_gone_and_a_dead_grant_are_told_and_nothing_is_lost() -> Result<()> {
    let post = Post::open().await?;
    for subject in ["Effacé", "Révoqué"] {
        post.gmail.world().deliver(&with_files(subject));
    }
    let mut phone = mine(&post).await?;
    let gone = named(&phone, "Effacé")?.mails[0].id.clone();
    {
        let mut world = post.gmail.world();
        let mailbox = world.mailbox_mut(accounts::TECHNICIAN).context("there")?;
        mailbox.delete(&gone);
    }
    let (made, files) = convert(&mut phone, "ancien", "Effacé")?;
    phone.handset.settle().await?;
    notices(&phone.handset, made)?;
    for file in files {
        let State::NeedsYou { problem } = phone.handset.state(file)? else {
            bail!("{:?}", phone.handset.state(file)?)
        };
        assert_eq!(problem.kind, ProblemKind::ThreadGone);
        phone.handset.wish(file, Wish::Withdraw);
    }

    post.gmail.world().revoke(accounts::TECHNICIAN);
    let (made, files) = convert(&mut phone, "ancien", "Révoqué")?;
    for _ in 0..200 {
        phone.handset.sync_whole().await?;
        let mailboxes = &phone.handset.phone.meta().mailboxes;
        let lost = mailboxes.iter().any(|m| m.state == MailboxState::Reconnect);
        if lost && is_delivered(&phone, made)? {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    assert!(is_delivered(&phone, made)?);
    assert_eq!(phone.handset.state(files[0])?, State::Server);
    Ok(())
}

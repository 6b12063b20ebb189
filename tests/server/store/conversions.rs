//! Mails and the tickets that were made of them, in both stores.

use anyhow::{Context as _, Result};
use tournee::store::conversions;
use tournee::store::follows::Follow;
use tournee::store::mail_links::MailLink;
use tournee::store::mails::{self, LabelIds, MailboxRecord};
use tournee::store::snapshots::{self, Extent};
use tournee::store::{Connection, Store, TechnicianId, Tx, feed, mail_links};
use tournee_core::changes::{Change, ChangeBody};
use tournee_core::domain::{Correspondent, Level, Mail, MailOrigin, Status};
use tournee_core::ids::{MailboxId, SourceId, ThreadKey, TicketKey};
use tournee_core::time::Seconds;

use crate::support::*;

on_both!(
    a_ticket_of_a_chain_is_told_to_every_mailbox_that_it_reached,
    a_glpi_ahead_of_its_time_names_a_mail_now,
    a_ticket_that_is_gone_frees_its_mails,
    a_mail_that_lies_nowhere_any_more_has_its_ticket_still,
    who_is_shown_less_of_a_ticket_parts_no_mail_from_it,
    a_ticket_that_nobody_can_read_has_its_mails,
    what_took_an_old_ticket_s_place_is_remembered,
    who_makes_a_ticket_of_the_same_chain_is_a_rival,
    a_link_is_doubted_until_its_ticket_was_read,
    how_far_a_thread_has_followed_is_kept_while_its_ticket_s_mails_have_not_all,
);

async fn how_far_a_thread_has_followed_is_kept_while_its_ticket_s_mails_have_not_all(
    store: &Store,
) -> Result<()> {
    let mut tx = store.write().await?;
    let (first, second) = (thread("moi@x.example", "1a"), thread("moi@x.example", "1b"));
    let mut link = link(10, true);
    tx.put_link(&link).await?;
    let mut follow = Follow {
        ticket: key(10),
        thread: first.clone(),
        standing: "done".to_owned(),
        begun: Some("42".to_owned()),
    };
    tx.put_follow(&follow).await?;
    assert_eq!(tx.follow(&key(10), &first).await?, Some(follow.clone()));
    assert_eq!(tx.follow(&key(10), &second).await?, None);
    assert_eq!(tx.follow(&key(11), &first).await?, None);
    follow.begun = None;
    tx.put_follow(&follow).await?;
    tx.sweep_follows().await?;
    assert_eq!(tx.follow(&key(10), &first).await?, Some(follow));
    link.stirred = false;
    tx.put_link(&link).await?;
    tx.sweep_follows().await?;
    assert_eq!(tx.follow(&key(10), &first).await?, None);
    Ok(())
}

fn link(number: u64, stirred: bool) -> MailLink {
    MailLink {
        name: format!("{number}@x.example"),
        ticket: key(number),
        since: NOW,
        status: Status::Assigned,
        priority: Level::MEDIUM,
        stirred,
        moved_for: None,
        of_before: false,
    }
}

async fn a_link_is_doubted_until_its_ticket_was_read(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    for number in [10, 11] {
        let read = ticket(number, 100, "Écran");
        snapshots::take(&mut tx, who, &read, Extent::Whole, NOW).await?;
    }
    for (number, stirred) in [(10, false), (11, true), (12, false)] {
        tx.put_link(&link(number, stirred)).await?;
    }
    tx.doubt_all_links().await?;
    tx.trust_links_of(who, &SourceId::new("elsewhere")).await?;
    let doubted = async |tx: &mut Tx, number| {
        let links = tx.links_of_ticket(&key(number)).await?;
        anyhow::Ok(links.first().context("there")?.of_before)
    };
    assert!(doubted(&mut tx, 10).await?);
    tx.trust_links_of(who, &source()).await?;
    assert!(!doubted(&mut tx, 10).await?);
    // Its ticket has moved, and its mails have not yet.
    assert!(doubted(&mut tx, 11).await?);
    // Nobody has read it.
    assert!(doubted(&mut tx, 12).await?);
    Ok(())
}

fn thread(mailbox: &str, id: &str) -> ThreadKey {
    ThreadKey {
        mailbox: MailboxId::of(mailbox),
        id: id.to_owned(),
    }
}

fn mail(id: &str, message_id: &str, references: &[&str]) -> Mail {
    Mail {
        id: id.to_owned(),
        from: Correspondent::default(),
        to: Vec::new(),
        cc: Vec::new(),
        reply_to: Vec::new(),
        subject: "Caisse 23".to_owned(),
        at: NOW,
        snippet: String::new(),
        message_id: Some(message_id.to_owned()),
        references: references.iter().map(|id| (*id).to_owned()).collect(),
        outgoing: false,
        unread: false,
        machine: None,
        body: None,
        attachments: Vec::new(),
    }
}

async fn arrives(
    db: &mut Connection,
    who: TechnicianId,
    key: &ThreadKey,
    mail: &Mail,
) -> Result<()> {
    let record = match db.mailbox(&key.mailbox).await? {
        Some(record) => record,
        None => {
            let record = MailboxRecord {
                labels: LabelIds::default(),
                ..MailboxRecord::new(key.mailbox.clone(), None)
            };
            db.put_mailbox(&record).await?;
            record
        }
    };
    mails::subscribe(db, &record.id, who, NOW).await?;
    let row = mails::pack(mail, &key.id, &["INBOX".to_owned()])?;
    db.put_mail(&key.mailbox, &row).await?;
    mails::publish(db, &record.id, &key.id, NOW).await?;
    Ok(())
}

async fn told(
    db: &mut Connection,
    who: TechnicianId,
    key: &ThreadKey,
) -> Result<Option<TicketKey>> {
    Ok(feed::thread(db, who, key)
        .await?
        .and_then(|thread| thread.ticket))
}

/// A ticket of this number that was made of the mail, as it is read.
async fn made(db: &mut Connection, who: TechnicianId, id: u64, of: &MailOrigin) -> Result<()> {
    let name = of.names().next().context("a name")?;
    let mut read = ticket(id, 0, "Caisse 23");
    read.content = format!("Elle fume<br>{}", name.line());
    snapshots::take(db, who, &read, Extent::Whole, NOW).await?;
    Ok(())
}

async fn a_ticket_of_a_chain_is_told_to_every_mailbox_that_it_reached(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let (mine, shared, other) = (
        thread("moi@x.example", "1"),
        thread("info@x.example", "9"),
        thread("info@x.example", "8"),
    );
    let first = mail("1", "a@x", &[]);
    arrives(&mut tx, who, &mine, &first).await?;
    // The service got the answer alone.
    arrives(&mut tx, who, &shared, &mail("9", "b@x", &["a@x"])).await?;
    arrives(&mut tx, who, &other, &mail("8", "c@x", &[])).await?;
    let origin = MailOrigin::of(&mine, &first);
    made(&mut tx, who, 7, &origin).await?;
    for (thread, ticket) in [
        (&mine, Some(key(7))),
        (&shared, Some(key(7))),
        (&other, None),
    ] {
        assert_eq!(told(&mut tx, who, thread).await?, ticket, "{thread}");
    }
    // What comes later belongs to it too.
    arrives(
        &mut tx,
        who,
        &thread("info@x.example", "7"),
        &mail("7", "d@x", &["a@x", "b@x"]),
    )
    .await?;
    assert_eq!(
        told(&mut tx, who, &thread("info@x.example", "7")).await?,
        Some(key(7))
    );
    // Whichever mail of it is asked of.
    let answer = MailOrigin::of(&shared, &mail("9", "b@x", &["a@x"]));
    assert_eq!(
        conversions::ticket_of(&mut tx, &answer).await?,
        Some(key(7))
    );
    tx.commit().await?;
    Ok(())
}

async fn a_glpi_ahead_of_its_time_names_a_mail_now(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let mine = thread("moi@x.example", "1");
    arrives(&mut tx, who, &mine, &mail("1", "a@x", &[])).await?;
    let mut since = Vec::new();
    for (id, opened_at) in [(7, NOW + Seconds(3_600)), (8, NOW - Seconds(3_600))] {
        let mut read = ticket(id, 0, "Caisse 23");
        read.content = "Elle fume<br>réf. courriel : a@x".to_owned();
        read.opened_at = opened_at;
        snapshots::take(&mut tx, who, &read, Extent::Whole, NOW).await?;
        let links = tx.links_of_ticket(&read.key).await?;
        since.extend(links.iter().map(|link| link.since));
    }
    assert_eq!(since, [NOW, NOW - Seconds(3_600)]);
    Ok(())
}

async fn a_ticket_that_is_gone_frees_its_mails(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let mine = thread("moi@x.example", "1");
    let first = mail("1", "a@x", &[]);
    arrives(&mut tx, who, &mine, &first).await?;
    made(&mut tx, who, 7, &MailOrigin::of(&mine, &first)).await?;
    assert_eq!(told(&mut tx, who, &mine).await?, Some(key(7)));
    conversions::forget(&mut tx, &key(7), NOW).await?;
    assert_eq!(told(&mut tx, who, &mine).await?, None);
    Ok(())
}

async fn a_mail_that_lies_nowhere_any_more_has_its_ticket_still(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let mine = thread("moi@x.example", "1");
    let first = mail("1", "a@x", &[]);
    let origin = MailOrigin::of(&mine, &first);
    arrives(&mut tx, who, &mine, &first).await?;
    made(&mut tx, who, 7, &origin).await?;
    made(&mut tx, who, 8, &origin).await?;
    tx.delete_mail(&mine.mailbox, "1").await?;
    assert_eq!(
        conversions::ticket_of(&mut tx, &origin).await?,
        Some(key(8))
    );
    assert_eq!(
        conversions::ticket_at(&mut tx, &origin, NOW).await?,
        Some(key(8))
    );
    let named = mail_links::ticket_named(&mut tx, ["b@x", "a@x"]).await?;
    assert_eq!(named, Some(key(8)));
    assert_eq!(mail_links::ticket_named(&mut tx, ["b@x"]).await?, None);
    conversions::forget(&mut tx, &key(8), NOW).await?;
    assert_eq!(
        conversions::ticket_of(&mut tx, &origin).await?,
        Some(key(7))
    );
    Ok(())
}

async fn who_is_shown_less_of_a_ticket_parts_no_mail_from_it(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let (who, other) = (technician(&mut tx).await?, technician(&mut tx).await?);
    let mine = thread("moi@x.example", "1");
    let first = mail("1", "a@x", &[]);
    arrives(&mut tx, who, &mine, &first).await?;
    let origin = MailOrigin::of(&mine, &first);
    made(&mut tx, who, 7, &origin).await?;
    let bare = ticket(7, 0, "Caisse 23");
    for reader in [other, other] {
        assert_eq!(told(&mut tx, who, &mine).await?, Some(key(7)));
        snapshots::take(&mut tx, reader, &bare, Extent::Whole, NOW).await?;
    }
    // With another profile he is shown less, at first.
    snapshots::doubt_all(&mut tx, who, &key(7).source).await?;
    snapshots::take(&mut tx, who, &bare, Extent::Whole, NOW).await?;
    assert_eq!(told(&mut tx, who, &mine).await?, Some(key(7)));
    made(&mut tx, who, 7, &origin).await?;
    snapshots::take(&mut tx, who, &bare, Extent::Whole, NOW).await?;
    // Who had read it there reads it no more.
    assert_eq!(told(&mut tx, who, &mine).await?, None);
    Ok(())
}

async fn a_ticket_that_nobody_can_read_has_its_mails(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let mine = thread("moi@x.example", "1");
    let first = mail("1", "b@x", &["a@x"]);
    arrives(&mut tx, who, &mine, &first).await?;
    let origin = MailOrigin::of(&mine, &first);
    conversions::remember(&mut tx, &origin, &key(7), NOW, NOW).await?;
    assert_eq!(told(&mut tx, who, &mine).await?, Some(key(7)));
    // Nothing of it is known that its mails could follow.
    assert_eq!(tx.stirred_links().await?, []);
    made(&mut tx, who, 7, &origin).await?;
    assert_eq!(told(&mut tx, who, &mine).await?, Some(key(7)));
    Ok(())
}

async fn what_took_an_old_ticket_s_place_is_remembered(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let old = TicketKey::new("nouveau", 3);
    for new in [9, 7, 9] {
        tx.put_carried(&old, &key(new)).await?;
    }
    tx.put_carried(&TicketKey::new("nouveau", 4), &key(5))
        .await?;
    assert_eq!(tx.carried_from(&old).await?, [key(7), key(9)]);
    assert_eq!(tx.carried_from(&key(7)).await?, []);
    Ok(())
}

async fn who_makes_a_ticket_of_the_same_chain_is_a_rival(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let (who, other) = (technician(&mut tx).await?, technician(&mut tx).await?);
    let of = |number: u128, thread: &ThreadKey, mail: &Mail| -> Change {
        let mut change = creation(number);
        if let ChangeBody::Create(create) = &mut change.body {
            create.origin = Some(MailOrigin::of(thread, mail));
        }
        change
    };
    let mine = thread("moi@x.example", "1");
    let first = of(1, &mine, &mail("1", "a@x", &[]));
    let row = take_in(&mut tx, who, &first).await?;
    let shared = thread("info@x.example", "9");
    let rival = take_in(&mut tx, other, &of(2, &shared, &mail("9", "b@x", &["a@x"]))).await?;
    take_in(&mut tx, other, &of(3, &shared, &mail("8", "c@x", &[]))).await?;
    take_in(&mut tx, other, &creation(4)).await?;
    let rivals = conversions::rivals(&mut tx, &row).await?;
    assert_eq!(
        rivals.iter().map(|row| row.num).collect::<Vec<_>>(),
        [rival.num]
    );
    assert!(!conversions::is_under_way(&rivals));
    let instead = |number: u128, old: u64| -> Change {
        let mut change = creation(number);
        if let ChangeBody::Create(create) = &mut change.body {
            create.carried = Some(key(old));
        }
        change
    };
    let row = take_in(&mut tx, who, &instead(5, 70)).await?;
    take_in(&mut tx, other, &instead(6, 71)).await?;
    let rival = take_in(&mut tx, other, &instead(7, 70)).await?;
    let rivals = conversions::rivals(&mut tx, &row).await?;
    assert_eq!(
        rivals.iter().map(|row| row.num).collect::<Vec<_>>(),
        [rival.num]
    );
    Ok(())
}

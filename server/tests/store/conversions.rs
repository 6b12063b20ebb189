//! Mails and the tickets that were made of them, in both stores.

use anyhow::Result;
use tournee::store::conversions;
use tournee::store::mails::{self, LabelIds, MailboxRecord};
use tournee::store::snapshots::{self, Extent};
use tournee::store::{Connection, Store, StoreError, TechnicianId, feed};
use tournee_core::changes::{Change, ChangeBody};
use tournee_core::domain::{Correspondent, Mail, MailOrigin};
use tournee_core::ids::{MailboxId, ThreadKey, TicketKey};

use crate::support::*;

on_both!(
    a_ticket_of_a_chain_is_told_to_every_mailbox_that_it_reached,
    a_mark_in_a_description_links_as_well,
    a_ticket_that_is_gone_frees_its_mails,
    a_forgotten_mailbox_leaves_no_names,
    names_need_their_mailbox,
    who_makes_a_ticket_of_the_same_chain_is_a_rival,
);

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
    mails::subscribe(db, &record, who, NOW).await?;
    let row = mails::pack(mail, &key.id, &["INBOX".to_owned()])?;
    mails::keep(db, &key.mailbox, &row, mail).await?;
    mails::publish(db, &record, &key.id, NOW).await?;
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

fn texts(origin: &MailOrigin) -> Vec<String> {
    let names = conversions::names(origin).into_iter();
    names.map(|name| name.name().to_owned()).collect()
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
    let names = texts(&MailOrigin::of(&mine, &first));
    conversions::record(&mut tx, &key(7), &names, NOW).await?;
    for (thread, ticket) in [
        (&mine, Some(key(7))),
        (&shared, Some(key(7))),
        (&other, None),
    ] {
        assert_eq!(told(&mut tx, who, thread).await?, ticket, "{thread}");
    }
    // What comes later belongs to it too; of two tickets the first counts.
    arrives(
        &mut tx,
        who,
        &thread("info@x.example", "7"),
        &mail("7", "d@x", &["a@x", "b@x"]),
    )
    .await?;
    conversions::record(&mut tx, &key(9), &names, NOW).await?;
    assert_eq!(
        told(&mut tx, who, &thread("info@x.example", "7")).await?,
        Some(key(7))
    );
    tx.commit().await?;
    Ok(())
}

async fn a_mark_in_a_description_links_as_well(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let mine = thread("moi@x.example", "1");
    let first = mail("1", "a@x", &[]);
    let mut read = ticket(7, 0, "Caisse 23");
    read.mail = texts(&MailOrigin::of(&mine, &first)).into_iter().next();
    snapshots::take(&mut tx, who, &read, Extent::Whole, NOW).await?;
    // Whichever of the two is read first.
    arrives(&mut tx, who, &mine, &first).await?;
    assert_eq!(told(&mut tx, who, &mine).await?, Some(read.key.clone()));
    let late = thread("moi@x.example", "2");
    arrives(&mut tx, who, &late, &mail("2", "z@x", &[])).await?;
    let mut other = ticket(8, 0, "Autre");
    other.mail = texts(&MailOrigin::of(&late, &mail("2", "z@x", &[])))
        .into_iter()
        .next();
    snapshots::take(&mut tx, who, &other, Extent::Whole, NOW).await?;
    assert_eq!(told(&mut tx, who, &late).await?, Some(other.key));
    Ok(())
}

async fn a_ticket_that_is_gone_frees_its_mails(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let mine = thread("moi@x.example", "1");
    let first = mail("1", "a@x", &[]);
    arrives(&mut tx, who, &mine, &first).await?;
    conversions::record(
        &mut tx,
        &key(7),
        &texts(&MailOrigin::of(&mine, &first)),
        NOW,
    )
    .await?;
    conversions::forget(&mut tx, &key(7), NOW).await?;
    assert_eq!(told(&mut tx, who, &mine).await?, None);
    Ok(())
}

async fn a_forgotten_mailbox_leaves_no_names(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let mine = thread("moi@x.example", "1");
    arrives(&mut tx, who, &mine, &mail("1", "a@x", &[])).await?;
    let name = tournee::glpi::MailMark::of("a@x");
    let named = tx.threads_named(name.name()).await?;
    assert_eq!(named.as_slice(), std::slice::from_ref(&mine));
    tx.delete_mailbox(&mine.mailbox).await?;
    assert!(tx.threads_named(name.name()).await?.is_empty());
    Ok(())
}

async fn names_need_their_mailbox(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let nowhere = thread("personne@x.example", "1");
    assert_fails!(
        tx.put_mail_name("M-1", &nowhere).await,
        StoreError::Dangling(_)
    );
    assert!(tx.put_ticket_mail("M-1", &key(7)).await?);
    assert!(!tx.put_ticket_mail("M-1", &key(7)).await?);
    assert_eq!(tx.tickets_named("M-1").await?, [key(7)]);
    assert_eq!(tx.delete_ticket_mails(&key(7)).await?, ["M-1"]);
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
    let origin = MailOrigin::of(&mine, &mail("1", "a@x", &[]));
    let rivals = conversions::rivals(&mut tx, &row, &conversions::names(&origin)).await?;
    assert_eq!(
        rivals.iter().map(|row| row.num).collect::<Vec<_>>(),
        [rival.num]
    );
    assert!(!conversions::is_under_way(&rivals));
    Ok(())
}

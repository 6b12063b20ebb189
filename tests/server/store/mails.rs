//! Mailboxes and mails, in both stores.

use anyhow::Result;
use tournee::config::KeySource;
use tournee::store::feed::{self, Reached};
use tournee::store::mails::{self, LabelIds, MailboxRecord};
use tournee::store::{Connection, Store, StoreError, Stored, TechnicianId, technicians};
use tournee::vault::{Key, Vault};
use tournee_core::domain::{Correspondent, Mail, MailBox, MailboxState};
use tournee_core::ids::MailboxId;
use tournee_core::time::{Instant, Seconds};
use tournee_core::wire::FeedItem;

use crate::support::{NOW, assert_fails, chance, key, on_both, technician, ticket, write};

on_both!(
    a_mailbox_is_kept_as_it_was_put,
    a_token_opens_only_for_its_own_mailbox,
    a_thread_is_told_to_who_reads_it_and_leaves_when_no_box_shows_it,
    whoever_tells_of_a_thread_tells_it_by_the_labels_of_now,
    who_comes_later_is_told_what_is_there,
    a_forgotten_mailbox_leaves_every_feed,
    a_phone_without_mails_is_told_of_none_and_of_all_once_it_takes_them,
    a_merged_technician_keeps_his_mailbox,
    what_hangs_on_a_mailbox_needs_it,
);

fn id(address: &str) -> MailboxId {
    MailboxId::of(address)
}

fn mailbox(owner: Option<TechnicianId>) -> MailboxRecord {
    MailboxRecord {
        labels: LabelIds {
            urgent: "L1".to_owned(),
            in_progress: "L2".to_owned(),
            done: "L3".to_owned(),
        },
        ..MailboxRecord::new(id("info@x.example"), owner)
    }
}

fn mail(number: u64, words: &str) -> Mail {
    Mail {
        id: format!("{number:016x}"),
        from: Correspondent {
            name: "Noémie".to_owned(),
            address: "noemie@x.example".to_owned(),
        },
        to: Vec::new(),
        cc: Vec::new(),
        reply_to: Vec::new(),
        subject: "Caisse 23".to_owned(),
        at: NOW + Seconds(i64::try_from(number).unwrap_or(0)),
        snippet: words.to_owned(),
        message_id: None,
        references: Vec::new(),
        outgoing: false,
        unread: false,
        machine: None,
        body: None,
        attachments: Vec::new(),
    }
}

async fn put(db: &mut Connection, number: u64, thread: &str, labels: &[&str]) -> Stored<()> {
    let labels: Vec<String> = labels.iter().map(|label| (*label).to_owned()).collect();
    let row = mails::pack(&mail(number, "Bonjour"), thread, &labels)?;
    db.put_mail(&id("info@x.example"), &row).await
}

async fn told(db: &mut Connection, who: TechnicianId, after: Reached) -> Stored<Vec<String>> {
    let page = feed::page(db, who, after, 100_000).await?;
    Ok(page
        .items
        .iter()
        .map(|item| match item {
            FeedItem::Thread { thread } => format!("{} {:?}", thread.key.id, thread.boxes),
            FeedItem::ThreadGone { key } => format!("{} gone", key.id),
            FeedItem::Ticket { ticket } => format!("ticket {}", ticket.key.id),
            FeedItem::Gone { key } => format!("ticket {} gone", key.id),
            FeedItem::Report { .. } | FeedItem::Reference { .. } => "else".to_owned(),
        })
        .collect())
}

const START: Reached = Reached {
    seq: 0,
    mails: Some(0),
};

async fn a_mailbox_is_kept_as_it_was_put(store: &Store) -> Result<()> {
    let who = write(store).await?;
    let vault = Vault::open(&KeySource::Given(Key::generate()))?;
    let mut record = mailbox(Some(who));
    record.sealed = Some(mails::seal(&vault, &record.id, "1//jeton")?);
    record.history = Some("340282366920938463463374607431768211456".to_owned());
    let mut tx = store.write().await?;
    tx.put_mailbox(&record).await?;
    assert_eq!(tx.mailbox(&record.id).await?.as_ref(), Some(&record));
    record.state = MailboxState::Reconnect;
    record.refreshed_at = Some(NOW);
    tx.put_mailbox(&record).await?;
    tx.put_mailbox(&MailboxRecord::new(id("a@x.example"), None))
        .await?;
    tx.commit().await?;
    let mut db = store.read().await?;
    let all = db.mailboxes().await?;
    assert_eq!(all.len(), 2);
    assert_eq!(all[1], record);
    let his: Vec<_> = mails::seen_by(&mut db, who).await?;
    assert_eq!(his.len(), 2, "his own and the service's");
    let other = TechnicianId(who.0 + 1);
    assert_eq!(mails::seen_by(&mut db, other).await?.len(), 1);
    Ok(())
}

async fn a_token_opens_only_for_its_own_mailbox(store: &Store) -> Result<()> {
    let who = write(store).await?;
    let vault = Vault::open(&KeySource::Given(Key::generate()))?;
    let mut record = mailbox(Some(who));
    record.sealed = Some(mails::seal(&vault, &record.id, "1//jeton")?);
    let opened = mails::open(&vault, &record)?;
    assert_eq!(opened.as_deref().map(String::as_str), Some("1//jeton"));
    record.id = id("autre@x.example");
    assert!(mails::open(&vault, &record).is_err());
    Ok(())
}

async fn a_thread_is_told_to_who_reads_it_and_leaves_when_no_box_shows_it(
    store: &Store,
) -> Result<()> {
    let mut tx = store.write().await?;
    let (who, other) = (technician(&mut tx).await?, technician(&mut tx).await?);
    let record = mailbox(None);
    tx.put_mailbox(&record).await?;
    mails::subscribe(&mut tx, &record.id, who, NOW).await?;
    put(&mut tx, 1, "t1", &["INBOX", "UNREAD"]).await?;
    mails::publish(&mut tx, &record.id, "t1", NOW).await?;
    assert_eq!(told(&mut tx, who, START).await?, ["t1 [ToSort]"]);
    assert!(told(&mut tx, other, START).await?.is_empty());
    let first = technicians::feed_state(&mut tx, who).await?.seq;
    mails::publish(&mut tx, &record.id, "t1", NOW).await?;
    assert_eq!(
        technicians::feed_state(&mut tx, who).await?.seq,
        first,
        "nothing is told twice"
    );

    put(&mut tx, 2, "t1", &["L1", "L2"]).await?;
    mails::publish(&mut tx, &record.id, "t1", NOW).await?;
    assert_eq!(
        told(&mut tx, who, START).await?,
        ["t1 [Urgent, InProgress]"]
    );
    let thread = mails::thread(&mut tx, &record, "t1").await?;
    let thread = thread.ok_or_else(|| anyhow::anyhow!("it is shown"))?;
    assert_eq!(thread.boxes, [MailBox::Urgent, MailBox::InProgress]);
    assert!(thread.is_unread() && thread.mails[0].at < thread.mails[1].at);

    put(&mut tx, 1, "t1", &[]).await?;
    put(&mut tx, 2, "t1", &["TRASH", "L1"]).await?;
    mails::publish(&mut tx, &record.id, "t1", NOW).await?;
    assert!(
        told(&mut tx, who, START).await?.is_empty(),
        "from the start it never was"
    );
    let since = Reached::with_mails(first, first);
    assert_eq!(told(&mut tx, who, since).await?, ["t1 gone"]);
    let last = technicians::feed_state(&mut tx, who).await?.seq;
    mails::publish(&mut tx, &record.id, "t1", NOW).await?;
    assert_eq!(technicians::feed_state(&mut tx, who).await?.seq, last);
    Ok(())
}

async fn whoever_tells_of_a_thread_tells_it_by_the_labels_of_now(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let before = mailbox(None);
    tx.put_mailbox(&before).await?;
    mails::subscribe(&mut tx, &before.id, who, NOW).await?;
    put(&mut tx, 1, "t1", &["INBOX", "L2"]).await?;
    mails::publish(&mut tx, &before.id, "t1", NOW).await?;
    assert_eq!(told(&mut tx, who, START).await?, ["t1 [InProgress]"]);
    // Somebody deleted the label in Gmail, and it was made anew.
    let mut now = before.clone();
    now.labels.in_progress = "L4".to_owned();
    tx.put_mailbox(&now).await?;
    mails::publish_all(&mut tx, &now.id, NOW).await?;
    assert_eq!(told(&mut tx, who, START).await?, ["t1 [ToSort]"]);
    // An answer that was sent meanwhile comes on record by who knows the labels of before.
    mails::publish(&mut tx, &before.id, "t1", NOW).await?;
    assert_eq!(told(&mut tx, who, START).await?, ["t1 [ToSort]"]);
    Ok(())
}

async fn who_comes_later_is_told_what_is_there(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let record = mailbox(None);
    tx.put_mailbox(&record).await?;
    put(&mut tx, 1, "t1", &["INBOX"]).await?;
    put(&mut tx, 2, "t2", &["L3"]).await?;
    put(&mut tx, 3, "t3", &["SENT"]).await?;
    mails::subscribe(&mut tx, &record.id, who, NOW).await?;
    mails::subscribe(&mut tx, &record.id, who, NOW).await?;
    assert_eq!(
        told(&mut tx, who, START).await?,
        ["t1 [ToSort]", "t2 [Done]"]
    );
    assert_eq!(tx.readers(&record.id).await?, [who]);
    tx.delete_reader(&record.id, who).await?;
    assert!(tx.readers(&record.id).await?.is_empty());
    Ok(())
}

async fn a_forgotten_mailbox_leaves_every_feed(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let record = mailbox(Some(who));
    tx.put_mailbox(&record).await?;
    mails::subscribe(&mut tx, &record.id, who, NOW).await?;
    put(&mut tx, 1, "t1", &["INBOX"]).await?;
    mails::publish(&mut tx, &record.id, "t1", NOW).await?;
    mails::forget(&mut tx, &record, NOW).await?;
    assert_eq!(
        told(&mut tx, who, Reached::with_mails(1, 1)).await?,
        ["t1 gone"]
    );
    assert!(tx.mailboxes().await?.is_empty());
    assert!(tx.mail_ids(&record.id).await?.is_empty());
    assert!(tx.readers(&record.id).await?.is_empty());
    Ok(())
}

async fn a_phone_without_mails_is_told_of_none_and_of_all_once_it_takes_them(
    store: &Store,
) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let record = mailbox(None);
    tx.put_mailbox(&record).await?;
    mails::subscribe(&mut tx, &record.id, who, NOW).await?;
    for (number, thread) in [(1, "t1"), (2, "t2"), (3, "t3")] {
        put(&mut tx, number, thread, &["INBOX"]).await?;
        mails::publish(&mut tx, &record.id, thread, NOW).await?;
        let item = FeedItem::Ticket {
            ticket: Box::new(ticket(number, 0, "a")),
        };
        feed::publish(&mut tx, who, &item, NOW).await?;
    }
    let deaf = feed::page(&mut tx, who, Reached::without_mails(0), 100_000).await?;
    assert_eq!(deaf.items.len(), 3, "tickets alone");
    assert_eq!(deaf.last, Reached::without_mails(6));
    feed::publish(&mut tx, who, &FeedItem::Gone { key: key(1) }, NOW).await?;
    put(&mut tx, 1, "t1", &[]).await?;
    mails::publish(&mut tx, &record.id, "t1", NOW).await?;

    // Page by page: mails from the start, all else from where it was.
    let mut after = Reached::with_mails(6, 0);
    let mut all = Vec::new();
    loop {
        let page = feed::page(&mut tx, who, after, 1).await?;
        after = page.last;
        all.extend(told_of(&page.items));
        if !page.more {
            break;
        }
    }
    assert_eq!(all, ["t2", "t3", "ticket 1 gone", "t1 gone"]);
    assert_eq!(told(&mut tx, who, after).await?, Vec::<String>::new());
    Ok(())
}

fn told_of(items: &[FeedItem]) -> Vec<String> {
    items
        .iter()
        .map(|item| match item {
            FeedItem::Thread { thread } => thread.key.id.clone(),
            FeedItem::Gone { key } => format!("ticket {} gone", key.id),
            FeedItem::ThreadGone { key } => format!("{} gone", key.id),
            other => format!("{other:?}"),
        })
        .collect()
}

async fn a_merged_technician_keeps_his_mailbox(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let (from, into) = (technician(&mut tx).await?, technician(&mut tx).await?);
    let record = mailbox(Some(from));
    tx.put_mailbox(&record).await?;
    mails::subscribe(&mut tx, &record.id, from, NOW).await?;
    put(&mut tx, 1, "t1", &["INBOX"]).await?;
    technicians::merge(&mut tx, &chance(), from, into).await?;
    let record = tx
        .mailbox(&record.id)
        .await?
        .ok_or_else(|| anyhow::anyhow!("it stays"))?;
    assert_eq!(record.owner, Some(into));
    assert!(tx.readers(&record.id).await?.is_empty());
    mails::subscribe(&mut tx, &record.id, into, NOW).await?;
    assert_eq!(told(&mut tx, into, START).await?, ["t1 [ToSort]"]);
    Ok(())
}

async fn what_hangs_on_a_mailbox_needs_it(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    assert_fails!(
        tx.put_reader(&id("info@x.example"), who).await,
        StoreError::Dangling(_)
    );
    assert_fails!(put(&mut tx, 1, "t1", &[]).await, StoreError::Dangling(_));
    let nobody = TechnicianId(who.0 + 9);
    assert_fails!(
        tx.put_mailbox(&mailbox(Some(nobody))).await,
        StoreError::Dangling(_)
    );
    tx.put_mailbox(&mailbox(Some(who))).await?;
    put(&mut tx, 2, "t1", &["INBOX"]).await?;
    put(&mut tx, 1, "t1", &["INBOX"]).await?;
    let names =
        |rows: Vec<mails::MailRecord>| rows.into_iter().map(|row| row.at).collect::<Vec<Instant>>();
    let there = tx.mails_of(&id("info@x.example"), "t1").await?;
    assert_eq!(names(there), [NOW + Seconds(1), NOW + Seconds(2)]);
    put(&mut tx, 1, "t2", &["INBOX"]).await?;
    assert_eq!(
        tx.mails_of(&id("info@x.example"), "t1").await?.len(),
        1,
        "it moved"
    );
    tx.delete_mail(&id("info@x.example"), &mail(2, "").id)
        .await?;
    assert_eq!(tx.mail_ids(&id("info@x.example")).await?.len(), 1);
    Ok(())
}

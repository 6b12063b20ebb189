//! What a phone does with mails, one sentence a test.

#![allow(clippy::expect_used)]

mod common;

use std::sync::Arc;

use common::*;
use tournee_core::domain::{Attachment, Machine, Mail, MailBox, Thread};
use tournee_core::ids::Epoch;
use tournee_core::phone::{LoadError, Phone, Table};
use tournee_core::wire::{FeedItem, SyncResponse};

fn told(cursor: &str, items: Vec<FeedItem>) -> SyncResponse {
    SyncResponse {
        mailboxes: vec![mailbox("pmarcoux@glpi.example")],
        ..response(cursor, items)
    }
}

fn phone_with(threads: &[Thread]) -> (Phone, Disk) {
    let mut disk = Disk::default();
    let mut phone = disk.load();
    let items = threads.iter().map(thread_item).collect();
    let (batch, _) = phone.absorb(told("1", items), NOW);
    disk.commit(&batch);
    (phone, disk)
}

fn whole(disk: &Disk, id: &str) -> Option<Thread> {
    let key = thread_key(id).to_string();
    let records = disk.table(Table::Threads);
    let (_, bytes) = records.into_iter().find(|(name, _)| *name == key)?;
    Some(serde_json::from_slice(&bytes).expect("as it was"))
}

fn without_body(id: &str) -> Mail {
    Mail {
        body: None,
        ..mail(id, "Elle fume")
    }
}

fn keys(disk: &Disk, table: Table) -> Vec<String> {
    disk.table(table).into_iter().map(|(key, _)| key).collect()
}

#[test]
fn a_phone_asks_for_mails_and_keeps_what_it_is_told() {
    let thread = thread(
        "19a",
        vec![mail("19a", "Elle fume"), mail("19b", "Toujours")],
    );
    let (phone, disk) = phone_with(std::slice::from_ref(&thread));
    assert!(phone.request(false).mails);
    for phone in [&phone, &disk.load()] {
        let row = phone.threads().get(&thread.key).expect("kept");
        assert_eq!((row.from.as_str(), row.mails), ("Garcin Magali", 2));
        assert_eq!(
            (row.subject.as_str(), row.snippet.as_str()),
            ("Caisse 23", "Toujours")
        );
        assert!(row.is_in(MailBox::ToSort) && !row.is_in(MailBox::Done));
        assert_eq!(phone.meta().mailboxes.len(), 1);
        assert_eq!(
            phone.request(false).cursor.map(|c| c.0),
            Some("1".to_owned())
        );
    }
    assert_eq!(whole(&disk, "19a"), Some(thread));
}

#[test]
fn cursor_and_threads_are_one_batch() {
    let mut phone = Disk::default().load();
    let (batch, absorbed) = phone.absorb(
        told("7", vec![thread_item(&thread("1", vec![mail("1", "x")]))]),
        NOW,
    );
    let tables: Vec<Table> = batch.writes.iter().map(|write| write.table).collect();
    for table in [Table::Threads, Table::ThreadRows, Table::Meta] {
        assert!(tables.contains(&table), "{table:?}");
    }
    assert!(absorbed.threads.contains(&thread_key("1")));
}

#[test]
fn the_row_says_who_wrote_what_waits_and_what_came_along() {
    let mut first = mail("1", "Elle fume");
    first.unread = true;
    first.machine = Some(Machine::Glpi { ticket: 7754 });
    first.attachments = vec![Attachment {
        part: "1".to_owned(),
        name: "photo.jpg".to_owned(),
        mime: "image/jpeg".to_owned(),
        size: 3,
        cid: None,
    }];
    let mut answer = mail("2", "J'arrive");
    answer.outgoing = true;
    answer.from.name = "Marcoux Patrick".to_owned();
    let (phone, _) = phone_with(&[thread("1", vec![first, answer])]);
    let row = phone.threads().get(&thread_key("1")).expect("kept");
    // Whom one looks for is the person who asks, also when one has answered.
    assert_eq!(row.from, "Garcin Magali");
    assert!(row.unread && row.files && row.answered);
    assert_eq!(row.told_of, Some(7754));
    assert_eq!(phone.threads().news(), 1);
}

#[test]
fn a_thread_that_left_leaves_nothing_behind() {
    let (mut phone, mut disk) = phone_with(&[
        thread("1", vec![without_body("1")]),
        thread("2", vec![mail("2", "x")]),
    ]);
    disk.commit(&phone.keep_mail(&thread_key("1"), &mail("1", "Tout le texte")));
    disk.commit(&phone.keep_file(&thread_key("1"), "1", "0.1", b"abc".to_vec()));
    assert_eq!(keys(&disk, Table::Opened).len(), 2);
    let gone = FeedItem::ThreadGone {
        key: thread_key("1"),
    };
    let (batch, _) = phone.absorb(told("2", vec![gone]), NOW);
    disk.commit(&batch);
    assert_eq!(disk.load().threads().len(), 1);
    assert_eq!(whole(&disk, "1"), None);
    assert!(keys(&disk, Table::Opened).is_empty());
}

#[test]
fn what_was_fetched_stays_as_long_as_it_is_of_use() {
    let (mut phone, mut disk) =
        phone_with(&[thread("1", vec![without_body("1"), without_body("2")])]);
    for id in ["1", "2"] {
        disk.commit(&phone.keep_mail(&thread_key("1"), &mail(id, "Tout le texte")));
    }
    disk.commit(&phone.keep_file(&thread_key("1"), "2", "0.1", b"abc".to_vec()));
    let row = phone.threads().get(&thread_key("1")).expect("kept");
    assert_eq!(row.kept, ["1", "2", "2/0.1"]);
    // A third mail arrives; the second one's body has come to the feed meanwhile.
    let (batch, _) = phone.absorb(
        told(
            "2",
            vec![thread_item(&thread(
                "1",
                vec![without_body("1"), mail("2", "x"), mail("3", "y")],
            ))],
        ),
        NOW,
    );
    disk.commit(&batch);
    let again = disk.load();
    let row = again.threads().get(&thread_key("1")).expect("kept");
    assert_eq!(row.kept, ["1", "2/0.1"]);
    assert_eq!(keys(&disk, Table::Opened).len(), 2);
}

#[test]
fn what_comes_after_its_thread_has_left_is_not_kept() {
    let (mut phone, _) = phone_with(&[]);
    assert!(
        phone
            .keep_mail(&thread_key("1"), &mail("1", "x"))
            .is_empty()
    );
    assert!(
        phone
            .keep_file(&thread_key("1"), "1", "0", Vec::new())
            .is_empty()
    );
}

#[test]
fn a_server_that_lost_its_memory_takes_along_only_what_it_no_longer_names() {
    let (mut phone, mut disk) = phone_with(&[
        thread("1", vec![mail("1", "x")]),
        thread("2", vec![mail("2", "y")]),
    ]);
    let mut reborn = told("0", Vec::new());
    reborn.epoch = Epoch("b".to_owned());
    let (batch, absorbed) = phone.absorb(reborn.clone(), NOW);
    disk.commit(&batch);
    assert!(absorbed.start_over);
    assert_eq!(phone.threads().len(), 2);
    // The mailbox is being read anew: what is not named yet may still come.
    reborn.mailboxes[0].refreshed_at = None;
    reborn.items = vec![thread_item(&thread("2", vec![mail("2", "y")]))];
    let (batch, _) = phone.absorb(reborn.clone(), NOW);
    disk.commit(&batch);
    assert_eq!(disk.load().threads().len(), 2);
    reborn.mailboxes[0].refreshed_at = Some(NOW);
    reborn.items = Vec::new();
    let (batch, _) = phone.absorb(reborn, NOW);
    disk.commit(&batch);
    let left: Vec<_> = disk
        .load()
        .threads()
        .iter()
        .map(|row| row.key.id.clone())
        .collect();
    assert_eq!(left, ["2"]);
}

#[test]
fn signing_out_leaves_no_mail() {
    let (mut phone, mut disk) = phone_with(&[thread("1", vec![without_body("1")])]);
    disk.commit(&phone.keep_mail(&thread_key("1"), &mail("1", "Tout le texte")));
    disk.commit(&phone.clear());
    for table in [Table::Threads, Table::ThreadRows, Table::Opened] {
        assert!(keys(&disk, table).is_empty(), "{table:?}");
    }
    assert!(disk.load().meta().mailboxes.is_empty());
}

#[test]
fn one_mail_among_ten_thousand_threads_costs_one_of_them() {
    let threads: Vec<Thread> = (0..10_000)
        .map(|n| {
            thread(
                &format!("{n:x}"),
                vec![mail(&format!("{n:x}"), "Elle fume")],
            )
        })
        .collect();
    let (mut phone, disk) = phone_with(&threads);
    assert_eq!(disk.load().threads().len(), 10_000);
    let before = phone.clone();
    let (batch, _) = phone.absorb(
        told(
            "2",
            vec![thread_item(&thread("7b", vec![mail("7b", "Encore")]))],
        ),
        NOW,
    );
    // The thread, its bucket, its words, and where the phone stands.
    assert_eq!(
        batch.writes.len(),
        4,
        "{:?}",
        batch
            .writes
            .iter()
            .map(|w| (w.table, &w.key))
            .collect::<Vec<_>>()
    );
    let bytes: usize = batch
        .writes
        .iter()
        .filter_map(|write| write.value.as_ref())
        .map(Vec::len)
        .sum();
    assert!(bytes < 40_000, "{bytes} bytes");
    let altered = before.threads().iter().zip(phone.threads().iter());
    assert_eq!(
        altered.filter(|(old, new)| !Arc::ptr_eq(old, new)).count(),
        1
    );
}

#[test]
fn rows_of_another_version_are_rebuilt_from_the_threads() {
    let (mut phone, mut disk) = phone_with(&[
        thread("1", vec![without_body("1")]),
        thread("2", vec![mail("2", "y")]),
    ]);
    disk.commit(&phone.keep_mail(&thread_key("1"), &mail("1", "Tout le texte")));
    let mut stored = disk.stored();
    for (_, bucket) in &mut stored.threads {
        bucket[0] = 0;
    }
    let outcome = Phone::load(&stored, device());
    assert!(matches!(
        outcome,
        Err(LoadError::ThreadRowsOfAnotherVersion)
    ));
    let opened = keys(&disk, Table::Opened);
    let batch = stored
        .rebuild_thread_rows(&disk.table(Table::Threads), &opened)
        .expect("stored threads");
    assert!(!batch.is_empty());
    let rebuilt = Phone::load(&stored, device()).expect("rebuilt");
    let rows: Vec<_> = rebuilt.threads().iter().cloned().collect();
    assert_eq!(rows, phone.threads().iter().cloned().collect::<Vec<_>>());
}

#[test]
fn a_mailbox_that_is_to_be_reconnected_keeps_its_mails() {
    let (mut phone, mut disk) = phone_with(&[thread("1", vec![mail("1", "x")])]);
    let mut response = told("2", Vec::new());
    response.mailboxes[0].state = tournee_core::domain::MailboxState::Reconnect;
    let (batch, _) = phone.absorb(response, NOW);
    disk.commit(&batch);
    // And one where Gmail is switched off at the server for a day: its cursor goes on where it stood.
    let (batch, _) = phone.absorb(common::response("3", Vec::new()), NOW);
    disk.commit(&batch);
    assert_eq!(disk.load().threads().len(), 1);
}

//! Threads and the tickets that are made of them, one sentence a test.

#![allow(clippy::expect_used)]

mod common;

use common::*;
use tournee_core::changes::{ChangeBody, CreateTicket};
use tournee_core::domain::{MailOrigin, Thread};
use tournee_core::ids::{ChangeId, TicketId, TicketKey};
use tournee_core::phone::{Phone, Table};
use tournee_core::proposal::{Choice, Choices, Letter};
use tournee_core::wire::{ChangeReport, FeedItem, ReportState, Wish};

fn phone_with(thread: &Thread) -> (Phone, Disk) {
    let mut disk = Disk::default();
    let mut phone = disk.load();
    let items = vec![thread_item(thread)];
    let (batch, _) = phone.absorb(response("1", items), NOW);
    disk.commit(&batch);
    (phone, disk)
}

fn converted(phone: &mut Phone, thread: &Thread, n: u128) -> ChangeId {
    let ChangeBody::Create(create) = create("Caisse 23") else {
        unreachable!()
    };
    let create = CreateTicket {
        origin: Some(MailOrigin::of(&thread.key, &thread.mails[0])),
        ..*create
    };
    let body = ChangeBody::Create(Box::new(create));
    phone.edit(new_change(n, 0, body)).expect("valid").0
}

fn landed(id: ChangeId, number: u64) -> FeedItem {
    FeedItem::Report {
        report: ChangeReport {
            change: id,
            device: device(),
            state: ReportState::Delivered {
                at: NOW,
                notices: Vec::new(),
                created: Some(TicketId(number)),
            },
        },
    }
}

#[test]
fn a_thread_has_its_ticket_at_once_and_goes_on_with_it_when_that_lands() {
    let thread = thread("19a", vec![mail("19a", "Elle fume")]);
    let (mut phone, _) = phone_with(&thread);
    let row = phone.threads().get(&thread.key).expect("kept").clone();
    assert_eq!(phone.ticket_of(&row), None);
    let id = converted(&mut phone, &thread, 1);
    let local = phone.ticket_of(&row).expect("at once");
    assert!(local.id.is_local());
    assert_eq!(phone.threads_of(&local).len(), 1);
    phone.absorb(response("2", vec![landed(id, 900)]), NOW);
    let real = TicketKey::new("ancien", 900);
    assert_eq!(phone.ticket_of(&row), Some(real.clone()));
    assert_eq!(phone.threads_of(&real)[0].key, thread.key);
    assert!(phone.threads_of(&local).is_empty());
}

#[test]
fn what_was_taken_back_leaves_the_thread_free() {
    let thread = thread("19a", vec![mail("19a", "Elle fume")]);
    let (mut phone, _) = phone_with(&thread);
    let id = converted(&mut phone, &thread, 1);
    phone.wish(id, Wish::Withdraw);
    assert_eq!(phone.made_of(&thread.key), None);
}

#[test]
fn what_the_server_tells_of_a_thread_counts_for_more() {
    let mut thread = thread("19a", vec![mail("19a", "Elle fume")]);
    thread.ticket = Some(TicketKey::new("nouveau", 7));
    let (mut phone, _) = phone_with(&thread);
    converted(&mut phone, &thread, 1);
    let row = phone.threads().get(&thread.key).expect("kept").clone();
    assert_eq!(phone.ticket_of(&row), Some(TicketKey::new("nouveau", 7)));
    assert_eq!(phone.threads_of(&TicketKey::new("nouveau", 7)).len(), 1);
}

#[test]
fn what_was_chosen_is_kept_by_sender_and_read_back() {
    let thread = thread("19a", vec![mail("19a", "Elle fume")]);
    let (phone, mut disk) = phone_with(&thread);
    let ChangeBody::Create(create) = create("Caisse 23") else {
        unreachable!()
    };
    let letter = Letter::of(&thread.mails[0]);
    let choice = Choice::of(&letter, &create, &TicketKey::new("ancien", 0).source, NOW);
    let sender = &thread.mails[0].from.address;
    disk.commit(&phone.remember(sender, Choices::default(), choice.clone()));
    let records = disk.table(Table::Choices);
    let (key, bytes) = records.first().expect("kept");
    assert_eq!(key, sender);
    let read: Choices = serde_json::from_slice(bytes).expect("as it was");
    assert_eq!(read.0, [choice]);
}

#[test]
fn a_creation_from_before_mails_is_still_read() {
    let ChangeBody::Create(create) = create("Caisse 23") else {
        unreachable!()
    };
    let json = serde_json::to_string(&create).expect("JSON");
    assert!(!json.contains("origin"));
    let read: CreateTicket = serde_json::from_str(&json).expect("read");
    assert_eq!(read.origin, None);
}

//! Threads and the tickets that are made of them, one sentence a test.

#![allow(clippy::expect_used)]

mod common;

use common::*;
use tournee_core::changes::{AttachMailFile, ChangeBody, CreateTicket, Invalid};
use tournee_core::domain::{Attachment, MailBox, MailOrigin, Thread};
use tournee_core::ids::{ChangeId, TicketId, TicketKey};
use tournee_core::phone::{EditError, Phone, Table};
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

fn attachment(part: &str, name: &str) -> Attachment {
    Attachment {
        part: part.to_owned(),
        name: name.to_owned(),
        mime: "image/png".to_owned(),
        size: 9,
        cid: None,
    }
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
fn its_files_and_the_move_of_its_thread_are_one_batch_and_go_with_it() {
    let mut source = mail("19a", "Elle fume");
    source.attachments = vec![attachment("2", "écran.png"), attachment("3", "écran.png")];
    let thread = thread("19a", vec![source]);
    let (mut phone, mut disk) = phone_with(&thread);
    let ChangeBody::Create(create) = create("Caisse 23") else {
        unreachable!()
    };
    let create = CreateTicket {
        origin: Some(MailOrigin::of(&thread.key, &thread.mails[0])),
        ..*create
    };
    let classify = phone.classify(&thread.key, MailBox::InProgress);
    let mut beside = vec![(change_id(2), ChangeBody::Classify(classify.expect("kept")))];
    for (n, file) in (3..).zip(&thread.mails[0].attachments) {
        let file = AttachMailFile::of(&thread.key, &thread.mails[0], file);
        beside.push((change_id(n), ChangeBody::MailFile(Box::new(file))));
    }
    let new = new_change(1, 0, ChangeBody::Create(Box::new(create)));
    let (id, batch) = phone.convert(new, &beside).expect("valid");
    disk.commit(&batch);
    let phone = disk.load();
    let ticket = phone.made_of(&thread.key).expect("at once");
    assert_eq!(phone.outbox().of_ticket(&ticket).count(), 3);
    assert_eq!(phone.outbox().of_thread(&thread.key).count(), 2);
    let shown = phone.shown_thread_row(&thread.key).expect("kept");
    assert_eq!(shown.boxes, [MailBox::InProgress]);
    // Taken back, the ticket takes its files with it.
    let mut phone = phone;
    phone.wish(id, Wish::Withdraw);
    let on_it = phone.outbox().of_ticket(&ticket);
    assert!(on_it.into_iter().all(|q| q.wish == Some(Wish::Withdraw)));
}

#[test]
fn what_was_attached_goes_along_and_no_line_of_a_signature() {
    let logo = Attachment {
        cid: Some("logo".to_owned()),
        ..attachment("2", "logo.png")
    };
    let screen = Attachment {
        cid: Some("screen".to_owned()),
        size: 90_000,
        ..attachment("3", "image001.png")
    };
    let nothing = Attachment {
        size: 0,
        ..attachment("4", "vide.txt")
    };
    let mut source = mail("19a", "Elle fume");
    source.attachments = vec![logo, screen, nothing, attachment("5", "ticket.pdf")];
    let files = AttachMailFile::all_of(&thread_key("19a"), &source);
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["image001.png", "ticket.pdf"]);
}

#[test]
fn a_file_that_is_none_makes_no_ticket_either() {
    let thread = thread("19a", vec![mail("19a", "Elle fume")]);
    let (mut phone, _) = phone_with(&thread);
    let mut file = attachment("2", "vide.txt");
    file.size = 0;
    let file = AttachMailFile::of(&thread.key, &thread.mails[0], &file);
    let beside = [(change_id(2), ChangeBody::MailFile(Box::new(file)))];
    let new = new_change(1, 0, create("Caisse 23"));
    assert_eq!(
        phone.convert(new, &beside).expect_err("empty"),
        EditError::Invalid(Invalid::EmptyFile)
    );
    assert!(phone.outbox().iter().next().is_none());
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

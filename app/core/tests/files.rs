//! Files: attached offline with their bytes, sent ahead of their changes, kept as long as these are.

#![allow(clippy::expect_used)]

mod common;

use std::collections::BTreeSet;

use common::*;
use tournee_core::changes::{AttachFile, ChangeBody, ChangeKind as _};
use tournee_core::domain::{Document, Entry, EntryKind, Status};
use tournee_core::ids::{FileHash, TicketId, TicketKey};
use tournee_core::outbox::State;
use tournee_core::phone::{KeptDocument, NewChange, Phone, Table, document_key, preview_key};
use tournee_core::time::Seconds;
use tournee_core::wire::{ChangeReport, FeedItem, ReportState, Wish};

const PHOTO: &[u8] = b"a photo";
const SMALL: &[u8] = b"small";

fn hash(n: u8) -> FileHash {
    FileHash::of(&[n; 32])
}

fn attach(n: u8) -> ChangeBody {
    attach_to(n, None)
}

/// The same, below a note.
fn attach_to(n: u8, note: Option<u128>) -> ChangeBody {
    ChangeBody::Attach(AttachFile {
        name: format!("photo-{n}.jpg"),
        mime: "image/jpeg".to_owned(),
        size: PHOTO.len() as u64,
        hash: hash(n),
        note: note.map(change_id),
    })
}

fn phone_with_a_ticket() -> (Phone, Disk) {
    let mut disk = Disk::default();
    let mut phone = disk.load();
    let (batch, _) = phone.absorb(response("1", vec![ticket_item(&ticket(7754))]), NOW);
    disk.commit(&batch);
    (phone, disk)
}

fn put(phone: &mut Phone, disk: &mut Disk, n: u128, body: ChangeBody) {
    let new = new_change(n, 7754, body);
    let (_, batch) = phone.attach(new, PHOTO, Some(SMALL)).expect("valid");
    disk.commit(&batch);
}

fn note(phone: &mut Phone, disk: &mut Disk, n: u128, body: ChangeBody) {
    let (_, batch) = phone.edit(new_change(n, 7754, body)).expect("valid");
    disk.commit(&batch);
}

fn settled(n: u128, state: ReportState) -> FeedItem {
    FeedItem::Report {
        report: ChangeReport {
            change: change_id(n),
            device: device(),
            state,
        },
    }
}

fn delivered(n: u128) -> FeedItem {
    let (at, notices) = (NOW, Vec::new());
    settled(
        n,
        ReportState::Delivered {
            at,
            notices,
            created: None,
        },
    )
}

fn sent(phone: &Phone, ready: &[FileHash]) -> Vec<u64> {
    let ready: BTreeSet<FileHash> = ready.iter().cloned().collect();
    let changes = phone.request_with(false, &ready).changes;
    changes.iter().map(|change| change.seq).collect()
}

#[test]
fn a_photo_shows_at_once_and_lasts_with_its_change() {
    let (mut phone, mut disk) = phone_with_a_ticket();
    put(&mut phone, &mut disk, 1, attach(1));
    let base = disk.ticket(&TicketKey::new("ancien", 7754)).expect("base");
    let phone = disk.load();
    let shown = phone.shown_ticket(&base).timeline.expect("a timeline");
    let document = Document {
        id: 0,
        name: "photo-1.jpg".to_owned(),
        mime: "image/jpeg".to_owned(),
    };
    assert_eq!(shown[0].what, EntryKind::Document(document));
    let files = disk.table(Table::Files);
    assert_eq!(
        files,
        [
            (hash(1).to_string(), PHOTO.to_vec()),
            (preview_key(&hash(1)), SMALL.to_vec())
        ]
    );
}

#[test]
fn a_change_waits_for_its_file_and_what_was_done_later_to_its_ticket_waits_with_it() {
    let (mut phone, mut disk) = phone_with_a_ticket();
    phone
        .edit(new_change(1, 7754, followup("avant")))
        .expect("valid");
    put(&mut phone, &mut disk, 2, attach(1));
    let solve = new_change(3, 7754, solution("après"));
    phone.edit(solve).expect("valid");
    let elsewhere = new_change(4, 12, status(Status::New, Status::Assigned));
    phone.edit(elsewhere).expect("valid");
    assert_eq!(sent(&phone, &[]), [1, 4]);
    assert_eq!(phone.unsent_files().len(), 1);
    assert_eq!(sent(&phone, &[hash(1)]), [1, 2, 3, 4]);
}

#[test]
fn a_photo_that_was_taken_back_before_it_left_holds_nothing_up() {
    let (mut phone, mut disk) = phone_with_a_ticket();
    put(&mut phone, &mut disk, 1, attach(1));
    phone
        .edit(new_change(2, 7754, followup("après")))
        .expect("valid");
    disk.commit(&phone.wish(change_id(1), Wish::Withdraw));
    assert!(phone.unsent_files().is_empty());
    assert_eq!(sent(&phone, &[]), [1, 2]);
    // It can be put back: its bytes are still there.
    assert_eq!(disk.table(Table::Files).len(), 2);
}

#[test]
fn the_same_photo_is_known_on_its_ticket_until_it_is_taken_back() {
    let (mut phone, mut disk) = phone_with_a_ticket();
    put(&mut phone, &mut disk, 1, attach(1));
    let (on, other) = (TicketKey::new("ancien", 7754), TicketKey::new("ancien", 12));
    assert!(phone.attached_before(&on, &hash(1)).is_some());
    assert!(phone.attached_before(&on, &hash(2)).is_none());
    assert!(phone.attached_before(&other, &hash(1)).is_none());
    phone.wish(change_id(1), Wish::Withdraw);
    assert!(phone.attached_before(&on, &hash(1)).is_none());
}

#[test]
fn a_file_goes_with_the_last_change_that_names_it() {
    let (mut phone, mut disk) = phone_with_a_ticket();
    put(&mut phone, &mut disk, 1, attach(1));
    put(&mut phone, &mut disk, 2, attach(1));
    let (batch, _) = phone.absorb(response("2", vec![delivered(1)]), NOW);
    disk.commit(&batch);
    let mut later = response("3", Vec::new());
    later.now = NOW + Seconds::days(31);
    let (batch, _) = phone.absorb(later.clone(), NOW);
    disk.commit(&batch);
    assert_eq!(disk.table(Table::Outbox).len(), 1);
    assert_eq!(disk.table(Table::Files).len(), 2);
    later.items = vec![settled(2, ReportState::Withdrawn)];
    let (batch, _) = phone.absorb(later.clone(), NOW);
    disk.commit(&batch);
    later.now = later.now + Seconds::days(31);
    later.items.clear();
    let (batch, _) = phone.absorb(later, NOW);
    disk.commit(&batch);
    assert!(disk.table(Table::Files).is_empty() && disk.table(Table::Outbox).is_empty());
}

#[test]
fn a_photo_of_a_ticket_that_is_not_in_glpi_yet_is_on_it_when_it_lands() {
    let (mut phone, mut disk) = phone_with_a_ticket();
    let (_, batch) = phone
        .edit(new_change(1, 0, create("Caisse 4")))
        .expect("valid");
    disk.commit(&batch);
    let local = TicketId::local(change_id(1));
    let new = new_change(2, local.0, attach(1));
    let (_, batch) = phone.attach(new, PHOTO, None).expect("valid");
    disk.commit(&batch);
    let created = ReportState::Delivered {
        at: NOW,
        notices: Vec::new(),
        created: Some(TicketId(3041)),
    };
    let items = vec![ticket_item(&ticket(3041)), settled(1, created)];
    let (batch, _) = phone.absorb(response("2", items), NOW);
    disk.commit(&batch);
    let photo = disk.load();
    let photo = photo.outbox().get(change_id(2)).expect("ours");
    let on = photo.change.ticket().map(|ticket| ticket.id);
    assert_eq!(on, Some(TicketId(3041)));
    assert_eq!(photo.state, State::Phone);
    assert_eq!(disk.table(Table::Files).len(), 1);
}

#[test]
fn a_document_that_was_opened_is_kept_as_long_as_its_ticket() {
    let (mut phone, mut disk) = phone_with_a_ticket();
    let document = KeptDocument {
        ticket: TicketKey::new("ancien", 7754),
        id: 11,
    };
    disk.commit(&phone.keep_document(document.clone(), PHOTO.to_vec()));
    assert!(disk.load().has_document(&document));
    let kept = disk.table(Table::Files);
    assert_eq!(kept, [(document_key(&document), PHOTO.to_vec())]);
    let gone = FeedItem::Gone {
        key: document.ticket.clone(),
    };
    let (batch, _) = phone.absorb(response("2", vec![gone]), NOW);
    disk.commit(&batch);
    assert!(disk.table(Table::Files).is_empty() && !disk.load().has_document(&document));
    // An answer that comes after the ticket has left keeps nothing.
    assert!(phone.keep_document(document, PHOTO.to_vec()).is_empty());
}

#[test]
fn a_phone_that_is_cleared_holds_no_files() {
    let (mut phone, mut disk) = phone_with_a_ticket();
    put(&mut phone, &mut disk, 1, attach(1));
    let ticket = TicketKey::new("ancien", 7754);
    disk.commit(&phone.keep_document(KeptDocument { ticket, id: 11 }, PHOTO.to_vec()));
    disk.commit(&phone.clear());
    assert!(disk.table(Table::Files).is_empty());
}

#[test]
fn a_file_that_is_already_attached_by_this_change_is_not_written_again() {
    let (mut phone, mut disk) = phone_with_a_ticket();
    put(&mut phone, &mut disk, 1, attach(1));
    let new = new_change(1, 7754, attach(1));
    let (_, batch) = phone.attach(new, PHOTO, None).expect("valid");
    assert!(batch.is_empty());
}

#[test]
fn a_photo_stands_below_its_note_on_the_phone_and_once_both_are_in_glpi() {
    let (mut phone, mut disk) = phone_with_a_ticket();
    note(&mut phone, &mut disk, 1, followup("Le tiroir est tordu"));
    put(&mut phone, &mut disk, 2, attach_to(2, Some(1)));
    note(&mut phone, &mut disk, 3, followup("Pièce commandée"));
    put(&mut phone, &mut disk, 4, attach_to(4, Some(1)));
    let names = |phone: &Phone, disk: &Disk| {
        let base = disk.ticket(&TicketKey::new("ancien", 7754)).expect("kept");
        let timeline = phone.shown_ticket(&base).timeline.expect("read");
        let own = timeline.into_iter().filter_map(|entry| entry.change);
        own.collect::<Vec<_>>()
    };
    let together = [1, 2, 4, 3].map(change_id);
    assert_eq!(names(&phone, &disk), together);
    // GLPI tells of what is of one second with the documents first.
    let mut base = disk.ticket(&TicketKey::new("ancien", 7754)).expect("kept");
    let entries = [2, 4, 1, 3].map(|n| {
        let queued = phone.outbox().get(change_id(n)).expect("queued");
        Entry {
            id: u64::try_from(n).expect("small"),
            at: NOW,
            author: None,
            what: queued.change.body.entry().expect("an entry"),
            change: Some(change_id(n)),
        }
    });
    base.timeline = Some(entries.to_vec());
    let items = vec![
        ticket_item(&base),
        delivered(1),
        delivered(2),
        delivered(3),
        delivered(4),
    ];
    let (batch, _) = phone.absorb(response("2", items), NOW);
    disk.commit(&batch);
    assert_eq!(names(&phone, &disk), together);
}

#[test]
fn a_photo_waits_behind_its_note_and_stays_where_that_is_taken_back_or_typed_anew() {
    let (mut phone, mut disk) = phone_with_a_ticket();
    note(&mut phone, &mut disk, 1, followup("Le tiroir"));
    put(&mut phone, &mut disk, 2, attach_to(2, Some(1)));
    let note = phone.outbox().get(change_id(1)).expect("queued");
    let behind = phone.outbox().held_up_by(note);
    let behind: Vec<_> = behind.iter().map(|queued| queued.change.id).collect();
    assert_eq!(behind, [change_id(2)]);
    let new = NewChange {
        replaces: Some(change_id(1)),
        ..new_change(3, 7754, followup("Le tiroir est tordu"))
    };
    let (_, batch) = phone.edit(new).expect("valid");
    disk.commit(&batch);
    let photo = |phone: &Phone| {
        phone
            .outbox()
            .get(change_id(2))
            .and_then(|queued| queued.wish)
    };
    assert_eq!(photo(&phone), None);
    let base = disk.ticket(&TicketKey::new("ancien", 7754)).expect("kept");
    let shown = phone.shown_ticket(&base).timeline.expect("read");
    let own: Vec<_> = shown.iter().filter_map(|entry| entry.change).collect();
    assert_eq!(own, [change_id(3), change_id(2)]);
    disk.commit(&phone.wish(change_id(3), Wish::Withdraw));
    assert_eq!(photo(&phone), None);
}

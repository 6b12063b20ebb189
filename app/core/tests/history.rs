//! The history of a ticket on the phone: what was told of it, with what was done here meanwhile; kept as long as its ticket.

#![allow(clippy::expect_used)]

mod common;

use common::*;
use tournee_core::domain::{Act, ActValue, Deed, History, Property, Status, Teller};
use tournee_core::ids::TicketKey;
use tournee_core::phone::{Phone, Table, history_key};
use tournee_core::time::{Instant, Seconds};
use tournee_core::wire::{FeedItem, ReportState, Wish};

fn key() -> TicketKey {
    TicketKey::new("ancien", 7754)
}

fn phone_with_a_ticket() -> (Phone, Disk) {
    let mut disk = Disk::default();
    let mut phone = disk.load();
    let (batch, _) = phone.absorb(response("1", vec![ticket_item(&ticket(7754))]), NOW);
    disk.commit(&batch);
    (phone, disk)
}

fn told(teller: Teller, read_at: Instant, acts: Vec<Act>) -> History {
    History {
        teller,
        read_at,
        acts,
        cut: false,
    }
}

fn logged(at: Instant) -> Act {
    Act {
        at,
        who: "Roumieux Camille".to_owned(),
        what: Deed::Set {
            what: Property::Status,
            from: ActValue::Status(Status::New),
            to: ActValue::Status(Status::Assigned),
        },
        change: None,
    }
}

fn edit(phone: &mut Phone, n: u128, body: tournee_core::changes::ChangeBody) {
    phone.edit(new_change(n, 7754, body)).expect("valid");
}

fn deliver(phone: &mut Phone, n: u128, at: Instant) {
    let state = ReportState::Delivered {
        at,
        notices: Vec::new(),
        created: None,
    };
    let report = report_item(change_id(n), state);
    phone.absorb(response("2", vec![report]), NOW);
}

#[test]
fn what_is_done_here_shows_at_once_and_what_is_said_in_the_timeline_does_not_show_twice() {
    let (mut phone, _) = phone_with_a_ticket();
    edit(&mut phone, 1, take());
    edit(&mut phone, 2, followup("Vu sur place"));
    let acts = phone.acts(&key(), None);
    let [act] = acts.as_slice() else {
        panic!("{acts:?}");
    };
    assert_eq!(act.change, Some(change_id(1)));
    assert_eq!(act.who, "Marcoux Patrick");
    assert!(matches!(act.what, Deed::Change(_)));
    // Taken back, it never was.
    phone.wish(change_id(1), Wish::Withdraw);
    phone.absorb(
        response("2", vec![report_item(change_id(1), ReportState::Withdrawn)]),
        NOW,
    );
    assert_eq!(phone.acts(&key(), None), []);
}

#[test]
fn glpi_s_log_has_what_was_in_glpi_when_it_was_read() {
    let (mut phone, _) = phone_with_a_ticket();
    edit(&mut phone, 1, take());
    edit(&mut phone, 2, status(Status::Assigned, Status::Pending));
    deliver(&mut phone, 1, NOW);
    let before = told(
        Teller::Glpi,
        NOW - Seconds(1),
        vec![logged(NOW - Seconds(60))],
    );
    assert_eq!(phone.acts(&key(), Some(&before)).len(), 3);
    // The first is one of the log's own rows by now; the second waits on the phone.
    let after = told(Teller::Glpi, NOW + Seconds(1), vec![logged(NOW)]);
    let acts = phone.acts(&key(), Some(&after));
    let own: Vec<_> = acts.iter().filter_map(|act| act.change).collect();
    assert_eq!(own, [change_id(2)]);
}

#[test]
fn our_own_record_and_the_outbox_tell_each_change_once() {
    let (mut phone, _) = phone_with_a_ticket();
    edit(&mut phone, 1, take());
    edit(&mut phone, 2, status(Status::Assigned, Status::Pending));
    let known = phone.acts(&key(), None).swap_remove(0);
    let record = told(Teller::Tournee, NOW, vec![known]);
    deliver(&mut phone, 1, NOW);
    let acts = phone.acts(&key(), Some(&record));
    let own: Vec<_> = acts.iter().filter_map(|act| act.change).collect();
    assert_eq!(own, [change_id(1), change_id(2)]);
}

#[test]
fn it_is_kept_with_its_ticket_and_goes_with_it() {
    let (mut phone, mut disk) = phone_with_a_ticket();
    let history = told(Teller::Glpi, NOW, vec![logged(NOW)]);
    disk.commit(&phone.keep_history(&key(), &history));
    assert!(disk.load().has_history(&key()));
    let stored = disk.table(Table::Files);
    let [(name, bytes)] = stored.as_slice() else {
        panic!("{stored:?}");
    };
    assert_eq!(*name, history_key(&key()));
    let read: History = serde_json::from_slice(bytes).expect("a history");
    assert_eq!(read, history);
    let left = FeedItem::Gone { key: key() };
    let (batch, _) = phone.absorb(response("2", vec![left]), NOW);
    disk.commit(&batch);
    assert_eq!(disk.table(Table::Files), []);
    assert!(!disk.load().has_history(&key()));
    // One that comes too late is not kept.
    assert!(phone.keep_history(&key(), &history).is_empty());
}

//! Every earlier version's storage, with a full outbox, opened by today's app.

#![allow(clippy::expect_used)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../fixtures/mod.rs"]
mod fixtures;
mod full;

use common::*;
use fixtures::{ALL, FULL, Older};
use tournee_core::domain::{Reference, Status};
use tournee_core::ids::TicketKey;
use tournee_core::outbox::State;
use tournee_core::phone::{LoadError, Phone, Table, schema};
use tournee_core::wire::{Notice, ProblemKind, Wish};

/// Changes in the outbox of every fixture.
const CHANGES: usize = 13;

/// The records as they were.
fn as_written(older: &Older) -> Disk {
    let mut disk = Disk::default();
    for (name, key, bytes) in older.records() {
        let mut tables = Table::ALL.into_iter();
        let table = tables.find(|table| table.name() == name);
        disk.put(table.expect("no table has gone"), &key, bytes);
    }
    disk
}

/// The same, brought up to date as the app does it.
fn opened(older: &Older) -> Disk {
    let mut disk = as_written(older);
    for step in schema::steps_from(older.version) {
        let batch = step.moves(&disk.table(step.of));
        disk.commit(&batch);
    }
    // Rows are derived: those of another form are made anew, of tickets and of threads.
    for _ in 0..2 {
        let mut stored = disk.stored();
        let rebuilt = match Phone::load(&stored, device()) {
            Ok(_) => break,
            Err(LoadError::RowsOfAnotherVersion) => {
                stored.rebuild_rows(&disk.table(Table::Tickets))
            }
            Err(LoadError::ThreadRowsOfAnotherVersion) => {
                let opened = disk.table(Table::Opened);
                let names: Vec<String> = opened.into_iter().map(|(name, _)| name).collect();
                stored.rebuild_thread_rows(&disk.table(Table::Threads), &names)
            }
            Err(other) => Err(other),
        };
        disk.commit(&rebuilt.expect("records that can be read"));
    }
    disk
}

#[test]
fn every_version_before_this_one_has_its_fixture() {
    let known: Vec<u32> = ALL.iter().map(|older| older.version).collect();
    assert_eq!(known, (1..schema::VERSION).collect::<Vec<_>>());
    let full: Vec<u32> = FULL.iter().map(|older| older.version).collect();
    assert_eq!(full, (2..schema::VERSION).collect::<Vec<_>>());
}

#[test]
fn an_upgrade_keeps_the_whole_outbox_as_it_was() {
    for older in &ALL {
        let phone = opened(older).load();
        let outbox = phone.outbox();
        let order: Vec<_> = outbox.iter().map(|queued| queued.change.id).collect();
        assert_eq!(
            order,
            (1..=CHANGES as u128).map(change_id).collect::<Vec<_>>()
        );
        let of = |n| outbox.get(change_id(n)).expect("a change of the fixture");
        assert!((1..=4).chain([13]).all(|n| of(n).state == State::Phone));
        assert_eq!(of(5).state, State::Server);
        for (n, kind) in [
            (6, ProblemKind::Refused),
            (7, ProblemKind::Conflict),
            (8, ProblemKind::TicketClosed),
            (9, ProblemKind::Unsettled),
        ] {
            let State::NeedsYou { problem } = &of(n).state else {
                panic!("{n}: {:?}", of(n).state);
            };
            assert_eq!(problem.kind, kind);
            assert_eq!(problem.conflict.is_some(), kind == ProblemKind::Conflict);
        }
        let State::Delivered { notices, .. } = &of(10).state else {
            panic!("{:?}", of(10).state);
        };
        assert!(notices.contains(&Notice::EmojiSpelled));
        assert_eq!(of(8).wish, Some(Wish::Insist));
        assert_eq!(of(11).wish, Some(Wish::Withdraw));
        assert!(matches!(of(12).state, State::Withdrawn { .. }));
        assert_eq!(of(13).change.replaces, Some(change_id(12)));
    }
}

#[test]
fn an_upgraded_phone_goes_on_where_it_stood() {
    for older in &ALL {
        let disk = opened(older);
        let phone = disk.load();
        let request = phone.request(false);
        assert_eq!(request.device, device());
        assert_eq!(request.cursor.map(|cursor| cursor.0), Some("2".to_owned()));
        assert_eq!(request.changes.len(), 5);
        assert_eq!(request.wishes.len(), 2);
        assert_eq!(phone.rows().len(), 9);
        let row = phone.shown_row(&TicketKey::new("ancien", 12));
        assert_eq!(row.expect("cached").status, Status::Solved);
        assert!(disk.ticket(&TicketKey::new("ancien", 20)).is_some());
        assert_eq!(disk.table(Table::Drafts).len(), 1);
    }
}

#[test]
fn reference_data_leaves_the_table_that_every_start_reads() {
    let disk = opened(&ALL[0]);
    let meta: Vec<String> = disk
        .table(Table::Meta)
        .into_iter()
        .map(|(key, _)| key)
        .collect();
    assert_eq!(meta, ["phone", "revision"]);
    let lists: Vec<Reference> = disk
        .table(Table::References)
        .iter()
        .map(|(_, bytes)| serde_json::from_slice(bytes).expect("as it was"))
        .collect();
    assert_eq!(lists.len(), 2);
    assert_eq!(lists[0].solution_types[0].name, "Remplacement");
}

#[test]
fn a_phone_from_before_mails_has_none_and_asks_for_all_of_them() {
    for older in ALL.iter().chain(&FULL).filter(|older| older.version < 3) {
        let phone = opened(older).load();
        assert!(phone.threads().is_empty() && phone.meta().mailboxes.is_empty());
        assert!(phone.request(false).mails);
    }
}

#[test]
fn steps_can_be_repeated_and_a_new_storage_needs_none() {
    let mut disk = opened(&ALL[0]);
    let before = disk.clone();
    for step in schema::steps_from(1) {
        disk.commit(&step.moves(&disk.table(step.of)));
    }
    assert!(
        Table::ALL
            .iter()
            .all(|table| disk.table(*table) == before.table(*table))
    );
    assert!(schema::steps_from(0).is_empty());
    assert!(schema::steps_from(schema::VERSION).is_empty());
    assert!(schema::steps_from(schema::VERSION + 7).is_empty());
    assert_eq!(disk.load().rows().len(), 9);
}

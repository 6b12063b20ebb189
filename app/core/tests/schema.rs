//! Every earlier version's storage, with a full outbox, opened by today's.

#![allow(clippy::expect_used)]

mod common;

use common::*;
use serde_json::{Map, Value};
use tournee_core::domain::{Reference, Status};
use tournee_core::ids::TicketKey;
use tournee_core::outbox::State;
use tournee_core::phone::{LoadError, Phone, Table, schema};
use tournee_core::wire::{Notice, ProblemKind, Wish};

/// What the app of that version had written. A new version adds its own file here, and never alters an older one.
const VERSIONS: [(u32, &str); 4] = [
    (1, include_str!("fixtures/v1.json")),
    (2, include_str!("fixtures/v2.json")),
    (3, include_str!("fixtures/v3.json")),
    (4, include_str!("fixtures/v4.json")),
];

/// Changes in the outbox of every fixture.
const CHANGES: usize = 13;

fn bytes(table: Table, key: &str, value: &Value) -> Vec<u8> {
    match value {
        Value::String(hex) if table == Table::Rows || key == "revision" => (0..hex.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex"))
            .collect(),
        Value::String(text) => text.clone().into_bytes(),
        other => other.to_string().into_bytes(),
    }
}

/// The records as they were.
fn as_written(fixture: &str) -> Disk {
    let tables: Map<String, Value> = serde_json::from_str(fixture).expect("a fixture");
    let mut disk = Disk::default();
    for table in Table::ALL {
        let records = tables.get(table.name()).and_then(Value::as_object);
        for (key, value) in records.into_iter().flatten() {
            disk.put(table, key, bytes(table, key, value));
        }
    }
    disk
}

/// The same, brought up to date.
fn opened(version: u32, fixture: &str) -> Disk {
    let mut disk = as_written(fixture);
    for step in schema::steps_from(version) {
        let batch = step.moves(&disk.table(step.of));
        disk.commit(&batch);
    }
    // Rows are derived: the app makes those of another form anew.
    let mut stored = disk.stored();
    if let Err(LoadError::RowsOfAnotherVersion) = Phone::load(&stored, device()) {
        let rebuilt = stored.rebuild_rows(&disk.table(Table::Tickets));
        disk.commit(&rebuilt.expect("tickets that can be read"));
    }
    disk
}

#[test]
fn every_version_before_this_one_has_its_fixture() {
    let known: Vec<u32> = VERSIONS.iter().map(|(version, _)| *version).collect();
    assert_eq!(known, (1..schema::VERSION).collect::<Vec<_>>());
}

#[test]
fn an_upgrade_keeps_the_whole_outbox_as_it_was() {
    for (version, fixture) in VERSIONS {
        let phone = opened(version, fixture).load();
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
    for (version, fixture) in VERSIONS {
        let disk = opened(version, fixture);
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
    let disk = opened(1, VERSIONS[0].1);
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
    for (version, fixture) in VERSIONS[..2].iter().copied() {
        let phone = opened(version, fixture).load();
        assert!(phone.threads().is_empty() && phone.meta().mailboxes.is_empty());
        assert!(phone.request(false).mails);
    }
}

#[test]
fn steps_can_be_repeated_and_a_new_storage_needs_none() {
    let mut disk = opened(1, VERSIONS[0].1);
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

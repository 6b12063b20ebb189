//! What waits behind a change that waits for him on another phone.

#![allow(clippy::expect_used)]

mod common;

use common::*;
use tournee_core::domain::Status;
use tournee_core::ids::Epoch;
use tournee_core::phone::Phone;
use tournee_core::wire::{ChangeReport, FeedItem, Problem, ProblemKind, ReportState};

/// A phone with two moves of one ticket, one behind the other, both at the server.
fn phone_with_two_moves() -> (Phone, Disk) {
    let mut disk = Disk::default();
    let mut phone = disk.load();
    let (batch, _) = phone.absorb(response("1", vec![ticket_item(&ticket(12))]), NOW);
    disk.commit(&batch);
    for (n, body) in [
        (1, status(Status::New, Status::Planned)),
        (2, status(Status::Planned, Status::Pending)),
    ] {
        let (_, batch) = phone.edit(new_change(n, 12, body)).expect("valid");
        disk.commit(&batch);
    }
    let mut answer = response("2", Vec::new());
    answer.received = vec![change_id(1), change_id(2)];
    let (batch, _) = phone.absorb(answer, NOW);
    disk.commit(&batch);
    (phone, disk)
}

fn refused(n: u128) -> FeedItem {
    let problem = Problem {
        kind: ProblemKind::Conflict,
        words: None,
        conflict: None,
        evidence: None,
    };
    FeedItem::Report {
        report: ChangeReport {
            change: change_id(n),
            device: device(),
            state: ReportState::NeedsYou { problem },
        },
    }
}

#[test]
fn what_waits_behind_another_phones_dispute_says_so_until_that_is_settled() {
    let (mut phone, mut disk) = phone_with_two_moves();
    assert!(!phone.is_held_elsewhere(change_id(1)));
    let mut answer = response("3", Vec::new());
    answer.held = vec![change_id(1), change_id(2)];
    let (batch, _) = phone.absorb(answer, NOW);
    disk.commit(&batch);
    for phone in [&phone, &disk.load()] {
        assert!(phone.is_held_elsewhere(change_id(1)));
        assert!(phone.is_held_elsewhere(change_id(2)));
    }
    phone.absorb(response("4", Vec::new()), NOW);
    assert!(!phone.is_held_elsewhere(change_id(1)));
}

#[test]
fn what_waits_behind_a_dispute_of_this_phone_is_shown_with_it() {
    let (mut phone, _) = phone_with_two_moves();
    let mut answer = response("3", vec![refused(1)]);
    answer.held = vec![change_id(2)];
    phone.absorb(answer, NOW);
    assert!(!phone.is_held_elsewhere(change_id(2)));
}

#[test]
fn a_server_without_memory_holds_nothing() {
    let (mut phone, _) = phone_with_two_moves();
    let mut answer = response("3", Vec::new());
    answer.held = vec![change_id(1)];
    phone.absorb(answer, NOW);
    let mut lost = response("4", Vec::new());
    lost.epoch = Epoch("b".to_owned());
    phone.absorb(lost, NOW);
    assert!(phone.meta().held.is_empty());
}

//! What was made elsewhere in the technician's name: a revoked device hands over and another one takes over; what the
//! server made waits for him here.

#![allow(clippy::expect_used)]

mod common;

use common::*;
use tournee_core::ids::DeviceId;
use tournee_core::outbox::State;
use tournee_core::phone::{Phone, Stored};
use tournee_core::wire::{ChangeReport, FeedItem, Problem, ProblemKind, ReportState};
use uuid::Uuid;

fn phone(number: u128) -> Phone {
    let device = DeviceId(Uuid::from_u128(number));
    let mut phone = Phone::load(&Stored::default(), device).expect("an empty phone");
    let _ = phone.absorb(response("1", vec![ticket_item(&ticket(7754))]), NOW);
    phone
}

#[test]
fn what_was_handed_over_is_the_servers_and_what_is_taken_over_is_offered_under_its_old_name() {
    let mut lost = phone(1);
    let note = new_change(1, 7754, followup("Depuis le téléphone perdu."));
    let (note, _) = lost.edit(note).expect("valid");
    assert_eq!(lost.handed_over(&[note]).writes.len(), 1);
    let state = lost.outbox().get(note).map(|queued| &queued.state);
    assert_eq!(state, Some(&State::Server));
    // Told twice, it is no news.
    assert!(lost.handed_over(&[note]).is_empty());

    let mut kept = phone(2);
    let left: Vec<_> = lost.outbox().iter().map(|q| q.change.clone()).collect();
    assert_eq!(kept.adopt(left.clone()).writes.len(), 1);
    let offered = kept.request(false).changes;
    assert_eq!(offered, left);
    assert_ne!(offered[0].device, kept.meta().device);
    assert!(kept.adopt(left).is_empty());
}

#[test]
fn what_the_server_made_waits_here_under_its_own_name_and_is_not_sent_again() {
    let mut server = phone(9);
    let note = new_change(1, 7754, followup("Courriel de la caisse."));
    let (note, _) = server.edit(note).expect("valid");
    let made: Vec<_> = server.outbox().iter().map(|q| q.change.clone()).collect();
    let problem = Problem {
        kind: ProblemKind::Refused,
        words: Some("Pas le droit".to_owned()),
        conflict: None,
        evidence: None,
    };
    let report = ChangeReport {
        change: note,
        device: made[0].device,
        state: ReportState::NeedsYou { problem },
    };
    let mut told = response("2", vec![FeedItem::Report { report }]);
    told.entrusted = made;

    let mut phone = phone(2);
    let (batch, absorbed) = phone.absorb(told.clone(), NOW);
    assert!(batch.writes.len() > 1);
    assert!(absorbed.tickets.contains(&ticket(7754).key));
    assert!(phone.outbox().get(note).is_some_and(|q| q.needs_you()));
    assert_eq!(phone.request(false).changes, Vec::new());
    // The same page again, after a lost answer.
    let _ = phone.absorb(told, NOW);
    assert_eq!(phone.outbox().iter().count(), 1);
}

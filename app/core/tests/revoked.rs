//! A revoked device hands over; another one of the same technician's takes over.

#![allow(clippy::expect_used)]

mod common;

use common::*;
use tournee_core::ids::DeviceId;
use tournee_core::outbox::State;
use tournee_core::phone::{Phone, Stored};
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

//! Assets on tickets, offline: linked at once, parted at once, and a ticket that is made for one.

#![allow(clippy::expect_used)]

mod common;

use common::*;
use tournee_core::changes::{ChangeBody, SetAsset, Verdict};
use tournee_core::changes::{ChangeKind as _, Obstacle};
use tournee_core::domain::{AssetKey, AssetKind, LinkedAsset, Status};
use tournee_core::ids::{ChangeId, SourceId, TicketId, TicketKey};
use tournee_core::phone::{Phone, Table};
use tournee_core::wire::Wish;

fn printer() -> LinkedAsset {
    LinkedAsset {
        key: AssetKey {
            kind: AssetKind::Printer,
            id: 7,
        },
        name: "IMP-ARCS-002".to_owned(),
    }
}

fn set(linked: bool) -> SetAsset {
    SetAsset {
        asset: printer(),
        linked,
    }
}

/// Of a gesture that links an asset to the ticket which it makes.
fn link(asset: LinkedAsset) -> (ChangeId, ChangeBody) {
    let linked = true;
    (change_id(2), ChangeBody::Asset(SetAsset { asset, linked }))
}

fn ready() -> (Phone, Disk) {
    let mut disk = Disk::default();
    let mut phone = disk.load();
    let (batch, _) = phone.absorb(response("1", vec![ticket_item(&ticket(12))]), NOW);
    disk.commit(&batch);
    (phone, disk)
}

fn on_it(phone: &Phone) -> Vec<TicketKey> {
    let rows = phone.tickets_of(&SourceId::new("ancien"), printer().key);
    rows.into_iter().map(|row| row.key.clone()).collect()
}

#[test]
fn a_link_shows_at_once_in_ticket_and_row_and_goes_as_it_came() {
    let (mut phone, mut disk) = ready();
    let key = TicketKey::new("ancien", 12);
    for (n, linked) in [(1, true), (2, true), (3, false)] {
        let body = ChangeBody::Asset(set(linked));
        let (_, batch) = phone.edit(new_change(n, 12, body)).expect("valid");
        disk.commit(&batch);
        let base = disk.ticket(&key).expect("stored");
        let shown = phone.shown_ticket(&base);
        assert_eq!(
            shown.assets,
            if linked { vec![printer()] } else { Vec::new() }
        );
        assert_eq!(on_it(&phone).len(), usize::from(linked));
    }
    let again = disk.load();
    assert!(on_it(&again).is_empty());
    assert_eq!(again.outbox().iter().count(), 3);
}

#[test]
fn sets_know_no_conflict_and_a_closed_ticket_takes_none() {
    let mut now = ticket(12);
    assert_eq!(set(true).check(&now), Verdict::Apply);
    assert_eq!(set(false).check(&now), Verdict::AlreadyThere);
    now.assets.push(printer());
    assert_eq!(set(true).check(&now), Verdict::AlreadyThere);
    now.status = Status::Closed;
    assert_eq!(set(false).check(&now), Verdict::Obstacle(Obstacle::Closed));
    assert_eq!(set(true).check(&now), Verdict::AlreadyThere);
}

#[test]
fn a_ticket_for_an_asset_is_made_with_it_or_not_at_all() {
    let (mut phone, mut disk) = ready();
    let new = new_change(1, 0, create("Imprimante muette"));
    let nameless = LinkedAsset {
        key: AssetKey {
            id: 0,
            ..printer().key
        },
        ..printer()
    };
    assert!(phone.convert(new.clone(), &[link(nameless)]).is_err());
    assert_eq!(phone.outbox().iter().count(), 0);
    let (id, batch) = phone
        .convert(new.clone(), &[link(printer())])
        .expect("valid");
    let changes = batch
        .writes
        .iter()
        .filter(|write| write.table == Table::Outbox);
    assert_eq!(changes.count(), 2, "both in one batch");
    disk.commit(&batch);
    let local = TicketKey {
        id: TicketId::local(id),
        ..TicketKey::new("ancien", 0)
    };
    let shown = phone.local_ticket(&local).expect("shown");
    assert_eq!(shown.assets, [printer()]);
    assert_eq!(on_it(&phone), [local]);
    // A commit whose answer was lost is made again.
    let (_, batch) = phone.convert(new, &[link(printer())]).expect("valid");
    assert!(batch.is_empty());
    assert_eq!(disk.load().outbox().iter().count(), 2);
    disk.commit(&phone.wish(id, Wish::Withdraw));
    assert!(on_it(&phone).is_empty(), "the link goes with the ticket");
}

//! Tickets that phones made: what is known of a local number, before and after it lands.

use anyhow::{Context as _, Result};
use tournee::store::chains::{self, TicketChain};
use tournee::store::changes::{self, Phase};
use tournee::store::creations::{self, Place};
use tournee::store::feed::Reached;
use tournee::store::{Connection, Store, TechnicianId, feed, technicians};
use tournee_core::changes::{Change, Target};
use tournee_core::ids::{SourceId, TicketId, TicketKey};
use tournee_core::wire::{FeedItem, ReportState};

use crate::support::*;

on_both!(
    a_local_number_is_unknown_until_its_creation_comes,
    a_creation_that_waits_or_is_under_way_is_awaited,
    one_that_was_taken_back_is_known_to_be,
    another_text_of_it_keeps_the_number_alive,
    landing_moves_all_that_came_with_the_number,
    landing_is_one_technicians_and_one_glpis,
    landing_that_is_not_committed_has_not_happened,
    a_landed_number_is_known_when_all_is_settled,
    what_comes_late_by_the_old_number_is_found_by_it,
    marks_are_found_by_the_number_of_today,
    taking_back_leaves_nothing_on_the_ticket,
    nothing_is_taken_back_while_another_text_is_to_be_created,
    two_that_become_one_keep_their_local_numbers,
);

const LANDED: TicketId = TicketId(3041);

fn chain(who: TechnicianId, ticket: TicketId) -> TicketChain {
    TicketChain {
        technician: who,
        ticket: TicketKey {
            source: source(),
            id: ticket,
        },
    }
}

async fn place(db: &mut Connection, who: TechnicianId, number: u128) -> Result<Place> {
    Ok(creations::place(db, &chain(who, local(number))).await?)
}

/// A creation and two changes on its ticket.
async fn make(db: &mut Connection, who: TechnicianId) -> Result<()> {
    take_in(db, who, &creation(1)).await?;
    take_in(db, who, &change_on(2, local(1))).await?;
    take_in(db, who, &change_on(3, local(1))).await?;
    Ok(())
}

async fn tickets(
    db: &mut Connection,
    who: TechnicianId,
    numbers: &[u128],
) -> Result<Vec<TicketId>> {
    let mut all = Vec::new();
    for number in numbers {
        let held = changes::find(db, who, id(*number)).await?;
        let ticket = held.context("taken in")?.change.ticket().cloned();
        all.push(ticket.context("on a ticket")?.id);
    }
    Ok(all)
}

async fn a_local_number_is_unknown_until_its_creation_comes(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    assert_eq!(place(&mut tx, who, 1).await?, Place::Unknown);
    // Something on it alone is no creation.
    take_in(&mut tx, who, &change_on(2, local(1))).await?;
    assert_eq!(place(&mut tx, who, 1).await?, Place::Unknown);
    take_in(&mut tx, who, &creation(1)).await?;
    assert_eq!(place(&mut tx, who, 1).await?, Place::Awaited);
    assert_eq!(place(&mut tx, who, 2).await?, Place::Unknown);
    Ok(())
}

async fn a_creation_that_waits_or_is_under_way_is_awaited(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let held = take_in(&mut tx, who, &creation(1)).await?;
    changes::set_phase(&mut tx, held.num, Phase::Intended).await?;
    assert_eq!(place(&mut tx, who, 1).await?, Place::Awaited);
    changes::settle(&mut tx, &held, &needs_you(), NOW).await?;
    assert_eq!(place(&mut tx, who, 1).await?, Place::Awaited);
    Ok(())
}

async fn one_that_was_taken_back_is_known_to_be(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let held = take_in(&mut tx, who, &creation(1)).await?;
    take_in(&mut tx, who, &change_on(2, local(1))).await?;
    changes::settle(&mut tx, &held, &ReportState::Withdrawn, NOW).await?;
    assert_eq!(place(&mut tx, who, 1).await?, Place::TakenBack);
    Ok(())
}

async fn another_text_of_it_keeps_the_number_alive(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let held = take_in(&mut tx, who, &creation(1)).await?;
    let again = Change {
        replaces: Some(id(1)),
        target: held.change.target.clone(),
        ..creation(4)
    };
    take_in(&mut tx, who, &again).await?;
    changes::settle(&mut tx, &held, &ReportState::Withdrawn, NOW).await?;
    assert_eq!(place(&mut tx, who, 1).await?, Place::Awaited);
    // It draws no number of its own.
    assert_eq!(place(&mut tx, who, 4).await?, Place::Unknown);
    Ok(())
}

async fn landing_moves_all_that_came_with_the_number(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    make(&mut tx, who).await?;
    take_in(&mut tx, who, &change(5, 10)).await?;
    // Also what is settled, so that a late request finds out.
    let held = changes::find(&mut tx, who, id(2)).await?.context("there")?;
    changes::settle(&mut tx, &held, &ReportState::Withdrawn, NOW).await?;
    let key = creations::land(&mut tx, &chain(who, local(1)), LANDED).await?;
    assert_eq!(key, chain(who, LANDED));
    tx.commit().await?;
    let mut tx = store.write().await?;
    let moved = tickets(&mut tx, who, &[1, 2, 3, 5]).await?;
    assert_eq!(moved, [LANDED, LANDED, LANDED, TicketId(10)]);
    let rows = chains::rows(&mut tx, &key.key()).await?;
    let order: Vec<_> = rows.iter().map(|row| row.change.id).collect();
    assert_eq!(order, [id(1), id(3)]);
    assert!(
        chains::rows(&mut tx, &chain(who, local(1)).key())
            .await?
            .is_empty()
    );
    let open = chains::open(&mut tx, Some(who)).await?;
    assert_eq!(open, [key.key(), chain(who, TicketId(10)).key()]);
    assert_eq!(place(&mut tx, who, 1).await?, Place::Landed(LANDED));
    Ok(())
}

async fn landing_is_one_technicians_and_one_glpis(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let other = technician(&mut tx).await?;
    make(&mut tx, who).await?;
    // The same local number, elsewhere: another man's, and at another GLPI.
    let anothers = Change {
        device: device(2),
        ..change_on(6, local(1))
    };
    take_in(&mut tx, other, &anothers).await?;
    let mut elsewhere = change_on(7, local(1));
    elsewhere.target = Target::Ticket(TicketKey {
        source: SourceId::new("nouveau"),
        id: local(1),
    });
    take_in(&mut tx, who, &elsewhere).await?;
    creations::land(&mut tx, &chain(who, local(1)), LANDED).await?;
    assert_eq!(tickets(&mut tx, other, &[6]).await?, [local(1)]);
    assert_eq!(tickets(&mut tx, who, &[7]).await?, [local(1)]);
    Ok(())
}

async fn landing_that_is_not_committed_has_not_happened(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    make(&mut tx, who).await?;
    tx.commit().await?;
    let mut tx = store.write().await?;
    creations::land(&mut tx, &chain(who, local(1)), LANDED).await?;
    drop(tx);
    let mut db = store.read().await?;
    assert_eq!(place(&mut db, who, 1).await?, Place::Awaited);
    assert_eq!(tickets(&mut db, who, &[1, 2]).await?, [local(1), local(1)]);
    Ok(())
}

async fn a_landed_number_is_known_when_all_is_settled(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let held = take_in(&mut tx, who, &creation(1)).await?;
    creations::land(&mut tx, &chain(who, local(1)), LANDED).await?;
    let created = ReportState::Delivered {
        at: NOW,
        notices: Vec::new(),
        created: Some(LANDED),
    };
    changes::settle(&mut tx, &held, &created, NOW).await?;
    assert_eq!(place(&mut tx, who, 1).await?, Place::Landed(LANDED));
    // The phone is told under the name that it gave.
    let page = feed::page(&mut tx, who, Reached::without_mails(0), 10_000).await?;
    let [FeedItem::Report { report }] = page.items.as_slice() else {
        anyhow::bail!("{:?}", page.items)
    };
    assert_eq!((report.change, &report.state), (id(1), &created));
    Ok(())
}

async fn what_comes_late_by_the_old_number_is_found_by_it(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    take_in(&mut tx, who, &creation(1)).await?;
    creations::land(&mut tx, &chain(who, local(1)), LANDED).await?;
    let late = change_on(2, LANDED);
    let queued = ReportState::Queued;
    changes::insert_as(&mut tx, who, &late, Some(local(1)), None, &queued, NOW).await?;
    let rows = chains::rows(&mut tx, &chain(who, LANDED).key()).await?;
    assert_eq!(rows.len(), 2);
    // A server of before the landing has all of it moved again.
    creations::land(&mut tx, &chain(who, local(1)), TicketId(3050)).await?;
    let moved = tickets(&mut tx, who, &[1, 2]).await?;
    assert_eq!(moved, [TicketId(3050), TicketId(3050)]);
    Ok(())
}

async fn marks_are_found_by_the_number_of_today(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    make(&mut tx, who).await?;
    let before = changes::marks(&mut tx, &source(), &[local(1)]).await?;
    assert_eq!(before.len(), 3);
    creations::land(&mut tx, &chain(who, local(1)), LANDED).await?;
    let after = changes::marks(&mut tx, &source(), &[LANDED]).await?;
    assert_eq!(after, before);
    assert!(
        changes::marks(&mut tx, &source(), &[local(1)])
            .await?
            .is_empty()
    );
    Ok(())
}

async fn taking_back_leaves_nothing_on_the_ticket(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    make(&mut tx, who).await?;
    let held = changes::find(&mut tx, who, id(1)).await?.context("there")?;
    let third = changes::find(&mut tx, who, id(3)).await?.context("there")?;
    changes::settle(&mut tx, &third, &needs_you(), NOW).await?;
    changes::settle(&mut tx, &held, &ReportState::Withdrawn, NOW).await?;
    creations::take_back_rest(&mut tx, &chain(who, local(1)), NOW).await?;
    assert!(
        chains::rows(&mut tx, &chain(who, local(1)).key())
            .await?
            .is_empty()
    );
    for number in [2, 3] {
        let held = changes::find(&mut tx, who, id(number)).await?;
        assert_eq!(held.context("there")?.phase, Phase::Withdrawn);
    }
    // Each of them is told.
    let page = feed::page(&mut tx, who, Reached::without_mails(0), 10_000).await?;
    assert_eq!(page.items.len(), 3);
    Ok(())
}

async fn nothing_is_taken_back_while_another_text_is_to_be_created(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    make(&mut tx, who).await?;
    let again = Change {
        target: chain(who, local(1)).ticket.into(),
        ..creation(4)
    };
    take_in(&mut tx, who, &again).await?;
    let held = changes::find(&mut tx, who, id(1)).await?.context("there")?;
    changes::settle(&mut tx, &held, &ReportState::Withdrawn, NOW).await?;
    creations::take_back_rest(&mut tx, &chain(who, local(1)), NOW).await?;
    let rows = chains::rows(&mut tx, &chain(who, local(1)).key()).await?;
    assert_eq!(rows.len(), 3);
    Ok(())
}

async fn two_that_become_one_keep_their_local_numbers(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let other = technician(&mut tx).await?;
    make(&mut tx, other).await?;
    technicians::merge(&mut tx, &chance(), other, who).await?;
    assert_eq!(place(&mut tx, who, 1).await?, Place::Awaited);
    creations::land(&mut tx, &chain(who, local(1)), LANDED).await?;
    let moved = tickets(&mut tx, who, &[1, 2, 3]).await?;
    assert_eq!(moved, [LANDED; 3]);
    Ok(())
}

//! Feeds and snapshots.

use anyhow::Result;
use tournee::store::feed::{Reached, Thing};
use tournee::store::snapshots::{self, Extent, Snapshot};
use tournee::store::{Store, StoreError, TechnicianId, changes, feed, technicians};
use tournee_core::ids::{SourceId, TicketId};
use tournee_core::time::{Instant, Seconds};
use tournee_core::wire::{ChangeReport, FeedItem};

use crate::support::*;

on_both!(
    what_moves_again_goes_to_the_end,
    a_page_ends_where_it_is_full,
    who_knows_nothing_lets_nothing_go,
    feeds_are_each_mans_own,
    a_place_is_one_things,
    a_delivered_report_brings_the_ticket_that_moved_on,
    reference_data_is_kept_and_dropped,
    a_feed_of_nobody_is_refused,
    a_ticket_that_did_not_move_is_not_told,
    a_fresh_stamp_is_doubted_until_it_is_read_again,
    a_ticket_is_let_go_once,
    all_tickets_of_a_glpi_are_let_go,
);

fn shown(page: &feed::Page) -> Vec<String> {
    let show = |item: &FeedItem| match item {
        FeedItem::Ticket { ticket } => format!("{} {}", ticket.key.id, ticket.title),
        FeedItem::Gone { key } => format!("{} gone", key.id),
        FeedItem::Report { report } => format!("report {}", report.change.0.as_u128()),
        FeedItem::Reference { reference } => format!("reference {}", reference.source),
        FeedItem::Thread { thread } => format!("thread {} {}", thread.key.id, thread.mails.len()),
        FeedItem::ThreadGone { key } => format!("thread {} gone", key.id),
    };
    page.items.iter().map(show).collect()
}

fn item(id: u64, title: &str) -> FeedItem {
    let ticket = Box::new(ticket(id, 0, title));
    FeedItem::Ticket { ticket }
}

async fn what_moves_again_goes_to_the_end(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    for (id, title) in [(1, "a"), (2, "b"), (1, "c"), (10, "d")] {
        feed::publish(&mut tx, who, &item(id, title), NOW).await?;
    }
    tx.commit().await?;
    let mut db = store.read().await?;
    let page = feed::page(&mut db, who, Reached::without_mails(0), 100_000).await?;
    assert_eq!(shown(&page), ["2 b", "1 c", "10 d"]);
    assert_eq!((page.last.seq, page.more), (4, false));
    let page = feed::page(&mut db, who, Reached::without_mails(3), 100_000).await?;
    assert_eq!(shown(&page), ["10 d"]);
    let page = feed::page(&mut db, who, Reached::without_mails(4), 100_000).await?;
    assert!(page.items.is_empty() && page.last.seq == 4 && !page.more);
    let known = feed::ticket(&mut db, who, &key(1)).await?;
    assert_eq!(known, Some(Box::new(ticket(1, 0, "c"))));
    assert_eq!(feed::ticket(&mut db, who, &key(3)).await?, None);
    Ok(())
}

async fn a_page_ends_where_it_is_full(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    for id in 1..=5 {
        feed::publish(&mut tx, who, &item(id, "a"), NOW).await?;
    }
    let one = serde_json::to_vec(&item(1, "a"))?.len();
    let page = feed::page(&mut tx, who, Reached::without_mails(0), one + 1).await?;
    assert_eq!((page.items.len(), page.last.seq, page.more), (2, 2, true));
    let page = feed::page(&mut tx, who, Reached::without_mails(2), 3 * one).await?;
    assert_eq!((page.items.len(), page.last.seq, page.more), (3, 5, false));
    let page = feed::page(&mut tx, who, Reached::without_mails(2), 1).await?;
    assert_eq!((page.items.len(), page.last.seq, page.more), (1, 3, true));
    Ok(())
}

async fn who_knows_nothing_lets_nothing_go(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    feed::publish(&mut tx, who, &item(1, "a"), NOW).await?;
    feed::publish(&mut tx, who, &FeedItem::Gone { key: key(2) }, NOW).await?;
    feed::publish(&mut tx, who, &FeedItem::Gone { key: key(1) }, NOW).await?;
    assert!(
        feed::page(&mut tx, who, Reached::without_mails(0), 1_000)
            .await?
            .items
            .is_empty()
    );
    let page = feed::page(&mut tx, who, Reached::without_mails(1), 1_000).await?;
    assert_eq!(shown(&page), ["2 gone", "1 gone"]);
    assert_eq!(feed::ticket(&mut tx, who, &key(1)).await?, None);
    Ok(())
}

async fn feeds_are_each_mans_own(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let other = technician(&mut tx).await?;
    feed::publish(&mut tx, who, &item(1, "a"), NOW).await?;
    feed::publish(&mut tx, other, &item(1, "b"), NOW).await?;
    feed::publish(&mut tx, other, &item(2, "c"), NOW).await?;
    assert_eq!(
        shown(&feed::page(&mut tx, who, Reached::without_mails(0), 1_000).await?),
        ["1 a"]
    );
    assert_eq!(technicians::feed_state(&mut tx, who).await?.seq, 1);
    assert_eq!(technicians::feed_state(&mut tx, other).await?.seq, 2);
    Ok(())
}

async fn a_place_is_one_things(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let thing = |key: &str| Thing {
        technician: who,
        kind: feed::Kind::Ticket,
        key: key.to_owned(),
    };
    tx.put_feed(&thing("a:1"), 1, NOW, Some(b"x")).await?;
    let second = tx.put_feed(&thing("a:2"), 1, NOW, Some(b"y")).await;
    assert_fails!(second, StoreError::Taken(_));
    tx.put_feed(&thing("a:1"), 2, NOW, None).await?;
    tx.put_feed(&thing("a:2"), 1, NOW, Some(b"y")).await?;
    assert_eq!(tx.feed_body(&thing("a:1")).await?, None);
    assert_eq!(tx.feed_body(&thing("a:2")).await?, Some(b"y".to_vec()));
    Ok(())
}

async fn a_delivered_report_brings_the_ticket_that_moved_on(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let held = take_in(&mut tx, who, &change(1, 10)).await?;
    changes::settle(&mut tx, &held, &delivered(Vec::new()), NOW).await?;
    for id in [20, 10] {
        feed::publish(&mut tx, who, &item(id, "a"), NOW).await?;
    }
    // The page ends before the ticket's new place.
    let size = serde_json::to_vec(&item(20, "a"))?.len();
    let page = feed::page(&mut tx, who, Reached::without_mails(0), size).await?;
    assert_eq!(shown(&page), ["10 a", "report 1", "20 a"]);
    assert_eq!((page.last.seq, page.more), (2, true));
    let report = ChangeReport {
        change: id(1),
        device: device(1),
        state: delivered(Vec::new()),
    };
    assert!(tx.ticket_behind(who, &report, 2).await?.is_some());
    assert!(tx.ticket_behind(who, &report, 3).await?.is_none());
    assert!(
        tx.ticket_behind(TechnicianId(99), &report, 2)
            .await?
            .is_none()
    );
    // Nothing of a change that waits again.
    changes::settle(&mut tx, &held, &needs_you(), NOW).await?;
    assert!(tx.ticket_behind(who, &report, 2).await?.is_none());
    Ok(())
}

async fn reference_data_is_kept_and_dropped(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let nouveau = SourceId::new("nouveau");
    for (source, name) in [("ancien", "a"), ("nouveau", "b"), ("ancien", "c")] {
        let reference = Box::new(reference(source, name));
        feed::publish(&mut tx, who, &FeedItem::Reference { reference }, NOW).await?;
    }
    let known = feed::reference(&mut tx, who, &source()).await?;
    assert_eq!(known, Some(Box::new(reference("ancien", "c"))));
    feed::drop_reference(&mut tx, who, &source()).await?;
    assert_eq!(feed::reference(&mut tx, who, &source()).await?, None);
    assert!(feed::reference(&mut tx, who, &nouveau).await?.is_some());
    let page = feed::page(&mut tx, who, Reached::without_mails(0), 1_000).await?;
    assert_eq!(shown(&page), ["reference nouveau"]);
    Ok(())
}

async fn a_feed_of_nobody_is_refused(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let nobody = TechnicianId(99);
    let refused = feed::publish(&mut tx, nobody, &item(1, "a"), NOW).await;
    assert_fails!(refused, StoreError::Missing);
    let thing = Thing {
        technician: nobody,
        kind: feed::Kind::Ticket,
        key: "a:1".to_owned(),
    };
    let refused = tx.put_feed(&thing, 1, NOW, None).await;
    assert_fails!(refused, StoreError::Dangling(_));
    let refused = snapshots::take(&mut tx, nobody, &ticket(1, 0, "a"), Extent::Whole, NOW).await;
    assert_fails!(refused, StoreError::Dangling(_));
    Ok(())
}

async fn a_ticket_that_did_not_move_is_not_told(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let later = NOW + Seconds(5_000);
    assert!(snapshots::take(&mut tx, who, &ticket(2, 0, "a"), Extent::Whole, later).await?);
    assert!(!snapshots::take(&mut tx, who, &ticket(2, 0, "a"), Extent::Whole, later).await?);
    assert!(snapshots::take(&mut tx, who, &ticket(2, 0, "b"), Extent::Whole, later).await?);
    assert!(snapshots::take(&mut tx, who, &ticket(10, 0, "b"), Extent::Whole, later).await?);
    let facts = tournee_core::domain::Ticket {
        timeline: None,
        ..ticket(1, 7, "c")
    };
    assert!(snapshots::take(&mut tx, who, &facts, Extent::Whole, later).await?);
    let known = snapshots::of_source(&mut tx, who, &source()).await?;
    let ids: Vec<_> = known.keys().copied().collect();
    assert_eq!(ids, [TicketId(1), TicketId(2), TicketId(10)]);
    let expected = Snapshot {
        modified: NOW + Seconds(7),
        complete: false,
        doubtful: None,
    };
    assert_eq!(known.get(&TicketId(1)), Some(&expected));
    let nouveau = SourceId::new("nouveau");
    assert!(
        snapshots::of_source(&mut tx, who, &nouveau)
            .await?
            .is_empty()
    );
    Ok(())
}

async fn a_fresh_stamp_is_doubted_until_it_is_read_again(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let mut doubts = Vec::new();
    // Modified at, read from.
    for (modified, started) in [(0, 0), (0, 1), (0, 2), (0, 3), (5, 6), (5, 700)] {
        let ticket = ticket(1, modified, "a");
        snapshots::take(&mut tx, who, &ticket, Extent::Whole, NOW + Seconds(started)).await?;
        let known = snapshots::of_source(&mut tx, who, &source()).await?;
        let snapshot = known.get(&TicketId(1));
        doubts.push(snapshot.and_then(|snapshot| snapshot.doubtful));
    }
    let until = |after: i64| Some(Instant(NOW.0 + after));
    // One that comes in behind the reading which settled the stamp may be of before that: it is read once more.
    assert_eq!(doubts, [until(2), until(2), None, until(5), until(8), None]);
    Ok(())
}

async fn a_ticket_is_let_go_once(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    snapshots::take(&mut tx, who, &ticket(1, 0, "a"), Extent::Whole, NOW).await?;
    assert!(snapshots::let_go(&mut tx, who, &key(1), NOW).await?);
    assert!(!snapshots::let_go(&mut tx, who, &key(1), NOW).await?);
    assert_eq!(
        shown(&feed::page(&mut tx, who, Reached::without_mails(1), 1_000).await?),
        ["1 gone"]
    );
    Ok(())
}

async fn all_tickets_of_a_glpi_are_let_go(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    for id in [3, 1, 2] {
        snapshots::take(&mut tx, who, &ticket(id, 0, "a"), Extent::Whole, NOW).await?;
    }
    let mut new = ticket(1, 0, "new");
    new.key.source = SourceId::new("nouveau");
    snapshots::take(&mut tx, who, &new, Extent::Whole, NOW).await?;
    snapshots::let_all_go(&mut tx, who, &source(), NOW).await?;
    let page = feed::page(&mut tx, who, Reached::without_mails(1), 10_000).await?;
    assert_eq!(shown(&page), ["1 new", "1 gone", "2 gone", "3 gone"]);
    let rest = snapshots::of_source(&mut tx, who, &SourceId::new("nouveau")).await?;
    assert_eq!(rest.len(), 1);
    Ok(())
}

//! Changes, chains and withdrawals.

use anyhow::{Context as _, Result};
use tournee::store::chains::{self, ChainKey, TicketChain};
use tournee::store::changes::{self, Held, Phase};
use tournee::store::feed::Reached;
use tournee::store::{Store, StoreError, TechnicianId, feed};
use tournee_core::changes::{Change, ConflictValue};
use tournee_core::ids::{MailboxId, ThreadKey, TicketId, UserId};
use tournee_core::time::{Instant, Seconds};
use tournee_core::wire::{
    Against, Attempt, Evidence, FeedItem, Notice, Problem, ProblemKind, ReportState,
};

use crate::support::*;

on_both!(
    a_change_is_known_by_device_and_id,
    the_same_change_twice_is_taken_once,
    a_change_of_nobody_is_refused,
    a_chain_is_in_the_order_of_places,
    a_chain_holds_what_is_not_settled,
    a_threads_chain_is_its_own,
    open_chains_come_oldest_first,
    chains_where_something_may_wait_behind_another_are_known,
    what_is_open_is_known_by_glpi,
    a_change_that_is_settled_is_told,
    settling_forgets_a_withdrawal_that_came_meanwhile,
    settling_what_is_not_there_fails,
    insisting_and_intent_stay_with_the_change,
    what_is_known_of_an_unknown_outcome_stays_with_the_change,
    what_a_forgotten_server_may_have_done_is_known_until_there_is_an_outcome,
    a_ticket_closed_at_once_is_remembered,
    marks_are_found_by_ticket,
    what_was_ever_done_to_a_ticket_is_known_whoever_did_it,
    a_withdrawal_holds_before_its_change,
    what_comes_refused_is_told_at_once,
);

fn ticket_chain(who: TechnicianId, ticket: u64) -> TicketChain {
    TicketChain {
        technician: who,
        ticket: key(ticket),
    }
}

fn chain(who: TechnicianId, ticket: u64) -> ChainKey {
    ChainKey {
        technician: who,
        target: key(ticket).into(),
    }
}

async fn a_change_is_known_by_device_and_id(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    take_in(&mut tx, who, &change(1, 10)).await?;
    assert!(changes::is_known(&mut tx, device(1), id(1)).await?);
    assert!(!changes::is_known(&mut tx, device(2), id(1)).await?);
    assert!(!changes::is_known(&mut tx, device(1), id(2)).await?);
    // Another device's change of the same name is another; the first one answers to the name.
    let twin = Change {
        device: device(2),
        ..change(1, 11)
    };
    let held = take_in(&mut tx, who, &twin).await?;
    assert_eq!((held.num, held.change.target), (1, key(10).into()));
    assert!(changes::is_known(&mut tx, device(2), id(1)).await?);
    Ok(())
}

async fn the_same_change_twice_is_taken_once(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let other = technician(&mut tx).await?;
    take_in(&mut tx, who, &change(1, 10)).await?;
    let again = changes::insert(&mut tx, other, &change(1, 10), None, &needs_you(), NOW).await;
    assert_fails!(again, StoreError::Taken(_));
    // The statement that failed left nothing, and the write goes on.
    assert!(changes::find(&mut tx, other, id(1)).await?.is_none());
    take_in(&mut tx, other, &change(2, 10)).await?;
    tx.commit().await?;
    Ok(())
}

async fn a_change_of_nobody_is_refused(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let nobody = TechnicianId(99);
    let refused = changes::insert(
        &mut tx,
        nobody,
        &change(1, 10),
        None,
        &ReportState::Queued,
        NOW,
    )
    .await;
    assert_fails!(refused, StoreError::Dangling(_));
    let refused = changes::withdraw_unseen(&mut tx, nobody, id(1), NOW).await;
    assert_fails!(refused, StoreError::Dangling(_));
    assert!(!changes::is_known(&mut tx, device(1), id(1)).await?);
    Ok(())
}

async fn a_chain_is_in_the_order_of_places(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let first = take_in(&mut tx, who, &change(1, 10)).await?;
    take_in(&mut tx, who, &change(2, 10)).await?;
    take_in(&mut tx, who, &change(3, 11)).await?;
    // Takes the place of the first.
    let queued = ReportState::Queued;
    changes::insert(
        &mut tx,
        who,
        &change(4, 10),
        Some(first.place),
        &queued,
        NOW,
    )
    .await?;
    changes::settle(&mut tx, &first, &ReportState::Withdrawn, NOW).await?;
    let rows = chains::rows(&mut tx, &chain(who, 10)).await?;
    let order: Vec<_> = rows.iter().map(|row| (row.change.id, row.place)).collect();
    assert_eq!(order, [(id(4), 1), (id(2), 2)]);
    Ok(())
}

async fn a_chain_holds_what_is_not_settled(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let stranger = technician(&mut tx).await?;
    let reports = [
        ReportState::Queued,
        needs_you(),
        delivered(Vec::new()),
        ReportState::Withdrawn,
    ];
    for (number, report) in (1..).zip(&reports) {
        changes::insert(&mut tx, who, &change(number, 10), None, report, NOW).await?;
    }
    take_in(&mut tx, who, &change(5, 10)).await?;
    changes::set_phase(&mut tx, 5, Phase::Intended).await?;
    let rows = chains::rows(&mut tx, &chain(who, 10)).await?;
    let phases: Vec<_> = rows.iter().map(|row| row.phase).collect();
    assert_eq!(phases, [Phase::Queued, Phase::NeedsYou, Phase::Intended]);
    assert!(
        chains::rows(&mut tx, &chain(stranger, 10))
            .await?
            .is_empty()
    );
    Ok(())
}

async fn open_chains_come_oldest_first(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let other = technician(&mut tx).await?;
    for (number, ticket) in [(1, 30), (2, 20), (3, 10), (4, 30)] {
        take_in(&mut tx, who, &change(number, ticket)).await?;
    }
    take_in(&mut tx, other, &change(5, 20)).await?;
    let all = chains::open(&mut tx, None).await?;
    let expected = [
        chain(who, 30),
        chain(who, 20),
        chain(who, 10),
        chain(other, 20),
    ];
    assert_eq!(all, expected);
    assert_eq!(
        chains::open(&mut tx, Some(other)).await?,
        [chain(other, 20)]
    );
    // What waits for the technician is not to be carried out; what is intended is.
    let held = changes::find(&mut tx, who, id(1)).await?.context("there")?;
    changes::settle(&mut tx, &held, &needs_you(), NOW).await?;
    changes::set_phase(&mut tx, 2, Phase::Intended).await?;
    let his = chains::open(&mut tx, Some(who)).await?;
    assert_eq!(his, [chain(who, 20), chain(who, 10), chain(who, 30)]);
    Ok(())
}

async fn a_threads_chain_is_its_own(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let on = |number: u128, thread: &str| Change {
        target: ThreadKey {
            mailbox: MailboxId::of("info@glpi.example"),
            id: thread.to_owned(),
        }
        .into(),
        ..change(number, 0)
    };
    for change in [on(1, "19a"), change(2, 0), on(3, "19b"), on(4, "19a")] {
        let held = take_in(&mut tx, who, &change).await?;
        assert_eq!(held.change.target, change.target);
    }
    let chain = |target| ChainKey {
        technician: who,
        target,
    };
    let of_thread = chain(on(1, "19a").target);
    let rows = chains::rows(&mut tx, &of_thread).await?;
    let order: Vec<_> = rows.iter().map(|row| row.change.id).collect();
    assert_eq!(order, [id(1), id(4)]);
    let open = chains::open(&mut tx, None).await?;
    let other = chain(on(3, "19b").target);
    let ticket = chain(key(0).into());
    assert_eq!(open, [of_thread.clone(), ticket, other]);
    changes::settle(&mut tx, &rows[0], &needs_you(), NOW).await?;
    assert_eq!(chains::held(&mut tx, who).await?, [of_thread]);
    Ok(())
}

async fn chains_where_something_may_wait_behind_another_are_known(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let other = technician(&mut tx).await?;
    let queued = ReportState::Queued;
    let reports = [
        (1, 30, needs_you()),
        (2, 30, queued.clone()),
        (3, 20, queued.clone()),
        (4, 20, needs_you()),
        // Nothing waits behind one, and nothing before the other.
        (5, 10, needs_you()),
        (6, 11, queued.clone()),
        (7, 12, needs_you()),
        (8, 12, ReportState::Withdrawn),
    ];
    for (number, ticket, report) in &reports {
        changes::insert(&mut tx, who, &change(*number, *ticket), None, report, NOW).await?;
    }
    // Another man's on the same ticket is his own affair.
    changes::insert(&mut tx, other, &change(9, 10), None, &queued, NOW).await?;
    let held = chains::held(&mut tx, who).await?;
    assert_eq!(held, [chain(who, 20), chain(who, 30)]);
    assert!(chains::held(&mut tx, other).await?.is_empty());
    changes::set_phase(&mut tx, 2, Phase::Intended).await?;
    assert_eq!(chains::held(&mut tx, who).await?, [chain(who, 20)]);
    Ok(())
}

async fn what_is_open_is_known_by_glpi(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let held = take_in(&mut tx, who, &change(1, 10)).await?;
    assert!(chains::any_open(&mut tx, who, &source()).await?);
    let nouveau = tournee_core::ids::SourceId::new("nouveau");
    assert!(!chains::any_open(&mut tx, who, &nouveau).await?);
    changes::settle(&mut tx, &held, &needs_you(), NOW).await?;
    assert!(!chains::any_open(&mut tx, who, &source()).await?);
    Ok(())
}

async fn a_change_that_is_settled_is_told(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let held = take_in(&mut tx, who, &change(1, 10)).await?;
    assert!(
        feed::page(&mut tx, who, Reached::without_mails(0), 10_000)
            .await?
            .items
            .is_empty()
    );
    let report = delivered(vec![Notice::TextAltered]);
    changes::settle(&mut tx, &held, &report, NOW).await?;
    let page = feed::page(&mut tx, who, Reached::without_mails(0), 10_000).await?;
    let [FeedItem::Report { report: told }] = page.items.as_slice() else {
        panic!("one report: {page:?}");
    };
    assert_eq!((told.change, &told.state), (id(1), &report));
    // Told again, it stands at the feed's end, once.
    let held = changes::find(&mut tx, who, id(1)).await?.context("there")?;
    assert_eq!((held.phase, &held.report), (Phase::Delivered, &report));
    changes::repeat_report(&mut tx, &held, NOW).await?;
    let again = feed::page(&mut tx, who, Reached::without_mails(0), 10_000).await?;
    assert_eq!((again.items.len(), again.last.seq), (1, page.last.seq + 1));
    Ok(())
}

async fn settling_forgets_a_withdrawal_that_came_meanwhile(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let held = take_in(&mut tx, who, &change(1, 10)).await?;
    assert!(!changes::is_withdrawn_meanwhile(&mut tx, held.num).await?);
    changes::set_withdraw(&mut tx, held.num).await?;
    assert!(changes::is_withdrawn_meanwhile(&mut tx, held.num).await?);
    changes::settle(&mut tx, &held, &needs_you(), NOW).await?;
    assert!(!changes::is_withdrawn_meanwhile(&mut tx, held.num).await?);
    Ok(())
}

async fn settling_what_is_not_there_fails(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let mut held = take_in(&mut tx, who, &change(1, 10)).await?;
    held.num = 99;
    let missing = changes::settle(&mut tx, &held, &needs_you(), NOW).await;
    assert_fails!(missing, StoreError::Missing);
    assert_fails!(
        changes::is_withdrawn_meanwhile(&mut tx, 99).await,
        StoreError::Missing
    );
    changes::set_phase(&mut tx, 99, Phase::Intended).await?;
    assert!(
        feed::page(&mut tx, who, Reached::without_mails(0), 10_000)
            .await?
            .items
            .is_empty()
    );
    Ok(())
}

async fn insisting_and_intent_stay_with_the_change(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let held = take_in(&mut tx, who, &change(1, 10)).await?;
    assert!(held.against.is_empty());
    let theirs = ConflictValue::Text("<p>Autre</p>".to_owned());
    let against = |kind, theirs| Against {
        kind,
        theirs,
        looked_at: None,
    };
    let against = [
        against(ProblemKind::AlreadySent, None),
        against(ProblemKind::Conflict, Some(theirs.clone())),
    ];
    changes::set_against(&mut tx, held.num, &against).await?;
    changes::set_phase(&mut tx, held.num, Phase::Intended).await?;
    tx.commit().await?;
    let mut db = store.read().await?;
    let held = changes::find(&mut db, who, id(1)).await?.context("there")?;
    assert_eq!(
        (held.against.as_slice(), held.phase),
        (&against[..], Phase::Intended)
    );
    assert!(held.insists_against(ProblemKind::AlreadySent));
    assert!(!held.insists_against(ProblemKind::TicketClosed));
    assert!(held.insists_over(&theirs));
    assert!(!held.insists_over(&ConflictValue::Text(String::new())));
    assert_eq!(held.change, change(1, 10));
    Ok(())
}

async fn what_is_known_of_an_unknown_outcome_stays_with_the_change(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let held = take_in(&mut tx, who, &change(1, 10)).await?;
    assert_eq!(held.evidence, Evidence::default());
    let said = "HTTP 504".to_owned();
    let evidence = Evidence {
        altered_at: Some(NOW),
        altered_by: Some(UserId(7)),
        beside: Some(vec![id(2)]),
        tries: vec![Attempt { at: NOW, said }],
        looks: 2,
        looked_at: Some(NOW + Seconds(4)),
        unread: Some(Attempt {
            at: NOW + Seconds(9),
            said: "HTTP 500".to_owned(),
        }),
        forgotten: true,
    };
    changes::set_evidence(&mut tx, held.num, &evidence).await?;
    tx.commit().await?;
    let mut db = store.read().await?;
    let held = changes::find(&mut db, who, id(1)).await?.context("there")?;
    assert_eq!(held.evidence, evidence);
    let rows = chains::rows(&mut db, &chain(who, 10)).await?;
    assert_eq!(rows[0].evidence, evidence);
    Ok(())
}

async fn what_a_forgotten_server_may_have_done_is_known_until_there_is_an_outcome(
    store: &Store,
) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let other = technician(&mut tx).await?;
    for number in 1..=4 {
        take_in(&mut tx, who, &change(number, 10)).await?;
    }
    take_in(&mut tx, other, &change(5, 10)).await?;
    changes::set_phase(&mut tx, 2, Phase::Intended).await?;
    let third = changes::find(&mut tx, who, id(3)).await?.context("it")?;
    changes::settle(&mut tx, &third, &needs_you(), NOW).await?;
    let fourth = changes::find(&mut tx, who, id(4)).await?.context("it")?;
    changes::settle(&mut tx, &fourth, &delivered(Vec::new()), NOW).await?;
    let open = changes::open(&mut tx, who).await?;
    let nums: Vec<i64> = open.iter().map(|held| held.num).collect();
    assert_eq!(nums, [1, 2, 3]);
    for held in &open {
        assert!(!held.of_before);
        tx.set_change_of_before(held.num, true).await?;
    }
    tx.commit().await?;
    let mut tx = store.write().await?;
    let open = changes::open(&mut tx, who).await?;
    let forgotten = |held: &Held| held.of_before && held.may_be_forgotten();
    assert!(open.iter().all(forgotten));
    // That he has it tried again, or has no account meanwhile, says nothing of what was done.
    let needs = |kind| match needs_you() {
        ReportState::NeedsYou { problem } => ReportState::NeedsYou {
            problem: Problem { kind, ..problem },
        },
        other => other,
    };
    for (report, stays) in [
        (ReportState::Queued, true),
        (needs(ProblemKind::NoAccount), true),
        (needs(ProblemKind::Unsettled), false),
    ] {
        let held = changes::find(&mut tx, who, id(3)).await?.context("it")?;
        changes::settle(&mut tx, &held, &report, NOW).await?;
        let held = changes::find(&mut tx, who, id(3)).await?.context("it")?;
        assert_eq!(held.of_before, stays, "{report:?}");
    }
    tx.set_change_of_before(1, false).await?;
    let held = changes::find(&mut tx, who, id(1)).await?.context("it")?;
    assert!(!held.of_before);
    Ok(())
}

async fn a_ticket_closed_at_once_is_remembered(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    assert_eq!(
        chains::closed_at_once(&mut tx, &ticket_chain(who, 10)).await?,
        None
    );
    let reports = [
        (delivered(vec![Notice::ClosedAtOnce]), 1),
        (
            delivered(vec![Notice::TextAltered, Notice::ClosedAtOnce]),
            3,
        ),
        (delivered(vec![Notice::EmojiSpelled]), 5),
    ];
    for (number, (report, after)) in (1..).zip(reports) {
        let held = take_in(&mut tx, who, &change(number, 10)).await?;
        changes::settle(&mut tx, &held, &report, NOW + Seconds(after)).await?;
    }
    let closed = chains::closed_at_once(&mut tx, &ticket_chain(who, 10)).await?;
    assert_eq!(closed, Some(Instant(NOW.0 + 3)));
    assert_eq!(
        chains::closed_at_once(&mut tx, &ticket_chain(who, 11)).await?,
        None
    );
    Ok(())
}

async fn marks_are_found_by_ticket(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let other = technician(&mut tx).await?;
    take_in(&mut tx, who, &change(1, 10)).await?;
    take_in(&mut tx, other, &change(2, 10)).await?;
    take_in(&mut tx, who, &change(3, 11)).await?;
    take_in(&mut tx, who, &change(4, 12)).await?;
    let tickets = [TicketId(10), TicketId(11)];
    let marks = changes::marks(&mut tx, &source(), &tickets).await?;
    let found: Vec<_> = marks.into_values().collect();
    assert_eq!(found, [id(1), id(2), id(3)]);
    Ok(())
}

async fn what_was_ever_done_to_a_ticket_is_known_whoever_did_it(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let other = technician(&mut tx).await?;
    let first = take_in(&mut tx, who, &change(1, 10)).await?;
    take_in(&mut tx, who, &change(2, 11)).await?;
    take_in(&mut tx, other, &change(3, 10)).await?;
    changes::settle(&mut tx, &first, &delivered(Vec::new()), NOW).await?;
    let held = changes::of_ticket(&mut tx, &key(10)).await?;
    let told: Vec<_> = held
        .iter()
        .map(|held| (held.change.id, held.technician, held.phase))
        .collect();
    let expected = [
        (id(1), who, Phase::Delivered),
        (id(3), other, Phase::Queued),
    ];
    assert_eq!(told, expected);
    Ok(())
}

async fn a_withdrawal_holds_before_its_change(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let other = technician(&mut tx).await?;
    assert!(!changes::was_withdrawn(&mut tx, who, id(1)).await?);
    changes::withdraw_unseen(&mut tx, who, id(1), NOW).await?;
    changes::withdraw_unseen(&mut tx, who, id(1), NOW + Seconds(1)).await?;
    assert!(changes::was_withdrawn(&mut tx, who, id(1)).await?);
    assert!(!changes::was_withdrawn(&mut tx, other, id(1)).await?);
    Ok(())
}

async fn what_comes_refused_is_told_at_once(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    changes::insert(&mut tx, who, &change(1, 10), None, &needs_you(), NOW).await?;
    let page = feed::page(&mut tx, who, Reached::without_mails(0), 10_000).await?;
    assert!(matches!(page.items.as_slice(), [FeedItem::Report { .. }]));
    Ok(())
}

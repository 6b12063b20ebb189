//! Technicians, their sessions and devices, and lives.

use anyhow::{Context as _, Result};
use tournee::chance::Chance;
use tournee::store::accounts::{self, Marks};
use tournee::store::feed::Reached;
use tournee::store::snapshots::Extent;
use tournee::store::{
    Store, StoreError, TechnicianId, changes, feed, lives, sessions, snapshots, technicians,
};
use tournee_core::time::Seconds;

use crate::support::*;

on_both!(
    a_session_is_valid_until_it_idled,
    sessions_are_swept_and_closed,
    a_device_is_known_since,
    a_device_is_revoked_with_its_sessions_and_no_others,
    what_a_device_left_is_what_is_not_settled,
    two_technicians_become_one,
    a_merge_that_clashes_leaves_both,
    a_technician_takes_his_own_with_him,
    a_number_is_given_again_once_it_is_free,
    a_life_knows_what_it_gave,
    a_life_that_is_not_known_gave_nothing,
    how_tickets_stood_stays_whatever_comes_in_their_place,
    a_life_is_seen_for_as_long_as_it_runs,
    old_lives_are_forgotten_and_their_numbers_with_them,
);

async fn a_session_is_valid_until_it_idled(store: &Store) -> Result<()> {
    let month = Seconds::days(30);
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let token = sessions::open(&mut tx, &chance(), who, NOW).await?;
    let found = sessions::find(&mut tx, &token, NOW + Seconds(3_600)).await?;
    let found = found.context("valid")?;
    assert_eq!((found.technician, found.worth_touching), (who, false));
    let found = sessions::find(&mut tx, &token, NOW + month).await?;
    assert!(found.is_some_and(|session| session.worth_touching));
    assert!(
        sessions::find(&mut tx, &token, NOW + month + Seconds(1))
            .await?
            .is_none()
    );
    sessions::touch(&mut tx, &token, NOW + Seconds(1)).await?;
    assert!(
        sessions::find(&mut tx, &token, NOW + month + Seconds(1))
            .await?
            .is_some()
    );
    let nobody = sessions::open(&mut tx, &chance(), TechnicianId(99), NOW).await;
    // The seed draws the same token again, which is there already.
    assert_fails!(nobody.map(drop), StoreError::Taken(_));
    let chance = Chance::seeded(2);
    let nobody = sessions::open(&mut tx, &chance, TechnicianId(99), NOW).await;
    assert_fails!(nobody.map(drop), StoreError::Dangling(_));
    Ok(())
}

async fn sessions_are_swept_and_closed(store: &Store) -> Result<()> {
    let chance = chance();
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let old = sessions::open(&mut tx, &chance, who, NOW).await?;
    let new = sessions::open(&mut tx, &chance, who, NOW + Seconds(1)).await?;
    sessions::sweep(&mut tx, NOW + Seconds::days(30) + Seconds(1)).await?;
    assert!(sessions::find(&mut tx, &old, NOW).await?.is_none());
    assert!(sessions::find(&mut tx, &new, NOW).await?.is_some());
    let opened = NOW + Seconds(1);
    assert!(sessions::has_any(&mut tx, who, opened).await?);
    // Whoever it was opened for may never have had it.
    let later = opened + Seconds(3_600);
    assert!(!sessions::has_any(&mut tx, who, later).await?);
    sessions::bind(&mut tx, &new, device(1)).await?;
    assert!(sessions::has_any(&mut tx, who, later).await?);
    sessions::close(&mut tx, &new).await?;
    assert!(!sessions::has_any(&mut tx, who, opened).await?);
    Ok(())
}

async fn a_device_is_known_since(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let other = technician(&mut tx).await?;
    assert!(!technicians::knows_device(&mut tx, who, device(1), NOW).await?);
    technicians::see_device(&mut tx, who, device(1), "Android", NOW).await?;
    assert!(technicians::knows_device(&mut tx, who, device(1), NOW).await?);
    assert!(!technicians::knows_device(&mut tx, who, device(1), NOW + Seconds(1)).await?);
    technicians::see_device(&mut tx, who, device(1), "Android", NOW + Seconds(1)).await?;
    assert!(technicians::knows_device(&mut tx, who, device(1), NOW + Seconds(1)).await?);
    assert!(!technicians::knows_device(&mut tx, other, device(1), NOW).await?);
    let nobody = technicians::see_device(&mut tx, TechnicianId(99), device(1), "", NOW).await;
    assert_fails!(nobody, StoreError::Dangling(_));
    Ok(())
}

async fn a_device_is_revoked_with_its_sessions_and_no_others(store: &Store) -> Result<()> {
    let chance = chance();
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let other = technician(&mut tx).await?;
    let lost = sessions::open(&mut tx, &chance, who, NOW).await?;
    let kept = sessions::open(&mut tx, &chance, who, NOW).await?;
    let others = sessions::open(&mut tx, &chance, other, NOW).await?;
    for (token, number) in [(&lost, 1), (&kept, 2), (&others, 1)] {
        sessions::bind(&mut tx, token, device(number)).await?;
    }
    for (of, number) in [(who, 1), (who, 2), (other, 1)] {
        technicians::see_device(&mut tx, of, device(number), "Android", NOW).await?;
    }
    assert!(!technicians::revoke_device(&mut tx, who, device(3), NOW).await?);
    assert!(technicians::revoke_device(&mut tx, who, device(1), NOW).await?);
    // The second time changes nothing: it has been revoked since the first.
    assert!(technicians::revoke_device(&mut tx, who, device(1), NOW + Seconds(9)).await?);
    let found = sessions::find(&mut tx, &lost, NOW)
        .await?
        .context("there")?;
    assert_eq!((found.revoked, found.device), (true, Some(device(1))));
    for token in [&kept, &others] {
        let found = sessions::find(&mut tx, token, NOW)
            .await?
            .context("there")?;
        assert!(!found.revoked);
    }
    let known = tx.devices(who).await?;
    let since: Vec<_> = known.iter().map(|device| device.revoked_at).collect();
    assert_eq!(since, [Some(NOW), None]);
    assert!(!technicians::knows_device(&mut tx, who, device(1), NOW).await?);
    assert_eq!(tx.session_devices(who).await?, [device(1), device(2)]);

    // A session that may not be used signs nobody in.
    sessions::close(&mut tx, &kept).await?;
    assert!(!sessions::has_any(&mut tx, who, NOW).await?);
    // Whoever signs in on it again has it back.
    technicians::see_device(&mut tx, who, device(1), "Android", NOW + Seconds(9)).await?;
    assert!(technicians::knows_device(&mut tx, who, device(1), NOW).await?);
    Ok(())
}

async fn what_a_device_left_is_what_is_not_settled(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let other = technician(&mut tx).await?;
    let mut mine = Vec::new();
    for number in 1..=3 {
        mine.push(take_in(&mut tx, who, &change(number, 7)).await?);
    }
    let of = mine[0].change.device;
    changes::settle(&mut tx, &mine[0], &delivered(Vec::new()), NOW).await?;
    changes::settle(&mut tx, &mine[2], &needs_you(), NOW).await?;
    let left = changes::unsettled_of(&mut tx, who, of).await?;
    let left: Vec<_> = left.iter().map(|held| held.change.id).collect();
    assert_eq!(left, [id(2), id(3)]);
    assert!(changes::unsettled_of(&mut tx, other, of).await?.is_empty());
    assert!(
        changes::unsettled_of(&mut tx, who, device(99))
            .await?
            .is_empty()
    );
    Ok(())
}

async fn two_technicians_become_one(store: &Store) -> Result<()> {
    let chance = chance();
    let mut tx = store.write().await?;
    let from = technicians::create(&mut tx, &chance, NOW).await?;
    let into = technicians::create(&mut tx, &chance, NOW).await?;
    let before = technicians::feed_state(&mut tx, into).await?;
    let moved = accounts::put(&mut tx, from, &account("nouveau", 7)).await?;
    let marks = Marks {
        refreshed_at: Some(NOW),
        ..Marks::default()
    };
    accounts::set_marks(&mut tx, moved, &marks).await?;
    accounts::put(&mut tx, into, &account("ancien", 7)).await?;
    let held = take_in(&mut tx, from, &change(1, 10)).await?;
    let token = sessions::open(&mut tx, &chance, from, NOW).await?;
    // One device and one withdrawal are both men's.
    for (who, number) in [(from, 1), (from, 2), (into, 1)] {
        technicians::see_device(&mut tx, who, device(number), "Android", NOW).await?;
        changes::withdraw_unseen(&mut tx, who, id(number + 10), NOW).await?;
    }
    snapshots::take(&mut tx, from, &ticket(10, 0, "Écran"), Extent::Whole, NOW).await?;
    technicians::merge(&mut tx, &chance, from, into).await?;

    let accounts = accounts::of_technician(&mut tx, into).await?;
    assert_eq!(accounts.len(), 2);
    assert!(accounts.iter().all(|row| row.marks == Marks::default()));
    let session = sessions::find(&mut tx, &token, NOW).await?;
    assert_eq!(session.map(|session| session.technician), Some(into));
    for number in [1, 2] {
        assert!(technicians::knows_device(&mut tx, into, device(number), NOW).await?);
        assert!(changes::was_withdrawn(&mut tx, into, id(number + 10)).await?);
    }
    let after = technicians::feed_state(&mut tx, into).await?;
    assert_ne!(after.epoch, before.epoch);
    assert_fails!(
        technicians::feed_state(&mut tx, from).await,
        StoreError::Missing
    );
    assert!(
        snapshots::of_source(&mut tx, from, &source())
            .await?
            .is_empty()
    );
    assert!(feed::ticket(&mut tx, from, &key(10)).await?.is_none());
    // Read before the merge, settled after it: the report is told to the one who has it now.
    changes::settle(&mut tx, &held, &delivered(Vec::new()), NOW).await?;
    assert_eq!(
        feed::page(&mut tx, into, Reached::without_mails(0), 10_000)
            .await?
            .items
            .len(),
        1
    );
    Ok(())
}

async fn a_merge_that_clashes_leaves_both(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let from = technician(&mut tx).await?;
    let into = technician(&mut tx).await?;
    accounts::put(&mut tx, from, &account("nouveau", 7)).await?;
    accounts::put(&mut tx, from, &account("ancien", 7)).await?;
    accounts::put(&mut tx, into, &account("ancien", 8)).await?;
    let clash = technicians::merge(&mut tx, &chance(), from, into).await;
    assert_fails!(clash, StoreError::Taken(_));
    assert_eq!(accounts::of_technician(&mut tx, from).await?.len(), 2);
    assert_eq!(accounts::of_technician(&mut tx, into).await?.len(), 1);
    Ok(())
}

async fn a_technician_takes_his_own_with_him(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let heir = technician(&mut tx).await?;
    let token = sessions::open(&mut tx, &chance(), who, NOW).await?;
    technicians::see_device(&mut tx, who, device(1), "Android", NOW).await?;
    changes::withdraw_unseen(&mut tx, who, id(9), NOW).await?;
    snapshots::take(&mut tx, who, &ticket(10, 0, "Écran"), Extent::Whole, NOW).await?;
    lives::begin(&mut tx, &chance(), NOW).await?;
    take_in(&mut tx, who, &change(1, 10)).await?;
    // Not while the queue names him.
    assert_fails!(tx.delete_technician(who).await, StoreError::Dangling(_));
    assert!(sessions::has_any(&mut tx, who, NOW).await?);
    tx.give_changes(who, heir).await?;
    assert_fails!(
        tx.give_changes(heir, who)
            .await
            .and(tx.delete_technician(who).await),
        StoreError::Dangling(_)
    );
    tx.give_changes(who, heir).await?;
    tx.delete_technician(who).await?;
    assert!(sessions::find(&mut tx, &token, NOW).await?.is_none());
    assert!(!technicians::knows_device(&mut tx, who, device(1), NOW).await?);
    assert!(!changes::was_withdrawn(&mut tx, who, id(9)).await?);
    assert!(
        feed::page(&mut tx, who, Reached::without_mails(0), 10_000)
            .await?
            .items
            .is_empty()
    );
    assert!(
        snapshots::of_source(&mut tx, who, &source())
            .await?
            .is_empty()
    );
    assert_eq!(tx.life_end(who, 0).await?, None);
    assert_eq!(tx.life_end(heir, 0).await?, Some(0));
    Ok(())
}

async fn a_number_is_given_again_once_it_is_free(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let first = technician(&mut tx).await?;
    let second = technician(&mut tx).await?;
    assert_eq!((first, second), (TechnicianId(1), TechnicianId(2)));
    tx.delete_technician(second).await?;
    assert_eq!(technician(&mut tx).await?, second);
    tx.delete_technician(first).await?;
    assert_eq!(technician(&mut tx).await?, TechnicianId(3));
    assert_fails!(
        technicians::advance(&mut tx, first).await,
        StoreError::Missing
    );
    Ok(())
}

async fn a_life_knows_what_it_gave(store: &Store) -> Result<()> {
    let chance = chance();
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    assert!(!tx.take_mark_of_copy().await?);
    let first = lives::begin(&mut tx, &chance, NOW).await?;
    for _ in 0..3 {
        technicians::advance(&mut tx, who).await?;
    }
    assert!(lives::gave(&mut tx, who, 3, &first).await?);
    assert!(!lives::gave(&mut tx, who, 4, &first).await?);
    let second = lives::begin(&mut tx, &chance, NOW).await?;
    let late = technicians::create(&mut tx, &chance, NOW).await?;
    for who in [who, late] {
        technicians::advance(&mut tx, who).await?;
    }
    assert!(lives::gave(&mut tx, who, 3, &first).await?);
    assert!(!lives::gave(&mut tx, who, 4, &first).await?);
    assert!(lives::gave(&mut tx, who, 4, &second).await?);
    assert!(lives::gave(&mut tx, late, 1, &second).await?);
    Ok(())
}

async fn how_tickets_stood_stays_whatever_comes_in_their_place(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let other = technician(&mut tx).await?;
    assert_eq!(tx.technicians().await?, [who, other]);
    for (of, number) in [(who, 10), (who, 11), (other, 10)] {
        let read = ticket(number, 100, "Écran");
        snapshots::take(&mut tx, of, &read, Extent::Whole, NOW).await?;
    }
    assert_eq!(tx.stood(who, &key(10)).await?, None);
    tx.remember_how_all_stood().await?;
    let then = ticket(10, 100, "Écran").modified_at;
    let now = ticket(10, 200, "Écran noir");
    snapshots::take(&mut tx, who, &now, Extent::Whole, NOW).await?;
    snapshots::take(&mut tx, who, &ticket(12, 200, "Autre"), Extent::Whole, NOW).await?;
    snapshots::let_go(&mut tx, who, &key(11), NOW).await?;
    snapshots::take(&mut tx, who, &ticket(11, 200, "Revenu"), Extent::Whole, NOW).await?;
    assert_ne!(now.modified_at, then);
    assert_eq!(tx.stood(who, &key(10)).await?, Some(then));
    assert_eq!(tx.stood(other, &key(10)).await?, Some(then));
    assert_eq!(tx.stood(who, &key(11)).await?, None);
    assert_eq!(tx.stood(who, &key(12)).await?, None);
    let later = now.modified_at + Seconds(9);
    tx.put_stood(who, &key(12), later).await?;
    tx.put_stood(who, &key(13), later).await?;
    assert_eq!(tx.stood(who, &key(12)).await?, Some(later));
    assert_eq!(tx.stood(who, &key(13)).await?, None);
    tx.delete_technician(other).await?;
    assert_eq!(tx.stood(other, &key(10)).await?, None);
    tx.remember_how_all_stood().await?;
    assert_eq!(tx.stood(who, &key(10)).await?, Some(now.modified_at));
    Ok(())
}

async fn a_life_is_seen_for_as_long_as_it_runs(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    assert_eq!(tx.last_seen().await?, None);
    let chance = chance();
    lives::begin(&mut tx, &chance, NOW).await?;
    assert_eq!(tx.last_seen().await?, Some(NOW));
    tx.set_seen(NOW + Seconds(60)).await?;
    assert_eq!(tx.last_seen().await?, Some(NOW + Seconds(60)));
    // The newest one counts.
    lives::begin(&mut tx, &chance, NOW + Seconds(30)).await?;
    assert_eq!(tx.last_seen().await?, Some(NOW + Seconds(30)));
    Ok(())
}

async fn a_life_that_is_not_known_gave_nothing(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let life = lives::begin(&mut tx, &chance(), NOW).await?;
    assert!(!lives::gave(&mut tx, who, 0, "another").await?);
    // The seed draws the same name again: two lives can't share it.
    let twin = lives::begin(&mut tx, &chance(), NOW).await;
    assert_fails!(twin.map(drop), StoreError::Taken(_));
    assert!(lives::gave(&mut tx, who, 0, &life).await?);
    assert_fails!(tx.insert_life_starts(99).await, StoreError::Dangling(_));
    assert_fails!(tx.insert_life_starts(1).await, StoreError::Taken(_));
    Ok(())
}

async fn old_lives_are_forgotten_and_their_numbers_with_them(store: &Store) -> Result<()> {
    let chance = chance();
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let first = lives::begin(&mut tx, &chance, NOW).await?;
    for _ in 0..99 {
        lives::begin(&mut tx, &chance, NOW).await?;
    }
    assert!(lives::gave(&mut tx, who, 0, &first).await?);
    lives::begin(&mut tx, &chance, NOW).await?;
    assert!(!lives::gave(&mut tx, who, 0, &first).await?);
    assert_eq!(tx.insert_life("next", NOW).await?, 102);
    tx.delete_lives_until(102).await?;
    assert_eq!(tx.insert_life("after all", NOW).await?, 103);
    Ok(())
}

//! What lasts, what doesn't, and when.

use std::future::Future;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use futures::FutureExt as _;
use tournee::store::memory::{Disk, DiskStep};
use tournee::store::{Store, StoreError, Stored, TechnicianId, technicians};

use crate::support::*;

on_both!(
    a_write_that_is_dropped_leaves_nothing,
    readers_see_what_is_committed_and_nothing_else,
    writes_go_one_after_the_other,
    a_reader_does_not_write,
    a_statement_that_fails_leaves_the_write_open,
);

async fn a_write_that_is_dropped_leaves_nothing(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    technicians::advance(&mut tx, who).await?;
    tx.commit().await?;
    let mut tx = store.write().await?;
    technicians::advance(&mut tx, who).await?;
    assert_eq!(technicians::feed_state(&mut tx, who).await?.seq, 2);
    drop(tx);
    let mut tx = store.write().await?;
    assert_eq!(technicians::feed_state(&mut tx, who).await?.seq, 1);
    Ok(())
}

async fn readers_see_what_is_committed_and_nothing_else(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let mut db = store.read().await?;
    assert_fails!(
        technicians::feed_state(&mut db, who).await,
        StoreError::Missing
    );
    tx.commit().await?;
    // The same connection, a moment later.
    assert_eq!(technicians::feed_state(&mut db, who).await?.seq, 0);
    Ok(())
}

async fn writes_go_one_after_the_other(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let second = async {
        let mut tx = store.write().await?;
        let seq = technicians::advance(&mut tx, who).await?;
        tx.commit().await?;
        Ok::<_, StoreError>(seq)
    };
    let first = async {
        tokio::task::yield_now().await;
        let seq = technicians::advance(&mut tx, who).await?;
        tx.commit().await?;
        Ok::<_, StoreError>(seq)
    };
    assert_eq!(futures::try_join!(second, first)?, (2, 1));
    Ok(())
}

async fn a_reader_does_not_write(store: &Store) -> Result<()> {
    let mut db = store.read().await?;
    assert_fails!(technician(&mut db).await, StoreError::ReadOnly { .. });
    Ok(())
}

async fn a_statement_that_fails_leaves_the_write_open(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    take_in(&mut tx, who, &change(1, 10)).await?;
    assert!(take_in(&mut tx, who, &change(1, 10)).await.is_err());
    tx.commit().await?;
    let mut db = store.read().await?;
    assert!(db.has_change(device(1), id(1)).await?);
    Ok(())
}

/// Cuts the power at a step.
fn cut_at(disk: &Disk, step: DiskStep) {
    let cut = disk.clone();
    disk.watch(Arc::new(move |at| {
        if at == step {
            cut.crash();
        }
        std::future::ready(()).boxed()
    }));
}

/// What is left of a write after a power cut at a step, and how the write ended.
async fn after_a_cut(seed: u64, step: DiskStep) -> Result<(bool, Stored<TechnicianId>)> {
    let disk = Disk::new(seed);
    let store = Store::on(disk.clone())?;
    let first = write(&store).await?;
    cut_at(&disk, step);
    let done = write(&store).await;
    disk.unwatch();
    assert_fails!(has(&store, first).await, StoreError::PowerCut);
    assert_fails!(store.write().await.map(drop), StoreError::PowerCut);
    assert!(!store.answers().await);
    let store = Store::on(disk)?;
    assert!(has(&store, first).await?, "what was synced stays");
    Ok((has(&store, TechnicianId(2)).await?, done))
}

#[tokio::test]
async fn a_cut_before_anything_is_written_takes_the_write() -> Result<()> {
    for step in [DiskStep::Begin, DiskStep::Commit] {
        for seed in 0..16 {
            let (stays, done) = after_a_cut(seed, step).await?;
            assert!(!stays);
            assert_fails!(done, StoreError::PowerCut);
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_cut_before_the_sync_takes_the_write_or_leaves_it_as_the_seed_says() -> Result<()> {
    let mut stayed = Vec::new();
    for seed in 0..32 {
        let (stays, done) = after_a_cut(seed, DiskStep::Written).await?;
        assert_fails!(done, StoreError::PowerCut);
        assert_eq!(after_a_cut(seed, DiskStep::Written).await?.0, stays);
        stayed.push(stays);
    }
    assert!(stayed.contains(&true) && stayed.contains(&false));
    Ok(())
}

#[tokio::test]
async fn a_cut_after_the_sync_takes_the_answer_alone() -> Result<()> {
    for seed in 0..16 {
        let (stays, done) = after_a_cut(seed, DiskStep::Synced).await?;
        assert!(stays);
        assert_fails!(done, StoreError::PowerCut);
    }
    Ok(())
}

#[tokio::test]
async fn a_write_that_was_open_is_lost_and_keeps_nobody_waiting() -> Result<()> {
    let disk = Disk::new(1);
    let before = Store::on(disk.clone())?;
    let who = write(&before).await?;
    let mut tx = before.write().await?;
    technicians::advance(&mut tx, who).await?;
    disk.crash();
    assert_fails!(
        technicians::advance(&mut tx, who).await,
        StoreError::PowerCut
    );
    // The write of before is still held by somebody.
    let after = Store::on(disk)?;
    let mut next = after.write().await?;
    assert_eq!(technicians::advance(&mut next, who).await?, 1);
    assert_fails!(tx.commit().await, StoreError::PowerCut);
    next.commit().await?;
    assert!(has(&after, who).await?);
    Ok(())
}

#[tokio::test]
async fn every_write_passes_by_every_step_and_a_read_by_none() -> Result<()> {
    let disk = Disk::new(1);
    let store = Store::on(disk.clone())?;
    let (seen, steps) = std::sync::mpsc::channel();
    disk.watch(Arc::new(move |step| {
        let told = seen.send(step);
        async move { assert!(told.is_ok()) }.boxed()
    }));
    let who = write(&store).await?;
    assert!(has(&store, who).await?);
    // Nothing changed, nothing to write.
    store.write().await?.commit().await?;
    let expected = [
        DiskStep::Begin,
        DiskStep::Commit,
        DiskStep::Written,
        DiskStep::Synced,
        DiskStep::Begin,
    ];
    assert_eq!(steps.try_iter().collect::<Vec<_>>(), expected);
    Ok(())
}

/// Polls a write until it waits at `step`, and drops it there, as a killed process does.
async fn abandon_at(disk: &Disk, store: &Store, step: DiskStep) {
    let reached = Arc::new(tokio::sync::Notify::new());
    let there = reached.clone();
    disk.watch(Arc::new(move |at| {
        if at != step {
            return std::future::ready(()).boxed();
        }
        there.notify_one();
        std::future::pending().boxed()
    }));
    tokio::select! {
        done = write(store) => panic!("it was to wait: {done:?}"),
        () = reached.notified() => {}
    }
    disk.unwatch();
}

#[tokio::test]
async fn a_killed_process_leaves_to_the_disk_what_it_wrote() -> Result<()> {
    for (step, stays) in [
        (DiskStep::Commit, false),
        (DiskStep::Written, true),
        (DiskStep::Synced, true),
    ] {
        let disk = Disk::new(1);
        let store = Store::on(disk.clone())?;
        abandon_at(&disk, &store, step).await;
        let next = Store::on(disk)?;
        assert_eq!(has(&next, TechnicianId(1)).await?, stays, "{step:?}");
        write(&next).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_power_cut_takes_what_a_killed_process_had_not_synced() -> Result<()> {
    let mut stayed = Vec::new();
    for seed in 0..32 {
        let disk = Disk::new(seed);
        let store = Store::on(disk.clone())?;
        abandon_at(&disk, &store, DiskStep::Written).await;
        disk.crash();
        stayed.push(has(&Store::on(disk)?, TechnicianId(1)).await?);
    }
    assert!(stayed.contains(&true) && stayed.contains(&false));
    Ok(())
}

#[tokio::test]
async fn a_full_disk_takes_nothing_until_there_is_room() -> Result<()> {
    let disk = Disk::new(1);
    let store = Store::on(disk.clone())?;
    let who = write(&store).await?;
    disk.set_full(true);
    let full = write(&store).await.err().context("it is full")?;
    assert!(matches!(full, StoreError::Full { .. }));
    assert!(full.to_string().contains("tournee.sqlite"));
    assert!(has(&store, who).await?);
    assert!(!has(&store, TechnicianId(2)).await?);
    disk.set_full(false);
    write(&store).await?;
    assert!(has(&store, TechnicianId(2)).await?);
    Ok(())
}

#[tokio::test]
async fn a_backup_puts_back_what_was_committed_then() -> Result<()> {
    let disk = Disk::new(1);
    let store = Store::on(disk.clone())?;
    let first = write(&store).await?;
    let open = store.write().await?;
    let backup = disk.backup();
    drop(open);
    let second = write(&store).await?;
    disk.restore(&backup);
    assert_fails!(has(&store, first).await, StoreError::PowerCut);
    let store = Store::on(disk)?;
    assert!(has(&store, first).await?);
    assert!(!has(&store, second).await?);
    Ok(())
}

fn assert_send<T: Send>(_: &T) {}

#[test]
fn what_runs_on_the_store_may_move_between_threads() {
    fn run(store: &Store) -> impl Future<Output = Stored<TechnicianId>> {
        write(store)
    }
    let store = memory(1).unwrap();
    assert_send(&run(&store));
}

//! Files in pieces, in both stores.

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use tournee::config::KeySource;
use tournee::store::changes;
use tournee::store::files::{self, KEPT, Piece};
use tournee::store::{Connection, Store, Stored, TechnicianId, technicians};
use tournee::vault::{Key, Vault};
use tournee_core::changes::{AttachFile, Change, ChangeBody};
use tournee_core::ids::FileHash;
use tournee_core::time::Seconds;
use tournee_core::wire::{FileAt, ReportState};

use crate::support::*;

on_both!(
    a_file_comes_in_pieces_and_is_whole_with_the_last,
    a_repeated_or_an_early_piece_changes_nothing,
    what_is_not_what_its_hash_says_begins_anew,
    pieces_are_sealed_and_sealed_again_with_a_new_key,
    a_file_stays_while_a_change_waits_for_it_and_a_while_longer,
    a_merged_technician_keeps_his_files_and_each_once,
    of_a_file_that_both_have_stays_what_has_come_further,
    one_technician_s_file_is_not_another_s,
);

const BYTES: &[u8] = b"une photo de la caisse 23";

fn hash() -> FileHash {
    FileHash::of(&Sha256::digest(BYTES).into())
}

fn vault(keys: &Key) -> Result<Vault> {
    Ok(Vault::open(&KeySource::Given(keys.clone()))?)
}

fn at(received: usize, whole: bool) -> FileAt {
    let received = received as u64;
    FileAt { received, whole }
}

async fn take(
    db: &mut Connection,
    vault: &Vault,
    who: TechnicianId,
    from: usize,
    bytes: &[u8],
) -> Stored<FileAt> {
    let piece = Piece {
        hash: &hash(),
        size: BYTES.len() as u64,
        place: from as u64,
        bytes,
    };
    files::take(db, vault, who, &piece, NOW).await
}

async fn take_whole(db: &mut Connection, vault: &Vault, who: TechnicianId) -> Stored<()> {
    take(db, vault, who, 0, &BYTES[..10]).await?;
    take(db, vault, who, 10, &BYTES[10..]).await.map(drop)
}

async fn a_file_comes_in_pieces_and_is_whole_with_the_last(store: &Store) -> Result<()> {
    let who = write(store).await?;
    let vault = vault(&Key::generate())?;
    let mut tx = store.write().await?;
    assert_eq!(files::at(&mut tx, who, &hash()).await?, at(0, false));
    let first = take(&mut tx, &vault, who, 0, &BYTES[..10]).await?;
    assert_eq!(first, at(10, false));
    tx.commit().await?;
    // A restart lies between the pieces.
    let mut tx = store.write().await?;
    let last = take(&mut tx, &vault, who, 10, &BYTES[10..]).await?;
    assert_eq!(last, at(BYTES.len(), true));
    tx.commit().await?;
    let mut db = store.read().await?;
    let read = files::read(&mut db, &vault, who, &hash()).await?;
    assert_eq!(read, BYTES);
    Ok(())
}

async fn a_repeated_or_an_early_piece_changes_nothing(store: &Store) -> Result<()> {
    let who = write(store).await?;
    let vault = vault(&Key::generate())?;
    let mut tx = store.write().await?;
    for _ in 0..2 {
        let first = take(&mut tx, &vault, who, 0, &BYTES[..10]).await?;
        assert_eq!(first, at(10, false));
    }
    assert_eq!(
        take(&mut tx, &vault, who, 20, &BYTES[20..]).await?,
        at(10, false)
    );
    let beyond = [BYTES, BYTES].concat();
    assert_eq!(
        take(&mut tx, &vault, who, 10, &beyond).await?,
        at(10, false)
    );
    assert_eq!(take(&mut tx, &vault, who, 10, &[]).await?, at(10, false));
    take(&mut tx, &vault, who, 10, &BYTES[10..]).await?;
    let again = take(&mut tx, &vault, who, 0, &BYTES[..10]).await?;
    assert_eq!(again, at(BYTES.len(), true));
    Ok(())
}

async fn what_is_not_what_its_hash_says_begins_anew(store: &Store) -> Result<()> {
    let who = write(store).await?;
    let vault = vault(&Key::generate())?;
    let mut tx = store.write().await?;
    let wrong = vec![b'x'; BYTES.len()];
    assert_eq!(take(&mut tx, &vault, who, 0, &wrong).await?, at(0, false));
    take_whole(&mut tx, &vault, who).await?;
    assert!(files::at(&mut tx, who, &hash()).await?.whole);
    Ok(())
}

async fn pieces_are_sealed_and_sealed_again_with_a_new_key(store: &Store) -> Result<()> {
    let who = write(store).await?;
    let (old, new) = (Key::generate(), Key::generate());
    let mut tx = store.write().await?;
    take_whole(&mut tx, &vault(&old)?, who).await?;
    let other = vault(&new)?;
    assert!(files::read(&mut tx, &other, who, &hash()).await.is_err());
    assert_eq!(files::reseal(&mut tx, &vault(&old)?).await?, 0);
    assert!(files::reseal(&mut tx, &other).await.is_err());
    let read = files::read(&mut tx, &vault(&old)?, who, &hash()).await?;
    assert_eq!(read, BYTES);
    Ok(())
}

fn attach(number: u128) -> Change {
    Change {
        body: ChangeBody::Attach(AttachFile {
            name: "photo.jpg".to_owned(),
            mime: "image/jpeg".to_owned(),
            size: BYTES.len() as u64,
            hash: hash(),
            note: None,
        }),
        ..change(number, 7754)
    }
}

async fn a_file_stays_while_a_change_waits_for_it_and_a_while_longer(store: &Store) -> Result<()> {
    let who = write(store).await?;
    let vault = vault(&Key::generate())?;
    let mut tx = store.write().await?;
    take_whole(&mut tx, &vault, who).await?;
    take_in(&mut tx, who, &attach(1)).await?;
    let long_after = NOW + KEPT + Seconds(1);
    files::sweep(&mut tx, long_after).await?;
    assert!(files::at(&mut tx, who, &hash()).await?.whole);
    let held = changes::find(&mut tx, who, id(1)).await?;
    let held = held.context("taken in")?;
    changes::settle(&mut tx, &held, &ReportState::Withdrawn, NOW).await?;
    files::sweep(&mut tx, NOW + KEPT).await?;
    assert!(files::at(&mut tx, who, &hash()).await?.whole);
    files::sweep(&mut tx, long_after).await?;
    assert_eq!(files::at(&mut tx, who, &hash()).await?, at(0, false));
    let read = files::read(&mut tx, &vault, who, &hash()).await?;
    assert!(read.is_empty());
    Ok(())
}

async fn a_merged_technician_keeps_his_files_and_each_once(store: &Store) -> Result<()> {
    let who = write(store).await?;
    let vault = vault(&Key::generate())?;
    let mut tx = store.write().await?;
    let (one, two) = (technician(&mut tx).await?, technician(&mut tx).await?);
    take_whole(&mut tx, &vault, one).await?;
    take(&mut tx, &vault, two, 0, &BYTES[..10]).await?;
    technicians::merge(&mut tx, &chance(), one, who).await?;
    technicians::merge(&mut tx, &chance(), two, who).await?;
    let read = files::read(&mut tx, &vault, who, &hash()).await?;
    assert_eq!(read, BYTES);
    assert_eq!(tx.bytes_of(who).await?, BYTES.len() as u64);
    assert_eq!(tx.bytes_of(one).await? + tx.bytes_of(two).await?, 0);
    Ok(())
}

async fn of_a_file_that_both_have_stays_what_has_come_further(store: &Store) -> Result<()> {
    let who = write(store).await?;
    let vault = vault(&Key::generate())?;
    let mut tx = store.write().await?;
    let (one, two) = (technician(&mut tx).await?, technician(&mut tx).await?);
    take(&mut tx, &vault, who, 0, &BYTES[..10]).await?;
    take_whole(&mut tx, &vault, one).await?;
    take(&mut tx, &vault, two, 0, &BYTES[..5]).await?;
    assert_eq!(tx.hashes_of(one).await?, [hash()]);
    technicians::merge(&mut tx, &chance(), one, who).await?;
    assert!(files::at(&mut tx, who, &hash()).await?.whole);
    technicians::merge(&mut tx, &chance(), two, who).await?;
    let read = files::read(&mut tx, &vault, who, &hash()).await?;
    assert_eq!(read, BYTES);
    Ok(())
}

async fn one_technician_s_file_is_not_another_s(store: &Store) -> Result<()> {
    let who = write(store).await?;
    let vault = vault(&Key::generate())?;
    let mut tx = store.write().await?;
    let other = technician(&mut tx).await?;
    take_whole(&mut tx, &vault, who).await?;
    assert_eq!(files::at(&mut tx, other, &hash()).await?, at(0, false));
    let read = files::read(&mut tx, &vault, other, &hash()).await?;
    assert!(read.is_empty());
    Ok(())
}

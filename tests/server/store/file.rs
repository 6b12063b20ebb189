//! SQLite's file: not closed, damaged, or none at all.

use std::path::Path;

use anyhow::{Context as _, Result};
use tournee::store::{StoreError, TechnicianId, technicians};
use tournee_core::ids::Epoch;

use crate::support::*;

/// The database as a killed process leaves it: with whatever is in the log beside it.
fn copy_as_it_is(from: &Path, to: &Path) -> Result<()> {
    for file in ["tournee.sqlite", "tournee.sqlite-wal"] {
        std::fs::copy(from.join(file), to.join(file))?;
    }
    Ok(())
}

#[tokio::test]
async fn sqlite_keeps_what_was_committed_when_it_was_not_closed() -> Result<()> {
    let (folder, killed) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let store = sqlite(&folder).await?;
    let who = write(&store).await?;
    let mut open = store.write().await?;
    open.set_epoch(who, "uncommitted", None).await?;
    copy_as_it_is(folder.path(), killed.path())?;
    let copy = sqlite(&killed).await?;
    let state = technicians::feed_state(&mut *copy.read().await?, who).await?;
    assert_ne!(state.epoch, Epoch("uncommitted".to_owned()));
    drop((open, store));
    let again = sqlite(&folder).await?;
    let state = technicians::feed_state(&mut *again.read().await?, who).await?;
    assert_ne!(state.epoch, Epoch("uncommitted".to_owned()));
    write(&again).await?;
    assert!(has(&again, TechnicianId(2)).await?);
    Ok(())
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_by_its_name() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("tournee.sqlite");
    std::fs::write(&path, "not a database, however long it may be".repeat(100))?;
    let refused = sqlite(&folder).await.err().context("refused")?;
    assert!(matches!(refused, StoreError::Corrupt { .. }), "{refused:?}");
    assert!(refused.to_string().contains(&path.display().to_string()));
    Ok(())
}

#[tokio::test]
async fn a_damaged_page_is_known_for_what_it_is() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let store = sqlite(&folder).await?;
    write(&store).await?;
    store.close().await;
    let path = folder.path().join("tournee.sqlite");
    let mut bytes = std::fs::read(&path)?;
    // The first page says what tables there are; all others lose their form.
    bytes[4096..].fill(0xee);
    std::fs::write(&path, bytes)?;
    let found = async { write(&sqlite(&folder).await?).await };
    let refused = found.await.err().context("damaged")?;
    assert!(matches!(refused, StoreError::Corrupt { .. }), "{refused:?}");
    Ok(())
}

//! Accounts and their credentials.

use anyhow::{Context as _, Result};
use tournee::config::KeySource;
use tournee::glpi::LocalStamp;
use tournee::store::accounts::{self, Marks};
use tournee::store::{AccountId, Store, StoreError, TechnicianId, changes, credentials};
use tournee::vault::{Key, Vault};
use tournee_core::domain::{Account, AccountState};
use tournee_core::ids::{SourceId, UserId};
use tournee_core::time::{Instant, Seconds};
use tournee_core::wire::SignInMethod;

use crate::support::*;

on_both!(
    an_account_is_found_by_number_owner_and_user,
    an_account_is_one_a_user_and_one_a_technician_and_glpi,
    an_account_moves_to_who_signs_in,
    an_account_keeps_what_is_set,
    a_sign_out_keeps_the_account_and_not_its_marks,
    a_credential_opens_and_goes,
    a_credential_of_no_account_is_refused,
    a_credential_goes_when_nothing_needs_it,
    an_older_key_is_sealed_anew_and_expires_as_before,
);

async fn an_account_is_found_by_number_owner_and_user(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let other = technician(&mut tx).await?;
    let new = accounts::put(&mut tx, who, &account("nouveau", 7)).await?;
    let old = accounts::put(&mut tx, who, &account("ancien", 7)).await?;
    accounts::put(&mut tx, other, &account("ancien", 8)).await?;
    let his = accounts::of_technician(&mut tx, who).await?;
    let ids: Vec<_> = his.iter().map(|row| row.id).collect();
    assert_eq!(ids, [new, old]);
    let row = accounts::at_source(&mut tx, who, &source()).await?;
    let row = row.context("there")?;
    assert_eq!((row.id, &row.account), (old, &account("ancien", 7)));
    assert!(row.signed_in && row.marks == Marks::default());
    let found = accounts::of_glpi_user(&mut tx, &source(), UserId(8)).await?;
    assert_eq!(found.map(|row| row.technician), Some(other));
    let got = accounts::get(&mut tx, new).await?.context("there")?;
    assert_eq!(got.account.source, SourceId::new("nouveau"));
    assert!(accounts::get(&mut tx, AccountId(99)).await?.is_none());
    assert!(
        accounts::at_source(&mut tx, other, &SourceId::new("nouveau"))
            .await?
            .is_none()
    );
    Ok(())
}

async fn an_account_is_one_a_user_and_one_a_technician_and_glpi(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let first = accounts::put(&mut tx, who, &account("ancien", 7)).await?;
    let second = accounts::put(&mut tx, who, &account("ancien", 8)).await;
    assert_fails!(second, StoreError::Taken(_));
    let again = accounts::put(&mut tx, who, &account("ancien", 7)).await?;
    assert_eq!(first, again);
    let nobody = accounts::put(&mut tx, TechnicianId(99), &account("ancien", 9)).await;
    assert_fails!(nobody, StoreError::Dangling(_));
    assert_eq!(accounts::of_technician(&mut tx, who).await?.len(), 1);
    Ok(())
}

async fn an_account_moves_to_who_signs_in(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let other = technician(&mut tx).await?;
    let id = accounts::put(&mut tx, who, &account("ancien", 7)).await?;
    let marks = Marks {
        refreshed_at: Some(NOW),
        ..Marks::default()
    };
    accounts::set_marks(&mut tx, id, &marks).await?;
    accounts::sign_out(&mut tx, id).await?;
    accounts::set_marks(&mut tx, id, &marks).await?;
    accounts::put(&mut tx, other, &account("ancien", 7)).await?;
    let row = accounts::get(&mut tx, id).await?.context("there")?;
    assert_eq!(
        (row.technician, row.signed_in, row.marks),
        (other, true, marks)
    );
    Ok(())
}

async fn an_account_keeps_what_is_set(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let id = accounts::put(&mut tx, who, &account("ancien", 7)).await?;
    accounts::set_state(&mut tx, id, AccountState::NeedsSignIn).await?;
    let renamed = Account {
        name: "Marcoux Paul".to_owned(),
        ..account("ancien", 7)
    };
    // Its state is not the body's: GLPI's news of him don't make a refused credential good.
    accounts::update(&mut tx, id, &renamed).await?;
    let marks = Marks {
        read_until: Some(LocalStamp("2026-11-23 09:42:00".to_owned())),
        refreshed_at: Some(Instant(1)),
        reconciled_at: Some(Instant(2)),
        reference_at: Some(Instant(3)),
    };
    accounts::set_marks(&mut tx, id, &marks).await?;
    accounts::set_state(&mut tx, AccountId(99), AccountState::Active).await?;
    let row = accounts::get(&mut tx, id).await?.context("there")?;
    assert_eq!(row.account.name, "Marcoux Paul");
    assert_eq!(
        (row.account.state, row.marks),
        (AccountState::NeedsSignIn, marks)
    );
    Ok(())
}

async fn a_sign_out_keeps_the_account_and_not_its_marks(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let id = accounts::put(&mut tx, who, &account("ancien", 7)).await?;
    let marks = Marks {
        refreshed_at: Some(NOW),
        ..Marks::default()
    };
    accounts::set_marks(&mut tx, id, &marks).await?;
    accounts::sign_out(&mut tx, id).await?;
    let row = accounts::get(&mut tx, id).await?.context("there")?;
    assert_eq!((row.signed_in, row.marks), (false, Marks::default()));
    Ok(())
}

fn vault(key: &Key) -> Result<Vault> {
    let vault = Vault::open(&KeySource::Given(key.clone()))?;
    Ok(vault.drawing_from(chance()))
}

fn token() -> SignInMethod {
    SignInMethod::UserToken {
        token: "secret".to_owned(),
    }
}

async fn a_credential_opens_and_goes(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let vault = vault(&Key::generate())?;
    let who = technician(&mut tx).await?;
    let id = accounts::put(&mut tx, who, &account("ancien", 7)).await?;
    assert!(credentials::open(&mut tx, &vault, id).await?.is_none());
    credentials::put(&mut tx, &vault, id, &token()).await?;
    let opened = credentials::open(&mut tx, &vault, id).await?;
    assert!(matches!(opened, Some(SignInMethod::UserToken { token }) if token == "secret"));
    credentials::remove(&mut tx, id).await?;
    assert!(credentials::open(&mut tx, &vault, id).await?.is_none());
    Ok(())
}

async fn a_credential_of_no_account_is_refused(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let vault = vault(&Key::generate())?;
    let refused = credentials::put(&mut tx, &vault, AccountId(99), &token()).await;
    assert_fails!(refused, StoreError::Dangling(_));
    Ok(())
}

async fn a_credential_goes_when_nothing_needs_it(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let vault = vault(&Key::generate())?;
    let who = technician(&mut tx).await?;
    let id = accounts::put(&mut tx, who, &account("ancien", 7)).await?;
    let other = accounts::put(&mut tx, who, &account("nouveau", 7)).await?;
    for id in [id, other] {
        credentials::put(&mut tx, &vault, id, &token()).await?;
    }
    let held = take_in(&mut tx, who, &change(1, 10)).await?;
    credentials::expire(&mut tx, id, NOW + Seconds(10)).await?;
    credentials::sweep(&mut tx, NOW + Seconds(10)).await?;
    assert!(credentials::open(&mut tx, &vault, id).await?.is_some());
    // Signed in again: it stays.
    credentials::put(&mut tx, &vault, id, &token()).await?;
    credentials::sweep(&mut tx, NOW + Seconds(11)).await?;
    assert!(credentials::open(&mut tx, &vault, id).await?.is_some());
    // Its time is over, whatever waits.
    credentials::expire(&mut tx, id, NOW + Seconds(10)).await?;
    credentials::sweep(&mut tx, NOW + Seconds(11)).await?;
    assert!(credentials::open(&mut tx, &vault, id).await?.is_none());
    // Nothing waits any more, and nothing ever waited at the other.
    credentials::put(&mut tx, &vault, id, &token()).await?;
    credentials::expire(&mut tx, id, NOW + Seconds(10)).await?;
    changes::settle(&mut tx, &held, &delivered(Vec::new()), NOW).await?;
    credentials::sweep(&mut tx, NOW).await?;
    assert!(credentials::open(&mut tx, &vault, id).await?.is_none());
    assert!(credentials::open(&mut tx, &vault, other).await?.is_some());
    Ok(())
}

async fn an_older_key_is_sealed_anew_and_expires_as_before(store: &Store) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (old, new) = (folder.path().join("old"), folder.path().join("new"));
    tournee::vault::keygen(&old)?;
    tournee::vault::keygen(&new)?;
    let before = Vault::open(&KeySource::File(old.clone()))?;
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let id = accounts::put(&mut tx, who, &account("ancien", 7)).await?;
    credentials::put(&mut tx, &before, id, &token()).await?;
    credentials::expire(&mut tx, id, NOW + Seconds(10)).await?;
    let keys = format!(
        "{}{}",
        std::fs::read_to_string(&new)?,
        std::fs::read_to_string(&old)?
    );
    std::fs::write(&new, keys)?;
    let after = Vault::open(&KeySource::File(new))?;
    assert_eq!(credentials::reseal(&mut tx, &after).await?, 1);
    assert_eq!(credentials::reseal(&mut tx, &after).await?, 0);
    assert!(credentials::open(&mut tx, &before, id).await.is_err());
    assert!(credentials::open(&mut tx, &after, id).await?.is_some());
    credentials::sweep(&mut tx, NOW).await?;
    assert!(credentials::open(&mut tx, &after, id).await?.is_none());
    Ok(())
}

//! A lost phone: revoked from another one, told nothing more, what it held is the technician's to see to.

use anyhow::{Context as _, Result};
use reqwest::StatusCode;
use tournee_core::domain::Status;
use tournee_core::ids::{DeviceId, TicketKey};
use tournee_core::outbox::State;
use tournee_core::wire::{
    ApiError, DeviceInfo, Devices, ErrorCode, LeftBehind, ProblemKind, SessionInfo, Wish,
};
use tournee_sandbox::accounts::TECHNICIAN;

use crate::support::handset::followup;
use crate::support::{Handset, House, SOURCES};

async fn devices(phone: &Handset) -> Result<Vec<DeviceInfo>> {
    let address = format!("{}/api/devices", phone.base);
    let answer = phone.http.get(address).send().await?;
    let list: Devices = answer.error_for_status()?.json().await?;
    Ok(list.devices)
}

async fn device(phone: &Handset, which: DeviceId) -> Result<DeviceInfo> {
    let all = devices(phone).await?;
    let mut all = all.into_iter();
    all.find(|info| info.device == which)
        .context("one of his devices")
}

async fn revoke(phone: &Handset, which: DeviceId) -> Result<StatusCode> {
    let address = format!("{}/api/devices/{which}", phone.base);
    let request = phone.http.delete(address);
    Ok(request.send().await?.status())
}

/// Two phones of one technician.
async fn two_phones(house: &House) -> Result<(Handset, Handset)> {
    Ok((house.ready_phone().await?, house.ready_phone().await?))
}

fn notes(house: &House, key: &TicketKey, words: &str) -> Result<usize> {
    let world = house.glpi(&key.source.0).world();
    let notes = world.followups(i64::try_from(key.id.0)?);
    Ok(notes.iter().filter(|f| f.content.contains(words)).count())
}

#[tokio::test]
async fn a_revoked_phone_is_told_nothing_and_its_work_waits_for_the_technician() -> Result<()> {
    for source in SOURCES {
        let house = House::open().await?;
        let (mut lost, mut kept) = two_phones(&house).await?;
        let which = lost.phone.meta().device;
        let own = lost.own_ticket(source, Status::Assigned)?;
        let note = lost.edit(&own, followup("Écrit avant la perte."))?;
        assert_eq!(devices(&kept).await?.len(), 2);
        assert_eq!(revoke(&kept, which).await?, StatusCode::NO_CONTENT);

        // No page of the API answers it, and the session names nobody.
        let address = format!("{}/api/tickets/{source}/{}", lost.base, own.id);
        let answer = lost.http.get(address).send().await?;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        let error: ApiError = answer.json().await?;
        assert_eq!(error.code, ErrorCode::DeviceRevoked);
        let address = format!("{}/api/session", lost.base);
        let info: SessionInfo = lost.http.get(address).send().await?.json().await?;
        assert!(info.sources.iter().all(|source| source.account.is_none()));

        let handed = lost.send(&lost.phone.request(true)).await?;
        assert!(handed.revoked && handed.items.is_empty() && handed.sources.is_empty());
        assert_eq!(handed.received, [note]);
        let address = format!("{}/api/session", lost.base);
        let out = lost.http.delete(address);
        assert_eq!(out.send().await?.status(), StatusCode::NO_CONTENT);
        let after = lost.try_send(&lost.phone.request(true)).await?;
        assert_eq!(after.status(), StatusCode::UNAUTHORIZED);

        // Nothing is carried out until he has seen it on another phone.
        kept.sync_whole().await?;
        assert_eq!(notes(&house, &own, "avant la perte")?, 0);
        let info = device(&kept, which).await?;
        assert_eq!((info.waiting, info.signed_out), (1, true));
        let address = format!("{}/api/devices/{which}/changes", kept.base);
        let left: LeftBehind = kept.http.get(address).send().await?.json().await?;
        kept.phone.adopt(left.changes);
        kept.settle().await?;
        let State::NeedsYou { problem } = kept.state(note)? else {
            anyhow::bail!("it waits for him: {:?}", kept.state(note)?);
        };
        assert_eq!(problem.kind, ProblemKind::RevokedDevice);
        kept.wish(note, Wish::Retry);
        kept.settle().await?;
        assert!(matches!(kept.state(note)?, State::Delivered { .. }));
        assert_eq!(notes(&house, &own, "avant la perte")?, 1);
        assert_eq!(device(&kept, which).await?.waiting, 0);
    }
    Ok(())
}

#[tokio::test]
async fn whoever_holds_it_takes_nothing_back_that_was_handed_over_before() -> Result<()> {
    let house = House::open().await?;
    let (mut lost, kept) = two_phones(&house).await?;
    let own = lost.own_ticket("nouveau", Status::Assigned)?;
    house.glpi("nouveau").faults().add(
        tournee_sandbox::Matcher::on("POST", "Followup"),
        tournee_sandbox::Effect::LoseBefore,
    );
    let note = lost.edit(&own, followup("Parti à temps."))?;
    lost.sync().await?;
    assert_eq!(
        revoke(&kept, lost.phone.meta().device).await?,
        StatusCode::NO_CONTENT
    );
    lost.wish(note, Wish::Withdraw);
    let handed = lost.send(&lost.phone.request(false)).await?;
    assert!(handed.revoked);
    house.glpi("nouveau").faults().clear();
    crate::support::wait_until(async || Ok(notes(&house, &own, "Parti à temps")? == 1)).await
}

#[tokio::test]
async fn one_device_is_not_anothers_business_and_a_sign_in_has_it_back() -> Result<()> {
    let house = House::open().await?;
    let (mut lost, kept) = two_phones(&house).await?;
    let which = lost.phone.meta().device;
    let stranger = house.phone()?;
    stranger
        .sign_in("nouveau", tournee_sandbox::accounts::TWO_PROFILES)
        .await?;
    assert_eq!(revoke(&stranger, which).await?, StatusCode::NOT_FOUND);
    let own = kept.phone.meta().device;
    assert_eq!(revoke(&kept, own).await?, StatusCode::BAD_REQUEST);
    // What a device that is not revoked has under way is its own business.
    let address = format!("{}/api/devices/{which}/changes", kept.base);
    let answer = kept.http.get(address).send().await?;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);

    assert_eq!(revoke(&kept, which).await?, StatusCode::NO_CONTENT);
    assert!(device(&kept, which).await?.revoked_at.is_some());
    for source in SOURCES {
        lost.sign_in(source, TECHNICIAN).await?;
    }
    let answer = lost.sync().await?;
    assert!(!answer.revoked);
    assert!(device(&kept, which).await?.revoked_at.is_none());
    Ok(())
}

//! A disk without room: nothing is acknowledged, nothing is lost, and it goes on by itself.

use anyhow::Result;
use tournee::store::memory::Disk;
use tournee_core::domain::Status;
use tournee_core::outbox::State;
use tournee_core::wire::{ApiError, ErrorCode};
use tournee_sandbox::{Effect, Matcher};

use crate::support::handset::{followup, status};
use crate::support::{House, SOURCES, wait_until};

/// A house whose server keeps everything on this disk.
async fn house(disk: &Disk) -> Result<House> {
    let mut house = House::open().await?;
    house.stop().await?;
    house.disk = Some(disk.clone());
    house.start().await?;
    Ok(house)
}

#[tokio::test]
async fn a_full_disk_acknowledges_nothing_says_so_and_goes_on_by_itself() -> Result<()> {
    let disk = Disk::new(1);
    let house = house(&disk).await?;
    let mut phone = house.ready_phone().await?;
    let mut ids = Vec::new();
    // Already in custody when the disk fills up.
    for source in SOURCES {
        let faults = house.glpi(source).faults();
        faults.add(Matcher::any(), Effect::LoseBefore);
        let own = phone.own_ticket(source, Status::Assigned)?;
        ids.push(phone.edit(&own, followup("Déjà au serveur."))?);
    }
    phone.sync().await?;
    disk.set_full(true);
    for source in SOURCES {
        house.glpi(source).faults().clear();
        let own = phone.own_ticket(source, Status::Planned)?;
        ids.push(phone.edit(&own, status(Status::Planned, Status::Pending))?);
    }
    let answer = phone.try_send(&phone.phone.request(true)).await?;
    assert_eq!(answer.status(), 507);
    let error: ApiError = answer.json().await?;
    assert_eq!(error.code, ErrorCode::NoRoom);
    let ready = format!("{}/readyz", phone.base);
    let answer = phone.http.get(&ready).send().await?;
    assert_eq!(answer.status(), 503);
    assert!(answer.text().await?.contains("no room on the disk"));
    for source in SOURCES {
        let world = house.glpi(source).world();
        let tickets = world.ticket_ids().into_iter();
        let mut notes = tickets.flat_map(|id| world.followups(id));
        assert!(!notes.any(|note| note.content.contains("Déjà au serveur.")));
    }
    disk.set_full(false);
    // Nobody is there: what was in custody goes on.
    wait_until(|| async {
        let arrived = SOURCES.iter().all(|source| {
            let world = house.glpi(source).world();
            let tickets = world.ticket_ids().into_iter();
            let mut notes = tickets.flat_map(|id| world.followups(id));
            notes.any(|note| note.content.contains("Déjà au serveur."))
        });
        Ok(arrived)
    })
    .await?;
    phone.settle().await?;
    for id in ids {
        let state = phone.state(id)?;
        assert!(matches!(state, State::Delivered { .. }), "{state:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_disk_that_fills_up_between_write_and_record_does_nothing_twice() -> Result<()> {
    let disk = Disk::new(1);
    let house = house(&disk).await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let faults = house.glpi(source).faults();
        let slow = std::time::Duration::from_millis(300);
        faults.add(Matcher::on("POST", "Followup"), Effect::Delay(slow));
        let own = phone.own_ticket(source, Status::Assigned)?;
        let id = phone.edit(&own, followup("Écrit, pas noté."))?;
        phone.send(&phone.phone.request(false)).await?;
        let count = || {
            let world = house.glpi(source).world();
            let notes = world.followups(i64::try_from(own.id.0).unwrap_or(-1));
            let ours = notes
                .iter()
                .filter(|n| n.content.contains("Écrit, pas noté."));
            ours.count()
        };
        // GLPI has done it, its answer is on the way, and what comes of it can't be written down.
        wait_until(|| async { Ok(count() == 1) }).await?;
        disk.set_full(true);
        let server = house.app()?.shared().clone();
        wait_until(|| async { Ok(!server.store.has_room()) }).await?;
        disk.set_full(false);
        faults.clear();
        phone.settle().await?;
        assert!(matches!(phone.state(id)?, State::Delivered { .. }));
        assert_eq!(count(), 1, "{source}");
    }
    Ok(())
}

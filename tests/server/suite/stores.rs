//! Where stores are, how they are reached, and how long a ticket may take: what GLPI says, and what the configuration does.

use anyhow::{Context as _, Result};
use tournee::config::Config;
use tournee_core::domain::{Basis, Goals, Position, Reference, Status, Store, StoreId};
use tournee_core::ids::TicketKey;
use tournee_core::time::{Instant, Seconds};
use tournee_sandbox::accounts::SUPER_ADMIN;

use crate::support::handset::status;
use crate::support::{Handset, House, SOURCES};

fn told(config: &mut Config) {
    config.goals = Goals(vec![Some(Seconds(7_200)); 6]);
    config.stores = vec![
        Store {
            name: "magasin les arcs".to_owned(),
            phone: Some("04 94 47 40 01".to_owned()),
            ..Store::default()
        },
        Store {
            name: "Magasin FRÉJUS".to_owned(),
            address: Some("Port-Fréjus".to_owned()),
            ..Store::default()
        },
    ];
}

fn store<'a>(lists: &'a Reference, name: &str) -> Result<&'a Store> {
    let wanted = StoreId::of(name);
    let mut stores = lists.stores.iter();
    stores
        .find(|store| store.id() == wanted)
        .context(name.to_owned())
}

fn lists<'a>(phone: &'a Handset, source: &str) -> Result<&'a Reference> {
    phone.references.get(source).context("no lists")
}

#[tokio::test]
async fn a_technician_who_may_not_read_places_is_told_what_the_configuration_says() -> Result<()> {
    let house = House::with(told).await?;
    let phone = house.ready_phone().await?;
    for source in SOURCES {
        let lists = lists(&phone, source)?;
        assert_eq!(lists.stores.len(), 2, "{source}: {:?}", lists.stores);
        let arcs = store(lists, "Magasin Les ARCS")?;
        assert_eq!(arcs.phone.as_deref(), Some("04 94 47 40 01"));
        // A directory tells numbers as they were typed, also where its JSON made numbers of them.
        let phones = lists
            .people
            .iter()
            .filter_map(|person| person.phone.as_deref());
        let phones: Vec<&str> = phones.collect();
        assert!(phones.len() > 20, "{source}");
        assert!(
            phones.iter().all(|phone| phone.starts_with("+33")),
            "{source}: {phones:?}"
        );
    }
    assert_eq!(phone.phone.goals(), &Goals(vec![Some(Seconds(7_200)); 6]));
    Ok(())
}

#[tokio::test]
async fn who_may_read_places_is_told_what_glpi_knows_after_the_configuration() -> Result<()> {
    let house = House::with(told).await?;
    let mut phone = house.phone()?;
    for source in SOURCES {
        phone.sign_in(source, SUPER_ADMIN).await?;
    }
    phone.sync_whole().await?;
    for source in SOURCES {
        let lists = lists(&phone, source)?;
        let frejus = store(lists, "Magasin FRÉJUS")?;
        assert_eq!(
            frejus.position,
            Position::of_degrees(43.433, 6.737),
            "{source}"
        );
        assert_eq!(frejus.address.as_deref(), Some("Port-Fréjus"));
        assert_eq!(frejus.phone.as_deref(), Some("04 94 51 00 06"));
        let address = store(lists, "Magasin COGOLIN")?.address.clone();
        let expected =
            (source == "nouveau").then(|| "Rue du 11 Novembre, 83310 Cogolin".to_owned());
        assert_eq!(address, expected, "9.2 has no columns for it");
        assert!(store(lists, "Entrepôt VIDAUBAN").is_err() || source == "nouveau");
    }
    Ok(())
}

#[tokio::test]
async fn the_clock_stands_while_a_ticket_is_pending_and_starts_again_behind_it() -> Result<()> {
    let house = House::with(told).await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let running = phone.base(&own)?.clone();
        assert_eq!(running.clock.waiting_since, None, "{source}");
        moves(&mut phone, &own, Status::Assigned, Status::Pending).await?;
        let pending = phone.base(&own)?.clone();
        let since = pending.clock.waiting_since.context("no moment")?;
        assert!(since >= running.modified_at, "{source}");
        let due = pending
            .timing()
            .due(phone.phone.goals())
            .context("nothing due")?;
        assert!(due.stands && !due.is_late(Instant(since.0 + 10_000_000)));
        tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
        moves(&mut phone, &own, Status::Pending, Status::Assigned).await?;
        let again = phone.base(&own)?.clone();
        assert_eq!(again.clock.waiting_since, None, "{source}");
        assert!(again.clock.waited > running.clock.waited, "{source}");
    }
    Ok(())
}

async fn moves(phone: &mut Handset, key: &TicketKey, from: Status, to: Status) -> Result<()> {
    phone.edit(key, status(from, to))?;
    phone.settle().await?;
    phone.sync_whole().await
}

#[tokio::test]
async fn until_somebody_takes_it_up_a_ticket_is_due_by_its_time_to_own() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let key = phone.free_ticket(source)?;
        let id = i64::try_from(key.id.0)?;
        let mut world = house.glpi(source).world();
        for (column, text) in [
            ("time_to_own", "2031-05-04 09:30:00"),
            ("time_to_resolve", "2031-05-05 09:30:00"),
        ] {
            world.set("Ticket", id, column, text.into());
        }
        let admin = world.user_id(SUPER_ADMIN).context("no admin")?;
        world.add_followup(id, admin, "Un délai court.", false);
        drop(world);
        phone.sync_whole().await?;
        let ticket = phone.base(&key)?;
        let due = ticket
            .timing()
            .due(&Goals::default())
            .context("nothing due")?;
        assert_eq!(due.basis, Basis::Own, "{source}");
        // Half past nine in Paris, in summer.
        assert_eq!(
            ticket.clock.own_by,
            Some(Instant(1_935_646_200)),
            "{source}"
        );
    }
    Ok(())
}

//! A whole service, counted with the viewer's own rights.

use anyhow::{Result, ensure};
use reqwest::StatusCode;
use tournee_core::domain::Status;
use tournee_core::wire::ServiceTally;

use crate::support::{Handset, House, SOURCES};

async fn counted(phone: &Handset, source: &str) -> Result<ServiceTally> {
    let address = format!("{}/api/dashboard/{source}", phone.base);
    let answer = phone.http.get(address).send().await?;
    ensure!(
        answer.status() == StatusCode::OK,
        "{}",
        answer.text().await?
    );
    Ok(answer.json().await?)
}

#[tokio::test]
async fn the_counts_are_those_of_the_tickets_that_he_may_see() -> Result<()> {
    let house = House::open().await?;
    let phone = house.ready_phone().await?;
    for source in SOURCES {
        let ServiceTally { tally, partial, .. } = counted(&phone, source).await?;
        let world = house.glpi(source).world();
        let tickets = world.ticket_ids().into_iter();
        let tickets: Vec<_> = tickets.filter_map(|id| world.ticket(id)).collect();
        let open = tickets.iter().filter(|t| !t.is_deleted && t.status < 5);
        let of = |status: Status| {
            open.clone()
                .filter(move |t| t.status == i64::from(status.to_glpi()))
        };
        assert!(!partial);
        assert_eq!(tally.open, open.clone().count(), "{source}");
        for count in &tally.statuses {
            assert_eq!(count.n, of(count.of).count(), "{source}: {:?}", count.of);
        }
        let priorities: usize = tally.priorities.iter().map(|count| count.n).sum();
        let ages: usize = tally.ages.iter().map(|count| count.n).sum();
        let stores: usize = tally.locations.iter().map(|count| count.n).sum();
        assert_eq!([priorities, ages], [tally.open; 2]);
        assert_eq!(stores + tally.more_locations, tally.open);
        assert!(tally.weeks.iter().any(|week| week.solved > 0), "{source}");
    }
    Ok(())
}

#[tokio::test]
async fn counts_are_kept_for_a_few_minutes_and_each_account_has_its_own() -> Result<()> {
    let house = House::open().await?;
    let phone = house.ready_phone().await?;
    let first = counted(&phone, "nouveau").await?;
    {
        let mut world = house.new.world();
        for id in world.ticket_ids() {
            world.set("Ticket", id, "status", 2.into());
        }
    }
    assert_eq!(counted(&phone, "nouveau").await?, first);
    let other = house.phone()?;
    let login = tournee_sandbox::accounts::technician(2);
    other.sign_in("nouveau", &login).await?;
    assert_ne!(counted(&other, "nouveau").await?.tally, first.tally);
    Ok(())
}

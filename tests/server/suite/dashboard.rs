//! A whole service, counted with the viewer's own rights.

use anyhow::{Result, ensure};
use reqwest::StatusCode;
use tournee_core::dashboard::Age;
use tournee_core::domain::Status;
use tournee_core::wire::ServiceTally;

use crate::search::look_up;
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

/// A late one of each kind, and two that only seem to be.
fn makes_late(house: &House, source: &str) -> Result<()> {
    let mut world = house.glpi(source).world();
    let ids = world.ticket_ids();
    for id in &ids {
        for column in ["time_to_resolve", "time_to_own"] {
            world.set("Ticket", *id, column, "".into());
        }
    }
    let open = ids.into_iter().filter(|id| {
        let ticket = world.ticket(*id);
        ticket.is_some_and(|ticket| !ticket.is_deleted && ticket.status < 5)
    });
    let open: Vec<i64> = open.take(4).collect();
    ensure!(open.len() == 4, "{source}: {open:?}");
    let past = "2020-03-02 08:00:00";
    for (id, column, status, taken) in [
        (open[0], "time_to_resolve", 2, 1),
        (open[1], "time_to_own", 1, 0),
        (open[2], "time_to_resolve", 4, 1),
        (open[3], "time_to_own", 1, 600),
    ] {
        world.set("Ticket", id, column, past.into());
        world.set("Ticket", id, "status", status.into());
        world.set("Ticket", id, "takeintoaccount_delay_stat", taken.into());
    }
    Ok(())
}

#[tokio::test]
async fn each_number_is_found_by_the_search_that_it_leads_to() -> Result<()> {
    let house = House::open().await?;
    for source in SOURCES {
        makes_late(&house, source)?;
    }
    let phone = house.ready_phone().await?;
    for source in SOURCES {
        let tally = counted(&phone, source).await?.tally;
        assert_eq!(tally.late, 2, "{source}");
        let ages = tally.ages.iter().map(|count| {
            let age = match count.of {
                Age::Day => "jour",
                Age::Week => "semaine",
                Age::Month => "mois",
                Age::Longer => "plus",
            };
            (format!("âge:{age} statut:ouvert"), count.n)
        });
        let priorities = tally.priorities.iter().map(|count| {
            let words = format!("priorité:{} statut:ouvert", count.of.number());
            (words, count.n)
        });
        let weeks = tally.weeks.iter().enumerate();
        let weeks = weeks.map(|(ago, week)| (format!("résolu:{ago}"), week.solved));
        let nowhere = tally.locations.iter().filter(|count| count.of.is_empty());
        let nowhere = nowhere.map(|count| ("lieu:- statut:ouvert".to_owned(), count.n));
        let late = ("retard:oui".to_owned(), tally.late);
        let all = ages.chain(priorities).chain(weeks).chain(nowhere);
        for (words, n) in all.chain([late]) {
            let found = look_up(&phone, source, &words).await?.tickets.len();
            assert_eq!(found, n.min(50), "{source}: {words}");
        }
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

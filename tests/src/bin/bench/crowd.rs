//! Two hundred signed-in technicians, as much as one every 150 ms asks: what the server's process weighs.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tournee_sandbox::accounts::{PASSWORD, SUPER_ADMIN, technician};
use tournee_tests::phone::Phone;
use tournee_tests::stage::{Make, NEW, OLD, Stage};

use crate::report::Report;

const TECHNICIANS: usize = 200;
const TICKETS: usize = 20_000;
const ROUNDS: usize = 5;
const AT_ONCE: usize = 8;
/// Tickets of each GLPI that move in a round.
const MOVE: usize = 20;
/// GLPI's role of a technician on a ticket.
const ASSIGNED: i64 = 2;
/// One ticket in so many still waits for somebody to take it, if nobody has it.
const LEFT_OPEN: usize = 40;
const AT_MOST: f64 = 100.0;

pub async fn measure(report: &mut Report) -> Result<()> {
    let make = Make {
        technicians: TECHNICIANS,
        tickets: TICKETS,
        every_seconds: 5,
        own_web: false,
        ..Make::default()
    };
    let stage = make.open().await?;
    share_out(&stage)?;
    let mut phones = Vec::new();
    for at in 0..TECHNICIANS {
        let mut phone = Phone::new(&stage.origin())?;
        phone.forgetful = true;
        for source in [OLD, NEW] {
            phone.sign_in(source, &technician(at), PASSWORD).await?;
        }
        phones.push(phone);
    }
    // Everybody reads his tickets for the first time, a few at once.
    let mut phones = everybody(phones, true).await?;
    println!("  after the first read: {:.1} MB", resident_mb(&stage)?);
    let mut values = Vec::new();
    for round in 0..ROUNDS {
        something_happens(&stage, round)?;
        let (syncs, weighs) = tokio::join!(everybody(phones, false), heaviest(&stage));
        phones = syncs?;
        values.push(weighs?.max(resident_mb(&stage)?));
    }
    report.add("server_rss_200_mb", values, AT_MOST);
    Ok(())
}

/// The demo company has one group, and every fourth ticket is the group's or nobody's: with two hundred technicians each
/// would hold thousands. Here most of these have somebody, as in a service of that size.
fn share_out(stage: &Stage) -> Result<()> {
    for glpi in [&stage.old, &stage.new] {
        let mut world = glpi.world();
        let mut users = Vec::new();
        for at in 0..TECHNICIANS {
            users.push(world.user_id(&technician(at)).context("a technician")?);
        }
        for (at, id) in world.ticket_ids().into_iter().enumerate() {
            let ticket = world.ticket(id).context("a ticket")?;
            for group in &ticket.groups {
                world.remove("Group_Ticket", group.id);
            }
            let has_somebody = ticket.actors.iter().any(|actor| actor.role == ASSIGNED);
            if has_somebody || at % LEFT_OPEN == 0 {
                continue;
            }
            let row = [
                ("tickets_id", id.into()),
                ("users_id", users[at % TECHNICIANS].into()),
                ("type", ASSIGNED.into()),
            ];
            world.insert("Ticket_User", &row);
        }
    }
    Ok(())
}

/// Everybody syncs once; a first time until it is complete.
async fn everybody(phones: Vec<Phone>, first: bool) -> Result<Vec<Phone>> {
    let room = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    for mut phone in phones {
        let room = room.clone();
        running.spawn(async move {
            let _place = room.acquire_owned().await?;
            if first {
                phone.settle().await?;
            } else {
                while phone.sync(false).await?.more {}
            }
            anyhow::Ok(phone)
        });
    }
    let mut back = Vec::new();
    while let Some(phone) = running.join_next().await {
        back.push(phone??);
    }
    Ok(back)
}

/// Life goes on in both GLPIs: in the thirty seconds between two rounds each technician's dozen of changes an hour
/// moves twenty tickets.
fn something_happens(stage: &Stage, round: usize) -> Result<()> {
    for glpi in [&stage.old, &stage.new] {
        let mut world = glpi.world();
        let somebody = world.user_id(SUPER_ADMIN).context("the super-admin")?;
        let ids: Vec<i64> = world
            .ticket_ids()
            .into_iter()
            .skip(round)
            .step_by(TICKETS / MOVE)
            .collect();
        for id in ids {
            world.add_followup(id, somebody, "Relance du magasin, merci de passer.", false);
        }
    }
    Ok(())
}

/// The heaviest that the process gets during a round's first seconds.
async fn heaviest(stage: &Stage) -> Result<f64> {
    let mut heaviest: f64 = 0.0;
    for _ in 0..50 {
        heaviest = heaviest.max(resident_mb(stage)?);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(heaviest)
}

fn resident_mb(stage: &Stage) -> Result<f64> {
    let id = stage.server_id().context("a server")?;
    let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .context("VmRSS")?;
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes / 1024.0)
}

//! From SIGKILL, with changes in custody, to the first one carried out by the server's next life.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tournee_sandbox::{Effect, Matcher};
use tournee_tests::patience::until;
use tournee_tests::phone::Phone;
use tournee_tests::stage::Stage;

use crate::crew::{self, LATENCY};
use crate::report::Report;

const RUNS: usize = 7;
const TICKETS: usize = 20;
/// How exactly the first write is seen.
const LOOK: Duration = Duration::from_millis(1);

pub async fn measure(report: &mut Report) -> Result<()> {
    let mut stage = crew::stage(1, TICKETS).await?;
    let mut phones = crew::phones(&stage, 1, TICKETS).await?;
    let phone = phones.first_mut().context("a phone")?;
    let (mut values, mut listening, mut asked) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let one = one(&mut stage, phone).await?;
        values.push(one.first_change);
        listening.push(one.listening);
        asked.push(one.requests);
    }
    listening.sort_by(f64::total_cmp);
    asked.sort_unstable();
    let limit = format!(
        "limit: the process listens after {:.0} ms; then {} requests of {LATENCY:?} (a session, looks at the tickets) come before the write",
        listening[RUNS / 2],
        asked[RUNS / 2],
    );
    report.tell("recovery_ms", values, limit);
    Ok(())
}

struct Recovery {
    first_change: f64,
    listening: f64,
    requests: usize,
}

async fn one(stage: &mut Stage, phone: &mut Phone) -> Result<Recovery> {
    // GLPI is stuck: what is in custody stays there, some of it with an unknown outcome.
    let stuck = ["POST", "PUT"].map(|verb| {
        let faults = stage.new.faults();
        faults.add(Matcher::on(verb, ""), Effect::Hang)
    });
    let mut changes = Vec::new();
    for key in crew::keys(phone, TICKETS) {
        changes.push(crew::note(phone, &key)?);
    }
    let ids: Vec<_> = changes.iter().map(|change| change.id).collect();
    let response = phone.exchange(changes, false).await?;
    ensure!(response.received.len() == ids.len(), "not all were taken");
    until("a write under way", async || {
        Ok((writes(stage) > 0).then_some(()))
    })
    .await?;

    let start = Instant::now();
    stage.kill_server();
    for rule in stuck {
        stage.new.faults().remove(rule);
    }
    stage.new.world().log.clear();
    stage.launch_server()?;
    stage.server_listens().await?;
    let listening = start.elapsed();
    let first_change = loop {
        if writes(stage) > 0 {
            // It is done when it has come, and known to be when it is answered.
            break start.elapsed() + LATENCY;
        }
        ensure!(
            start.elapsed() < Duration::from_secs(60),
            "no change was carried out"
        );
        tokio::time::sleep(LOOK).await;
    };
    let requests = {
        let world = stage.new.world();
        let reads = world
            .log
            .entries()
            .take_while(|entry| entry.method == "GET");
        reads.count()
    };
    phone.delivers(&ids).await?;
    stage.new.world().log.clear();
    Ok(Recovery {
        first_change: first_change.as_secs_f64() * 1_000.0,
        listening: listening.as_secs_f64() * 1_000.0,
        requests,
    })
}

fn writes(stage: &Stage) -> usize {
    let world = stage.new.world();
    world
        .log
        .entries()
        .filter(|entry| entry.method != "GET")
        .count()
}

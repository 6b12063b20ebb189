//! Changes through custody: from the first byte sent until every technician's phone knows of every delivery.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use futures::future::try_join_all;
use tournee_core::changes::Change;
use tournee_tests::phone::Phone;
use tournee_tests::stage::Stage;

use crate::crew::{self, IN_FLIGHT, LATENCY};
use crate::report::Report;

const RUNS: usize = 5;
/// A ticket is not moved twice in a second of GLPI's: the second move waits for the next.
const BETWEEN: Duration = Duration::from_millis(1_100);

/// A note and a move on each ticket.
struct Work {
    technicians: usize,
    tickets: usize,
}

const ALONE: Work = Work {
    technicians: 1,
    tickets: 50,
};
const ALL: Work = Work {
    technicians: 50,
    tickets: 6,
};

pub async fn measure(report: &mut Report) -> Result<()> {
    let (alone, limit) = throughput(&ALONE).await?;
    report.tell("changes_per_second_1", alone, limit);
    let (all, limit) = throughput(&ALL).await?;
    report.tell("changes_per_second_50", all.clone(), limit.clone());
    report.tell("changes_per_second", all, limit);
    Ok(())
}

/// Changes a second in each run, and what the GLPI saw of them.
async fn throughput(work: &Work) -> Result<(Vec<f64>, String)> {
    let stage = crew::stage(work.technicians, work.tickets).await?;
    let mut phones = crew::phones(&stage, work.technicians, work.tickets).await?;
    let changes = (2 * work.technicians * work.tickets) as f64;
    let mut values = Vec::new();
    let (mut seconds, mut requests) = (0.0, 0.0);
    for _ in 0..RUNS {
        let before = asked(&stage);
        let mut batches = Vec::new();
        for phone in &mut phones {
            batches.push(batch(phone, work.tickets)?);
        }
        tokio::time::sleep(BETWEEN).await;
        let start = Instant::now();
        let work = phones.iter_mut().zip(batches);
        try_join_all(work.map(|(phone, batch)| hands_over(phone, batch))).await?;
        let took = start.elapsed().as_secs_f64();
        values.push(changes / took);
        seconds += took;
        requests += asked(&stage) - before;
    }
    Ok((
        values,
        limit(requests / (changes * RUNS as f64), requests / seconds),
    ))
}

fn batch(phone: &mut Phone, tickets: usize) -> Result<Vec<Change>> {
    let mut changes = Vec::new();
    for key in crew::keys(phone, tickets) {
        changes.push(crew::note(phone, &key)?);
        changes.push(crew::step(phone, &key)?);
    }
    Ok(changes)
}

async fn hands_over(phone: &mut Phone, changes: Vec<Change>) -> Result<()> {
    let ids: Vec<_> = changes.iter().map(|change| change.id).collect();
    let response = phone.exchange(changes, false).await?;
    ensure!(response.received.len() == ids.len(), "not all were taken");
    phone.delivers(&ids).await
}

fn asked(stage: &Stage) -> f64 {
    stage.new.world().log.total() as f64
}

/// How near it comes to what the GLPI can do at all.
fn limit(each: f64, a_second: f64) -> String {
    let most = IN_FLIGHT / LATENCY.as_secs_f64();
    format!(
        "limit: {most:.0} requests a second ({IN_FLIGHT} in flight, {LATENCY:?} each), of which {a_second:.0} were \
         made; a change costs {each:.2}, so {:.0} changes a second at most",
        most / each
    )
}

//! How long a phone waits until its change is on the server's disk, while fifty technicians work.

use std::fs::File;
use std::io::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use futures::future::try_join_all;
use tokio::time::sleep_until;
use tournee_tests::phone::Phone;

use crate::crew;
use crate::report::Report;

const TECHNICIANS: usize = 50;
const TICKETS: usize = 6;
const ROUNDS: usize = 5;
/// Changes of each technician in a round.
const CHANGES: u32 = 10;
/// Each makes one so often, which is far more than a thumb does.
const EVERY: Duration = Duration::from_secs(1);

pub async fn measure(report: &mut Report) -> Result<()> {
    let stage = crew::stage(TECHNICIANS, TICKETS).await?;
    let mut phones = crew::phones(&stage, TECHNICIANS, TICKETS).await?;
    let mut values = Vec::new();
    let mut medians = Vec::new();
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        let working = phones.iter_mut().enumerate().map(|(at, phone)| {
            // Not all in the same millisecond.
            works(phone, begin + EVERY * at as u32 / TECHNICIANS as u32)
        });
        let mut waited: Vec<f64> = try_join_all(working).await?.concat();
        waited.sort_by(f64::total_cmp);
        medians.push(waited[waited.len() / 2]);
        values.push(waited[waited.len() * 99 / 100]);
    }
    medians.sort_by(f64::total_cmp);
    let fsync = fsync_ms()?;
    let limit = format!(
        "limit: one writer and a synchronous commit for each change and each step of its delivery; an fsync of this \
         disk takes {fsync:.1} ms, so {:.0} commits a second at most; half of the acknowledgements came within {:.1} ms",
        1_000.0 / fsync,
        medians[ROUNDS / 2],
    );
    report.tell("ack_p99_ms", values, limit);
    Ok(())
}

/// Makes a change a second; how long each one's acknowledgement took, in milliseconds.
async fn works(phone: &mut Phone, begin: Instant) -> Result<Vec<f64>> {
    let keys = crew::keys(phone, TICKETS);
    let mut waited = Vec::new();
    for round in 0..CHANGES {
        sleep_until((begin + EVERY * round).into()).await;
        let change = crew::note(phone, &keys[round as usize % keys.len()])?;
        let start = Instant::now();
        let response = phone.exchange(vec![change], false).await?;
        waited.push(start.elapsed().as_secs_f64() * 1_000.0);
        ensure!(response.received.len() == 1, "it was not taken");
    }
    Ok(waited)
}

/// The median of some, where the server's database is.
fn fsync_ms() -> Result<f64> {
    let folder = tempfile::tempdir()?;
    let mut file = File::create(folder.path().join("page"))?;
    let mut times = Vec::new();
    for _ in 0..51 {
        let start = Instant::now();
        file.write_all(&[0; 4096])?;
        file.sync_data()?;
        times.push(start.elapsed().as_secs_f64() * 1_000.0);
    }
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}

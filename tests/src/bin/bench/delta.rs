//! One changed ticket among 5,000: all answers until the phone has it, headers included.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tournee_core::domain::Status;
use tournee_sandbox::accounts::{PASSWORD, SUPER_ADMIN, TECHNICIAN};
use tournee_tests::phone::Phone;
use tournee_tests::stage::{Make, NEW, OLD, Stage};

use crate::held::all_in_his_hands;
use crate::report::Report;

const RUNS: usize = 5;
const AT_MOST: f64 = 3_000.0;
const TICKETS: usize = 5_000;

pub async fn measure(report: &mut Report) -> Result<()> {
    let stage = Make {
        tickets: TICKETS / 2,
        ..Make::default()
    }
    .open()
    .await?;
    all_in_his_hands(&stage);
    let mut phone = Phone::new(&stage.origin())?;
    for source in [OLD, NEW] {
        phone.sign_in(source, TECHNICIAN, PASSWORD).await?;
    }
    phone.settle().await?;
    ensure!(
        phone.tickets.len() == TICKETS,
        "{} tickets on the phone",
        phone.tickets.len()
    );
    let mut values = Vec::new();
    for run in 0..RUNS {
        let source = if run % 2 == 0 { NEW } else { OLD };
        values.push(one(&stage, &mut phone, source, run).await?);
    }
    report.add("delta_sync_bytes", values, AT_MOST);
    Ok(())
}

async fn one(stage: &Stage, phone: &mut Phone, source: &str, run: usize) -> Result<f64> {
    let key = phone
        .tickets_in(source, Status::Assigned)
        .into_iter()
        .nth(run * 7)
        .context("a ticket")?;
    let words = format!("Livraison reportée à jeudi ({run})");
    {
        let mut world = stage.glpi(source).world();
        let somebody = world.user_id(SUPER_ADMIN).context("the super-admin")?;
        world.add_followup(i64::try_from(key.id.0)?, somebody, &words, false);
    }
    // A pull, then as the app asks while a read is under way.
    let before = phone.received;
    let start = Instant::now();
    loop {
        phone.sync(true).await?;
        let here = serde_json::to_string(&phone.tickets[&key])?.contains(&words);
        if here {
            return Ok((phone.received - before) as f64);
        }
        ensure!(
            start.elapsed() < Duration::from_secs(60),
            "the change of {key} never came"
        );
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
}

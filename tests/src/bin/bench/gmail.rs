//! A mailbox of 10,000 threads: the first read of it, within Google's quota, and one new mail later.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tournee_sandbox::accounts::{PASSWORD, TECHNICIAN};
use tournee_sandbox::gmail::accounts;
use tournee_sandbox::gmail::mailbox::{Letter, Person};
use tournee_tests::phone::Phone;
use tournee_tests::stage::{Make, NEW, Stage};

use crate::report::Report;

const THREADS: usize = 10_000;
const FIRST: usize = 100;
const RUNS: usize = 5;
/// Google's, for a project of today.
const QUOTA: u32 = 6_000;
const UNITS: f64 = 30.0;
const BYTES: f64 = 3_000.0;
/// Longer than two of the windows in which units are counted.
const WATCHED: Duration = Duration::from_secs(130);

/// Under the quota until it has shown that it keeps it; then without one, since all of it would take most of an hour.
pub async fn first(report: &mut Report) -> Result<()> {
    let paced = opened(THREADS, QUOTA).await?;
    let (mut phone, start) = (connected(&paced).await?, Instant::now());
    until(&mut phone, |phone| phone.threads.len() >= FIRST).await?;
    let took = start.elapsed().as_secs_f64() * 1_000.0;
    let units = paced.google.gmail.world().log.units() as f64;
    report.tell(
        "gmail_first_100_ms",
        vec![took],
        format!("{FIRST} threads are on the phone; newest first"),
    );
    report.add("gmail_first_100_units", vec![units], QUOTA.into());
    let most = most_in_a_minute(&paced, &mut phone, start).await?;
    report.add_worst("gmail_most_units_a_minute", vec![most], QUOTA.into());
    drop(paced);

    let stage = opened(THREADS, u32::MAX).await?;
    let mut phone = connected(&stage).await?;
    until(&mut phone, |phone| phone.threads.len() >= THREADS).await?;
    let (units, bytes) = spent(&stage);
    let limit = "a mail costs Google's 20 units, a list of 500 costs 5";
    report.tell("gmail_first_sync_units", vec![units], limit.to_owned());
    let limit = "what Gmail answered, batches once".to_owned();
    report.tell("gmail_first_sync_bytes", vec![bytes], limit);
    let limit = "the same on its way to the phone, compressed".to_owned();
    let received = vec![phone.received as f64];
    report.tell("gmail_first_sync_phone_bytes", received, limit);
    Ok(())
}

pub async fn delta(report: &mut Report) -> Result<()> {
    let stage = opened(1_000, u32::MAX).await?;
    let mut phone = connected(&stage).await?;
    until(&mut phone, |phone| phone.threads.len() >= 1_000).await?;
    let (mut units, mut bytes, mut received) = (Vec::new(), Vec::new(), Vec::new());
    for run in 0..RUNS {
        // Else the question would be answered by the last read.
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        let subject = format!("Caisse {run} bloquée");
        let text = "Bonjour,\n\nElle est bloquée depuis ce matin, l'écran reste noir après le mot de passe.\n\nMerci,\nMagali";
        let letter = stage.google.letter(&subject, text);
        let thread = stage.google.delivers(&letter)?;
        stage.google.gmail.world().log.clear();
        let before = phone.received;
        until(&mut phone, |phone| {
            phone.threads.keys().any(|key| key.id == thread)
        })
        .await?;
        let (spent, answered) = spent(&stage);
        units.push(spent);
        bytes.push(answered);
        received.push((phone.received - before) as f64);
    }
    report.add("gmail_delta_units", units, UNITS);
    report.add("gmail_delta_bytes", bytes, BYTES);
    report.add("gmail_delta_phone_bytes", received, BYTES);
    Ok(())
}

/// A stage with so many threads of one mail each in the technician's inbox.
pub async fn opened(threads: usize, units_per_minute: u32) -> Result<Stage> {
    let make = Make {
        tickets: 12,
        mails: 0,
        units_per_minute,
        ..Make::default()
    };
    let stage = make.open().await?;
    let mut world = stage.google.gmail.world();
    let now = world.now();
    for number in 0..threads {
        let from = Person::new(
            &format!("Garcin Magali {}", number % 40),
            &format!("user{:02}@magasin.example", number % 40),
        );
        let to = Person::new("Marcoux Patrick", accounts::TECHNICIAN);
        let subject = format!("Imprimante n° {number} du magasin");
        let text = format!(
            "Bonjour,\n\nL'imprimante n° {number} du rayon {} fait des traits noirs depuis hier soir. Le toner est \
             neuf, le papier aussi.\n\nPouvez-vous passer avant samedi ?\n\nCordialement,\nMagali Garcin\nMagasin Les Arcs",
            number % 17
        );
        let age = jiff::SignedDuration::from_mins(7 * (threads - number) as i64);
        let at = now.checked_sub(age).unwrap_or(now);
        world.deliver(&Letter::new(from, to, &subject, &text, at));
    }
    drop(world);
    Ok(stage)
}

async fn connected(stage: &Stage) -> Result<Phone> {
    let mut phone = Phone::new(&stage.origin())?;
    phone.sign_in(NEW, TECHNICIAN, PASSWORD).await?;
    phone.settle().await?;
    phone.received = 0;
    stage.google.gmail.world().log.clear();
    phone.connects_mailbox(accounts::TECHNICIAN).await?;
    Ok(phone)
}

/// Exchanges as an app does that is looked at, until it holds what is waited for.
async fn until(phone: &mut Phone, holds: impl Fn(&Phone) -> bool) -> Result<()> {
    let start = Instant::now();
    while !holds(phone) {
        let response = phone.sync(false).await?;
        if !response.more {
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        ensure!(
            start.elapsed() < Duration::from_secs(900),
            "{} threads on the phone",
            phone.threads.len()
        );
    }
    Ok(())
}

/// The most units that the mailbox spent in a minute; Google refused nothing.
async fn most_in_a_minute(stage: &Stage, phone: &mut Phone, start: Instant) -> Result<f64> {
    let mut most = 0;
    while start.elapsed() < WATCHED {
        phone.sync(false).await?;
        let world = stage.google.gmail.world();
        most = most.max(world.units_in_the_last_minute(accounts::TECHNICIAN));
        drop(world);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let world = stage.google.gmail.world();
    let refused = world
        .log
        .entries()
        .find(|entry| matches!(entry.status, Some(403 | 429)));
    ensure!(refused.is_none(), "Google refused {refused:?}");
    ensure!(most > 0, "nothing was spent");
    Ok(most as f64)
}

fn spent(stage: &Stage) -> (f64, f64) {
    let world = stage.google.gmail.world();
    (world.log.units() as f64, world.log.bytes() as f64)
}

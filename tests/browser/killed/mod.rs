//! The server killed fifty times while three phones work: nothing lost, nothing twice.

mod errands;
mod ground;
mod phone;
mod screens;
mod storm;
mod truth;

use std::time::Duration;

use anyhow::Result;
use futures::future::try_join_all;
use tournee_sandbox::{Canned, Effect, Matcher, Speed};
use tournee_tests::holdings::Holdings;
use tournee_tests::stage::{Make, NEW, OLD, Stage};

use self::ground::Ground;
use self::phone::{PHONES, Phone};
use self::storm::Storm;

/// Slow enough to be killed in the middle of it.
const GLPI_TAKES: Duration = Duration::from_millis(20);
/// Of GLPI's answers to writes, so many get lost.
const LOST: f64 = 0.05;

#[tokio::test(flavor = "multi_thread")]
async fn fifty_kills_while_three_phones_work_lose_nothing_and_do_nothing_twice() -> Result<()> {
    let seed = seed();
    println!("drawn from TOURNEE_SEED={seed}");
    let make = Make {
        speed: Speed::Fixed(GLPI_TAKES),
        ..Make::default()
    };
    let mut stage = make.open().await?;
    let ground = Ground::lay(&stage)?;
    let before = [OLD, NEW].map(|source| Holdings::of(stage.glpi(source)));
    let mut phones = phones(seed, &ground, &stage).await?;

    stage.kill_server();
    try_join_all(phones.iter_mut().map(|phone| phone.disputes(&ground))).await?;
    refuse(&stage);
    lose_answers(&stage);
    let storm = Storm::new(seed);
    let working = try_join_all(phones.iter_mut().map(|phone| storm.is_worked_in(phone)));
    let (caught, _) = tokio::try_join!(storm.rages(&mut stage), working)?;
    println!("{caught}");
    let rest = phones
        .iter_mut()
        .map(|phone| phone.rewords_what_was_refused());
    try_join_all(rest).await?;

    for source in [OLD, NEW] {
        stage.glpi(source).faults().clear();
    }
    screens::settle(&phones, &stage, &ground).await?;
    truth::holds(&stage, &ground, &before, &phones)?;
    let all_see = phones
        .iter()
        .map(|phone| screens::show_what_glpi_has(phone, &stage, &ground, &phones));
    try_join_all(all_see).await?;
    // Looking has changed nothing.
    truth::holds(&stage, &ground, &before, &phones)?;
    let changes: usize = phones.iter().map(|phone| phone.tapped.len()).sum();
    let made: usize = phones.iter().map(|phone| phone.made().count()).sum();
    println!("{changes} changes of {PHONES} phones, {made} of them new tickets");
    for phone in phones {
        phone.close().await?;
    }
    Ok(())
}

/// The one asked for, or a new one.
fn seed() -> u64 {
    let asked = std::env::var("TOURNEE_SEED").ok();
    asked.map_or_else(rand::random, |seed| seed.parse().expect("a number"))
}

async fn phones(seed: u64, ground: &Ground, stage: &Stage) -> Result<Vec<Phone>> {
    let origin = stage.origin();
    let first = Phone::start(0, seed, ground, &origin, None).await?;
    let others =
        (1..PHONES).map(|number| Phone::start(number, seed, ground, &origin, Some(&first)));
    let mut others = try_join_all(others).await?;
    others.insert(0, first);
    Ok(others)
}

/// GLPI won't have one word.
fn refuse(stage: &Stage) {
    for source in [OLD, NEW] {
        let word = Matcher {
            body_contains: Some(errands::REFUSED.to_owned()),
            ..Matcher::on("POST", "Followup")
        };
        let answer = Canned::json(400, r#"["ERROR_GLPI_ADD","Illisible"]"#);
        stage
            .glpi(source)
            .faults()
            .add(word, Effect::Status(answer));
    }
}

/// GLPI does the work, and nobody hears of it.
fn lose_answers(stage: &Stage) {
    for source in [OLD, NEW] {
        for verb in ["POST", "PUT"] {
            let some = Matcher::on(verb, "").with_probability(LOST);
            stage.glpi(source).faults().add(some, Effect::DoThenLose);
        }
    }
}

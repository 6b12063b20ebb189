//! Thousands of storms: what the issue promises holds after each; every fault struck, every exit was taken; and each
//! virtue that is taken away is missed.

use std::io::Write as _;

use tournee::mutation::Mutation;
use tournee_simulation::{Many, Run};

/// As many as the issue asks for.
const SEEDS: u64 = 2_000;
/// Fewer than so many need not show every rare fault.
const ENOUGH: u64 = 1_000;

/// `TOURNEE_SEEDS` runs fewer, or more.
fn seeds() -> u64 {
    let asked = std::env::var("TOURNEE_SEEDS").ok();
    asked.and_then(|asked| asked.parse().ok()).unwrap_or(SEEDS)
}

/// To the terminal itself: what a test prints is shown only where it fails.
fn tell(words: &str) {
    let _ = writeln!(std::io::stderr(), "{words}");
}

#[test]
fn after_every_storm_each_change_is_in_glpi_once_and_nothing_waits_without_a_reason() {
    let many = Many::first(seeds());
    let summary = many.play();
    tell(&summary.counters.to_string());
    tell(&format!(
        "{} seeds, {:.0} a minute",
        summary.ran,
        summary.per_minute()
    ));
    let failed = &summary.failed;
    if let Some((seed, _)) = failed.first() {
        println!("{}", many.again(*seed).unwrap());
        panic!("{} seeds fail: {failed:#?}", failed.len());
    }
    let never: Vec<&str> = summary
        .counters
        .never()
        .iter()
        .map(|count| count.words())
        .collect();
    assert!(never.is_empty() || summary.ran < ENOUGH, "never: {never:?}");
}

#[test]
fn a_seed_replays_exactly() {
    for seed in 0..8 {
        let [first, second] = [(); 2].map(|()| Run::of(seed).play().unwrap());
        assert_eq!(
            (first.hash, first.lines),
            (second.hash, second.lines),
            "seed {seed}"
        );
    }
}

#[test]
fn every_virtue_that_is_missing_is_missed() {
    let mut unnoticed = Vec::new();
    for mutation in Mutation::ALL {
        let many = Many {
            mutation: Some(mutation),
            stop_at_first: true,
            ..Many::first(SEEDS)
        };
        let summary = many.play();
        match summary.failed.first() {
            Some((seed, why)) => {
                tell(&format!(
                    "{mutation:?}: {} seeds; {seed}: {why}",
                    summary.ran
                ));
            }
            None => unnoticed.push(mutation),
        }
    }
    assert!(unnoticed.is_empty(), "unnoticed: {unnoticed:?}");
}

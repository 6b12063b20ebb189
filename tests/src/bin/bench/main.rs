//! `cargo xtask bench`: the measured figures of the README, each against its bound.

mod ack;
mod convert;
mod crew;
mod crowd;
mod custody;
mod delta;
mod first_load;
mod gmail;
mod hand;
mod held;
mod mails;
mod offline;
mod pages;
mod photo;
mod push;
mod recovery;
mod report;
mod search;
mod simulation;

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Parser;
use report::Report;

/// Measures, prints a table, writes `target/bench.json`.
#[derive(Parser)]
struct Options {
    /// Figures to measure; all of them if none is named.
    names: Vec<String>,
}

/// A measurement and the figures that it gives.
enum Measure {
    FirstLoad,
    Offline,
    Photo,
    Convert,
    Delta,
    Push,
    Crowd,
    Custody,
    Recovery,
    Ack,
    Simulation,
    Search,
    Pages,
    GmailFirst,
    GmailDelta,
    Mails,
}

const MEASURES: [(Measure, &[&str]); 16] = [
    (Measure::FirstLoad, &["first_load_brotli_bytes"]),
    (
        Measure::Offline,
        &[
            "warm_offline_start_ms",
            "warm_offline_start_500_ms",
            "warm_offline_start_growth",
            "edit_to_screen_ms",
            "edit_to_ticket_ms",
            "scroll_gap_max_ms",
        ],
    ),
    (Measure::Photo, &["photo_8mb_ms", "photo_8mb_500_ms"]),
    (Measure::Convert, &["convert_to_screen_ms"]),
    (Measure::Delta, &["delta_sync_bytes"]),
    (Measure::Push, &["push_100_ratio"]),
    (Measure::Crowd, &["server_rss_200_mb"]),
    (
        Measure::Custody,
        &[
            "changes_per_second",
            "changes_per_second_1",
            "changes_per_second_50",
        ],
    ),
    (Measure::Recovery, &["recovery_ms"]),
    (Measure::Ack, &["ack_p99_ms"]),
    (Measure::Simulation, &["simulation_seeds_per_minute"]),
    (
        Measure::Search,
        &["search_ms", "search_500_ms", "search_ready_ms"],
    ),
    (
        Measure::Pages,
        &[
            "dashboard_ms",
            "dashboard_500_ms",
            "timeline_300_ms",
            "timeline_300_500_ms",
            "tab_memory_5000_mb",
            "tab_memory_500_mb",
        ],
    ),
    (
        Measure::GmailFirst,
        &[
            "gmail_first_sync_units",
            "gmail_first_sync_bytes",
            "gmail_first_sync_phone_bytes",
            "gmail_first_100_units",
            "gmail_first_100_ms",
            "gmail_most_units_a_minute",
        ],
    ),
    (
        Measure::GmailDelta,
        &[
            "gmail_delta_units",
            "gmail_delta_bytes",
            "gmail_delta_phone_bytes",
        ],
    ),
    (
        Measure::Mails,
        &[
            "mails_open_ms",
            "mails_open_500_ms",
            "mails_box_ms",
            "mails_box_500_ms",
            "mails_sort_ms",
            "mails_sort_500_ms",
            "mails_scroll_gap_max_ms",
        ],
    ),
];

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<()> {
    let known = |name: &String| {
        MEASURES
            .iter()
            .any(|(_, figures)| figures.contains(&name.as_str()))
    };
    if let Some(unknown) = options.names.iter().find(|name| !known(name)) {
        let all: Vec<_> = MEASURES
            .iter()
            .flat_map(|(_, figures)| figures.iter().copied())
            .collect();
        bail!(
            "there is no figure {unknown}; there are: {}",
            all.join(", ")
        );
    }
    let mut report = Report::default();
    for (measure, figures) in MEASURES {
        let wanted = figures
            .iter()
            .any(|figure| options.names.iter().any(|name| name == figure));
        if !options.names.is_empty() && !wanted {
            continue;
        }
        println!("measuring {} …", figures.join(", "));
        let measured = match measure {
            Measure::FirstLoad => first_load::measure(&mut report).await,
            Measure::Offline => offline::measure(&mut report).await,
            Measure::Photo => photo::measure(&mut report).await,
            Measure::Convert => convert::measure(&mut report).await,
            Measure::Delta => delta::measure(&mut report).await,
            Measure::Push => push::measure(&mut report).await,
            Measure::Crowd => crowd::measure(&mut report).await,
            Measure::Custody => custody::measure(&mut report).await,
            Measure::Recovery => recovery::measure(&mut report).await,
            Measure::Ack => ack::measure(&mut report).await,
            Measure::Simulation => simulation::measure(&mut report),
            Measure::Search => search::measure(&mut report).await,
            Measure::Pages => pages::measure(&mut report).await,
            Measure::GmailFirst => gmail::first(&mut report).await,
            Measure::GmailDelta => gmail::delta(&mut report).await,
            Measure::Mails => mails::measure(&mut report).await,
        };
        if let Err(error) = measured {
            report.failed(figures[0], &error);
        }
    }
    report.finish(!options.names.is_empty())
}

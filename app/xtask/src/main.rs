//! `cargo xtask run | test | bench | dist | build`: everything that is done with this repository.
//!
//! # Layout
//! - `web`: from `app/` and `public/` to a folder that a server can serve (wasm, names, page, cache list, compression)
//! - `run`: the sandbox and the server on this machine, until Ctrl-C
//! - `suites`: every test suite, in the order of the quickest answer
//! - `simulate`: more seeds of the simulation
//! - `bench`, `dist`: the measured figures; the one binary
//! - `machine`: what may be missing here, and how it comes
//! - `project`: where things are, and how commands are run

mod bench;
mod dist;
mod machine;
mod project;
mod run;
mod simulate;
mod suites;
mod web;

use anyhow::Result;
use clap::{Parser, Subcommand};
use project::Project;
use std::process::ExitCode;

/// Builds, runs, tests and measures Tournée.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the app, then start the sandbox and the server on this machine.
    Run(run::Options),
    /// Run every test suite (or one), installing what is missing.
    Test(suites::Options),
    /// Run the simulation for as long as one likes.
    Simulate(simulate::Options),
    /// Measure: a table on screen, and target/bench.json.
    Bench(bench::Options),
    /// Make the one binary, with the app inside.
    Dist(dist::Options),
    /// Build the app into target/dist/web.
    Build(web::Options),
}

fn main() -> Result<ExitCode> {
    let project = Project::find()?;
    match Cli::parse().command {
        Command::Test(options) => return suites::run(&project, &options),
        Command::Run(options) => run::run(&project, &options),
        Command::Simulate(options) => simulate::run(&project, &options),
        Command::Bench(options) => bench::run(&project, &options),
        Command::Dist(options) => dist::run(&project, &options),
        Command::Build(options) => web::build(&project, &options).map(drop),
    }?;
    Ok(ExitCode::SUCCESS)
}

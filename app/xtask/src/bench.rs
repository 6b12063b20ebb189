//! `cargo xtask bench`: measures what a release would do, on this machine.

use crate::machine;
use crate::project::{Project, succeed};
use crate::{suites, web};
use anyhow::Result;
use clap::Args;
use std::process::Command;

/// What `cargo xtask bench` takes.
#[derive(Args)]
pub struct Options {
    /// Figures to measure; all of them if none is named.
    names: Vec<String>,
}

/// Builds everything as it is released, then lets the bench program of `tests/` measure.
pub fn run(project: &Project, options: &Options) -> Result<()> {
    let browsers = machine::browsers()?;
    web::build(project, &web::Options::default())?;
    let build = [
        "build",
        "--release",
        "-p",
        "tournee",
        "-p",
        "tournee-sandbox",
        "-p",
        "tournee-tests",
        "--bins",
    ];
    succeed(&mut project.cargo(&build))?;
    // By itself: what it needs of the server must not get into the binaries that are measured.
    let simulation = ["build", "--release", "-p", "tournee-simulation", "--bins"];
    succeed(&mut project.cargo(&simulation))?;
    // Not by `cargo run`: for one package alone cargo would choose other features, and build everything again.
    let mut bench = Command::new(project.binary("release", "bench"));
    suites::environment(&mut bench, project, "release", &browsers);
    succeed(bench.args(&options.names))
}

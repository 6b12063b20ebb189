//! `cargo xtask bench`: measures what a release would do, on this machine.

use crate::machine;
use crate::project::{Project, succeed};
use crate::{suites, web};
use anyhow::Result;
use clap::Args;

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
    let mut bench = project.cargo(&[
        "run",
        "--quiet",
        "--release",
        "--package",
        "tournee-tests",
        "--bin",
        "bench",
        "--",
    ]);
    suites::environment(&mut bench, project, "release", &browsers);
    succeed(bench.args(&options.names))
}

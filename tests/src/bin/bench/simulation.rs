//! How many storms of the simulation fit into a minute.

use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::report::Report;

const SEEDS: &str = "400";

/// Runs seeds on all cores.
pub fn measure(report: &mut Report) -> Result<()> {
    let here = std::env::current_exe().context("this program's own place")?;
    let simulate = here.with_file_name("simulate");
    let run = Command::new(&simulate)
        .args(["--seeds", SEEDS, "--pace"])
        .output()
        .with_context(|| format!("{} can't be started", simulate.display()))?;
    if !run.status.success() {
        bail!(
            "the simulation fails: {}",
            String::from_utf8_lossy(&run.stderr)
        );
    }
    let pace: f64 = String::from_utf8_lossy(&run.stdout).trim().parse()?;
    let limit = format!("processors: {SEEDS} seeds, each on one thread");
    report.tell("simulation_seeds_per_minute", vec![pace], limit);
    Ok(())
}

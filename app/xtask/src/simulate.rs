//! `cargo xtask simulate`: seeds of the simulation, for as long as one likes.

use crate::project::{Project, succeed};
use anyhow::Result;
use clap::Args;

/// What `cargo xtask simulate` takes.
#[derive(Args)]
pub struct Options {
    /// So many seeds.
    #[arg(long, default_value_t = 2_000)]
    seeds: u64,
    /// The first of them.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// One seed again, with its trace.
    #[arg(long, conflicts_with = "seeds")]
    seed: Option<u64>,
}

/// Runs them.
pub fn run(project: &Project, options: &Options) -> Result<()> {
    let mut command = project.cargo(&["run", "--package", "tournee-simulation", "--"]);
    match options.seed {
        Some(seed) => command.args(["--seed", &seed.to_string()]),
        None => {
            let (seeds, from) = (options.seeds.to_string(), options.from.to_string());
            command.args(["--seeds", &seeds, "--from", &from])
        }
    };
    succeed(&mut command)
}

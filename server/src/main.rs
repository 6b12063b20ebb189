//! The `tournee` binary.

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    tournee::cli::run(tournee::cli::Cli::parse())
}

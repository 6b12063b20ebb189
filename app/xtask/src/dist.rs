//! `cargo xtask dist`: the one binary, with the app inside.

use crate::project::{Project, succeed};
use crate::web;
use anyhow::{Context, Result};
use clap::Args;
use std::fs;

/// What `cargo xtask dist` takes.
#[derive(Args)]
pub struct Options {}

/// Builds the app, then the server around it.
pub fn run(project: &Project, _options: &Options) -> Result<()> {
    let web = web::build(project, &web::Options::default())?;
    let mut build = project.cargo(&[
        "build",
        "--release",
        "--package",
        "tournee",
        "--bin",
        "tournee",
        "--features",
        "embed",
    ]);
    succeed(build.env("TOURNEE_WEB_DIR", &web))?;

    let built = project.binary("release", "tournee");
    let binary = project
        .target
        .join("dist")
        .join(built.file_name().context("a binary has a name")?);
    let size =
        fs::copy(&built, &binary).with_context(|| format!("cannot write {}", binary.display()))?;
    println!(
        "{}: {:.1} MB, the app inside. Next: {} check --config tournee.toml",
        project.shown(&binary),
        size as f64 / 1e6,
        project.shown(&binary)
    );
    Ok(())
}

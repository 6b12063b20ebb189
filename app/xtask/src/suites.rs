//! `cargo xtask test`: every suite, the runner's own summary last.

use crate::machine::{self, Browsers};
use crate::project::{DECODER, Project, succeed};
use crate::web;
use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use std::path::Path;
use std::process::Command;

/// What `cargo xtask test` takes.
#[derive(Args)]
pub struct Options {
    /// Run one suite.
    #[arg(long, value_enum)]
    only: Option<Suite>,
    /// Passed to the test runner: names of tests, and after `--` its own options.
    #[arg(last = true)]
    arguments: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Suite {
    /// rustfmt and clippy, on this machine's target and on wasm.
    Style,
    /// The offline core and its properties.
    Core,
    /// The app's rules that need no browser.
    App,
    /// The server against the sandbox.
    Server,
    /// The sandbox against the recorded exchanges.
    Sandbox,
    /// Thousands of storms.
    Simulation,
    /// Walks in real browsers.
    E2e,
    /// This xtask.
    Xtask,
}

impl Suite {
    fn package(self) -> Option<&'static str> {
        match self {
            Self::Style => None,
            Self::Core => Some("tournee-core"),
            Self::App => Some("tournee-app"),
            Self::Server => Some("tournee"),
            Self::Sandbox => Some("tournee-sandbox"),
            Self::Simulation => Some("tournee-simulation"),
            Self::E2e => Some("tournee-tests"),
            Self::Xtask => Some("xtask"),
        }
    }
}

/// Runs the suites; fails if one did, after having run the others.
pub fn run(project: &Project, options: &Options) -> Result<()> {
    let wants = |suite| options.only.is_none_or(|only| only == suite);
    let browsers = if wants(Suite::E2e) {
        Some(prepare(project, options)?)
    } else {
        None
    };

    let style = if wants(Suite::Style) {
        style(project)
    } else {
        Ok(())
    };
    if let Err(error) = &style {
        println!("{error:#}");
    }
    if options.only != Some(Suite::Style) {
        tests(project, options, browsers.as_ref())?;
    }
    style
}

/// The app as it is delivered, the binaries that walks start, and the browsers that they drive.
fn prepare(project: &Project, options: &Options) -> Result<Browsers> {
    let browsers = machine::browsers()?;
    web::build(project, &web::Options::default())?;
    if options.only.is_none() {
        // With the tests, which need them too: a build of their own would choose other features, and build all twice.
        succeed(&mut project.cargo(&["test", "--workspace", "--tests", "--no-run"]))?;
    } else {
        let bins = ["-p", "tournee", "-p", "tournee-sandbox", "--bins"];
        succeed(project.cargo(&["build"]).args(bins))?;
    }
    Ok(browsers)
}

fn style(project: &Project) -> Result<()> {
    machine::rust_tools()?;
    machine::wasm_target()?;
    let native = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ];
    let wasm = [
        "clippy",
        "-p",
        "tournee-app",
        "-p",
        "tournee-core",
        "--target",
        machine::WASM_TARGET,
        "--",
        "-D",
        "warnings",
    ];
    let decoder_target = project.target.to_string_lossy();
    let decoder = [
        "clippy",
        "--manifest-path",
        DECODER,
        "--target-dir",
        &decoder_target,
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ];
    let checks: [&[&str]; 5] = [
        &["fmt", "--all", "--check"],
        &["fmt", "--manifest-path", DECODER, "--check"],
        &native,
        &wasm,
        &decoder,
    ];
    let failed: Vec<_> = checks
        .iter()
        .filter_map(|check| succeed(&mut project.cargo(check)).err())
        .collect();
    if !failed.is_empty() {
        bail!(
            "{}",
            failed
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("\n")
        );
    }
    Ok(())
}

fn tests(project: &Project, options: &Options, browsers: Option<&Browsers>) -> Result<()> {
    let mut command = project.cargo(&["test", "--tests", "--no-fail-fast"]);
    match options.only.and_then(Suite::package) {
        Some(package) => command.args(["--package", package]),
        None => command.arg("--workspace"),
    };
    if let Some(browsers) = browsers {
        environment(&mut command, project, "debug", browsers);
    }
    // The workspace's summary is the last line all the same; whichever fails, both have run.
    let decoder = match options.only {
        None | Some(Suite::App) if options.arguments.is_empty() => decoder(project),
        _ => Ok(()),
    };
    succeed(command.args(&options.arguments))?;
    decoder
}

/// The program that reads labels is a workspace of its own.
fn decoder(project: &Project) -> Result<()> {
    let target = project.target.to_string_lossy();
    let tests = [
        "test",
        "--tests",
        "--manifest-path",
        DECODER,
        "--target-dir",
        &target,
    ];
    succeed(&mut project.cargo(&tests))
}

/// What the walks and the benches are told about this machine.
pub fn environment(command: &mut Command, project: &Project, profile: &str, browsers: &Browsers) {
    let web = project.target.join("dist/web");
    let (server, sandbox) = (
        project.binary(profile, "tournee"),
        project.binary(profile, "tournee-sandbox"),
    );
    let places: [(&str, &Path); 6] = [
        ("TOURNEE_WEB_DIR", &web),
        ("TOURNEE_BIN", &server),
        ("TOURNEE_SANDBOX_BIN", &sandbox),
        ("CHROMIUM", &browsers.chromium),
        ("CHROMEDRIVER", &browsers.chromedriver),
        ("WEBKIT_DRIVER", &browsers.webkit_driver),
    ];
    command.envs(places);
}

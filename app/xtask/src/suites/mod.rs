//! `cargo xtask test`: every suite, a runner's own summary last.
//!
//! # Layout
//! - here: which suites there are, and one of them
//! - `all`: all of them, what waits beside what computes
//! - `style`: rustfmt and clippy

mod all;
mod style;

use crate::machine::{self, Browsers};
use crate::project::{DECODER, Project, beside, succeed};
use crate::web;
use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use std::path::Path;
use std::process::{Command, ExitCode};

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

/// The test target of the walks.
const WALKS: &str = "browser";

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
    /// What cargo is told to run it.
    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Style => &[],
            Self::Core => &["--tests", "-p", "tournee-core"],
            Self::App => &["--tests", "-p", "tournee-app"],
            Self::Server => &[
                "-p",
                "tournee",
                "-p",
                "tournee-tests",
                "--lib",
                "--test",
                "suite",
                "--test",
                "glpi",
                "--test",
                "store",
            ],
            Self::Sandbox => &["--tests", "-p", "tournee-sandbox"],
            Self::Simulation => &["--tests", "-p", "tournee-simulation"],
            Self::E2e => &["-p", "tournee-tests", "--test", WALKS],
            Self::Xtask => &["--tests", "-p", "xtask"],
        }
    }
}

/// Runs the suites; fails if one did, after having run the others. What went wrong before the tests is said before them:
/// the run ends on a runner's own summary.
pub fn run(project: &Project, options: &Options) -> Result<ExitCode> {
    let mut all_well = true;
    let mut well = |result: Result<()>| {
        if let Err(error) = result {
            println!("{error:#}");
            all_well = false;
        }
    };
    let mut browsers = None;
    if matches!(options.only, None | Some(Suite::E2e)) {
        let prepared = prepare(project, options).map(|found| browsers = Some(found));
        well(prepared.context("the walks in browsers do not run"));
    }
    match (options.only, &browsers) {
        (Some(Suite::Style), _) => well(style::run(project)),
        (Some(Suite::E2e), None) => {}
        (Some(only), _) => well(one(project, only, options, browsers.as_ref())),
        (None, _) => well(all::run(project, options, browsers.as_ref())),
    }
    Ok(match all_well {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// One suite, by cargo.
fn one(
    project: &Project,
    only: Suite,
    options: &Options,
    browsers: Option<&Browsers>,
) -> Result<()> {
    let mut command = project.cargo(&["test", "--no-fail-fast"]);
    command.args(only.arguments());
    threads(&mut command);
    if let Some(browsers) = browsers {
        environment(&mut command, project, "debug", browsers);
    }
    let decoder = match only {
        Suite::App if options.arguments.is_empty() => succeed(&mut decoder(project)),
        _ => Ok(()),
    };
    succeed(command.args(&options.arguments)).and(decoder)
}

/// The tests of the program that reads labels, which is a workspace of its own.
fn decoder(project: &Project) -> Command {
    let mut command = project.cargo(&["test", "--tests", "--manifest-path", DECODER]);
    command.arg("--target-dir").arg(&project.target);
    command
}

/// The app as it is delivered, the binaries that walks start, and the browsers that they drive.
fn prepare(project: &Project, options: &Options) -> Result<Browsers> {
    let browsers = machine::browsers()?;
    machine::wasm_target()?;
    let mut native = if options.only.is_none() {
        // With the tests, which need them too: a build of their own would choose other features, and build all twice.
        project.cargo(&all::BUILD)
    } else {
        let bins = ["-p", "tournee", "-p", "tournee-sandbox", "--bins"];
        let mut build = project.cargo(&["build"]);
        build.args(bins);
        build
    };
    // The app's compiler works on one core at a time; cargo builds it in folders of its own (its target's and its
    // profile's), which no native build locks.
    let native = beside(&mut native)?;
    let web = web::build(project, &web::Options::default());
    native.succeed()?;
    web.map(|_| browsers)
}

/// What most tests do is wait: for a server, a browser, a clock.
const THREADS_PER_CORE: usize = 2;

/// So many tests at a time, unless the user says otherwise.
fn threads(command: &mut Command) {
    const NAME: &str = "RUST_TEST_THREADS";
    if std::env::var_os(NAME).is_none()
        && let Ok(cores) = std::thread::available_parallelism()
    {
        command.env(NAME, (cores.get() * THREADS_PER_CORE).to_string());
    }
}

/// What the walks and the benches are told about this machine.
pub fn environment(command: &mut Command, project: &Project, profile: &str, browsers: &Browsers) {
    let web = project.target.join("dist/web");
    let (server, sandbox) = (
        project.binary(profile, "tournee"),
        project.binary(profile, "tournee-sandbox"),
    );
    let places: [(&str, &Path); 7] = [
        ("TOURNEE_WEB_DIR", &web),
        ("TOURNEE_BIN", &server),
        ("TOURNEE_SANDBOX_BIN", &sandbox),
        ("CHROMIUM", &browsers.chromium),
        ("CHROMEDRIVER", &browsers.chromedriver),
        ("WEBKIT_DRIVER", &browsers.webkit_driver),
        ("MINI_BROWSER", &browsers.mini_browser),
    ];
    command.envs(places);
}

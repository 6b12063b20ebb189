//! `cargo xtask test`: every suite, the runner's own summary last.

use crate::machine::{self, Browsers};
use crate::project::{DECODER, Project, beside, succeed};
use crate::web;
use anyhow::{Context as _, Result, bail};
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

/// Runs the suites; fails if one did, after having run the others. What went wrong before the tests is said before them:
/// the run ends on the runner's own summary.
pub fn run(project: &Project, options: &Options) -> Result<ExitCode> {
    let wants = |suite| options.only.is_none_or(|only| only == suite);
    let mut all_well = true;
    let mut well = |result: Result<()>| {
        if let Err(error) = result {
            println!("{error:#}");
            all_well = false;
        }
    };
    let mut browsers = None;
    if wants(Suite::E2e) {
        let prepared = prepare(project, options).map(|found| browsers = Some(found));
        well(prepared.context("the walks in browsers do not run"));
    }
    if wants(Suite::Style) {
        well(style(project));
    }
    let tested = match (options.only, &browsers) {
        (Some(Suite::Style), _) | (Some(Suite::E2e), None) => true,
        _ => tests(project, options, browsers.as_ref()),
    };
    Ok(match all_well && tested {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// The app as it is delivered, the binaries that walks start, and the browsers that they drive.
fn prepare(project: &Project, options: &Options) -> Result<Browsers> {
    let browsers = machine::browsers()?;
    machine::wasm_target()?;
    let mut native = if options.only.is_none() {
        // With the tests, which need them too: a build of their own would choose other features, and build all twice.
        project.cargo(&["test", "--workspace", "--tests", "--no-run"])
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

fn style(project: &Project) -> Result<()> {
    machine::rust_tools()?;
    machine::wasm_target()?;
    // As it is released, with the app inside, which no test builds; the tests build the other way.
    let native = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--features",
        "tournee/embed",
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
        .filter_map(|check| {
            let mut command = project.cargo(check);
            // Any folder will do: the words of the app are not looked at.
            command.env("TOURNEE_WEB_DIR", project.root.join("public"));
            succeed(&mut command).err()
        })
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

/// Whether all have passed; cargo has said which have not.
fn tests(project: &Project, options: &Options, browsers: Option<&Browsers>) -> bool {
    let mut command = project.cargo(&["test", "--tests", "--no-fail-fast"]);
    match options.only.and_then(Suite::package) {
        Some(package) => command.args(["--package", package]),
        None => command.arg("--workspace"),
    };
    threads(&mut command);
    match (browsers, options.only) {
        (Some(browsers), _) => environment(&mut command, project, "debug", browsers),
        (None, None) => drop(command.args(["--exclude", "tournee-tests"])),
        (None, Some(_)) => {}
    }
    // The workspace's summary is the last line all the same; whichever fails, both have run.
    let decoder = match options.only {
        None | Some(Suite::App) if options.arguments.is_empty() => decoder(project).is_ok(),
        _ => true,
    };
    succeed(command.args(&options.arguments)).is_ok() && decoder
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
